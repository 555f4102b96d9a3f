"""Values that stand where a password would: what documentation, tests and templates write there.

A single `{`, `(`, `<`, `$` or `%` is a sign like others, of which passwords are made; only a whole form, as `${NAME}`, is code.
"""

import re
from itertools import pairwise

from kireji.core.text.patterns import regex

SHORTEST = 6

# Parts of words that somebody writes who stands in for a secret.
_WORDS = regex(
    r"change.?me|replace.?me|your[_. -]?|example|sample|dummy|placeholder|redacted|removed|hidden|masked|fixme|todo|"
    r"insert|enter.?|fill.?in|put.?|xxx|\*\*\*|\.\.\.|foobar|foo.?bar|lorem|not.?(?:a.?)?(?:real|secret)|fake|mock|stub|"
    r"test|demo|default|none|null|undefined|password|passwd|passw0rd|secret|p@ssw|hunter2|letmein|qwerty|abc123|12345|"
    r"^(?:admin|root|guest|postgres|mysql|mongo|redis|rabbit|kibana|grafana|user|login|sandbox|loopback|localhost)[\W\d_]*$",
    re.IGNORECASE,
)
# Those of them that people build passwords of as well.
_TRITE = regex(
    r"test|demo|default|password|passwd|passw0rd|secret|p@ssw|hunter2|letmein|qwerty|abc123|12345|put|admin|root|user|login",
    re.IGNORECASE,
)
_STRONG = (regex(r"[a-z]"), regex(r"[A-Z]"), regex(r"\d"), regex(r"[!@#$%^&*?+=~]"))
# Names and paths of things, dotted or not: `settings.db_password`, `AUTH_TOKEN`, `/run/keys/db`, `a-kebab-name`.
_NAME = regex(r"[./~$@%&{<\[(-]*+[A-Za-z\s_./:\\>|-]*+[\])}>?!.,:;=&\[({<-]*+")
_PROSE = regex(r"\s")
# What a template, a format, a shell or a program puts a value into, or calls: whole, from its first sign to its last.
_HOLE = regex(
    r"\$?\{\{[^{}]{0,100}\}\}|[$#@%]?\{[^{}]{0,100}\}|\$\([^()]{0,100}\)|<[^<>]{1,100}>|\[\[[^\[\]]{1,100}\]\]|"
    r"%\([^()]{0,60}\)[a-z]|%-?\d{0,3}[a-z](?![A-Za-z0-9])|"
    r"(?:^|(?<=[\s/:.,=@&?-]))\$[A-Za-z_]\w{0,60}(?:->\w{1,60}|\[[^\[\]]{0,60}\])*(?=$|[\s/:.,=@&?-])|"
    r"(?:^|(?<=\W))[A-Za-z_][\w.]{0,60}(?:\((?:[^()]|\([^()]{0,60}\)){0,100}\)|\[(?:[\w., |\"'-]|\[[\w., |-]{0,60}\]){0,60}\])"
)
# Regular expressions, paths of modules, addresses, dates, colours, hashes of passwords as crypt(3) writes them.
_CODE = regex(
    r"\(\?[:=!<P]|^\^?\[\^|\[[^\]]{0,40}(?:a-z|A-Z|0-9)|^\^.*\$$|\\[wdsb](?:[+*?{\\$)\]]|$)|^\.\*|\.\*\$?$|^/.*/[gimsux]*$|"
    r"^\w{2,12}://|^urn:|^\d{4}-\d\d-\d\dT|^#[0-9A-Fa-f]{6}$|\w\.\w+\.|=>|::|^\$(?:\d\w?|argon2\w*|pbkdf2[\w-]*|scrypt|apr1|sha1|g?y)\$"
)


def is_placeholder(value: str) -> bool:
    """Whether a value is too short, a word, a name, code or a placeholder rather than a secret.

    A secret that people make up has letters and digits or signs; one of letters only cannot be told from a name.
    """
    return (
        len(value) < SHORTEST
        or _PROSE.search(value) is not None
        or _says_so(value)
        or _CODE.search(value) is not None
        or len(set(value)) < 4
        or all(len(piece) < SHORTEST or _is_name(piece) for piece in _HOLE.split(value))
    )


def _says_so(value: str) -> bool:
    """Whether words stand in it for a secret. `Secret-2026!` is as good as others, or as bad: it is kept by somebody."""
    said = _WORDS.search(value)
    if said is not None and _TRITE.match(value, said.start()) and all(kind.search(value) for kind in _STRONG):
        said = _WORDS.search(_TRITE.sub("", value))
    return said is not None


def _is_name(value: str) -> bool:
    return len(value) < 64 and _NAME.fullmatch(value) is not None and not _is_mixed(value)


def _is_mixed(value: str) -> bool:
    """Whether letters change their case as no name's do, which is made of words: "kQwZxAbTnEpL"."""
    turns = sum(before.islower() and after.isupper() for before, after in pairwise(value))
    return value.isalpha() and len(value) >= 12 and len(value) <= 4 * (turns + 1)
