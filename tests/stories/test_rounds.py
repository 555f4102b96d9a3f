"""Rounds over one pull request: each costs what changed, says what is new, closes what is fixed, and they come to an end."""

from typing import Any

import pytest

from tests.sandbox.github import Repository
from tests.stories import changes
from tests.stories.says import Row, chunk_of, finding, standing_in
from tests.stories.town import Town

FIVE = changes.parts(5)
SMALL = pytest.mark.settings(KIREJI_CHUNK_TOKENS=changes.CHUNK_TOKENS)


def fixed(text: str) -> str:
    """The file with its mistake mended."""
    return text.replace("yaml.load", "yaml.safe_load")


def threads(repo: Repository, *, resolved: bool) -> list[str]:
    """The paths of our threads that are resolved, or not."""
    return sorted(one["path"] for one in repo.threads(1) if one["resolved"] is resolved)


@pytest.fixture
def repo(town: Town) -> Repository:
    """A repository whose first pull request has five files with a mistake each, and the App may resolve threads."""
    repo = town.github.create_repo("octo/shop", files=FIVE.base)
    repo.open_pull(title="Five parts", files=FIVE.head)
    return repo


WRITES = pytest.mark.permissions(contents="write", pull_requests="write", issues="write", checks="write")


@SMALL
@WRITES
def test_a_push_mends_two_of_five_and_makes_one_new(town: Town, repo: Repository) -> None:
    """Two threads are resolved, one comment is new, none is repeated, and only the changed chunks are paid for."""
    town.open(repo, 1)
    assert len(threads(repo, resolved=False)) == 5
    asked = len(town.readings())
    one, two, three, *_ = FIVE.paths
    new = FIVE.head[three].replace("    return 2 * price\n", "    return eval(price)\n    # yaml.load(price)\n")
    new = new.replace("    return eval(price)\n", "    return subprocess.run('rate ' + price, shell=True)\n")
    check = town.push(repo, 1, {one: fixed(FIVE.head[one]), two: fixed(FIVE.head[two]), three: new})
    assert threads(repo, resolved=True) == [one, two]
    assert threads(repo, resolved=False) == sorted([three, three, *FIVE.paths[3:]])
    assert len(repo.review_comments(1)) == 6 + 2  # five, the new one, and a word in each closed thread
    assert len(town.readings()) - asked == 3
    assert check["output"]["title"] == "1 finding, 3 still open in their threads"
    assert "2 threads closed: their problems are fixed." in check["output"]["summary"]


@SMALL
def test_where_the_app_may_not_resolve(town: Town, repo: Repository) -> None:
    """Without contents: write it says that it is fixed, and folds its comment away."""
    town.open(repo, 1)
    one = FIVE.paths[0]
    town.push(repo, 1, {one: fixed(FIVE.head[one])})
    said = [comment["body"] for comment in repo.review_comments(1) if comment["path"] == one]
    assert len(said) == 2
    assert said[1].startswith("Fixed: ")
    assert not threads(repo, resolved=True)
    assert [thread["path"] for thread in repo.threads(1) if thread["minimized"]] == [one]


@SMALL
def test_a_redelivery_and_a_rebase_cost_nothing(town: Town, repo: Repository) -> None:
    """The same changes at another commit: no model call, no comment, all threads as they were."""
    town.open(repo, 1)
    asked, said = town.claude.count(), len(repo.review_comments(1))
    repo.force_push(1, FIVE.head, message="Rebased")
    town.deliver(action="synchronize", repo=repo, number=1)
    check = town.check(repo, 1)
    assert (town.claude.count(), len(repo.review_comments(1))) == (asked, said)
    assert check["output"]["title"] == "No new findings, 5 still open in their threads"
    assert check["conclusion"] == "neutral"


@SMALL
@pytest.mark.settings(KIREJI_CHUNK_TOKENS=changes.CHUNK_TOKENS, KIREJI_MAX_COMMENTS="7")
@pytest.mark.proof
def test_ten_rounds_with_a_model_that_nags(town: Town, repo: Repository) -> None:
    """Each round the model invents a nit on old code: it opens no thread, and the comments stay under their limit."""
    town.open(repo, 1)
    rounds = 0

    def nagging(request: dict[str, Any]) -> list[Row] | None:
        chunk = chunk_of(request)
        path = next((path for path in FIVE.paths if f'=== file: "{path}"' in chunk), None)
        if path is None or "thread 1" in chunk:
            return None
        nit = finding(path, 11, "def load(stream):", category="performance", title=f"Nit of round {rounds}")
        return [*standing_in(request), nit]

    town.claude.script(nagging)
    text = dict(FIVE.head)
    for rounds in range(1, 11):
        path = FIVE.paths[rounds % 5]
        text[path] = text[path].replace("    return 2 * price\n", f"    return 2 * price + {rounds}\n", 1)
        text[path] = text[path].replace(f"+ {rounds - 5}\n", f"+ {rounds}\n")
        town.push(repo, 1, {path: text[path]})
    assert sorted({(one["path"], one["original_line"]) for one in repo.review_comments(1)}) == [
        (path, changes.LINE) for path in FIVE.paths
    ]
    assert len(repo.review_comments(1)) == 5


@SMALL
def test_what_a_person_resolved_stays_resolved(town: Town, repo: Repository) -> None:
    """The mistake is still there, and the line next to it changes: nobody is told again."""
    town.open(repo, 1)
    thread = repo.threads(1)[0]
    repo.resolve_thread(1, thread["comments"][0]["id"], by="maria")
    path = thread["path"]
    check = town.push(repo, 1, {path: FIVE.head[path].replace("def load(stream):", "def load(file, stream):")})
    assert len(repo.review_comments(1)) == 5
    assert "1 finding is not reported again: resolved or dismissed before." in check["output"]["text"]


@pytest.mark.settings(KIREJI_CHUNK_TOKENS=changes.CHUNK_TOKENS)
@WRITES
def test_a_file_renamed_by_a_push(town: Town, repo: Repository) -> None:
    """Its finding has the thread that it had, open or closed by a person; one that is mended there is closed."""
    repo.grant("maria", "write")
    town.open(repo, 1)
    one, two, three, *_ = FIVE.paths
    waved, settled = (next(one for one in repo.threads(1) if one["path"] == path) for path in (two, three))
    town.reply(repo, 1, waved["comments"][0]["id"], "/review dismiss it is meant")
    repo.resolve_thread(1, settled["comments"][0]["id"], by="maria")
    renames = {path: path.replace("shop/", "shop/new_") for path in (one, two, three)}
    assert all(old != new for old, new in renames.items())
    told = len(repo.review_comments(1))
    repo.push(1, {}, renames=renames)
    town.deliver(action="synchronize", repo=repo, number=1)
    check = town.check(repo, 1)
    assert len(repo.review_comments(1)) == told
    assert threads(repo, resolved=False) == sorted([one, *FIVE.paths[3:]])
    assert check["output"]["title"] == "No new findings, 3 still open in their threads"
    assert "2 findings are not reported again: resolved or dismissed before." in check["output"]["text"]
    town.push(repo, 1, {renames[one]: fixed(FIVE.head[one])})
    assert threads(repo, resolved=True) == [one, two, three]
