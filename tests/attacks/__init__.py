"""Attacks on the reviewer: what a pull request's author may write so that it is read less closely, or does something."""
