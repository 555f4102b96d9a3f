"""What a step of GitHub Actions says where nothing is reviewed."""

NO_SECRETS_FORK = (
    "Not reviewed: this pull request comes from a fork, and GitHub gives its workflows no secrets, so there is no key for "
    "Claude. A maintainer can have it reviewed with `/review` in a comment, where the workflow also runs on "
    "`issue_comment`; or the workflow may run on `pull_request_target`, which is safe here: Kireji never checks out or "
    "runs the pull request's code."
)

NO_SECRETS_DEPENDABOT = (
    "Not reviewed: GitHub gives Dependabot's pull requests none of the repository's Actions secrets. To have them "
    "reviewed, add `ANTHROPIC_API_KEY` to its Dependabot secrets too."
)

NOTHING_ASKED = "Nothing that was asked for needs a review."
NO_KEY = "`anthropic-api-key` is empty: set the secret ANTHROPIC_API_KEY in the repository's settings, and pass it to this step"
