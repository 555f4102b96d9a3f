"""Numbers of things in a sentence. Imports nothing, so that whatever says something may say this."""


def count(number: int, thing: str, things: str = "") -> str:
    """'1 hunk', '3 hunks', '1,200 lines'."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"
