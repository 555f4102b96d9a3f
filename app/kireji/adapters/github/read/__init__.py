"""What is read of GitHub, one kind of thing a module. Begin with `pull`."""
