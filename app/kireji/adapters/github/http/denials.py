"""Which refusal an answer of GitHub's is. Its words and headers are read here and nowhere else.

Sources: GitHub's "Troubleshooting the REST API", "Authenticating to the REST API" and "Locking conversations"; the words
are those of answers quoted in public issues.
"""

import re
from urllib.parse import urlsplit

from github import GithubException

from kireji.adapters.github.http.answers import errors, graphql_kinds, header, is_limit, said
from kireji.core.pulls.denial import Clues, Denial, DenialKind, Home
from kireji.core.text.patterns import regex
from kireji.core.wording import denial_words

# Words of GitHub's, in lower case, and what they mean whatever the status is: a locked conversation is 403 to a comment
# and 422 to a review, an archived repository 403 in REST and UNPROCESSABLE in GraphQL.
_WORDS = (
    ("saml enforcement", DenialKind.SAML),
    ("ip allow list", DenialKind.IP_LIST),
    ("archived so is read-only", DenialKind.ARCHIVED),
    ("repository was archived", DenialKind.ARCHIVED),
    ("repository access blocked", DenialKind.BLOCKED),
    ("repository has been disabled", DenialKind.BLOCKED),
    ("issue is locked", DenialKind.LOCKED),
    ("lock prevents review", DenialKind.LOCKED),
    ("conversation is locked", DenialKind.LOCKED),
    ("installation has been suspended", DenialKind.SUSPENDED),
    ("account was suspended", DenialKind.ACCOUNT_SUSPENDED),
    ("account is suspended", DenialKind.ACCOUNT_SUSPENDED),
    ("forbids access via", DenialKind.TOKEN_KIND),
    ("only be modified by the github app that created it", DenialKind.FOREIGN_CHECK),
    ("user is blocked", DenialKind.ACCOUNT_BLOCKED),
    ("can't perform this action at this time", DenialKind.ACCOUNT_BLOCKED),
    ("can't perform that action at this time", DenialKind.ACCOUNT_BLOCKED),
)
_REFUSING = {401, 403, 410, 422, 451}
_NEED = regex(r"([a-z_]{1,40})=(read|write|admin)", re.ASCII)
_SCOPES = regex(r"[a-z_:]{1,40}", re.ASCII)
_ADDRESS = regex(r"https://[\w.:-]+(?:/[\w./?=&%~+-]*)?", re.ASCII)
MAX_ADDRESS = 600  # characters; the request for an authorization in it has about a hundred


def denied(error: object) -> DenialKind | None:
    """Why GitHub refuses it for good; None for what passes, and for what is no refusal."""
    if not isinstance(error, GithubException) or is_limit(error):
        return None
    kinds = graphql_kinds(error)
    if _lacks_scope(error):
        return DenialKind.PERMISSION
    if error.status not in _REFUSING and not kinds:
        return None

    words = said(error).lower()
    meant = next((meaning for text, meaning in _WORDS if text in words), None)
    if meant is not None:
        return meant

    if _wants_sso(error):
        return DenialKind.SAML
    if error.status == 401:
        return DenialKind.CREDENTIALS
    if error.status == 451:
        return DenialKind.BLOCKED
    return DenialKind.PERMISSION if error.status == 403 or "FORBIDDEN" in kinds else None


def denial(error: object, home: Home, needs: str) -> Denial | None:
    """The refusal as people are told of it; `needs` are the permissions for what was tried, where GitHub names none."""
    kind = denied(error)
    if kind is None or not isinstance(error, GithubException):
        return None

    has = header(error, "x-oauth-scopes")
    clues = Clues(
        said(error),
        _named(error, needs) or needs,
        _scopes(header(error, "x-accepted-oauth-scopes")),
        None if has is None else _scopes(has),
        _address(error, home),
    )
    return denial_words.denial(kind, home.runtime, clues)


def _lacks_scope(error: GithubException) -> bool:
    """Whether a classic token sees nothing, for want of a scope: that is a 404, whose headers tell (same sources)."""
    wanted = header(error, "x-accepted-oauth-scopes")
    has = header(error, "x-oauth-scopes")
    if error.status != 404 or not wanted or has is None:
        return False
    return {*_SCOPES.findall(wanted)}.isdisjoint(_SCOPES.findall(has))


def _wants_sso(error: GithubException) -> bool:
    if (header(error, "x-github-sso") or "").startswith("required"):
        return True

    kinds = (item.get("extensions") for item in errors(error) if isinstance(item, dict))
    return any(isinstance(extensions, dict) and extensions.get("saml_failure") is True for extensions in kinds)


def _named(error: GithubException, needs: str) -> str:
    """`X-Accepted-GitHub-Permissions`: a comma means and, a semicolon or.

    It speaks of one request; where the whole of what is tried `needs` to write, reading is not enough.
    """
    ways = (header(error, "x-accepted-github-permissions") or "").split(";")[:5]
    sentences = (_permissions(way, needs) for way in ways)
    return ", or ".join(filter(None, sentences))


def _permissions(way: str, needs: str) -> str:
    return ", ".join(_enough(name.replace("_", " "), level, needs) for name, level in _NEED.findall(way))


def _enough(name: str, level: str, needs: str) -> str:
    written = f"{name}: write"
    return written if level == "read" and written in needs else f"{name}: {level}"


def _scopes(text: str | None) -> str:
    return ", ".join(_SCOPES.findall(text or "")[:20])


def _address(error: GithubException, home: Home) -> str:
    """Where people can lift it: of `X-GitHub-SSO`, or a block's own page. Nothing but https on the GitHub we talk to."""
    _, _, url = (header(error, "x-github-sso") or "").partition("url=")
    data = error.data if isinstance(error.data, dict) else {}
    block = data.get("block")
    if not url and isinstance(block, dict):
        url = str(block.get("html_url") or "")
    url = url.partition(";")[0].strip()
    if len(url) > MAX_ADDRESS or not _ADDRESS.fullmatch(url):
        return ""
    return url if urlsplit(url).netloc == urlsplit(home.site).netloc else ""
