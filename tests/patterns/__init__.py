"""Whether the product's regular expressions stay linear: a check of their form (`python -m tests.patterns`) and hostile strings."""
