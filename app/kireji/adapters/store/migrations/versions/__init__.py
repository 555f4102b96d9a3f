"""One file a version, which never changes and does not import `tables`. Begin with `0001_first_tables`."""
