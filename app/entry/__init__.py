"""Where the outside comes in: the web server, the command line. Thin: what is decided is decided further in."""
