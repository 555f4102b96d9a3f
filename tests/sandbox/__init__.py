"""The loopback GitHub and Claude, over HTTP, as strict as the originals. Begin with `demo`."""
