"""What a finding must not be: taste, advice, praise, questions, and things that are merely not there. Known by its words.

`rules.md` forbids these kinds; a model reports them all the same. Strong words are believed of any finding, weak ones only
where it is not grave: "naming" may be a nit, or the reason why two files overwrite each other.
"""

import re

from kireji.core.findings.finding import Category, Finding, FoundBy, Severity
from kireji.core.findings.rules import Rule
from kireji.core.text.patterns import regex

_SORT = r"(?:(?:an?|any|the|new|more|unit|integration|regression|automated|proper|adequate|inline|enough)\s+)*"
_LACKS = rf"\b(?:missing|no|lacks?|lacking|without|add|adding|needs?|absent|insufficient|should\s+have)\s+{_SORT}"

_STRONG: tuple[tuple[Rule, str], ...] = (
    (Rule.NIT_ADVICE, r"^(?:consider|prefer|suggest(?:ion)?|recommend|nit|nitpick|minor|optional)\b"),
    (Rule.NIT_ADVICE, r"^(?:refactor|extract|simplify|inline|reuse)\b"),
    (Rule.NIT_ADVICE, r"^(?:you|we|one|this|it)\s+(?:could|might|may)\s+(?:want|consider|prefer)\b"),
    (
        Rule.NIT_ADVICE,
        r"^(?:it\s+)?(?:would|might|could)\s+be\s+(?:better|cleaner|nicer|good|safer|clearer|worth|simpler)\b",
    ),
    (Rule.NIT_ADVICE, r"\bcould\s+be\s+(?:simplified|refactored|extracted|shortened|rewritten|inlined|reused)\b"),
    (Rule.NIT_ADVICE, r"\b(?:for consistency|best practices?)\b"),
    (Rule.NIT_STYLE, r"^(?:rename|reformat|reorder|style|naming|formatting|typo|spelling|indentation)\b"),
    (Rule.NIT_PRAISE, r"^(?:good|nice|great|excellent|well\s+done|clean|looks\s+good|lgtm|solid|thank)\b"),
    (Rule.NIT_QUESTION, r"\?\s*$"),
    (
        Rule.NIT_QUESTION,
        r"^(?:why|are you sure|did you|have you|could you|can you|should we|what about|is there a reason)\b",
    ),
    (
        Rule.NIT_ABSENT,
        rf"{_LACKS}(?:tests?|test\s+(?:cases?|coverage)|doc\s?strings?|documentation|docs|jsdoc|javadoc)\b",
    ),
    (
        Rule.NIT_ABSENT,
        r"\b(?:is|are)\s+(?:untested|undocumented|not\s+(?:tested|documented|covered\s+by\s+(?:any\s+)?tests?))\b",
    ),
    (
        Rule.NIT_OUTDATED,
        r"\b(?:version|package|model|action|release|tag)\b.{0,40}\b(?:does\s+not|doesn't)\s+(?:yet\s+)?exist\b",
    ),
    (Rule.NIT_OUTDATED, r"`[^`]+@[^`]+`.{0,30}\b(?:does\s+not|doesn't)\s+exist\b"),
    (Rule.NIT_OUTDATED, r"\b(?:outdated|non-?existent)\s+(?:version|package|release|action|model)\b"),
)

_WEAK: tuple[tuple[Rule, str], ...] = (
    (
        Rule.NIT_STYLE,
        r"\b(?:naming|misnamed|camelcase|snake_?case|pascalcase|cod(?:e|ing)\s+style|pep\s?8|readab\w+)\b",
    ),
    (Rule.NIT_STYLE, r"\bmagic\s+(?:number|string|value)s?\b|\b(?:descriptive|meaningful|clearer|better)\s+names?\b"),
    (Rule.NIT_STYLE, r"\b(?:variable|function|method|parameter|class)\s+names?\s+(?:is|are|should|could|does)\b"),
    (Rule.NIT_STYLE, r"\b(?:trailing|extra|inconsistent|missing)\s+(?:white\s?space|spaces?|blank\s+lines?|newline)\b"),
    (Rule.NIT_STYLE, r"\b(?:trailing|extra|inconsistent|missing)\s+(?:commas?|semicolons?|indentation)\b"),
    (Rule.NIT_STYLE, r"\bline\s+(?:is\s+)?too\s+long\b|\bline\s+length\b|\bimport\s+order\b"),
    (Rule.NIT_STYLE, r"\b(?:unused|unsorted)\s+(?:imports?|variables?|parameters?|arguments?|locals?)\b"),
    (Rule.NIT_STYLE, r"\b(?:imports?|variables?|parameters?)\s+(?:is|are)\s+(?:unused|not\s+(?:sorted|used))\b"),
    (Rule.NIT_STYLE, r"\b(?:single|double)\s+quotes\b|\bquote\s+style\b|\b(?:typo|misspell\w+|spelling)\b"),
    (Rule.NIT_STYLE, r"\binconsistent(?:ly)?\s+(?:style|naming|formatt\w+|with\s+the\s+rest)\b"),
    (
        Rule.NIT_ABSENT,
        rf"{_LACKS}(?:comments?|logging|log\s+(?:messages?|statements?|lines?)|changelog(?:\s+entry)?)\b",
    ),
    (Rule.NIT_ABSENT, rf"{_LACKS}(?:type\s+(?:hints?|annotations?)|return\s+type)\b"),
    (
        Rule.NIT_ADVICE,
        r"\b(?:should|could|might)\s+(?:probably\s+)?be\s+(?:moved|split|extracted|a\s+constant|more\s+\w+)\b",
    ),
    (Rule.NIT_ADVICE, r"\bduplicat(?:e|ed)\s+code\b|\bcode\s+duplication\b"),
    (
        Rule.NIT_ADVICE,
        r"\b(?:may|might|could)\s+(?:potentially\s+)?(?:cause|lead\s+to|introduce)\s+(?:problems|issues|bugs)\b",
    ),
)

_GRAVE = frozenset({Category.SECURITY, Category.DATA_LOSS, Category.CONCURRENCY})


def _table(rows: tuple[tuple[Rule, str], ...]) -> tuple[tuple[Rule, re.Pattern[str]], ...]:
    return tuple((nit, regex(pattern, re.IGNORECASE)) for nit, pattern in rows)


_STRONG_WORDS = _table(_STRONG)
_WEAK_WORDS = _table(_WEAK)


def find_nit(finding: Finding) -> Rule | None:
    """The kind of nit that a finding's title shows it to be, None for a finding that may be reported.

    Not its explanation: what is wrong stands in the title, and a true explanation may advise in its last sentence.
    """
    if finding.found_by is FoundBy.CODE:
        return None

    title = finding.title.strip("*_ ")
    light = finding.severity.rank >= Severity.MEDIUM.rank and finding.category not in _GRAVE
    tables = (*_STRONG_WORDS, *(_WEAK_WORDS if light else ()))
    return next((kind for kind, words in tables if words.search(title)), None)
