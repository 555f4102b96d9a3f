"""The system prefix; Chunk -> Prompt; the answer's schema."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from importlib.resources import files as package_files
from itertools import accumulate, chain

from kireji.core.chunks.chunk import Chunk
from kireji.core.chunks.rendering import describe_change, one_line, quote_path, render_chunk
from kireji.core.diff.unified import FileDiff, LineKind, Side
from kireji.core.findings.finding import Category, Confidence, Severity
from kireji.core.findings.parsing import ParsedFindings, parse
from kireji.core.models.structured import AnswerError
from kireji.core.money.ledger import Purpose
from kireji.core.policy.model import Pieces
from kireji.core.pulls.pull import PullRequest
from kireji.core.text.invisible import make_visible
from kireji.core.text.patterns import regex


def read_rules(name: str) -> str:
    """The rules of one question, which stand in a file beside this one."""
    return package_files("kireji.core.prompts").joinpath(f"{name}.md").read_text(encoding="utf-8")


# The product's own text for the model. Claude Haiku 4.5 caches no prefix below 4,096 tokens and says nothing about it
# (source: Anthropic's prompt caching documentation), so a test holds its length.
RULES = read_rules("rules")

PROSE_CHARS_PER_TOKEN = 4.5  # English prose never has more, so dividing by it errs downwards

MAX_TITLE_CHARS = 300
MAX_BODY_CHARS = 4_000
MAX_ISSUE_CHARS = 1_500
MAX_RULES_CHARS = 8_000
MAX_FILES = 300
MAX_FILES_CHARS = 20_000  # of all their names
MAX_REASONS = 5
MAX_REASON_CHARS = 600
EVERY_PIECE = Pieces()
ASK = "Report the defects in the lines marked + or - above."
_FILES = "Its files under review"


def closed_object(properties: Mapping[str, object]) -> dict[str, object]:
    """The schema of an object with exactly these properties."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": [*properties],
        "additionalProperties": False,
    }


def one_of(values: type[StrEnum]) -> dict[str, object]:
    """The schema of an enum's value."""
    return {"type": "string", "enum": [value.value for value in values]}


TEXT = {"type": "string"}
NUMBER = {"type": "integer"}

# One schema for every chunk: another one would invalidate the whole cached prefix. Structured outputs take no lengths
# and no ranges; `parsing.parse` holds those (source: Anthropic's structured outputs documentation).
_FINDING = closed_object(
    {
        "path": TEXT,
        "side": one_of(Side),
        "start_line": NUMBER,
        "end_line": NUMBER,
        "quote": TEXT,
        "category": one_of(Category),
        "severity": one_of(Severity),
        "confidence": one_of(Confidence),
        "title": TEXT,
        "explanation": TEXT,
        "replacement": {"anyOf": [TEXT, {"type": "null"}]},
    }
)
ANSWER_SCHEMA = closed_object({"findings": {"type": "array", "items": _FINDING}})


def read_findings(text: str) -> ParsedFindings:
    """The findings of an answer under `ANSWER_SCHEMA`. Raises AnswerError also where only some of them can be used."""
    parsed = parse(text)
    if parsed.rejected:
        raise AnswerError("findings in the answer cannot be used")

    return parsed


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question to the model, in the order in which the cache reads it; a breakpoint follows `rules` and `brief`."""

    rules: str
    """The product's own text, the same for every call. Whoever has another schema has other rules."""

    brief: str
    """What is the same for every chunk of one review."""

    chunk: str
    """What is to be read now."""

    max_tokens: int
    """The room for the answer."""

    schema: Mapping[str, object] = field(default_factory=lambda: ANSWER_SCHEMA, hash=False, repr=False)
    """The answer's."""

    thinking: int = 0
    """How many tokens the model may think before it answers, beside `max_tokens`; 0 is not at all."""

    context: str = ""
    """Sent before `chunk`; may be empty."""

    purpose: Purpose = Purpose.READ
    """What the call is for, as the ledger names it."""

    read: Callable[[str], object] = field(default=read_findings, repr=False)
    """Reads an answer's text; raises AnswerError where the same answer would be of no use another time."""

    @property
    def question(self) -> str:
        """What follows the last breakpoint: context and chunk."""
        return f"{self.context}\n\n{self.chunk}" if self.context else self.chunk


