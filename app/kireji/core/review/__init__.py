"""Findings become a review: assembled, capped, concluded; suggestions that are safe to commit. Begin with `assemble`."""
