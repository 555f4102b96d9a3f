"""What is said of signing in to Claude without a key: what went wrong, and what to do about it, where it is done."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import assert_never

from kireji.core.models.signin import Claims, JobToken, SignIn, TokenFile, TokenSource, TokenText
from kireji.core.text.lists import all_of
from kireji.core.wording.plurals import choose

INPUTS: Mapping[str, str] = {
    "ANTHROPIC_FEDERATION_RULE_ID": "anthropic_federation_rule_id",
    "ANTHROPIC_ORGANIZATION_ID": "anthropic_organization_id",
    "ANTHROPIC_SERVICE_ACCOUNT_ID": "anthropic_service_account_id",
    "ANTHROPIC_WORKSPACE_ID": "anthropic_workspace_id",
    "ANTHROPIC_OIDC_AUDIENCE": "anthropic_oidc_audience",
}
"""The settings, and what the Action's inputs call them: the names of anthropics/claude-code-action."""

PERMISSION = "add `id-token: write` to the job's `permissions`"
FORK_CANNOT_SIGN_IN = (
    "Not reviewed: this pull request comes from a fork, and GitHub gives its workflows no identity token (`id-token: write` "
    "does not hold there), so Kireji cannot sign in to Claude. A maintainer can have it reviewed with `/review` in a "
    "comment, where the workflow also runs on `issue_comment`; or the workflow may run on `pull_request_target`, which is "
    "safe here: Kireji never checks out or runs the pull request's code."
)
KEY_GOES_FIRST = (
    "ANTHROPIC_API_KEY is set as well, and takes precedence over the sign-in by ANTHROPIC_FEDERATION_RULE_ID, which is not "
    "used: unset one of them"
)
NO_SIGNING_KEY = (
    "This run has no lasting secret, so Kireji cannot distinguish what it posted in earlier runs from a forgery: it reports "
    "findings again whose threads people resolved, and remembers nothing between runs. Give the input `signing-key` a secret "
    "of 32 characters or more"
)
UNREACHABLE = "Claude's token exchange could not be reached"
GARBLED = "Claude's token exchange sent something that cannot be read"
GITHUB_UNREACHABLE = "GitHub could not be reached for an identity token"
WITH_KEY = "with the key in ANTHROPIC_API_KEY"
UNSET_ONE = "Unset ANTHROPIC_API_KEY to sign in without it, or ANTHROPIC_FEDERATION_RULE_ID to stay with it."
ASK_ANEW = "Look at the rule's scope and workspace in the Claude Console; it must let the Messages API be used."
ACCESS_REFUSED = (
    "Claude refused the access token that it gave (401): look at the rule and its workspace in the Claude Console"
)
_HISTORY = "the Claude Console's authentication history (Settings, Workload identity) names the reason"


def half_set(given: Sequence[str], missing: Sequence[str], *, token: bool, in_job: bool) -> str:
    """A sign-in of which some settings are `given` and others are `missing`, or which has no `token` to exchange.

    `in_job`: in a job of GitHub Actions, which is given tokens by a permission.
    """
    lacks = list[str]()
    remedies = list[str]()

    if missing:
        lacks.append(f"{all_of(missing)} {choose(len(missing), 'is', 'are')} not")
        remedies.append(f"set {all_of(missing)}")

    if not token:
        lacks.append("GitHub gives this job no identity token" if in_job else "there is no identity token to exchange")
        remedies.append(PERMISSION if in_job else "set ANTHROPIC_IDENTITY_TOKEN_FILE or ANTHROPIC_IDENTITY_TOKEN")

    return (
        f"{all_of(given)} {choose(len(given), 'is', 'are')} set, but {', and '.join(lacks)}: "
        f"{', and '.join(remedies)}; or set ANTHROPIC_API_KEY"
    )


def exchange_failed(status: int) -> str:
    """The service's own trouble."""
    return f"Claude's token exchange had an error ({status})"


def not_allowed(signin: SignIn) -> str:
    """An access token that may not do what is asked."""
    rule = _called("ANTHROPIC_FEDERATION_RULE_ID", signin.source)
    return f"Claude does not allow this sign-in to use the model (403): check the workspace and the scope of the rule in {rule}"


def malformed(signin: SignIn, said: str) -> str:
    """A request for a token that was refused before any rule was looked at; `said` is Claude's own sentence."""
    names = ("ANTHROPIC_FEDERATION_RULE_ID", "ANTHROPIC_ORGANIZATION_ID", "ANTHROPIC_SERVICE_ACCOUNT_ID")
    called = ", ".join(_called(name, signin.source) for name in (*names, "ANTHROPIC_WORKSPACE_ID"))
    told = f", “{said}”" if said else ""
    return f"Claude refused the sign-in as incomplete or malformed (400{told}): check {called}"


