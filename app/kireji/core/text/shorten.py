"""Text -> the same text in a limited number of characters."""


def shorten(text: str, most: int) -> str:
    """The text, or its beginning and an ellipsis where it has more than `most` characters."""
    if len(text) <= most:
        return text

    return f"{text[: most - 1].rstrip()}…"
