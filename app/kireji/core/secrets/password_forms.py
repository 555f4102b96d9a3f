"""Where a password stands that no assignment names: in SQL, XML, a `.netrc`, a call, a keyword, an address's query.

Sources: the grammars of CREATE and ALTER USER, ROLE and LOGIN of PostgreSQL, MySQL, Oracle and SQL Server; curl's and
GNU's descriptions of `.netrc`; the connection addresses of JDBC drivers. What is found is still held against what people
write there who give nothing away (`placeholder_words`).
"""

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


def _ends(*signs: str) -> tuple[str, ...]:
    """How names end, with what stands behind them: words that are quickly looked for."""
    return tuple(f"{end}{sign}" for sign in signs for end in ("word", "wd", "hrase", "cret", "oken", "ey", "WORD"))


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
