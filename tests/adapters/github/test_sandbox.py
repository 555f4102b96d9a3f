"""The forge against the loopback GitHub: real git, real HTTP, GitHub's strictness; and how many requests it takes."""

from dataclasses import replace

import pytest

from kireji.adapters.github import GitHubForge, connect
from kireji.core.diff.unified import FetchedDiff, Side, parse
from kireji.core.pulls.posting import (
    Annotation,
    CheckAction,
    CheckReport,
    CommentDraft,
    Conclusion,
    HeadMoved,
    Posted,
    ReviewDraft,
)
from kireji.core.pulls.pull import PullRef
from kireji.errors import TransientError, UserError
from tests.adapters.github.support import HastyClock
from tests.sandbox.github import AppIdentity, Content, Fault, GitHubSandbox

OPEN = CheckReport("Reviewing", "Started.")
DONE = CheckReport(
    "1 finding", "Read all.", "", Conclusion.SUCCESS, (Annotation("f0.py", 1, 1, "warning", "title", "message"),)
)


@pytest.fixture
def forge(live: GitHubForge) -> GitHubForge:
    """The forge of that App."""
    return live


def texts(count: int, lines: int = 3) -> dict[str, Content]:
    """So many files of so many lines."""
    return {f"f{index}.py": "".join(f"line {n} of {index}\n" for n in range(lines)) for index in range(count)}


def draft(head: str, *lines: int, path: str = "f0.py") -> ReviewDraft:
    """A review with a comment at each line."""
    return ReviewDraft(head, "Findings.", tuple(CommentDraft(path, "Look.", Side.RIGHT, n) for n in lines), "m1")


def requests_of(github: GitHubSandbox) -> list[str]:
    """Every request so far, shortened."""
    short = [
        f"{exchange.method} {exchange.path.split('?')[0]}".replace("/repos/octo/shop", "")
        for exchange in github.traffic
    ]
    return [request.split("installations/")[0] for request in short]


async def test_a_first_review_takes_eight_requests(forge: GitHubForge, github: GitHubSandbox, app: AppIdentity) -> None:
    """20 files: what the pull request costs GitHub from the mint to the finished check run."""
    repo = github.create_repo("octo/shop", files={"README.md": "# Shop\n", ".gitattributes": "*.lock -diff\n"})
    number = repo.open_pull(title="Sell", files=texts(20), labels=("bug",)).number
    ref = PullRef("octo/shop", number, app.installation_id, repo.state.id)
    fetched = await forge.fetch(ref, [".gitattributes", ".github/kireji.yml"])
    opened = fetched.opened
    check = await forge.open_check(ref, opened.pull.head_sha, "job", OPEN)
    posted = await forge.publish(ref, draft(opened.pull.head_sha, 1, 2, 3))
    await forge.update_check(ref, check, DONE)

    assert (opened.pull.title, opened.pull.labels, opened.pull.changed_files) == ("Sell", ("bug",), 20)
    assert opened.base_files == {".gitattributes": "*.lock -diff\n"}
    assert len(parse(fetched.diff.text).files) == 20
    [review] = repo.reviews(number)
    assert posted == Posted((review["html_url"],))
    assert [comment["line"] for comment in repo.review_comments(number)] == [1, 2, 3]
    [run] = repo.check_runs(opened.pull.head_sha)
    assert (run["status"], run["conclusion"], len(run["annotations"])) == ("completed", "success", 1)
    assert sorted(requests_of(github)) == sorted(
        [
            "POST /app/",
            "POST /graphql",
            f"GET /pulls/{number}",
            f"GET /commits/{opened.pull.head_sha}/check-runs",
            "POST /check-runs",
            "POST /graphql",
            f"POST /pulls/{number}/reviews",
            f"PATCH /check-runs/{check}",
        ]
    )
    assert forge.requests == 8


@pytest.mark.parametrize(
    ("name", "private", "expected"),
    [(".github", False, "language: de\n"), (".github", True, ""), ("elsewhere", False, "")],
)
async def test_the_organisations_file_costs_nothing(
    forge: GitHubForge, github: GitHubSandbox, app: AppIdentity, name: str, *, private: bool, expected: str
) -> None:
    """A token for one repository reads the public .github beside it; mint, query and diff are all that is sent."""
    github.create_repo(f"octo/{name}", {"kireji.yml": "language: de\n"}, private=private)
    number = github.create_repo("octo/shop").open_pull(files=texts(1)).number
    opened = (await forge.fetch(PullRef("octo/shop", number, app.installation_id), [])).opened
    assert opened.organisation == expected
    assert forge.requests == 3


async def read(forge: GitHubForge, github: GitHubSandbox, number: int) -> FetchedDiff:
    """The diff of a pull request."""
    installation = next(iter(github.world.apps.values())).installation_id
    return (await forge.fetch(PullRef("octo/shop", number, installation), [])).diff


