"""Where the outside comes in. Thin: what is decided is decided further in. Begin with `cli`."""
