"""Requests to GitHub: signed in, within its limits, and what its refusals mean. Begin with `client`."""
