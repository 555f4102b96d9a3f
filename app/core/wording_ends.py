"""Why reviews end before they are done, in plain words. Imports nothing: the web process says these, too."""

CLOSED = "the pull request was closed"
