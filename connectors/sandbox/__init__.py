"""Stand-in vendors over real HTTP on loopback, to try Tieline without an account and to test it against faults."""
