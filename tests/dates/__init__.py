"""The proof that no day and no time zone breaks Kireji: its tests, run with today moved."""
