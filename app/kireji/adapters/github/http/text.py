"""Text that GitHub takes: valid Unicode, and short enough."""

MAX_TEXT = (
    65_535  # bytes; GitHub counts characters in reviews and does not say what in check runs, so the smaller measure
)
NOTE = "\n\n… (cut here: GitHub takes no more text)"


def fitting(text: str, limit: int = MAX_TEXT, note: str = NOTE) -> str:
    """The text, cut with a visible note if it is longer than `limit` bytes; bytes that are not UTF-8 become "�"."""
    data = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace").encode()
    if len(data) <= limit:
        return data.decode()
    return data[: limit - len(note.encode())].decode("utf-8", "ignore") + note


def sendable(text: str) -> bool:
    """Whether the text is Unicode as it stands; a path with other bytes cannot be named in a request."""
    return not any("\ud800" <= character <= "\udfff" for character in text)
