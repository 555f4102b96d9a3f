"""What is done in which order, through ports only. Begin with `world`."""