def prompt(chunk: Chunk, brief_text: str, max_tokens: int, thinking: int = 0, context: str = "") -> Prompt:
    """Ask for the review of one chunk; `max_tokens` is the room for the answer, `thinking` that for thought before it."""
    text = f"{render_chunk(chunk)}\n\n{ASK}"
    return Prompt(RULES, brief_text, text, max_tokens, thinking=thinking, context=context)


def asked_again(asked: Prompt, rejected: Sequence[str]) -> Prompt:
    """The same question once more, after an answer of whose findings some could not be used.

    `rejected` says why, in our words (see `parsing.parse`); what the model wrote is not repeated to it.
    """
    why = "; ".join(rejected[:MAX_REASONS])
    reminder = (
        f"An answer to this before broke the agreed form: {one_line(why, MAX_REASON_CHARS)}. "
        "Report all defects again, each with every field exactly as described above."
    )
    return replace(asked, chunk=f"{reminder}\n\n{asked.chunk}", thinking=0)


def prefix_tokens(rules: str, brief_text: str) -> int:
    """How many tokens the prefix has at the least, up to the last breakpoint."""
    return int((len(rules) + len(brief_text)) / PROSE_CHARS_PER_TOKEN)


def brief(
    pull: PullRequest, files: Sequence[FileDiff], *, repository_rules: str = "", pieces: Pieces = EVERY_PIECE
) -> str:
    """What every chunk's reader should know of the pull request; what outsiders wrote stands behind "| ".

    `files` are those under review; `repository_rules` comes from the base branch. `pieces` leave parts out; never all,
    since Claude takes no empty text.
    """
    return "\n".join(_brief(pull, files, repository_rules, pieces))


def without_files(brief_text: str) -> str:
    """A brief but for its list of files, which most pushes change. What outsiders wrote in it begins no line.

    A name that is long enough for a sentence, in whatever language, stays: it may steer a reader as well as a description.
    """
    said, _, listed = f"\n{brief_text}".partition(f"\n{_FILES}")
    names = (line.rpartition(" (")[0] for line in listed.split("\n")[1:])
    return "\n".join((said, *filter(_may_speak, names)))


_WORDS = 6
_WORD = regex(r"[A-Z]?[a-z]+|[A-Z]+")


def _may_speak(name: str) -> bool:
    """Whether a file's name, or a folder's, has as many words as a sentence, or letters that are not ASCII's."""
    if not name.isascii() or "\\u" in name:
        return True

    return any(len(_WORD.findall(part)) >= _WORDS for part in name.split("/"))


def _brief(pull: PullRequest, files: Sequence[FileDiff], repository_rules: str, pieces: Pieces) -> Iterator[str]:
    if repository_rules.strip():
        yield "Rules of the repository, from its base branch:"
        yield from barred(repository_rules, MAX_RULES_CHARS)
        yield ""

    if pieces.description:
        yield "The pull request's title:"
        yield f"| {one_line(' '.join(pull.title.split()), MAX_TITLE_CHARS)}"
        yield "Its description:" if pull.body.strip() else "It has no description."
        yield from barred(pull.body, MAX_BODY_CHARS)

    for issue in pull.issues:
        yield f"Issue {issue.number}, which it is to close:"
        yield f"| {one_line(' '.join(issue.title.split()), MAX_TITLE_CHARS)}"
        yield from barred(issue.body, MAX_ISSUE_CHARS)

    if not pieces.files:
        yield f"{_FILES} are {len(files)}."
        return

    yield f"{_FILES} ({len(files)}):"
    lines = [f"| {quote_path(file.path)} ({describe_change(file)}, {_size(file)})" for file in files[:MAX_FILES]]
    ends = accumulate(map(len, lines))
    named = [line for line, end in zip(lines, ends, strict=True) if end <= MAX_FILES_CHARS]
    yield from named
    if len(files) > len(named):
        yield f"... and {len(files) - len(named)} more"


def barred(text: str, most: int) -> Iterator[str]:
    """What outsiders wrote, each line behind "| ", and how many characters beyond `most` are left out."""
    text = make_visible(text.replace("\r\n", "\n").strip())
    if text:
        yield from (f"| {line}" for line in text[:most].split("\n"))
    if len(text) > most:
        yield f"... {len(text) - most} more characters are not shown"


def _size(file: FileDiff) -> str:
    lines = chain.from_iterable(hunk.lines for hunk in file.hunks)
    kinds = [line.kind for line in lines]
    return f"+{kinds.count(LineKind.ADDED)} -{kinds.count(LineKind.DELETED)}"
