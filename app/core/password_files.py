"""Files in which a password stands without quotes, behind a name: shells' and settings' files."""

import re

PLAIN = re.compile(
    r"(?:^|/)(?:\.env[\w.-]*|[\w.-]*\.env|\.netrc|\.pgpass|Dockerfile[\w.-]*|"
    r"[\w.-]*\.(?:sh|bash|zsh|service|ya?ml|eyaml|ini|cfg|conf|cnf|properties|toml))$"
)
"""Files with such values, or with code beside them that ends one."""

DATA = re.compile(
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
