"""Prompt injection: text in a pull request that speaks to its reviewer, if that is a machine. Found by code, reported.

A person reviews what Kireji says; who writes instructions into code for a model to obey wants it read less closely. So
such text is reported, and the check run is not green on that pull request's word. Patterns name both sides of the matter
(whom it addresses, and what it wants): code and prose about prompts, models and reviews have mostly one of them.
"""

import json
import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files as package_files
from itertools import chain, islice

from kireji.core.chunks.weight import MAX_WHOLE_LINE_CHARS
from kireji.core.diff.unified import FileDiff, Line, LineKind
from kireji.core.findings.finding import Confidence, Finding, Severity, found_by_code
from kireji.core.pulls.pull import Issue, PullRequest
from kireji.core.pulls.thread import Thread
from kireji.core.text.invisible import drop_invisible, is_clean
from kireji.core.text.lists import first_of
from kireji.core.text.named import quote_words
from kireji.core.text.patterns import regex

MAX_TEXT = 20_000  # characters of one text that are looked at; of a line, MAX_LINE
MAX_LINE = MAX_WHOLE_LINE_CHARS  # a changed line that is longer is read by nobody, beyond what is looked at
MAX_FINDINGS = 20
MAX_BESIDE = 4_000_000  # characters of lines that no model is to read
MAX_NAMED = 5  # files in one sentence
MAX_NAME = 200  # characters of a file's name

TITLE = "This line addresses an automated reviewer"
EXPLANATION = (
    "It reads as an instruction to an automated reviewer (prompt injection), not as something that the program needs. Kireji "
    "treats it as text and does not follow it. Check whether it is meant to have the change reviewed less closely."
)

LEFT_OUT = "(left out, as it is written to an automated reader)"
"""What a model is shown in place of such text, where that is not the change itself."""

# Characters that look like Latin ones, as far as somebody writes English with them.
_LOOKALIKE = str.maketrans(
    "аеорсухіјѕԁӏвнкмтАВЕКМНОРСТХІЅοαερτυνκιΑΒΕΗΙΚΜΝΟΡΤΥΧ０１ａｅｉｏｕſıİ",
    "aeopcyxijsdlBHKMTABEKMHOPCTXISoaeptuvkiABEHIKMNOPTYX01aeiousii",
)

_TABLE = json.loads(package_files("kireji.core.findings").joinpath("addressed.json").read_text(encoding="utf-8"))
_BETWEEN_WORDS = regex(r"[-_/.+]+")


def _read() -> dict[str, re.Pattern[str]]:
    """The patterns of addressed.json; {NAME} in one stands for the words of that name.

    Each is linear in the length of a line: every repetition in it is bounded and repeats one character, so that the work
    from one place of a line has a bound that does not depend on the line (a test holds that). The worst line found for
    any of them, 2,000 characters of its own words without what ends it, took 14 ms.
    """
    sources = {str(kind): str(source) for kind, source in _TABLE["patterns"].items()}
    for name, words in _TABLE["words"].items():
        sources = {kind: source.replace(f"{{{name}}}", words) for kind, source in sources.items()}
    return {kind: regex(source, re.IGNORECASE) for kind, source in sources.items()}


PATTERNS: Mapping[str, re.Pattern[str]] = _read()
"""What is looked for in each line, by name."""


def _words_needed(groups: Sequence[str]) -> list[list[str]]:
    written_out = (group.replace("{AI}", _TABLE["needed_words"]["AI"]) for group in groups)
    return [group.split("|") for group in written_out]


NEEDED: Mapping[str, Sequence[Sequence[str]]] = {
    kind: _words_needed(groups) for kind, groups in _TABLE["needed"].items()
}
"""By the same names, all of them: of each of these groups one word, in small letters, stands in every line that it matches.

To look for the words first makes it eight times as fast, and all lines of a change are looked at before anything is asked.
"""
_TELLING = tuple(set(chain.from_iterable(groups[0] for groups in NEEDED.values())))


@dataclass(frozen=True, slots=True)
class PromptInjection:
    """Where text speaks to its reviewer."""

    places: tuple[str, ...] = ()
    """Names of places outside the diff's lines, for people."""

    findings: tuple[Finding, ...] = ()
    """One for each added line that does, or run of them."""

    @property
    def anywhere(self) -> bool:
        """Whether any does."""
        return bool(self.places or self.findings)


def speaks_to_reviewer(text: str) -> bool:
    """Whether a text addresses a reviewer that is a model, plainly or in characters that hide it."""
    text = text[:MAX_TEXT]
    is_plain = text.isascii() and text.isprintable()
    plain = text if is_plain else drop_invisible(text).translate(_LOOKALIKE)
    return any(map(_addresses, plain.split("\n"))) or _smuggles(text)


def _addresses(line: str) -> bool:
    has = line.casefold().__contains__
    if not any(map(has, _TELLING)):
        return False

    for name, pattern in PATTERNS.items():
        has_words = all(any(map(has, group)) for group in NEEDED[name])
        if has_words and pattern.search(line) is not None:
            return True

    return False


