"""The commands of `kireji`, each with its work beside it. Begin with `review`."""
