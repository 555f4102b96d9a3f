"""Credentials: found, taken out of text, reported. Begin with `redact`."""
