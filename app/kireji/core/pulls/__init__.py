"""A pull request as GitHub knows it: its threads, people, permissions, and what is posted on it. Begin with `pull`."""
