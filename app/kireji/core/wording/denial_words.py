"""What is said where GitHub refuses something: what is so, and what to do, apart for each way to run Kireji."""

from kireji.core.pulls.denial import Clues, Denial, DenialKind, Runtime

BECAUSE = {
    DenialKind.LOCKED: "the conversation is locked",
    DenialKind.ARCHIVED: "the repository is archived",
    DenialKind.BLOCKED: "GitHub has blocked the repository",
    DenialKind.SAML: "the organization requires the credentials to be authorized by single sign-on (SAML)",
    DenialKind.IP_LIST: "the organization's IP allow list does not have the address that Kireji sends from",
    DenialKind.CREDENTIALS: "GitHub does not accept the credentials",
    DenialKind.SUSPENDED: "the App's installation is suspended",
    DenialKind.ACCOUNT_SUSPENDED: "GitHub has suspended the account",
    DenialKind.ACCOUNT_BLOCKED: "the account is blocked here",
    DenialKind.TOKEN_KIND: "the organization does not accept tokens of this kind",
    DenialKind.PENDING_REVIEW: "the account has a pending review of its own here, and GitHub allows only one",
    DenialKind.FOREIGN_CHECK: "the check run belongs to another GitHub App",
    DenialKind.PERMISSION: "a permission is missing",
}

# Where GitHub's words tell more than ours.
_THEIR_WORDS = {DenialKind.PERMISSION, DenialKind.TOKEN_KIND, DenialKind.BLOCKED, DenialKind.ACCOUNT_BLOCKED}

# For the App, the Action and the command line.
_Three = tuple[str, str, str]

_REMEDIES: dict[DenialKind, _Three] = {
    DenialKind.LOCKED: (
        "Unlock the conversation and press Re-run to make up for it.",
        "Unlock the conversation and run the job again to make up for it.",
        "Unlock the conversation and run the command again to make up for it.",
    ),
    DenialKind.ARCHIVED: (
        "Nobody can write to it: unarchive it in the repository's settings, if it is to be reviewed.",
    )
    * 3,
    DenialKind.BLOCKED: ("No setting of Kireji's fixes that: the repository's owner must settle it with GitHub.",) * 3,
    DenialKind.IP_LIST: (
        "An owner of the organization must add the address of Kireji's server to the allow list, under "
        "Authentication security in the organization's settings.",
        "Run the job on a runner whose address is on the list, such as a self-hosted one, or have an owner of the "
        "organization add the runner's address.",
        "Use a network whose address is on the list, such as the organization's VPN.",
    ),
    DenialKind.CREDENTIALS: (
        "Check the App's id and private key in Kireji's settings, and that the key was not deleted on the App's "
        "settings page.",
        "A workflow's own token ends with its job. Leave `github-token` at its default; where it is a token of your own, "
        "renew the secret: it has expired or was revoked.",
        "The token in GITHUB_TOKEN has expired or was revoked: set a new one, as `gh auth token` prints.",
    ),
    DenialKind.SUSPENDED: ("Unsuspend it on the page of installed GitHub Apps, in the owner's settings.",) * 3,
    DenialKind.ACCOUNT_SUSPENDED: ("Ask GitHub Support to lift that, or use another account's credentials.",) * 3,
    DenialKind.ACCOUNT_BLOCKED: (
        "Whoever owns the repository, or opened the pull request, has blocked Kireji, and can unblock it in the settings "
        "of the blocking account.",
        "Whoever owns the repository, or opened the pull request, has blocked the account of `github-token`: leave that "
        "input at its default.",
        "Whoever owns the repository, or opened the pull request, has blocked the account of GITHUB_TOKEN: use another's.",
    ),
    DenialKind.TOKEN_KIND: (
        "Install the App on the organization.",
        "Leave `github-token` at its default, the workflow's own token, or give it one of a kind that the organization "
        "allows.",
        "Set GITHUB_TOKEN to a token of a kind that the organization allows.",
    ),
    DenialKind.FOREIGN_CHECK: ("Push again, and this one opens a check run of its own.",) * 3,
    DenialKind.PENDING_REVIEW: ("Submit or discard that review, then run Kireji again.",) * 3,
}

_UNSEEN: _Three = (
    "Install the App on this repository, or give a token that may read it, unless the repository or the pull request is "
    "gone.",
    "Give the job `permissions:` with `contents: read` and `pull-requests: read`: where a job has that key at all, what it "
    "leaves out is forbidden. Or else the repository or the pull request is gone.",
    "Give GITHUB_TOKEN a token that may read the repository; a fine-grained one must name it, and GitHub says that what "
    "it may not see is not there. Or else the repository or the pull request is gone.",
)
FORK_RUN = (
    "This is the run of a fork's pull request: GitHub gives it a token that may only read, whatever `permissions:` says. "
    "Run the workflow on `pull_request_target`, or have a maintainer write `/review` in a comment; both are safe here, as "
    "Kireji never checks out or runs the pull request's code."
)


