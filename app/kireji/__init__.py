"""Kireji, a pull request review bot. Start with `app/README.md`."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kireji.core.review.result import Review

__all__ = ["review_diff"]


def review_diff(
    diff: str,
    *,
    title: str = "",
    body: str = "",
    policy: str = "",
    paths: "Sequence[str]" = (),
    model: str = "",
) -> "Review":
    """Have a unified diff, as git writes it, read by Claude; the review, of which nothing is posted.

    `title` and `body` say what the change is for; `policy` is the text of a `.github/kireji.yml`; of the files only those
    that fit one of `paths` (patterns as in .gitignore) are read, if there are any. It blocks, needs ANTHROPIC_API_KEY in
    the environment, and runs a loop of its own: within a running one call it in a thread.

    Raises SettingsError, DiffError for what is no diff, UserError for a policy with mistakes. What Claude did not read
    is in the review's `coverage`, and no error.
    """
    from kireji.entry.script import review_text  # noqa: PLC0415 - `import kireji` is to be quick

    return review_text(diff, title=title, body=body, policy=policy, paths=tuple(paths), model=model)
