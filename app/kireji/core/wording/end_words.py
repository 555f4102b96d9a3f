"""Why reviews end before they are done, in plain words. Imports nothing: the web process says these, too."""

CLOSED = "the pull request was closed"

PLAIN = (
    "Earlier starts of this review ended Kireji's process, so it was read without the code around the change, and without "
    "suggestions."
)


def ended_process(part: str) -> tuple[str, str]:
    """Why something is not begun again, and what helps. `part` says, after "while", what was done when it ended last."""
    return (
        f"it ended Kireji's process three times, last while {part}",
        "It holds something that cannot be read, such as a file with very long lines or very deep nesting, or a very long "
        "word. Take that out of the pull request and push again. Whoever runs Kireji finds this in its log.",
    )
