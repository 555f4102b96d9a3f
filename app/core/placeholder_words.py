"""Values that stand where a password would: what documentation, tests and templates write there."""

import re
from itertools import pairwise

SHORTEST = 6

# Parts of words that somebody writes who does not give a secret away.
_WORDS = re.compile(
    r"change.?me|replace.?me|your[_. -]?|example|sample|dummy|placeholder|redacted|removed|hidden|masked|fixme|todo|"
    r"insert|enter.?|fill.?in|put.?|xxx|\*\*\*|\.\.\.|foobar|foo.?bar|lorem|not.?(?:a.?)?(?:real|secret)|fake|mock|stub|"
    r"test|demo|default|none|null|undefined|password|passwd|passw0rd|secret|p@ssw|hunter2|letmein|qwerty|abc123|12345|"
    r"^(?:admin|root|guest|postgres|mysql|mongo|redis|rabbit|kibana|grafana|user|login|sandbox|loopback|localhost)[\W\d_]*$",
    re.IGNORECASE,
)
# Names and paths of things, dotted or not: `settings.db_password`, `AUTH_TOKEN`, `/run/keys/db`, `a-kebab-name`.
_NAME = re.compile(r"[./~$@%&{<\[(-]*[A-Za-z]*(?:[\s_./:\\>|-]+[A-Za-z]*)*[\])}>?!.,:;-]*")
_PROSE = re.compile(r"\s")
_CODE = re.compile(r"[({\[<]|\$[A-Za-z_{]|%[a-z(]|\w\.\w+\.|=>|::|\\[wds]|^/.*/$")


def is_placeholder(value: str) -> bool:
    """Whether a value is too short, a word, a name, code or a placeholder rather than a secret.

    A secret that people make up has letters and digits or signs; one of letters only cannot be told from a name.
    """
    return (
        len(value) < SHORTEST
        or _PROSE.search(value) is not None
        or _WORDS.search(value) is not None
        or (len(value) < 64 and _NAME.fullmatch(value) is not None and not _is_mixed(value))
        or _CODE.search(value) is not None
        or len(set(value)) < 4
    )


def _is_mixed(value: str) -> bool:
    """Whether letters change their case as no name's do, which is made of words: "kQwZxAbTnEpL"."""
    turns = sum(one.islower() and other.isupper() for one, other in pairwise(value))
    return value.isalpha() and len(value) >= 12 and len(value) <= 4 * (turns + 1)
