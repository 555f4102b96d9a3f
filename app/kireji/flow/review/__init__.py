"""A review, from its first start to its last word. Begin with `read_pull`."""
