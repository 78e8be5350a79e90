"""What analysts read: reconciliation, sources, dispositions, consent."""
