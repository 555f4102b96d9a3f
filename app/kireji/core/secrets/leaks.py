"""A pull request without its credentials, and what of them it adds: findings made without the model.

Everything of a pull request that goes further (to Claude, into a page, into a digest) is taken from here. Lines keep
their numbers and sides, so that whatever is found in the redacted diff stands at its place on GitHub.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from kireji.core.diff.patch_words import unsearched
from kireji.core.diff.unified import Diff, FileDiff, Hunk, Line, LineKind, Unread
from kireji.core.findings.finding import Confidence, Finding, found_by_code
from kireji.core.models.structured import AnswerError, decode
from kireji.core.pulls.pull import Issue, PullRequest
from kireji.core.pulls.thread import Thread, ThreadComment
from kireji.core.secrets.credentials import KEY_LINES, KINDS, PRIVATE_KEY, VAGUE
from kireji.core.secrets.redact import redact_lines, redact_text
from kireji.core.secrets.spans import KnownSecrets, has_placeholder
from kireji.core.text.patterns import regex
from kireji.core.text.undone import Undone

# Passwords there are mostly made up; a provider's token is one wherever it stands.
_MADE_UP = regex(
    r"(?:^|/)(?:tests?|spec|specs|__tests__|testdata|fixtures?|examples?|docs?|samples?|mocks?)/|\.(?:md|rst|adoc|txt)$|[._-](?:test|spec)\.\w+$|(?:^|/)(?:test_|conftest)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class CleanDiff:
    """A pull request's diff without credentials."""

    diff: Diff

    findings: tuple[Finding, ...] = ()
    """What reports those that it adds."""

    known: KnownSecrets = field(default_factory=KnownSecrets, repr=False)
    """Values that are to be looked for elsewhere."""

    unread: tuple[Unread, ...] = ()
    """Files that are not in it, since nobody could say whether they hold any."""

    def text(self, text: str) -> str:
        """Prose of the pull request's, or about it."""
        return redact_text("", text, self.known) if text else text

    def pull(self, pull: PullRequest) -> PullRequest:
        """What it says of itself."""
        return replace(
            pull,
            title=self.text(pull.title),
            body=self.text(pull.body),
            head_ref=self.text(pull.head_ref),
            issues=tuple(map(self._issue, pull.issues)),
        )

    def threads(self, threads: Iterable[Thread]) -> tuple[Thread, ...]:
        """Our threads, with what people wrote in them, and the lines that they quote."""
        return tuple(self._thread(thread) for thread in threads)

    def _issue(self, issue: Issue) -> Issue:
        return replace(issue, title=self.text(issue.title), body=self.text(issue.body))

    def _thread(self, thread: Thread) -> Thread:
        quoted = redact_lines(thread.path, thread.quoted, self.known).lines
        return replace(thread, quoted=quoted, comments=tuple(map(self._comment, thread.comments)))

    def _comment(self, comment: ThreadComment) -> ThreadComment:
        return replace(comment, body=self.text(comment.body))

    def said(self, finding: Finding) -> Finding:
        """What the model says: it has seen no credential, but it may have made one up, or put one together.

        A replacement with a placeholder in it would be committed as it stands, so it goes.
        """
        offered = finding.replacement
        if offered is not None:
            is_clean = not has_placeholder(offered) and redact_text(finding.path, offered, self.known) == offered
            offered = offered if is_clean else None

        return replace(
            finding,
            title=self.text(finding.title),
            explanation=self.text(finding.explanation),
            quote=redact_text(finding.path, finding.quote, self.known),
            replacement=offered,
        )


def without_secrets(payload: Mapping[str, object]) -> dict[str, object]:
    """A webhook's payload as it may be kept: what people wrote in it is redacted."""
    return {name: _kept(name, value) for name, value in payload.items()}


_PROSE = frozenset({"title", "body", "from", "message"})


def _kept(name: str, value: object) -> object:
    match value:
        case str():
            return redact_text("", value) if name in _PROSE else value
        case dict():
            return {str(key): _kept(str(key), part) for key, part in value.items()}
        case list():
            return [_kept(name, part) for part in value]
        case _:
            return value


def answer_without_secrets(text: str) -> str:
    """A model's answer as it may be kept; the same text where there is nothing in it, and still JSON where it was."""
    try:
        said = json.loads(text)
        kept = _said(said)
        return text if kept == said else json.dumps(kept, ensure_ascii=False)
    except (ValueError, RecursionError):
        return _nearly_json_without_secrets(text)


def _nearly_json_without_secrets(text: str) -> str:
    """The same for an answer in which JSON is to be found: without what stands around it."""
    try:
        return json.dumps(_said(decode(text)), ensure_ascii=False)
    except (AnswerError, ValueError, RecursionError):  # none, or nested so deep that all but reading it fails
        return redact_text("", text)