def denial(kind: DenialKind, runtime: Runtime, clues: Clues) -> Denial:
    """The refusal as people are told of it."""
    because = BECAUSE[kind]
    said = clues.said if kind in _THEIR_WORDS and clues.said else because
    return Denial(kind, because, said.rstrip("."), _remedy(kind, runtime, clues))


def message(told: Denial, doing: str) -> str:
    """What went wrong, in one sentence. `doing` ends "... while", as "reading o/r#1"."""
    if told.kind is DenialKind.CREDENTIALS:
        return f"GitHub refused Kireji's credentials while {doing}."
    return f"GitHub refused this while {doing}: {told.said}."


def unseen(runtime: Runtime) -> str:
    """What to do where GitHub shows nothing, as it does of what a token may not see."""
    return _of(_UNSEEN, runtime)


def no_comments(told: Denial, number: int) -> str:
    """Said in the check run whose comments GitHub refused: they stand in it instead."""
    where = "in this report instead of"
    findings = f"the finding is {where} a comment" if number == 1 else f"{number:,} findings are {where} comments"
    here = f"so {findings}"
    return f"**{told.because[0].upper()}{told.because[1:]}**, {here}. {told.remedy}"


def not_closed(told: Denial, number: int) -> str:
    """Said in the check run where threads are fixed and GitHub lets us neither say so nor close them."""
    threads = (
        "A thread whose finding is fixed stays" if number == 1 else f"{number:,} threads whose findings are fixed stay"
    )
    return f"{threads} open: {told.because}. {told.remedy}"


def no_summary_comment(told: Denial) -> str:
    """Said in the check run where the one comment that the policy asks for cannot be written."""
    return f"The summary comment that the policy asks for could not be written: {told.because}. {told.remedy}"


def no_check(error: str, remedy: str) -> str:
    """Said in a step's summary of a review whose check run could not be opened or written."""
    return f"**The check run is missing.** {error} {remedy}"


def not_posted(told: Denial) -> str:
    """Said in a step's log, or on standard error, where comments were to be posted."""
    return f"GitHub accepts no comments on this pull request: {told.said}."


def _remedy(kind: DenialKind, runtime: Runtime, clues: Clues) -> str:
    match kind:
        case DenialKind.SAML:
            return _authorize(runtime, clues)
        case DenialKind.PERMISSION:
            return _permit(runtime, clues)
        case DenialKind.BLOCKED if clues.address:
            return f"{_of(_REMEDIES[kind], runtime)} See {clues.address}."
        case _:
            return _of(_REMEDIES[kind], runtime)


def _of(words: _Three, runtime: Runtime) -> str:
    app, action, command = words
    return {Runtime.APP: app, Runtime.COMMAND: command}.get(runtime, action)


def _authorize(runtime: Runtime, clues: Clues) -> str:
    """The address is GitHub's own, for this token and an hour (source: "Authenticating to the REST API")."""
    settings = "press Configure SSO beside it in its owner's settings"
    where = f"open {clues.address} within the hour" if clues.address else settings

    match runtime:
        case Runtime.APP if not clues.address:
            return "An owner of the organization must approve the App on its installation page, signed in by single sign-on."
        case Runtime.APP:
            return f"An owner of the organization must approve the App: {where}."
        case Runtime.COMMAND:
            return (
                f"Authorize the token in GITHUB_TOKEN for the organization: {where}. "
                "For the one that gh made, `gh auth refresh` does it too."
            )
        case _:
            return (
                "Leave `github-token` at its default, the workflow's own token; or authorize yours for the organization: "
                f"{where}."
            )


def _permit(runtime: Runtime, clues: Clues) -> str:
    match runtime:
        case Runtime.APP:
            return f"Grant it {clues.needs}, and accept the change on the App's installation page."
        case Runtime.FORK_RUN:
            return FORK_RUN
        case Runtime.ACTION:
            return (
                f"Give the job {_yaml(clues.needs)} under `permissions:` in the workflow's YAML. Where `github-token` is a "
                "token of your own, give it the same."
            )
        case Runtime.COMMAND if clues.has_scopes is not None:
            has = f"it has {clues.has_scopes}" if clues.has_scopes else "it has none"
            return f"Give the token in GITHUB_TOKEN the scope {clues.scopes or 'repo'}: {has}."
        case Runtime.COMMAND:
            return (
                f"Give the token in GITHUB_TOKEN the repository permissions {clues.needs}; "
                "a classic one needs the scope repo."
            )


def _yaml(needs: str) -> str:
    """ "pull requests: write, or checks: write" -> "`pull-requests: write`, or `checks: write`".

    `metadata` is no key of a workflow's: every token reads it.
    """
    ways = ([scope for scope in way.split(", ") if not scope.startswith("metadata")] for way in needs.split(", or "))
    told = (" and ".join(f"`{scope.replace(' ', '-').replace(':-', ': ')}`" for scope in way) for way in ways if way)
    return ", or ".join(told) or "`contents: read`"
