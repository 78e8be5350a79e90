"""What we know: tables, store, migrations. All SQL of the project lives here."""
