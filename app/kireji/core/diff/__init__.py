"""A unified diff, parsed, and what of a patch could not be read. Begin with `unified`."""
