"""`kireji replay`: a delivery done over, dry. GitHub and Claude are the sandbox's, the database is SQLite's."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kireji.core.events.delivery import Delivery
from kireji.entry.cli import main
from kireji.settings import Settings, load
from kireji.wiring.intake import build_intake
from kireji.wiring.service import upgrade_database
from tests.sandbox.claude import ClaudeSandbox
from tests.sandbox.github import GitHubSandbox, Repository
from tests.sandbox.sample_repo import PLANTED, base_files, head_files
from tests.stories.town import private_key

pytestmark = pytest.mark.usefixtures("logging_as_before")


@dataclass
class Shop:
    """A repository with the App in it, and what was delivered of it."""

    github: GitHubSandbox
    claude: ClaudeSandbox
    repo: Repository
    settings: Settings

    def took(self, name: str, event: str, **about: Any) -> None:
        """A delivery was taken, and nothing came of it yet."""
        _, body = self.github.webhook(event, repo=self.repo, number=1, **about)
        build_intake(self.settings).accept(Delivery(name, event, json.loads(body)), [])

    def writes(self) -> list[str]:
        """What was asked of GitHub that could change anything; asking for a token, or for code, does not."""
        return [
            f"{one.method} {one.path}"
            for one in self.github.traffic
            if not (
                one.method == "GET"
                or one.path.endswith(("/access_tokens", "/git-upload-pack"))
                or (one.path.endswith("/graphql") and "mutation" not in str(one.request))
            )
        ]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """One for all."""
    with pytest.MonkeyPatch.context() as patch, GitHubSandbox() as github, ClaudeSandbox() as claude:
        identity = github.install_app(private_key_pem=private_key())
        environ = {
            "KIREJI_APP_ID": str(identity.app_id),
            "KIREJI_PRIVATE_KEY": identity.private_key_pem,
            "KIREJI_WEBHOOK_SECRET": identity.webhook_secret,
            "KIREJI_GITHUB_API_URL": github.url,
            "KIREJI_DATA_DIR": str(tmp_path_factory.mktemp("data")),
            "ANTHROPIC_API_KEY": claude.api_key,
            "ANTHROPIC_BASE_URL": claude.url,
        }
        for name, value in environ.items():
            patch.setenv(name, value)
        settings = load(environ)
        upgrade_database(settings)
        repo = github.create_repo("octo/shop", files=base_files())
        repo.open_pull(title="Shop", files=head_files())
        yield Shop(github, claude, repo, settings)
        assert not github.violations


def replay(*arguments: str) -> Result:
    """Run it in this process; no traceback may come of it."""
    done = CliRunner().invoke(main, ["replay", *arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def test_a_review_is_read_and_not_posted(shop: Shop, tmp_path: Path) -> None:
    """Told and shown; JSON stays JSON. GitHub is only read; a head that has moved since is not read."""
    head = shop.repo.pull(1).head_sha
    shop.took("one", "pull_request", action="opened")
    done = replay("one", "--format", "json")
    assert (done.exit_code, done.stderr.splitlines()) == (
        0,
        ["one: pull_request, opened", f"It asks for a review of octo/shop#1 at {head}."],
    )
    assert len(json.loads(done.stdout)["findings"]) == len(PLANTED)
    assert shop.writes() == []
    assert (shop.repo.review_comments(1), shop.repo.check_runs(head)) == ([], [])

    newer, asked = shop.repo.push(1, {"README.md": "More.\n"}), shop.claude.count()
    done = replay("one", "--output", str(tmp_path / "none"))
    assert (done.exit_code, shop.claude.count()) == (1, asked)
    assert done.stdout.splitlines()[-1] == f"It is not read: the head has moved to {newer} since."


@pytest.mark.parametrize(
    ("event", "about", "words"),
    [
        ("pull_request", {"action": "closed"}, "It ends what is running for octo/shop#1: it is shown here"),
        ("pull_request", {"action": "labeled", "label": "no-review"}, "It asks for an errand, the label 'no-review'"),
        ("ping", {}, "It asks for nothing."),
    ],
)
def test_other_deliveries_are_told(shop: Shop, event: str, about: dict[str, Any], words: str) -> None:
    """What they ask for is not carried out."""
    shop.took(words, event, **about)
    done = replay(words)
    assert (done.exit_code, done.stderr, shop.writes()) == (0, "", [])
    assert done.stdout.splitlines()[-1].startswith(words)


def test_a_command_in_a_comment_is_told(shop: Shop) -> None:
    """With its words, on one line and acting on nothing."""
    comment = shop.repo.comment(1, "/review full\n\x1b[2J", by="alice")
    shop.took("comment", "issue_comment", action="created", comment_id=comment.id)
    done = replay("comment")
    assert (done.exit_code, shop.writes()) == (0, [])
    assert done.stdout.splitlines()[-1] == (
        f"It asks for an errand, the comment {comment.id} of alice on octo/shop#1, '/review full\\n\\x1b[2J': "
        "it is shown here, and not carried out."
    )


def test_an_unknown_delivery(shop: Shop) -> None:
    """A plain line."""
    assert not shop.writes()
    done = replay("nobody-sent-it")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == (
        "kireji: there is no delivery nobody-sent-it. GitHub's log of the App's webhook shows their ids.\n"
    )
