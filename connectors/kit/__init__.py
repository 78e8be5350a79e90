"""What every connector is made of: the words it speaks, the HTTP client, tokens, budgets, fingerprints."""
