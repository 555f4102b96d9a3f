"""The policy on the base branch: what it changes, and what becomes of one that is broken or hostile."""

import random

import pytest

from kireji.core.policy.steering import MAX_RULES
from tests.credentials import TOKENS
from tests.sandbox.github import Repository
from tests.stories import changes, says
from tests.stories.town import Town

TWO = changes.parts(2)
FILE = ".github/kireji.yml"


def repository(town: Town, policy: str, head: dict[str, str] | None = None, **files: str) -> Repository:
    """A repository with this policy on its base branch, and a pull request with two mistakes."""
    repo = town.github.create_repo("octo/shop", files=TWO.base | {FILE: policy} | files)
    repo.grant("maria", "write")
    repo.open_pull(files=TWO.head | (head or {}))
    return repo


def test_a_policy_that_fails_on_critical(town: Town) -> None:
    """The check run is red, where the policy wants it so."""
    repo = repository(town, "conclusion:\n  fail_on: critical\n")
    assert town.open(repo, 1)["conclusion"] == "failure"


def test_paths_and_severity(town: Town) -> None:
    """One file is left out, and what is not grave enough is counted, not shown."""
    repo = repository(town, f"paths:\n  exclude: [{TWO.paths[0]}]\nfindings:\n  min_severity: high\n")
    town.claude.script(lambda _: [says.finding(TWO.paths[1], 12, "    return yaml.load(stream)", severity="medium")])
    check = town.open(repo, 1)
    assert check["output"]["title"] == "No findings in 2 hunks"
    assert "1 finding below high is not shown." in check["output"]["text"]
    assert f"`{TWO.paths[0]}`: excluded by the configuration" in check["output"]["text"]


def test_the_reader_is_told(town: Town) -> None:
    """Language, instructions by path and rules files stand in the prompt, after the product's own rules, and no credential.

    Not the half of one either, where a file is cut off within it.
    """
    policy = "language: Deutsch\ninstructions:\n  - paths: ['shop/**']\n    text: Prices are in cents.\n"
    token = TOKENS["github-token"](random.Random(1))
    rules = f"Never log a card number.\n{'x' * (MAX_RULES - 46)} {token}"
    repo = repository(town, policy, **{"REVIEW.md": rules})
    town.open(repo, 1)
    _, brief = (block["text"] for block in town.claude.calls[0].request["system"])
    for words in ("Write titles and explanations in Deutsch.", "Prices are in cents.", "Never log a card number."):
        assert f"{words}\n" in brief
    assert token[:8] not in brief


def test_a_broken_policy(town: Town) -> None:
    """The check run names line and key; the rest of the policy holds, and the review is done."""
    repo = repository(town, "conclusion:\n  fail_on: critical\n  fail_of: high\nfindings:\n  max_comments: many\n")
    check = town.open(repo, 1)
    assert check["conclusion"] == "failure"
    summary = check["output"]["summary"]
    assert "`.github/kireji.yml`, line 3:" in summary
    assert "did you mean `conclusion.fail_on`?" in summary
    assert "line 5: `findings.max_comments` must be a whole number from 1 to 100 or null" in summary


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ("x" * 1_000_000, "too large to be read"),
        ("x: y\n" * 20_000, "it is too large: 100,000 bytes"),
        (BOMB, "anchors (`&`) are not supported"),
        ("a: *b\n", "aliases (`*`) are not supported"),
        ("findings: {min_severity: high\n", "it is not valid YAML"),
        ("!!python/object/apply:os.system ['true']\n", "tag"),
        ("[1, 2]\n", "it has no keys"),
        ("\0", "it is binary"),
    ],
    ids=["a megabyte", "a tenth of it", "a bomb", "an alias", "broken off", "a Python tag", "a list", "NUL"],
)
def test_a_policy_that_is_none(town: Town, policy: str, words: str) -> None:
    """It is named, and the defaults hold."""
    repo = repository(town, policy)
    check = town.open(repo, 1)
    assert words in check["output"]["summary"]
    assert check["output"]["title"] == "2 findings in 4 hunks"


def test_the_head_s_policy_has_no_say(town: Town) -> None:
    """A pull request that would have itself left out is reviewed by the base's policy."""
    weak = "triggers:\n  drafts: false\npaths:\n  exclude: ['**']\nconclusion:\n  fail_on: never\n"
    repo = repository(town, "conclusion:\n  fail_on: critical\n", head={FILE: weak})
    check = town.open(repo, 1)
    assert check["conclusion"] == "failure"
    assert len(repo.review_comments(1)) == 2
    said = "This pull request changes `.github/kireji.yml`. The changes take effect after the merge; until then the base branch decides."
    assert said in check["output"]["summary"]


