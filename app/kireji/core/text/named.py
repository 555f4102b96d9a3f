"""Other people's words inside our own sentences: one line, cut, as a code span."""

from kireji.core.text.inert import code_span, inert_code


def quote_words(text: str, most: int = 60) -> str:
    """Untrusted text as code that ends neither its span nor a table's cell, and of which nobody is told."""
    words = " ".join(inert_code(text[: 4 * most]).split()).replace("|", "¦")
    cut = words if len(words) <= most else f"{words[: most - 1]}…"
    return code_span(cut) or "nothing"
