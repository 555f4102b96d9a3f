"""The words on files that are not read since they look generated or are too large, where only the change says so."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from kireji.core.diff.unified import Unread
from kireji.core.findings.row_words import some_of
from kireji.core.scope.skips import Skip, SkipReason
from kireji.core.text.lists import one_of

MAX_NAMED = 20  # files of one kind, each in a row of its own


def unproven_rows(files: Sequence[Skip], hunks: Mapping[str, int]) -> Iterator[Unread]:
    """A row for each, as far as there are not too many of one kind. `hunks` is how many each path has."""
    for why, kind in groupby(sorted(files, key=_why), key=_why):
        paths = [skip.path for skip in kind]
        for path in paths[:MAX_NAMED]:
            yield Unread(path, why, hunks.get(path, 0))
        beyond = paths[MAX_NAMED:]
        if beyond:
            yield Unread(some_of(beyond), why, sum(hunks.get(path, 0) for path in beyond))


def unproven_note(files: Sequence[Skip]) -> tuple[str, ...]:
    """The paragraph that says what to do about them; none for none."""
    reasons = {skip.reason for skip in files}
    called = reasons - {SkipReason.TOO_LARGE}

    paragraphs = list[str]()
    if called:
        paragraphs.append(
            f"New files that only this change itself calls {one_of(sorted(called))} were not read, so the review is "
            "partial. If the name is right, say so on the base branch: `linguist-generated` or "
            "`linguist-vendored` for them in `.gitattributes`, or `paths.exclude` in the policy. `paths.include` gets them "
            "reviewed."
        )
    if SkipReason.TOO_LARGE in reasons:
        paragraphs.append(
            "Files that are too large were not read, so the review is partial. `paths.include` in the base branch's policy "
            "gets them reviewed anyway; `paths.exclude` there, or `linguist-generated` in `.gitattributes`, says that they "
            "need no review."
        )
    return tuple(paragraphs)


def _why(skip: Skip) -> str:
    own = "" if skip.reason is SkipReason.TOO_LARGE else ", by this change's own word"
    return f"{skip.reason}{own} ({skip.detail})"
