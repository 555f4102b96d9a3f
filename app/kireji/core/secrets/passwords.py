"""Where a password stands: in files that hold them without quotes, behind a name, and where no assignment names it.

The latter are SQL, XML, a `.netrc`, a call, a keyword, an address's query.
Sources: the grammars of CREATE and ALTER USER, ROLE and LOGIN of PostgreSQL, MySQL, Oracle and SQL Server; curl's and
GNU's descriptions of `.netrc`; the connection addresses of JDBC drivers. What is found is still held against what people
write there who give nothing away (`placeholders`).
"""

from itertools import product

from kireji.core.text.patterns import regex

_PASSWORD = r"(?i:password|passwd|pwd|passphrase)"  # noqa: S105 - names
_KEY = r"(?i:api|access|secret|private|signing|encryption)[_-]?(?i:key)"
_NAME = rf"(?:(?i:password|passwd|pwd|passphrase|secret|token)|{_KEY})"
_OPEN = r"(?i:csrf|xsrf|authenticity|public_?key|next|page|continuation)"  # tokens that are no secret
# In a string, the quotes may be escaped; between them, quotes are escaped or doubled. A pair of quotes can be taken in two
# ways, so the repeat gives nothing back: it would try all of them.
_QUOTED = r"(?P<quote>\\?[\"'])((?:(?!(?P=quote))(?:\\.|[^\s\\])|''){6,200}+)(?P=quote)"
DOUBLE = r"\"((?:[^\"\\\n]|\\.){6,200}+)\""
SINGLE = r"'((?:[^'\\\n]|\\.|''){6,200}+)'"
"""A literal of so many characters, of which one may be escaped, or doubled as in SQL and YAML."""


_NAME_ENDS = ("word", "wd", "hrase", "cret", "oken", "ey", "WORD")


def _ends(*signs: str) -> tuple[str, ...]:
    """How names end, with what stands behind them: words that are quickly looked for."""
    return tuple(f"{end}{sign}" for sign, end in product(signs, _NAME_ENDS))


FORMS: tuple[tuple[tuple[str, ...], str], ...] = (
    # SQL: IDENTIFIED BY '…', IDENTIFIED WITH plugin BY '…'; PASSWORD '…' of a user, and alone in a statement's capitals.
    (
        ("dentified", "DENTIFIED"),
        r"(?i:\bidentified\s{1,8}(?:with\s{1,8}[\"'`]?[\w$]{1,40}[\"'`]?\s{1,8})?by)\s{1,8}" + _QUOTED,
    ),
    (
        ("assword '", "ASSWORD '", 'ASSWORD "', "assword \\", "ASSWORD \\", "WORD = N'", "WORD=N'"),
        r"(?:(?i:\b(?:create|alter)\s{1,8}(?:user|role|login|group)\b[^;]{1,200}?\bpassword)\s{0,8}=?\s{0,8}N?|\bPASSWORD )"
        + _QUOTED,
    ),
    # .netrc, on one line or on several.
    (
        ("machine ", "default login"),
        r"\b(?:machine\s{1,8}\S{1,200}|default)\s{1,8}(?:(?:login|account)\s{1,8}\S{1,100}\s{1,8}){0,2}password\s{1,8}([^\s`]{6,200})",
    ),
)
"""Each with the words of which one stands in every text that has it; the group is the secret."""

