"""Our tables and the engine's queue, seen together. Begin with `intake`."""