def test_the_policy_s_other_ending(town: Town) -> None:
    """It is read as well; what is wrong in it is told under its name."""
    repo = town.github.create_repo(
        "octo/shop", files=TWO.base | {".github/kireji.yaml": "conclusion:\n  fail_on: critical\nx: y\n"}
    )
    repo.open_pull(files=TWO.head)
    check = town.open(repo, 1)
    assert check["conclusion"] == "failure"
    assert "`.github/kireji.yaml`, line 3:" in check["output"]["summary"]


def test_two_policies(town: Town) -> None:
    """One wins, and that the other is not read is said."""
    repo = repository(
        town, "conclusion:\n  fail_on: critical\n", **{".github/kireji.yaml": "paths:\n  exclude: [shop/]\n"}
    )
    check = town.open(repo, 1)
    assert check["conclusion"] == "failure"
    said = "`.github/kireji.yaml` is not read: this repository's policy is `.github/kireji.yml` on the base branch."
    assert said in check["output"]["summary"]
    town.say(repo, 1, "/review config")
    assert said in town.answers(repo, 1)[-1]


@pytest.mark.proof
@pytest.mark.parametrize(
    "place", ["kireji.yml", ".kireji.yml", ".github/Kireji.yml", ".github/kireji.json", "kireji.yaml"]
)
def test_a_policy_in_another_place(town: Town, place: str) -> None:
    """It is not read, and named, whether it is on the base branch already or comes with the change; it costs no request."""
    repo = town.github.create_repo("octo/shop", files=TWO.base | {place: "paths:\n  exclude: [shop/]\n"})
    repo.open_pull(files=TWO.head)
    check = town.open(repo, 1)
    assert check["output"]["title"] == "2 findings in 4 hunks"
    assert f"`{place}` is not read: this repository's policy is `.github/kireji.yml`" in check["output"]["summary"]
    assert town.github.count() <= 10
    other = town.github.create_repo("octo/other", files=TWO.base)
    other.open_pull(files=TWO.head | {place: "paths:\n  exclude: [shop/]\n"})
    assert f"`{place}` is not read" in town.open(other, 1)["output"]["summary"]


def test_the_head_s_other_ending_has_no_say(town: Town) -> None:
    """It holds once it is merged, which is said."""
    repo = town.github.create_repo("octo/shop", files=TWO.base)
    repo.open_pull(files=TWO.head | {".github/kireji.yaml": "paths:\n  exclude: [shop/]\n"})
    check = town.open(repo, 1)
    assert check["output"]["title"].startswith("2 findings")
    assert (
        "This pull request changes `.github/kireji.yaml`. The changes take effect after the merge"
        in check["output"]["summary"]
    )


def test_the_organisation_s_own_repository(town: Town) -> None:
    """There the uppermost file is the organisation's policy, and no slip."""
    repo = town.github.create_repo(
        "octo/.github", files=TWO.base | {"kireji.yml": "conclusion:\n  fail_on: critical\n"}
    )
    repo.open_pull(files=TWO.head)
    check = town.open(repo, 1)
    assert check["conclusion"] == "failure"
    assert "is not read" not in check["output"]["summary"]


@pytest.mark.parametrize("ending", ["yml", "yaml"])
def test_the_organisation_s_endings(town: Town, ending: str) -> None:
    """Both are read, as of a repository's own."""
    town.github.create_repo(
        "octo/.github", files={f"kireji.{ending}": "conclusion:\n  fail_on: critical\n"}, private=False
    )
    repo = town.github.create_repo("octo/shop", files=TWO.base)
    repo.open_pull(files=TWO.head)
    assert town.open(repo, 1)["conclusion"] == "failure"


GENERATED = {
    "api/.gitattributes": "gen/** linguist-generated\n",
    ".gitattributes": "\ufeffapi/gen/** linguist-generated\r\n",
    "api/gen/.gitattributes": '"client.py" linguist-generated=true\n',
}


@pytest.mark.parametrize("where", GENERATED)
def test_attributes_of_folders(town: Town, where: str) -> None:
    """They are read from the base branch, for the folders that the change touches, with no further request."""
    text = "".join(f"x{number} = {number}\n" for number in range(50))
    base = {where: GENERATED[where], "api/gen/client.py": text, "a.py": "x = 1\n"}
    repo = town.github.create_repo("octo/shop", files=base)
    repo.open_pull(files={"api/gen/client.py": text.replace("x7 = 7", "x7 = yaml.load(stream)"), "a.py": "x = 2\n"})
    check = town.open(repo, 1)
    assert town.placed(repo, 1) == []
    assert "`api/gen/client.py`: generated" in check["output"]["text"]
    assert town.github.count() <= 10


