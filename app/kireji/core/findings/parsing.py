"""Answer -> findings: what the model says, as checked data.

Structured outputs promise the answer's shape, not more: enum values may come in other capitals, lengths have no limits,
and an answer that was cut off or refused need not fit the schema at all (source: Anthropic's structured outputs
documentation). So each finding is checked by itself: what is plainly meant is mended (`mended_rows`), one that stays
malformed is rejected with a reason, the others stay.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    StrictStr,
    ValidationError,
)

from kireji.core.diff.unified import Side
from kireji.core.findings.finding import MAX_QUOTE, Category, Confidence, Finding, Severity, fingerprint
from kireji.core.findings.mended_rows import MAX_LINE_NUMBER, NO_LINE, mended
from kireji.core.models.structured import load_rows
from kireji.core.text.inert import MARKER
from kireji.core.text.invisible import encodable, is_clean
from kireji.core.text.shorten import shorten

MAX_TITLE = 120
MAX_EXPLANATION = 2_000
MAX_REPLACEMENT = 10_000
MAX_PATH = 4_096


@dataclass(frozen=True, slots=True)
class ParsedFindings:
    """What an answer holds."""

    findings: tuple[Finding, ...]
    """In the model's order."""

    rejected: tuple[str, ...]
    """For each malformed one a plain reason, without the model's text."""


def parse(text: str) -> ParsedFindings:
    """Read an answer's text. Raises AnswerError if nothing in it can be used."""
    findings = list[Finding]()
    rejected = list[str]()
    for number, item in enumerate(load_rows(text, "findings"), start=1):
        try:
            findings.append(_WireFinding.model_validate(mended(item)).finding())
        except ValidationError as error:
            rejected.append(f"finding {number}: {'; '.join(_problems(error))}")
    return ParsedFindings(tuple(findings), tuple(rejected))


def together(first: ParsedFindings, second: ParsedFindings) -> ParsedFindings:
    """What two answers to one question report, each finding once; what is missing is what the second could not say either."""
    reported = {fingerprint(finding) for finding in first.findings}
    more = tuple(finding for finding in second.findings if fingerprint(finding) not in reported)
    return ParsedFindings((*first.findings, *more), second.rejected)


# -- The wire ----------------------------------------------------------------------------------------------------------


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


def lowered(value: object) -> object:
    """A word of an enum as we write it: capitals and white space around it do not count."""
    return value.strip().lower() if isinstance(value, str) else value


def _upper(value: object) -> object:
    return value.strip().upper() if isinstance(value, str) else value


def _text(value: object) -> object:
    return encodable(value) if isinstance(value, str) else value


_LineNumber = Annotated[StrictInt, Field(ge=NO_LINE, le=MAX_LINE_NUMBER)]
_Text = Annotated[StrictStr, BeforeValidator(_text)]
_Filled = Annotated[_Text, AfterValidator(_filled)]


class _WireFinding(BaseModel):
    """A finding as the answer schema has it."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    path: Annotated[_Filled, Field(max_length=MAX_PATH)]
    side: Annotated[Side, BeforeValidator(_upper)]
    start_line: _LineNumber
    end_line: _LineNumber
    quote: _Text
    category: Annotated[Category, BeforeValidator(lowered)]
    severity: Annotated[Severity, BeforeValidator(lowered)]
    confidence: Annotated[Confidence, BeforeValidator(lowered)]
    title: _Filled
    explanation: _Filled
    replacement: _Text | None = None

    def finding(self) -> Finding:
        """The same as domain data, folded and cut to length."""
        return Finding(
            path=self.path,
            side=self.side,
            start_line=min(self.start_line, self.end_line),
            end_line=max(self.start_line, self.end_line),
            quote=self.quote[:MAX_QUOTE],
            category=self.category,
            severity=self.severity,
            confidence=self.confidence,
            title=shorten(" ".join(self.title.split()), MAX_TITLE),
            explanation=shorten(self.explanation.strip(), MAX_EXPLANATION),
            replacement=_replacement(self.replacement),
        )


def _replacement(text: str | None) -> str | None:
    """Whole lines without the last line's end, "" to delete, or None where nothing may be offered for a commit.

    Cut to length it would be other code, invisible characters in it could be committed unseen, and a marker of ours would
    be taken for what we said of the comment. Blank lines alone are no answer to anything.
    """
    if not text:
        return text
    lines = text.replace("\r\n", "\n").removesuffix("\n")
    safe = len(lines) <= MAX_REPLACEMENT and is_clean(lines) and not MARKER.search(lines)
    return lines if safe and lines.strip() else None


def _problems(error: ValidationError) -> Iterator[str]:
    for problem in error.errors(include_input=False, include_url=False, include_context=False):
        where = str(problem["loc"][0]) if problem["loc"] else "it"
        yield f"{where}: {problem['msg']}"
