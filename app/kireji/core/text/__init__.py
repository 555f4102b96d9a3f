"""Untrusted text made safe, and the one place where patterns are compiled. Begin with `neutral`."""
