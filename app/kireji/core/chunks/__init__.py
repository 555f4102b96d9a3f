"""A diff cut into what one call reads, with the risk and the depth of each part. Begin with `chunk`."""