def find_injection(pull: PullRequest, files: Sequence[FileDiff], beside: Sequence[FileDiff] = ()) -> PromptInjection:
    """Title, description, branch, the issues that it closes, file names and added lines.

    `beside` are files that no model is to read, since they are generated or too large: their lines may be shown all the
    same, where a reader is shown what the change uses. Of very many, only the first are looked at; what is shown of the
    others is looked at then (see `context`).
    """
    said = {"title": pull.title, "description": pull.body, "branch": _words(pull.head_ref)}
    places = [f"its {name}" for name, text in said.items() if speaks_to_reviewer(text)]
    places += [f"issue #{issue.number}" for issue in pull.issues if _issue_speaks(issue)]

    all_paths = chain.from_iterable((file.path, file.old_path) for file in (*files, *beside))
    if any(speaks_to_reviewer(_words(path)) for path in dict.fromkeys(all_paths)):
        places.append("the name of a file")

    lines = chain(_addressing(files), _addressing(beside, MAX_BESIDE))
    findings = (_finding(path, line) for path, line in islice(lines, MAX_FINDINGS))
    return PromptInjection(tuple(places), tuple(findings))


def without_injection(pull: PullRequest) -> PullRequest:
    """The pull request as a model is shown it: a title, a description or an issue that speaks is left out, and said to be."""
    issues = tuple(map(_quiet_issue, pull.issues))
    return replace(pull, title=_quiet(pull.title), body=_quiet(pull.body), issues=issues)


def thread_without_injection(thread: Thread) -> Thread:
    """The same for what people wrote in a thread of ours."""
    comments = (comment if comment.ours else replace(comment, body=_quiet(comment.body)) for comment in thread.comments)
    return replace(thread, comments=tuple(comments))


def _quiet(text: str) -> str:
    return LEFT_OUT if speaks_to_reviewer(text) else text


def _quiet_issue(issue: Issue) -> Issue:
    return replace(issue, title=LEFT_OUT, body="") if _issue_speaks(issue) else issue


def _issue_speaks(issue: Issue) -> bool:
    return speaks_to_reviewer(f"{issue.title}\n{issue.body}")


def _addressing(files: Sequence[FileDiff], room: float = math.inf) -> Iterator[tuple[str, Line]]:
    """Added lines that do, with their file's path, among the first `room` characters; of a run of them, the first."""
    for file in files:
        for hunk in file.hunks:
            line_before_speaks = False
            for line in hunk.lines:
                if line.kind is not LineKind.ADDED:
                    continue

                room -= len(line.text)
                if room < 0:
                    return

                speaks = speaks_to_reviewer(line.text[:MAX_LINE])
                if speaks and not line_before_speaks:
                    yield file.path, line
                line_before_speaks = speaks


def _words(name: str) -> str:
    """A branch or a path, whose words are joined by signs."""
    return f"{name} {_BETWEEN_WORDS.sub(' ', name)}"


_TAGS = regex("[\U000e0020-\U000e007e]{4,}")
_HIDDEN = regex("[\u202a-\u202e\u2066-\u2069]|[\u200b-\u200d\u2060\ufeff]{8,}")


def _smuggles(text: str) -> bool:
    """Text in tag characters, which only a model reads; controls that reorder code; runs of characters without width."""
    return not is_clean(text) and (_TAGS.search(text) is not None or _HIDDEN.search(text) is not None)


def _finding(path: str, line: Line) -> Finding:
    explanation = _hidden(EXPLANATION) if _smuggles(line.text) else EXPLANATION
    return found_by_code(
        path,
        line,
        severity=Severity.LOW,
        confidence=Confidence.MEDIUM,
        title=TITLE,
        explanation=explanation,
    )


def note(addressed: PromptInjection) -> tuple[str, ...]:
    """The paragraph for the check run; none where nothing speaks."""
    return (_speaks(addressed.places, len(addressed.findings)),) if addressed.anywhere else ()


def left_out(paths: Collection[str]) -> tuple[str, ...]:
    """The paragraph on code around the changes that was kept back, of these files; none for none.

    It says nothing of the pull request: what that adds is reported by `find_injection`. So it changes no colour.
    """
    return (_not_shown(sorted(paths)),) if paths else ()


# -- Words --------------------------------------------------------------------------------------------------------------


def _hidden(explanation: str) -> str:
    """The same, of text that is not to be seen."""
    return f"{explanation} It holds characters that cannot be seen or that reorder what is shown."


def _not_shown(paths: Sequence[str]) -> str:
    """Said of files that have something around the changes that speaks, as Markdown."""
    names = first_of(paths, MAX_NAMED, lambda path: quote_words(path, MAX_NAME))
    return (
        "⚠️ Claude was not shown some code around the changes, as it addresses an automated reviewer (prompt injection): "
        f"in {names}."
    )


def _speaks(places: Sequence[str], lines: int) -> str:
    """The check run's warning: where, and what follows from it."""
    added = [f"{lines} added {'line' if lines == 1 else 'lines'}"] if lines else []
    where = [*places, *added]
    listed = where[0] if len(where) == 1 else f"{', '.join(where[:-1])} and {where[-1]}"
    return (
        f"⚠️ **This pull request addresses its reviewer** in {listed} (prompt injection). Such text is not followed. As it may "
        "have kept Claude from reporting something, this check is not green: have a person review the change."
    )
