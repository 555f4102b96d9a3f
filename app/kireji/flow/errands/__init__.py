"""Where GitHub must be asked first: comments, buttons, labels, merge queues. Begin with `errand`."""
