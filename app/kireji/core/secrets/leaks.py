"""A pull request without its credentials, and what of them it adds: findings made without the model.

Everything of a pull request that goes further (to Claude, into a page, into a digest) is taken from here. Lines keep
their numbers and sides, so that whatever is found in the redacted diff stands at its place on GitHub.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kireji.core.diff.patch_words import unsearched
from kireji.core.diff.unified import Diff, FileDiff, Hunk, Line, LineKind, Unread
from kireji.core.findings.finding import Confidence, Finding, found_by_code
from kireji.core.models.structured import AnswerError, decode
from kireji.core.pulls.pull import PullRequest
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
    """A diff without credentials; `findings` tell those that it adds; `known` are values to be looked for elsewhere.

    `unread` are files that are not in it, since nobody could say whether they hold any.
    """

    diff: Diff
    findings: tuple[Finding, ...] = ()
    known: KnownSecrets = field(default_factory=KnownSecrets, repr=False)
    unread: tuple[Unread, ...] = ()

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
            issues=tuple(replace(one, title=self.text(one.title), body=self.text(one.body)) for one in pull.issues),
        )

    def threads(self, threads: Iterable[Thread]) -> tuple[Thread, ...]:
        """Our threads, with what people wrote in them, and the lines that they quote."""
        return tuple(self._thread(thread) for thread in threads)

    def _thread(self, thread: Thread) -> Thread:
        quoted = redact_lines(thread.path, thread.quoted, self.known).lines
        return replace(thread, quoted=quoted, comments=tuple(self._comment(one) for one in thread.comments))

    def _comment(self, comment: ThreadComment) -> ThreadComment:
        return replace(comment, body=self.text(comment.body))

    def said(self, finding: Finding) -> Finding:
        """What the model says: it has seen no credential, but it may have made one up, or put one together.

        A replacement with a placeholder in it would be committed as it stands, so it goes.
        """
        offered = finding.replacement
        if offered is not None and (
            has_placeholder(offered) or redact_text(finding.path, offered, self.known) != offered
        ):
            offered = None
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
            return {str(key): _kept(str(key), one) for key, one in value.items()}
        case list():
            return [_kept(name, one) for one in value]
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
            return {str(key): _said(one) for key, one in value.items()}
        case list():
            return [_said(one) for one in value]
        case _:
            return value


def put_together(diff: Diff, shown: Sequence[str | Undone], known: KnownSecrets) -> CleanDiff:
    """The diff with each file's rows as they may be shown. A file that could not be searched is in it no more: unread.

    What is in deleted lines goes too, but is no finding: it was there before.
    """
    there = [
        (file, _with(file, one.split("\n")))
        for file, one in zip(diff.files, shown, strict=True)
        if isinstance(one, str)
    ]
    gone = {_folded(line) for file in diff.files for line in _lines(file) if line.kind is LineKind.DELETED}
    findings = [finding for pair in there for finding in _findings(*pair, gone)]
    unread = [
        Unread(file.path, unsearched(one.why), len(file.hunks))
        for file, one in zip(diff.files, shown, strict=True)
        if isinstance(one, Undone)
    ]
    return CleanDiff(Diff(tuple(file for _, file in there)), tuple(findings), known, tuple(unread))


def _with(file: FileDiff, shown: Sequence[str]) -> FileDiff:
    """The file with these texts, laid out as `texts_of` does; itself where they are its own."""
    hunks, at = list[Hunk](), 0
    for hunk in file.hunks:
        section, texts = shown[at + 1], shown[at + 2 : at + 2 + len(hunk.lines)]
        at += 2 + len(hunk.lines)
        hunks.append(_hunk(hunk, section, texts))
    same = all(one is other for one, other in zip(hunks, file.hunks, strict=True))
    return file if same else replace(file, hunks=tuple(hunks))


def _hunk(hunk: Hunk, section: str, texts: Sequence[str]) -> Hunk:
    if section == hunk.section and all(line.text == text for line, text in zip(hunk.lines, texts, strict=True)):
        return hunk
    lines = (
        line if line.text == text else replace(line, text=text) for line, text in zip(hunk.lines, texts, strict=True)
    )
    return replace(hunk, section=section, lines=tuple(lines))


def _lines(file: FileDiff) -> Iterator[Line]:
    return (line for hunk in file.hunks for line in hunk.lines)


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
            kinds = (
                [kind for kind in _KIND.findall(redacted.text) if kind in KINDS] if line.text != redacted.text else []
            )
            added = line.kind is LineKind.ADDED and _folded(line) not in gone
            if added and kinds and not (in_key and kinds in _KEYS):
                mark = before if kinds in _KEYS and before is not None and "BEGIN" in before.text else redacted
                yield _finding(file.path, mark if mark.kind is LineKind.ADDED else redacted, kinds)
            in_key = bool({PRIVATE_KEY, KEY_LINES} & {*kinds}) and (in_key or added)
            before = redacted


def _finding(path: str, line: Line, kinds: Sequence[str]) -> Finding:
    kind = min(kinds, key=lambda one: (KINDS[one].severity.rank, one in VAGUE))
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