def refused(signin: SignIn, status: int, claims: Claims | None) -> str:
    """An identity token that Claude did not take, as it always says in the same words, whatever the reason."""
    source = signin.source
    ids = ["ANTHROPIC_FEDERATION_RULE_ID", "ANTHROPIC_ORGANIZATION_ID"]
    ids += ["ANTHROPIC_SERVICE_ACCOUNT_ID"] if signin.service_account else []
    called = [_called(name, source) for name in ids]

    workspace = _called("ANTHROPIC_WORKSPACE_ID", source)
    several = "" if signin.workspace else f", that {workspace} is set if the rule has several workspaces,"
    return (
        f"Claude refused the identity token ({status}): check that {all_of(called)} are right"
        f"{several} and that the rule takes {_described(source, claims)}; {_HISTORY}"
    )


def expired(source: TokenSource, ended: datetime) -> str:
    """A token that was renewed too late, or never."""
    match source:
        case TokenFile():
            return (
                f"The token in the file of ANTHROPIC_IDENTITY_TOKEN_FILE expired at {ended:%H:%M} UTC on "
                f"{ended:%Y-%m-%d}: see why nobody renews it"
            )
        case TokenText():
            return f"ANTHROPIC_IDENTITY_TOKEN expired at {ended:%H:%M} UTC on {ended:%Y-%m-%d}: set it to a fresh token"
        case JobToken():
            return "GitHub's identity token had expired when Claude saw it: check the runner's clock"
        case _:
            assert_never(source)


def used_up(source: TokenSource) -> str:
    """A token that was exchanged before, by us."""
    name = "ANTHROPIC_IDENTITY_TOKEN_FILE" if isinstance(source, TokenFile) else "ANTHROPIC_IDENTITY_TOKEN"
    return (
        f"Claude takes an identity token once, and the one of {name} was exchanged before (401): turn single use "
        "(`check_jti`) off for its issuer in the Claude Console, or have the token renewed before the access token ends"
    )


def no_token_here(source: TokenSource, what: str) -> str:
    """A source that has no token; `what` is so of it, such as "is not there"."""
    match source:
        case TokenFile():
            return f"The file of ANTHROPIC_IDENTITY_TOKEN_FILE {what}: see that the token's volume is mounted there"
        case TokenText():
            return f"ANTHROPIC_IDENTITY_TOKEN {what}: set it to a token (a JWT) of an issuer that Claude trusts"
        case JobToken():
            return f"GitHub's identity token {what}: it may need an update of Kireji"
        case _:
            assert_never(source)


def github_refused(status: int) -> str:
    """GitHub gives the job none."""
    return f"GitHub gave this job no identity token ({status}): {PERMISSION}"


def signed_in(signin: SignIn, seconds: float) -> str:
    """How it signs in, and that it works, for `kireji doctor`."""
    name = f"as {signin.service_account}, " if signin.service_account else ""
    return (
        f"without a key, {name}by rule {signin.rule}: {_origin(signin.source)} was exchanged for an access token "
        f"of {seconds / 60:.0f} minutes"
    )


def shared(signin: SignIn, claims: Claims | None) -> str:
    """What to know of a token that other processes read too, "" where that does not matter."""
    if isinstance(signin.source, JobToken) or claims is None or not claims.once:
        return ""
    return "The token has an id (jti): turn single use (check_jti) off for its issuer, or the servers cannot exchange it too."


def described(claims: Claims) -> str:
    """What a token says, for the log and for `kireji doctor`: who operates the server compares it with the rule."""
    return f"issuer {claims.issuer or 'none'}, subject {claims.subject or 'none'}, audience {claims.audience or 'none'}"


def _described(source: TokenSource, claims: Claims | None) -> str:
    """A job's token names what everybody sees; a cluster's names are not told in a pull request."""
    if isinstance(source, JobToken) and claims is not None:
        return f"a token with {described(claims)}"
    return "this token's issuer, subject and audience"


def _origin(source: TokenSource) -> str:
    match source:
        case TokenFile():
            return "the token in the file of ANTHROPIC_IDENTITY_TOKEN_FILE"
        case TokenText():
            return "the token in ANTHROPIC_IDENTITY_TOKEN"
        case JobToken():
            return "GitHub's identity token of this job"
        case _:
            assert_never(source)


def _called(name: str, source: TokenSource) -> str:
    """A setting as whoever set it knows it."""
    return f"`{INPUTS[name]}`" if isinstance(source, JobToken) else name
