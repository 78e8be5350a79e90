"""Who is who: keys, score, decision, review, unmerge."""
