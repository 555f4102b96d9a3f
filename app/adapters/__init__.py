"""The outside world as it is: one file or folder for each outside thing. Only the wiring imports from here."""