def _said(value: object) -> object:
    match value:
        case str():
            return redact_text("", value)
        case dict():
            return {str(key): _said(part) for key, part in value.items()}
        case list():
            return [_said(part) for part in value]
        case _:
            return value


def put_together(diff: Diff, shown: Sequence[str | Undone], known: KnownSecrets) -> CleanDiff:
    """The diff with each file's rows as they may be shown. A file that could not be searched is in it no more: unread.

    What is in deleted lines goes too, but is no finding: it was there before.
    """
    all_lines = chain.from_iterable(file.lines for file in diff.files)
    deleted = {_folded(line) for line in all_lines if line.kind is LineKind.DELETED}

    files = list[FileDiff]()
    findings = list[Finding]()
    unread = list[Unread]()
    for file, rows in zip(diff.files, shown, strict=True):
        if isinstance(rows, Undone):
            unread.append(Unread(file.path, unsearched(rows.why), len(file.hunks)))
        else:
            clean_file = _with(file, rows.split("\n"))
            files.append(clean_file)
            findings += _findings(file, clean_file, deleted)

    return CleanDiff(Diff(tuple(files)), tuple(findings), known, tuple(unread))


def _with(file: FileDiff, shown: Sequence[str]) -> FileDiff:
    """The file with these texts, laid out as `leak_search.rows_of` does; itself where they are its own."""
    hunks = list[Hunk]()
    at = 0
    for hunk in file.hunks:
        first = at + 2  # after the row that parts hunks, and the section
        end = first + len(hunk.lines)
        hunks.append(_hunk(hunk, shown[at + 1], shown[first:end]))
        at = end

    same = all(new is old for new, old in zip(hunks, file.hunks, strict=True))
    return file if same else replace(file, hunks=tuple(hunks))


def _hunk(hunk: Hunk, section: str, texts: Sequence[str]) -> Hunk:
    if section == hunk.section and all(line.text == text for line, text in zip(hunk.lines, texts, strict=True)):
        return hunk
    lines = (
        line if line.text == text else replace(line, text=text) for line, text in zip(hunk.lines, texts, strict=True)
    )
    return replace(hunk, section=section, lines=tuple(lines))


def _folded(line: Line) -> str:
    return " ".join(line.text.split())


# -- Findings ----------------------------------------------------------------------------------------------------------

_KEYS = ([PRIVATE_KEY], [KEY_LINES])
_KIND = regex(r"<secret:([a-z0-9-]{2,40})>")


def _findings(file: FileDiff, shown: FileDiff, gone: set[str]) -> Iterator[Finding]:
    """One for each added line with a credential in it, one for each key. A line that only moved adds nothing."""
    for hunk, there in zip(file.hunks, shown.hunks, strict=True):
        if hunk is there:
            continue

        before: Line | None = None  # the line above on the new side
        in_key = False
        for line, redacted in zip(hunk.lines, there.lines, strict=True):
            if line.kind is LineKind.DELETED:
                continue

            kinds = _kinds_in(redacted.text) if line.text != redacted.text else []
            added = line.kind is LineKind.ADDED and _folded(line) not in gone
            if added and kinds and not (in_key and kinds in _KEYS):
                begins_above = kinds in _KEYS and before is not None and "BEGIN" in before.text
                mark = before if begins_above and before is not None else redacted
                yield _finding(file.path, mark if mark.kind is LineKind.ADDED else redacted, kinds)

            has_key = PRIVATE_KEY in kinds or KEY_LINES in kinds
            in_key = has_key and (in_key or added)
            before = redacted


def _kinds_in(text: str) -> list[str]:
    """The kinds of the placeholders in a text."""
    return [kind for kind in _KIND.findall(text) if kind in KINDS]


def _finding(path: str, line: Line, kinds: Sequence[str]) -> Finding:
    kind = min(kinds, key=lambda name: (KINDS[name].severity.rank, name in VAGUE))
    vague = kind in VAGUE
    made_up = Confidence.LOW if _MADE_UP.search(path) else Confidence.MEDIUM

    return found_by_code(
        path,
        line,
        severity=KINDS[kind].severity,
        confidence=made_up if vague else Confidence.HIGH,
        title=leaked_title(KINDS[kind].words),
        explanation=leaked(KINDS[kind].words, vague=vague),
    )


def leaked_title(what: str) -> str:
    """The title of a finding about a credential: `what` is "an AWS access key"."""
    return f"This adds {what} to the repository"


def leaked(what: str, *, vague: bool) -> str:
    """What follows from it and what to do. The value itself is never told."""
    sure = "what looks like " if vague else ""
    return (
        f"The line holds {sure}{what}. Whoever can read the repository can use it, and deleting the line is not enough: "
        "it stays in the history. Revoke it where it was issued, create a new one, and read that from the environment or "
        "a secret store. Kireji found this by its form, and has not sent the value anywhere."
    )