@pytest.mark.usefixtures("app")
async def test_400_files_come_whole_by_the_list(forge: GitHubForge, github: GitHubSandbox) -> None:
    """30,000 lines: GitHub drops the texts of the last files, and small pages bring them back, in 11 requests."""
    repo = github.create_repo("octo/shop")
    number = repo.open_pull(files=texts(400, 75)).number
    fetched = await read(forge, github, number)
    files = parse(fetched.text).files
    assert (len(files), fetched.unread) == (400, ())
    assert {file.changed_lines for file in files} == {75}
    assert forge.requests <= 11


async def test_attributes_of_the_folders_that_the_list_names(
    forge: GitHubForge, github: GitHubSandbox, app: AppIdentity
) -> None:
    """Where GitHub refuses the diff, they are read once the list is known, from the base branch."""
    repo = github.create_repo("octo/shop", files={"gen/.gitattributes": "* linguist-generated\n"})
    number = repo.open_pull(files={f"gen/{name}.py": "x\n" for name in range(301)}).number
    fetched = await forge.fetch(PullRef("octo/shop", number, app.installation_id), [".gitattributes"])
    assert len(parse(fetched.diff.text).files) == 301
    assert fetched.opened.base_files == {"gen/.gitattributes": "* linguist-generated\n"}


@pytest.mark.usefixtures("app")
async def test_the_list_tells_what_the_diff_tells(forge: GitHubForge, github: GitHubSandbox) -> None:
    """Renames, deletions, odd names, bytes of all kinds: the same files and lines by either way."""
    old: dict[str, Content] = {
        "keep.py": "".join(f"{n}\n" for n in range(30)),
        "gone.py": "bye\n",
        "move me.py": "".join(f"m{n}\n" for n in range(30)),
        "logo.png": b"\x89PNG\0\1",
        "large.py": "".join(f"l{n}\n" for n in range(3000)),
    }
    repo = github.create_repo("octo/shop", files=old)
    repo.commit("main", {"other.py": "base moves on\n"})
    new: dict[str, Content] = {
        "keep.py": "".join(f"{n}\n" for n in range(29)) + "no newline",
        "gone.py": None,
        "logo.png": b"\x89PNG\0\2",
        'größe/naïve "x".txt': "x\ry\x0cz\r\n",
        "empty/__init__.py": "",
        "large.py": "".join(f"L{n}\n" for n in range(3000)),
    }
    number = repo.open_pull(files=new, renames={"move me.py": "moved/me.py"}).number
    repo.commit("main", {"large.py": "the base branch's tip is not the merge base\n"})
    whole = parse((await read(forge, github, number)).text).files
    github.limits.diff_files = 1
    listed = await read(forge, github, number)
    parts = parse(listed.text).files
    assert listed.unread == ()
    assert [file.path for file in parts] == [file.path for file in whole]

    for part, file in zip(parts, whole, strict=True):
        assert (part.path, part.old_path, part.status, part.binary) == (
            file.path,
            file.old_path,
            file.status,
            file.binary,
        )
        assert [hunk.lines for hunk in part.hunks] == [hunk.lines for hunk in file.hunks], part.path


@pytest.mark.usefixtures("app")
async def test_beyond_githubs_list_files_are_named(forge: GitHubForge, github: GitHubSandbox) -> None:
    """The review will be partial, and says so."""
    github.limits.list_files = 301
    repo = github.create_repo("octo/shop")
    number = repo.open_pull(files=texts(305, 1)).number
    fetched = await read(forge, github, number)
    assert [(gap.path, gap.reason) for gap in fetched.unread] == [("4 more files", "GitHub did not list them")]


async def test_refused_lines_are_left_out(forge: GitHubForge, github: GitHubSandbox, app: AppIdentity) -> None:
    """GitHub refuses the whole review for one line outside the diff; the others arrive."""
    repo = github.create_repo("octo/shop")
    pull = repo.open_pull(files=texts(1, 8))
    posted = await forge.publish(
        PullRef("octo/shop", pull.number, app.installation_id), draft(pull.head_sha, 1, 2, 3, 4, 5, 6, 7, 99)
    )
    assert isinstance(posted, Posted)
    assert [comment.line for comment in posted.rejected] == [99]
    assert sorted(comment["line"] for comment in repo.review_comments(pull.number)) == [1, 2, 3, 4, 5, 6, 7]
    assert github.count("POST */reviews") <= 1 + 3


