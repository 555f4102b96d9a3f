"""Numbers of things in a sentence. Imports nothing, so that whatever says something may say this."""


def count(number: int, thing: str, things: str = "") -> str:
    """'1 hunk', '3 hunks', '1,200 lines'."""
    return f"{number:,} {choose(number, thing, things or thing + 's')}"


def choose(number: int, singular: str, plural: str) -> str:
    """The word that goes with a number: 'it' with one, 'they' with all others."""
    return singular if number == 1 else plural
