"""One file a version, named by its number; `down_revision` names the one before. They do not import `tables`."""
