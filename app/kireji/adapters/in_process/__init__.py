"""What lasts as long as its process: for the command line and the Action. Begin with `store`."""
