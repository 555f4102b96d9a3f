"""Settings -> how to sign in to Claude without a key. The names are the SDK's and claude-code-action's."""

from collections.abc import Mapping

from kireji.core.models.providers import Provider
from kireji.core.models.signin import MAX_TOKEN_CHARS, JobToken, SignIn, TokenFile, TokenSource, TokenText, claims_of
from kireji.core.wording.signin_words import half_set
from kireji.settings.reader import SettingsReader
from kireji.settings.secret import Secret

KEY = "ANTHROPIC_API_KEY"
RULE = "ANTHROPIC_FEDERATION_RULE_ID"
ORGANIZATION = "ANTHROPIC_ORGANIZATION_ID"
ACCOUNT = "ANTHROPIC_SERVICE_ACCOUNT_ID"
WORKSPACE = "ANTHROPIC_WORKSPACE_ID"
FILE = "ANTHROPIC_IDENTITY_TOKEN_FILE"
TEXT = "ANTHROPIC_IDENTITY_TOKEN"
# Whoever sets one of these wants to sign in by it; a workspace or an audience alone says nothing.
TELLING = (RULE, ORGANIZATION, ACCOUNT, FILE, TEXT)
# What GitHub sets in a job that may have identity tokens. Source: GitHub's "OpenID Connect reference".
_REQUEST = ("ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN")
_UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_ID = r"[A-Za-z0-9_-]{1,100}"


def wanted(environ: Mapping[str, str]) -> bool:
    """Whether somebody means to sign in without a key."""
    return any(environ.get(name, "").strip() for name in TELLING)


def has_token(environ: Mapping[str, str]) -> bool:
    """Whether there is a token to sign in with."""
    return any(environ.get(name, "").strip() for name in (FILE, TEXT)) or all(map(environ.get, _REQUEST))


def signin_of(reader: SettingsReader, provider: Provider, *, asks: bool) -> SignIn | None:
    """How to sign in; None with a key, which goes first as everywhere, or where nobody wants it. What lacks is kept."""
    text = reader.matching(TEXT, r"[!-~]+", "a token: it holds white space or worse")
    if provider is not Provider.ANTHROPIC or not asks or reader.given(KEY) or not wanted(reader.environ):
        return None

    if problem := lacking(reader):
        reader.problems.append(problem)

    return SignIn(
        rule=reader.matching(RULE, rf"fdrl_{_ID}", "a federation rule's id, as fdrl_…"),
        organization=reader.matching(ORGANIZATION, _UUID, "an organization's id, which is a UUID"),
        service_account=reader.matching(ACCOUNT, rf"svac_{_ID}", "a service account's id, as svac_…"),
        workspace=reader.matching(WORKSPACE, rf"wrkspc_{_ID}|default", "a workspace's id, as wrkspc_…, or default"),
        source=_source(reader, text),
    )


def lacking(reader: SettingsReader) -> str:
    """What is given of a sign-in and what is not, all in one sentence; "" where nothing lacks."""
    given = [name for name in TELLING if reader.given(name)]
    missing = [name for name in (RULE, ORGANIZATION) if not reader.given(name)]
    has = has_token(reader.environ)
    if has and not missing:
        return ""
    return half_set(given, missing, token=has, in_job=bool(reader.given("GITHUB_ACTIONS")))


def unused(reader: SettingsReader, provider: Provider) -> bool:
    """Whether a key keeps a sign-in from being used that is set up as well."""
    return provider is Provider.ANTHROPIC and bool(reader.given(KEY) and reader.given(RULE))


def secrets_of(signin: SignIn | None) -> tuple[Secret, ...]:
    """What of a sign-in must not be shown: its identity token, or what asks GitHub for one."""
    match signin and signin.source:
        case TokenText(text=text):
            return (Secret(text),)
        case JobToken(bearer=bearer):
            return (Secret(bearer),)
        case _:
            return ()


def _source(reader: SettingsReader, text: str) -> TokenSource:
    """The file before the text, as in the SDK; else what GitHub gives a job."""
    if file := reader.given(FILE):
        return TokenFile(file)
    if text:
        if claims_of(text) is None:
            reader.bad(TEXT, f"is no identity token, which is a JWT (a.b.c) of at most {MAX_TOKEN_CHARS:,} characters")
        return TokenText(text)

    url, bearer = map(reader.given, _REQUEST)
    return JobToken(url, bearer, reader.matching("ANTHROPIC_OIDC_AUDIENCE", r"[!-~]{1,300}", "an audience"))
