"""The code around a change that a reader is shown beside it. Begin with `compose`."""
