"""The outside world as it is, one file or folder for each thing. Only the wiring imports from here. Begin with `github`."""
