"""What is said of a refusal: each has its own remedy, and each way to run Kireji its own words."""

import pytest

from kireji.core.pulls.denial import Clues, DenialKind, Runtime
from kireji.core.wording.denial_words import denial, message

NEEDS = Clues("Resource not accessible by integration", "pull requests: write, or contents: read, checks: write")
OURS = {Runtime.APP, Runtime.ACTION, Runtime.COMMAND}


@pytest.mark.parametrize("kind", DenialKind)
@pytest.mark.parametrize("runtime", Runtime)
def test_each_refusal_is_told_with_its_own_remedy(kind: DenialKind, runtime: Runtime) -> None:
    """A clause, a sentence, and something to do; only a missing permission is to be granted."""
    told = denial(kind, runtime, Clues(needs="checks: write"))
    assert told.because[0].islower() or told.because.startswith("GitHub")
    assert told.remedy.endswith(".")
    assert message(told, "posting on o/r#1").count("posting on o/r#1") == 1
    assert ("Grant it" in told.remedy) is ((kind, runtime) == (DenialKind.PERMISSION, Runtime.APP))
    others = [denial(one, runtime, Clues(needs="checks: write")).remedy for one in DenialKind if one is not kind]
    assert told.remedy not in others


@pytest.mark.parametrize(
    "kind", [DenialKind.PERMISSION, DenialKind.CREDENTIALS, DenialKind.SAML, DenialKind.IP_LIST, DenialKind.TOKEN_KIND]
)
def test_what_to_do_depends_on_who_asks(kind: DenialKind) -> None:
    """The App's installation, the job's YAML and somebody's token are mended in different places."""
    assert len({denial(kind, runtime, NEEDS).remedy for runtime in OURS}) == len(OURS)


@pytest.mark.parametrize(
    ("runtime", "words"),
    [
        (Runtime.APP, "accept the change on the App's installation page"),
        (
            Runtime.ACTION,
            "Give the job `pull-requests: write`, or `contents: read` and `checks: write` under `permissions:`",
        ),
        (Runtime.FORK_RUN, "This is the run of a fork's pull request"),
        (Runtime.COMMAND, "Give the token in GITHUB_TOKEN the repository permissions pull requests: write"),
    ],
)
def test_a_missing_permission(runtime: Runtime, words: str) -> None:
    """By the names that each place has for it."""
    assert words in denial(DenialKind.PERMISSION, runtime, NEEDS).remedy


@pytest.mark.parametrize(
    ("has", "words"), [("gist", "the scope repo: it has gist."), ("", "the scope repo: it has none.")]
)
def test_a_classic_token_without_the_scope(has: str, words: str) -> None:
    """Scopes are not permissions."""
    assert words in denial(DenialKind.PERMISSION, Runtime.COMMAND, Clues(scopes="repo", has_scopes=has)).remedy


def test_a_permission_that_no_workflow_names() -> None:
    """`metadata` is no key of `permissions:`."""
    assert "`contents: read`" in denial(DenialKind.PERMISSION, Runtime.ACTION, Clues(needs="metadata: read")).remedy
