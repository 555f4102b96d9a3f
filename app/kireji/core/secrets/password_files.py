"""Files in which a password stands without quotes, behind a name: shells' and settings' files."""

from kireji.core.text.patterns import regex

PLAIN = regex(
    r"(?:^|/)(?:\.env[\w.-]*|[\w.-]*\.env|\.netrc|\.pgpass|Dockerfile[\w.-]*|"
    r"[\w.-]*\.(?:sh|bash|zsh|service|ya?ml|eyaml|ini|cfg|conf|cnf|properties|toml))$"
)
"""Files with such values, or with code beside them that ends one."""

DATA = regex(
    r"(?:^|/)(?:\.env[\w.-]*|[\w.-]*\.env|\.pgpass|[\w.-]*\.(?:service|ya?ml|eyaml|ini|cfg|conf|cnf|properties))$"
)
"""Those of them in which nothing ends a value but the line, so that it may have any sign."""


def forms(name: str) -> tuple[str, str]:
    """For files of both kinds, given a pattern of names; where a bracket is open on the line, the first counts in all."""
    plain = rf"(?i:{name}|_pass)\w{{0,20}}[ \t]{{0,4}}[=:][ \t]{{0,4}}(?![\"'`$<{{(])([^\s\"'`;&|<>(){{}}]{{8,200}})"
    whole = (
        rf"^[^\n{{\[(<\"'`]{{0,200}}?(?i:{name}|_pass)\w{{0,20}}[ \t]{{0,4}}[=:][ \t]{{0,4}}"
        r"(?![\"'`$<{(\[&*!|>])(\S{8,200})[ \t]*(?:[ \t]#.*)?$"
    )
    return plain, whole


HOLDING: tuple[tuple[str, str], ...] = (
    # https://www.postgresql.org/docs/current/libpq-pgpass.html: hostname:port:database:username:password
    (
        r"(?:^|/)(?:\.?pgpass[\w.-]{0,20}|pgpass\.conf)$",
        r"^[ \t]{0,4}(?:[^:\n#\\]|\\.){1,200}+:(?:\d{1,5}|\*):(?:[^:\n\\]|\\.){1,100}+:(?:[^:\n\\]|\\.){1,100}+:(\S{4,200})$",
    ),
    (r"(?:^|/)\.?vault[_-]pass(?:word)?[\w.-]{0,10}$|(?:^|/)\.vault-token$", r"\A\s{0,4}(\S{6,200})\s{0,4}\Z"),
)
"""Files that hold passwords by what they are: how their paths end, and where in them one stands."""
