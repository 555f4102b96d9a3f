"""Where identity tokens come from: a file, the environment, or GitHub, which gives a job as many as it asks for.

Source of GitHub's request: its "OpenID Connect reference", and `core.getIDToken` of its toolkit.
"""

from collections.abc import Callable
from typing import assert_never
from urllib.parse import quote

import anthropic
import httpx2
from anthropic.lib.credentials import IdentityTokenFile
from typing_extensions import override

from kireji.adapters.claude.failure import Failure
from kireji.core.models.signin import Claims, JobToken, SignIn, TokenFile, TokenSource, TokenText, claims_of
from kireji.core.wording import signin_words as wording

TIMEOUT = 20.0  # seconds


class SignInError(anthropic.CredentialsError):
    """No access token could be had. `failure` says why, in words for people."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.reason)
        self.failure = failure

    @override
    def __reduce__(self) -> tuple[type["SignInError"], tuple[Failure]]:
        return type(self), (self.failure,)


class Identity:
    """The tokens of one source; each is told to `mask` before anything can show it."""

    def __init__(self, signin: SignIn, mask: Callable[[str], None]) -> None:
        self._source = signin.source
        self._mask = mask
        self.last = ""
        """The token that was read last."""
        self.claims: Claims | None = None
        """What that one says."""

    def read(self) -> str:
        """A token for one exchange. Blocks. Raises SignInError."""
        token = _token(self._source)
        claims = claims_of(token)
        if claims is None:
            raise SignInError(Failure(wording.no_token_here(self._source, "holds no identity token"), common=True))
        self._mask(token)
        self.claims = claims
        self.last = token
        return token


def _token(source: TokenSource) -> str:
    match source:
        case TokenFile():
            return _of_file(source)
        case TokenText(text=text):
            return text
        case JobToken():
            return _of_github(source)
        case _:
            assert_never(source)


def _of_file(source: TokenFile) -> str:
    """Read anew each time: whoever renews it writes over it."""
    try:
        return IdentityTokenFile(source.path)()
    except anthropic.IdentityTokenFileError as error:
        match error.__cause__:
            case FileNotFoundError():
                what = "is not there"
            case OSError(strerror=why):
                what = f"cannot be read ({why})"
            case UnicodeDecodeError():
                what = "holds no identity token"
            case _:
                what = "is empty"

    raise SignInError(Failure(wording.no_token_here(source, what), common=True))


def _of_github(source: JobToken) -> str:
    joint = "&" if "?" in source.url else "?"
    address = f"{source.url}{joint}audience={quote(source.audience, safe='')}"
    headers = {"Authorization": f"Bearer {source.bearer}", "Accept": "application/json"}
    try:
        answer = httpx2.get(address, headers=headers, timeout=TIMEOUT)
    except (httpx2.HTTPError, httpx2.InvalidURL):
        raise SignInError(Failure(wording.GITHUB_UNREACHABLE, passing=True)) from None

    if answer.status_code != 200:
        passing = answer.status_code >= 500 or answer.status_code in {408, 429}
        raise SignInError(Failure(wording.github_refused(answer.status_code), passing=passing, common=not passing))

    try:
        token = answer.json()["value"]
    except (ValueError, KeyError, TypeError):
        token = None
    if not isinstance(token, str):
        raise SignInError(Failure(wording.no_token_here(source, "cannot be read"), common=True))
    return token
