"""Stand-ins for the ports, one file a port."""