def test_attributes_that_a_change_brings(town: Town) -> None:
    """Those of the head have no say."""
    repo = town.github.create_repo("octo/shop", files=TWO.base)
    repo.open_pull(files=TWO.head | {"shop/.gitattributes": "* linguist-generated\n"})
    check = town.open(repo, 1)
    assert check["output"]["title"].startswith("2 findings")
    assert "changes `shop/.gitattributes`. The changes take effect after the merge" in check["output"]["summary"]


def test_the_organisation_s_policy(town: Town) -> None:
    """It holds where the repository says nothing, key by key; `/review config` tells which value is whose."""
    org = "conclusion:\n  fail_on: critical\nfindings:\n  max_comments: 1\n"
    town.github.create_repo("octo/.github", files={"kireji.yml": org}, private=False)
    repo = repository(town, "findings:\n  max_comments: 2\n")
    assert town.open(repo, 1)["conclusion"] == "failure"
    assert len(repo.review_comments(1)) == 2
    town.say(repo, 1, "/review config")
    (answer,) = town.answers(repo, 1)
    assert "| `conclusion.fail_on` | `critical` | **organisation** |" in answer
    assert "| `findings.max_comments` | `2` | **repository** |" in answer
    assert "| `language` | `English` | default |" in answer
    assert "this comes to the model `claude-haiku-4-5` and at most 2 inline comments." in answer


def test_one_summary_comment(town: Town) -> None:
    """By policy one comment says what the check run says; the next round edits it in place."""
    repo = repository(town, "summary_comment: true\n")
    town.open(repo, 1)
    (first,) = town.answers(repo, 1)
    assert first.startswith("**Kireji, 2 findings in 4 hunks**")
    town.push(repo, 1, {"more.py": "x = 1\n"})
    (second,) = town.answers(repo, 1)
    assert second.startswith("**Kireji, No new findings, 2 still open in their threads**")


def test_a_model_that_the_operator_does_not_offer(town: Town) -> None:
    """The operator's is used, and the check run says so."""
    repo = repository(town, "model: claude-opus-5-5\n")
    check = town.open(repo, 1)
    assert "which this Kireji does not offer, so claude-haiku-4-5 was used" in check["output"]["summary"]


@pytest.mark.settings(KIREJI_POLICY_MODELS="claude-haiku-5-5, claude-sonnet-5-5")
def test_a_model_that_the_operator_offers(town: Town) -> None:
    """It reviews, and the check run names it."""
    repo = repository(town, "model: claude-sonnet-5-5\n")
    assert "to claude-sonnet-5-5" in town.open(repo, 1)["output"]["summary"]


@pytest.mark.parametrize(
    ("policy", "author", "title"),
    [
        ("", "renovate[bot]", "Not reviewed: its author `renovate[bot]` is a bot, and the policy leaves"),
        ("triggers: {authors: {ignore: [Mallory]}}", "mallory", "Not reviewed: its author `mallory` is"),
        (
            "triggers: {base_branches: [release/*]}",
            "alice",
            "Not reviewed: its base branch `main` is not one that the policy",
        ),
        ("triggers: {labels: {require: [ready]}}", "alice", "Not reviewed: it has no label that the policy requires"),
        ("triggers: {max_lines: 5}", "alice", "Not reviewed: it changes 12 lines, and the policy's limit is 5"),
    ],
    ids=["a bot", "an author", "a branch", "a label", "too large"],
)
def test_what_the_policy_leaves_out(town: Town, policy: str, author: str, title: str) -> None:
    """A skipped check run says why; whoever asks has it reviewed all the same."""
    repo = town.github.create_repo("octo/shop", files=TWO.base | {FILE: policy})
    repo.grant("maria", "write")
    repo.open_pull(files=TWO.head, author=author)
    check = town.open(repo, 1)
    assert check["conclusion"] == "skipped"
    assert check["output"]["title"].startswith(title)
    assert not town.claude.count()
    town.say(repo, 1, "/review")
    assert town.checks(repo, 1)[-1]["output"]["title"] == "2 findings in 4 hunks"


def test_pushes_that_wait(town: Town) -> None:
    """With `on_push: false` only the first look is by itself."""
    repo = repository(town, "triggers:\n  on_push: false\n")
    town.open(repo, 1)
    check = town.push(repo, 1, {"more.py": "x = 1\n"})
    assert check["output"]["title"].startswith("Not reviewed: the policy wants pushes to wait")
