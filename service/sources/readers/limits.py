"""The bounds of what we read from one source at one fetch."""

BYTES = 10_000_000
MAIL_BYTES = 27_000_000
ENTRIES = 500
DEPTH = 12