@pytest.mark.parametrize(
    "fault",
    [
        Fault(match="POST */reviews", status=502, drop="after"),
        Fault(match="POST */reviews", drop="after"),
        Fault(match="POST */reviews", drop="before"),
        Fault(match="POST */reviews", status=502),
        Fault(match="POST /graphql", status=502),
    ],
)
async def test_one_review_whatever_fails(
    forge: GitHubForge, github: GitHubSandbox, app: AppIdentity, fault: Fault
) -> None:
    """Dropped before or after, answered 502 or not: one review, and a second run finds it."""
    repo = github.create_repo("octo/shop")
    pull = repo.open_pull(files=texts(1))
    ref = PullRef("octo/shop", pull.number, app.installation_id)
    github.faults.add(fault)
    posted = await forge.publish(ref, draft(pull.head_sha, 1, 2))

    assert await forge.publish(ref, draft(pull.head_sha, 1, 2)) == posted
    assert len(github.faults.hits) == 1

    [review] = repo.reviews(pull.number)
    assert posted == Posted((review["html_url"],))
    assert len(repo.review_comments(pull.number)) == 2


@pytest.mark.parametrize("match", ["POST */check-runs", "PATCH */check-runs/*"])
@pytest.mark.parametrize("drop", ["before", "after"])
async def test_one_check_run_whatever_fails(
    forge: GitHubForge, github: GitHubSandbox, app: AppIdentity, *, match: str, drop: str
) -> None:
    """One run, each annotation once."""
    repo = github.create_repo("octo/shop")
    pull = repo.open_pull(files=texts(1))
    ref = PullRef("octo/shop", pull.number, app.installation_id)
    github.faults.add(Fault(match=match, drop="before" if drop == "before" else "after"))
    notes = tuple(Annotation("f0.py", 1, 1, "notice", f"t{n}", "m") for n in range(70))
    check = await forge.open_check(ref, pull.head_sha, "job", OPEN)
    await forge.update_check(ref, check, CheckReport("Done", "All.", "", Conclusion.NEUTRAL, notes))
    [run] = repo.check_runs(pull.head_sha)

    assert [note["title"] for note in run["annotations"]] == [note.title for note in notes]
    assert run["conclusion"] == "neutral"
    assert len(github.faults.hits) == 1


async def test_buttons_come_with_the_completed_run(forge: GitHubForge, github: GitHubSandbox, app: AppIdentity) -> None:
    """While it is under way there is nothing to press; what is there may be pressed."""
    repo = github.create_repo("octo/shop")
    pull = repo.open_pull(files=texts(1))
    ref = PullRef("octo/shop", pull.number, app.installation_id)
    buttons = (
        CheckAction("Review again", "Read what changed once more", "again"),
        CheckAction("Pause", "Wait", "pause"),
    )
    check = await forge.open_check(ref, pull.head_sha, "job", replace(OPEN, actions=buttons))
    await forge.update_check(ref, check, replace(OPEN, actions=buttons))

    assert repo.check_runs(pull.head_sha)[0]["actions"] == []

    await forge.update_check(ref, check, replace(DONE, actions=buttons))
    assert repo.check_runs(pull.head_sha)[0]["actions"] == [
        {"label": "Review again", "description": "Read what changed once more", "identifier": "again"},
        {"label": "Pause", "description": "Wait", "identifier": "pause"},
    ]


async def test_debris_and_a_moved_head(forge: GitHubForge, github: GitHubSandbox, app: AppIdentity) -> None:
    """Our own pending review is removed; a push since the diff ends the review."""
    repo = github.create_repo("octo/shop")
    pull = repo.open_pull(files=texts(1))
    ref = PullRef("octo/shop", pull.number, app.installation_id)
    repo.add_pending_review(pull.number, body="half")
    assert isinstance(await forge.publish(ref, draft(pull.head_sha, 1)), Posted)
    assert [review["state"] for review in repo.reviews(pull.number)] == ["COMMENTED"]
    read_head = pull.head_sha
    moved = repo.push(pull.number, {"f0.py": "other\n"})
    assert await forge.publish(ref, draft(read_head, 1)) == HeadMoved(moved)


async def test_rights_and_limits_are_told(github: GitHubSandbox, pem: str) -> None:
    """A missing permission is the people's to mend, a rate limit passes."""
    app = github.install_app(private_key_pem=pem, permissions={"contents": "read", "pull_requests": "read"})
    pull = github.create_repo("octo/shop").open_pull(files=texts(1))
    ref = PullRef("octo/shop", pull.number, app.installation_id)
    forge = connect(api_url=github.url, app_id=app.app_id, private_key_pem=app.private_key_pem, clock=HastyClock())
    assert (await forge.fetch(ref, [])).opened.pull.head_sha == pull.head_sha  # what was granted must do

    with pytest.raises(UserError) as told:
        await forge.open_check(ref, pull.head_sha, "job", OPEN)

    assert "checks: write" in told.value.remedy
    action = connect(api_url=github.url, token=github.token(), clock=HastyClock())
    with pytest.raises(UserError) as told:
        await action.open_check(PullRef("octo/shop", pull.number), pull.head_sha, "job", OPEN)

    assert "checks: write" in told.value.remedy
    github.limits.primary = 0

    with pytest.raises(TransientError) as passing:
        await action.fetch(PullRef("octo/shop", pull.number), [])

    assert (passing.value.retry_after or 0) > 0
