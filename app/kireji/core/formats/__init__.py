"""One pure renderer a file: a review in, text or values out. Begin with `table`."""