IN_LINE: tuple[tuple[tuple[str, ...], str], ...] = (
    # XML: <password>…</password>, <add key="SmtpPassword" value="…"/>, <property name="password">…</property>.
    (
        _ends(">"),
        rf"<(?![\w.:-]{{0,40}}?{_OPEN})[\w.:-]{{0,60}}?{_NAME}>"
        r"[ \t]{0,8}(?:<!\[CDATA\[)?([^<>\s]{6,200}?)(?:\]\]>)?[ \t]{0,8}</",
    ),
    (
        _ends('"', "'"),
        rf"\b(?:key|name)=[\"'](?![\w.:-]{{0,40}}?{_OPEN})[\w.:-]{{0,60}}?{_NAME}[\"']"
        r"(?:[ \t]{1,8}value=[\"']|[ \t]{0,8}>)([^\"'<>\s]{6,200})(?:[\"']|</)",
    ),
    # Calls: setPassword("…"), withClientSecret("…"), .password("…"). What else is called with a name's text reads it.
    (
        _ends("("),
        rf"(?:\b(?i:set|with)_?(?!\w{{0,40}}?{_OPEN})\w{{0,40}}?{_NAME}|\.(?:{_PASSWORD}|(?i:client_?secret)|{_KEY}))"
        r"\([ \t]{0,4}" + _QUOTED,
    ),
    # Keywords of Clojure and of other Lisps.
    (_ends(" "), rf":(?![\w./-]{{0,40}}?{_OPEN})[\w./-]{{0,40}}?{_NAME}[ \t]{{1,8}}" + r"\"([^\"\s]{6,200})\""),
    # jdbc:…?user=shop&password=…, and other addresses that are written so.
    (
        _ends("="),
        rf"(?:(?i:jdbc):|://)[^\s\"'<>`]{{1,300}}?[?&;]{_PASSWORD}=" + r"([^\s\"'`&;,<>{}$]{6,200})",
    ),
)
"""The same, for lines that name a password."""

# -- Files --------------------------------------------------------------------------------------------------------------

UNQUOTED_OR_CODE = regex(
    r"(?:^|/)(?:\.env[\w.-]*|[\w.-]*\.env|\.netrc|\.pgpass|Dockerfile[\w.-]*|"
    r"[\w.-]*\.(?:sh|bash|zsh|service|ya?ml|eyaml|ini|cfg|conf|cnf|properties|toml))$"
)
"""Files with such values, or with code beside them that ends one."""

UNQUOTED = regex(
    r"(?:^|/)(?:\.env[\w.-]*|[\w.-]*\.env|\.pgpass|[\w.-]*\.(?:service|ya?ml|eyaml|ini|cfg|conf|cnf|properties))$"
)
"""Those of them in which nothing ends a value but the line, so that it may have any sign."""


def unquoted_forms(name: str) -> tuple[str, str]:
    """For files of both kinds, given a pattern of names; where a bracket is open on the line, the first counts in all."""
    plain = rf"(?i:{name}|_pass)\w{{0,20}}[ \t]{{0,4}}[=:][ \t]{{0,4}}(?![\"'`$<{{(])([^\s\"'`;&|<>(){{}}]{{8,200}})"
    whole = (
        rf"^[^\n{{\[(<\"'`]{{0,200}}?(?i:{name}|_pass)\w{{0,20}}[ \t]{{0,4}}[=:][ \t]{{0,4}}"
        r"(?![\"'`$<{(\[&*!|>])(\S{8,200})[ \t]*(?:[ \t]#.*)?$"
    )
    return plain, whole


PASSWORD_FILES: tuple[tuple[str, str], ...] = (
    # https://www.postgresql.org/docs/current/libpq-pgpass.html: hostname:port:database:username:password
    (
        r"(?:^|/)(?:\.?pgpass[\w.-]{0,20}|pgpass\.conf)$",
        r"^[ \t]{0,4}(?:[^:\n#\\]|\\.){1,200}+:(?:\d{1,5}|\*):(?:[^:\n\\]|\\.){1,100}+:(?:[^:\n\\]|\\.){1,100}+:(\S{4,200})$",
    ),
    (r"(?:^|/)\.?vault[_-]pass(?:word)?[\w.-]{0,10}$|(?:^|/)\.vault-token$", r"\A\s{0,4}(\S{6,200})\s{0,4}\Z"),
)
"""Files that hold passwords by what they are: how their paths end, and where in them one stands."""
