"""`kireji review`: a change read here and now. Claude is the sandbox's."""

import json
import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kireji.core.findings.finding import Severity
from kireji.core.formats.names import FormatName
from kireji.core.formats.table import FORMATS
from kireji.entry.cli import main
from kireji.entry.commands import review, review_run
from kireji.entry.commands.options import ReviewOptions
from tests.history import git, made_commits, new_files
from tests.make import DIFF, FINDING
from tests.models import stays
from tests.sandbox.claude import ClaudeSandbox, Reply, api_fault
from tests.sandbox.claude.federation import ACCOUNT, AUDIENCE, ORGANIZATION, RULE
from tests.sandbox.github import GitHubSandbox
from tests.sandbox.oidc import Issuer
from tests.sandbox.sample_repo import PLANTED, base_files, head_files, make_change

pytestmark = pytest.mark.usefixtures("logging_as_before")


@pytest.fixture(scope="module")
def claude() -> Iterator[ClaudeSandbox]:
    """One for all."""
    with ClaudeSandbox() as sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
def environment(claude: ClaudeSandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty folder, a key for Claude and nothing else."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", claude.api_key)
    monkeypatch.setenv("ANTHROPIC_BASE_URL", claude.url)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("GITHUB_TOKEN", "GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def run(*arguments: str, stdin: str | bytes = "") -> Result:
    """Run it in this process; no traceback may come of it."""
    done = CliRunner().invoke(main, ["review", *arguments], input=stdin)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


SHOP = new_files({path: text for path, text in head_files().items() if text is not None and path not in base_files()})


# -- what may be given


def test_a_patch_on_standard_input() -> None:
    """The sample shop's new files: what is planted in them is found, at its lines."""
    done = run("-", "--format", "json", stdin=SHOP)
    found = {(one["path"], one["start_line"]) for one in json.loads(done.stdout)["findings"]}
    assert done.exit_code == 0
    assert found == {(planted.path, planted.line) for planted in PLANTED if f"+++ b/{planted.path}" in SHOP}


def test_a_long_patch_on_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read to the last line; `make proofs` has one of 30,000."""
    monkeypatch.setenv("KIREJI_CHUNK_TOKENS", "50000")
    change = make_change(files=6, lines=3_000, planted=8, seed=3)
    done = run("-", "--format", "json", stdin=new_files(change.head))
    told = json.loads(done.stdout)
    assert (done.exit_code, told["coverage"]["complete"]) == (0, True)
    assert told["coverage"]["lines_read"] >= 3_000
    assert len(told["findings"]) >= 8


@pytest.mark.parametrize("change", ["HEAD^..HEAD", "HEAD^...", ""])
def test_commits(tmp_path: Path, change: str) -> None:
    """A range, a branch from another, or this branch; `make proofs` reviews real ones, in every format."""
    made_commits(tmp_path, 2)
    if not change:
        git(tmp_path, "switch", "-qc", "topic")
        git(tmp_path, "branch", "-qf", "main", "HEAD^")
    done = run(*([change] if change else []), "--format", "markdown")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("# Kireji, `")
    assert done.stdout.splitlines()[0].endswith("2 findings in 3 hunks")


def test_what_is_staged(tmp_path: Path) -> None:
    """As the hook for pre-commit has it; the policy is the last commit's."""
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github/kireji.yml").write_text("conclusion:\n  fail_on: low\n")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "-qm", "First")
    path, text = PLANTED[0].path, head_files()[PLANTED[0].path] or ""
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text(text)
    git(tmp_path, "add", "--all")
    done = run("--staged")
    assert done.exit_code == 1
    assert f"{path}:" in done.stdout


@pytest.mark.parametrize(("fail_on", "status"), [("never", 0), ("low", 1), ("critical", 0), ("high", 1)])
def test_how_grave_is_too_grave(claude: ClaudeSandbox, fail_on: str, status: int) -> None:
    """--fail-on decides the exit status, and nothing else."""
    quoted = {"path": "shop/cart.py", "side": "RIGHT", "start_line": 4, "end_line": 4, "quote": "    net = sum(cart)"}
    words = {"category": "errors", "severity": "high", "confidence": "high", "title": "T", "explanation": "E"}
    claude.script(lambda _: [{**quoted, **words, "replacement": None}])
    try:
        done = run("-", "--fail-on", fail_on, stdin=DIFF)
    finally:
        claude.script(None)
    assert done.exit_code == status
    assert "HIGH T\nshop/cart.py:4" in done.stdout


def test_only_some_files_under_a_policy_of_ones_own(tmp_path: Path) -> None:
    """--path, --policy and --min-severity; skips are told with their reasons where somebody asks."""
    (tmp_path / "own.yml").write_text("paths:\n  exclude: [shop/old.py]\n")
    done = run("-", "--policy", "own.yml", "--explain-skips", "--min-severity", "high", stdin=DIFF)
    assert "shop/old.py: excluded by the configuration (shop/old.py)" in done.stdout
    done = run("-", "--path", "*.ts", "--explain-skips", "--output", "out.txt", stdin=DIFF)
    assert (done.exit_code, done.stdout) == (0, "")
    assert "shop/cart.py: not asked for" in (tmp_path / "out.txt").read_text("utf-8")


def test_what_it_would_cost(claude: ClaudeSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told without a key and without a question; with what a budget would leave out."""
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    before = claude.count()
    done = run("-", "--estimate", stdin=DIFF)
    assert (done.exit_code, done.stderr) == (0, "")
    first, second, third, fourth = done.stdout.splitlines()
    assert first == "a patch: 10 changed lines in 2 files"
    assert second == "1 chunk to read, depth fast, with claude-haiku-4-5"
    assert third.startswith("Reading takes about ")
    assert re.fullmatch(r"Likely cost, with verifying: \$0\.0\d{3}", fourth)

    whole = json.loads(run("-", "--estimate", "--format", "json", stdin=DIFF).stdout)
    assert (whole["chunks"], whole["lines"], whole["budget"], whole["unread"]) == (1, 10, None, [])
    assert whole["cache_write_tokens"] > 4096 > whole["input_tokens"] > whole["output_tokens"] > 0

    monkeypatch.setenv("KIREJI_BUDGET_REVIEW", "0.0001")
    short = json.loads(run("-", "--estimate", "--format", "json", stdin=DIFF).stdout)
    assert (short["chunks"], short["dollars"], short["cache_write_tokens"]) == (0, 0, 0)
    assert short["budget"]["whole_dollars"] == whole["dollars"] > short["budget"]["room_dollars"]
    assert short["budget"]["left_files"] == ["shop/cart.py", "shop/old.py"]
    assert "left out would be: shop/cart.py, shop/old.py\n" in run("-", "--estimate", stdin=DIFF).stdout
    assert claude.count() == before


def test_what_it_would_not_read() -> None:
    """A new file that only the change calls vendored is named before anybody pays, as a review names it afterwards."""
    new = "diff --git a/vendor/a.py b/vendor/a.py\nnew file mode 100644\n--- /dev/null\n+++ b/vendor/a.py\n@@ -0,0 +1 @@\n+x = 1\n"
    assert "Not read would be: vendor/a.py; a review says why\n" in run("-", "--estimate", stdin=DIFF + new).stdout
    assert json.loads(run("-", "--estimate", "--format", "json", stdin=new).stdout)["unread"] == ["vendor/a.py"]


# -- a pull request


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHubSandbox]:
    """GitHub, which knows a token."""
    with GitHubSandbox() as sandbox:
        monkeypatch.setenv("KIREJI_GITHUB_API_URL", sandbox.url)
        yield sandbox


def test_a_pull_request(github: GitHubSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shown and not posted; with --post its comments are there, and no check run, which only an App may make."""
    github.install_app()
    repo = github.create_repo("octo/shop", files=base_files())
    pull = repo.open_pull(title="Shop", files=head_files())
    monkeypatch.setenv("GITHUB_TOKEN", github.token())
    dry = run(f"octo/shop#{pull.number}")
    assert (dry.exit_code, dry.stderr, repo.review_comments(pull.number)) == (0, "", [])
    done = run(f"octo/shop#{pull.number}", "--post", "--format", "json")
    assert done.stderr.startswith("Posted: ")
    assert len(repo.review_comments(pull.number)) == len(PLANTED)
    assert repo.check_runs(pull.head_sha) == []


def test_a_pull_request_that_takes_no_comments(github: GitHubSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The review is shown all the same; that nothing was posted is an error, with the permission that the token lacks."""
    github.install_app()
    repo = github.create_repo("octo/shop", files=base_files())
    pull = repo.open_pull(title="Shop", files=head_files())
    reading = {"contents": "read", "pull_requests": "read"}
    monkeypatch.setenv("GITHUB_TOKEN", github.token(permissions=reading, kind="fine-grained"))
    done = run(f"octo/shop#{pull.number}", "--post", "--format", "json")
    assert (done.exit_code, repo.review_comments(pull.number)) == (2, [])
    assert len(json.loads(done.stdout)["findings"]) == len(PLANTED)
    assert "Give the token in GITHUB_TOKEN the repository permissions pull requests: write" in done.stderr


# -- what is not right


@pytest.mark.parametrize(
    ("arguments", "stdin", "status", "words"),
    [
        (
            [],
            "",
            2,
            "kireji: This folder is not in the working tree of a git repository. Go into one, or give a patch on",
        ),
        (["--staged"], "", 2, "kireji: This folder is not in the working tree of a git repository."),
        (["-"], "kaputt", 2, "kireji: Line 1 of the diff does not begin a file with `diff --git`: 'kaputt'."),
        (["-"], DIFF + "+more\n", 2, "kireji: Line 28 of the patch, '+more\\n': a line after the end of its hunk."),
        (["octo/shop#7"], "", 2, "kireji: GITHUB_TOKEN is not set. Set it to a token that may read the repository"),
        (["-", "--post"], DIFF, 2, "kireji: There is nowhere to post this. --post goes with a pull request"),
        (["-", "--policy", "none.yml"], DIFF, 2, "kireji: none.yml cannot be read: No such file or directory."),
        (["-", "--output", "no/where"], DIFF, 2, "kireji: no/where cannot be written: No such file or directory."),
        (["-", "--model", "gpt"], DIFF, 2, "kireji: --model is 'gpt'; it must be one of claude-haiku-4-5"),
        (["-", "--staged"], DIFF, 2, "Usage: "),
        (["-", "--format", "xml"], DIFF, 2, "Usage: "),
        (["-", "--estimate", "--format", "sarif"], DIFF, 2, "Usage: "),
        (["-", "--estimate", "--explain-skips"], DIFF, 2, "Usage: "),
    ],
)
def test_what_is_wrong_is_told_in_a_line(arguments: list[str], stdin: str, status: int, words: str) -> None:
    """On stderr, with what to do; nothing on standard output."""
    done = run(*arguments, stdin=stdin)
    assert (done.exit_code, done.stdout) == (status, "")
    assert done.stderr.startswith(words)
    assert len(done.stderr.splitlines()) == 1 or words == "Usage: "


def test_a_file_that_cannot_be_written_is_found_before_anything_is_paid(claude: ClaudeSandbox) -> None:
    """A file that can is not left behind empty where the review fails."""
    before = claude.count()
    run("-", "--output", "no/where", stdin=DIFF)
    assert claude.count() == before
    assert run("-", "--output", "out.txt", stdin="kaputt").exit_code == 2
    assert not Path("out.txt").exists()


def test_the_option_goes_before_the_policys_model(claude: ClaudeSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though the policy may choose another."""
    monkeypatch.setenv("KIREJI_POLICY_MODELS", "claude-sonnet-5-5")
    Path("own.yml").write_text("model: claude-sonnet-5-5\n")
    before = claude.count()
    assert run("-", "--policy", "own.yml", "--model", "claude-haiku-4-5", stdin=DIFF).exit_code == 0
    assert {call.request["model"] for call in claude.calls[before:]} == {"claude-haiku-4-5"}


@pytest.mark.filterwarnings("ignore:The model 'claude-sonnet-4-5' is deprecated:DeprecationWarning")
def test_a_model_that_soon_retires_is_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line, whatever else the log is not to say."""
    day = stays(monkeypatch, "claude-sonnet-4-5", timedelta(days=30))
    done = run("-", "--model", "claude-sonnet-4-5", stdin=DIFF)
    assert done.exit_code == 0
    assert f"the model claude-sonnet-4-5 (--model) retires on {day}: set claude-sonnet-5-5 instead" in done.stderr


@pytest.mark.parametrize("arguments", [(), ("--estimate",)])
def test_a_model_that_is_retired_is_refused(
    claude: ClaudeSandbox, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    """With what to set instead, before anything is asked."""
    day = stays(monkeypatch, "claude-sonnet-4-5", timedelta(days=-1))
    before = claude.count()
    done = run("-", "--model", "claude-sonnet-4-5", *arguments, stdin=DIFF)
    assert (done.exit_code, done.stdout, claude.count()) == (2, "", before)
    assert done.stderr == (
        f"kireji: --model is claude-sonnet-4-5, which Anthropic retired on {day}: set --model to claude-sonnet-5-5\n"
    )


def test_a_model_that_is_retired_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """To who asks for one that nobody knows, by option or by setting; one that is still served is, on its last days too."""
    for days, offered in [(30, True), (-1, False)]:
        stays(monkeypatch, "claude-sonnet-4-5", timedelta(days=days))
        by_option = run("-", "--model", "gpt", stdin=DIFF).stderr
        with monkeypatch.context() as patch:
            patch.setenv("KIREJI_DEEP_MODEL", "gpt")
            patch.setenv("KIREJI_POLICY_MODELS", "gpt")
            by_settings = run("-", stdin=DIFF).stderr.splitlines()
        lines = [by_option, *by_settings]
        assert [("gpt" in line, "claude-opus-5-5" in line, "claude-sonnet-4-5" in line) for line in lines] == [
            (True, True, offered)
        ] * 3


@pytest.mark.parametrize("by", ["--model", "KIREJI_MODEL", "the policy"])
def test_a_model_with_its_date(claude: ClaudeSandbox, monkeypatch: pytest.MonkeyPatch, by: str) -> None:
    """It stands for the table's own name, which is what Claude is asked by, and what the review tells."""
    dated, before = "claude-haiku-4-5-20251001", claude.count()
    monkeypatch.setenv("KIREJI_MODEL", {"KIREJI_MODEL": dated, "the policy": "claude-sonnet-5-5"}.get(by, ""))
    monkeypatch.setenv("KIREJI_POLICY_MODELS", dated)
    Path("own.yml").write_text(f"model: {dated}\n" if by == "the policy" else "", "utf-8")
    option = [by, dated] if by == "--model" else []
    done = run("-", "--format", "json", "--policy", "own.yml", *option, stdin=DIFF)
    assert (done.exit_code, done.stderr) == (0, "")
    assert {call.request["model"] for call in claude.calls[before:]} == {"claude-haiku-4-5"}
    assert json.loads(done.stdout)["bill"]["model"] == "claude-haiku-4-5"


def test_a_model_without_a_known_price(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it takes is estimated all the same; what it costs is not known, and not nothing."""
    monkeypatch.setenv("KIREJI_PROVIDER", "compatible")
    monkeypatch.setenv("KIREJI_MODEL", "qwen3-coder")
    told = run("-", "--estimate", stdin=DIFF).stdout
    assert "Likely cost, with verifying: not known" in told
    assert "takes about 0 tokens" not in told
    assert json.loads(run("-", "--estimate", "--format", "json", stdin=DIFF).stdout)["dollars"] is None


def test_ctrl_c_is_no_finding(claude: ClaudeSandbox) -> None:
    """Its exit status is the shells' own, and not that of a grave finding."""

    def stop(_: object) -> list[dict[str, object]]:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.2)
        return []

    claude.script(stop)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # as a shell starts a program
    try:
        done = run("-", stdin=DIFF.replace("rate", "tax"))
    finally:
        signal.signal(signal.SIGINT, before)
        claude.script(None)
    assert (done.exit_code, done.stdout, done.stderr) == (130, "", "kireji: stopped, not reviewed\n")


def test_a_defect_is_no_finding(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Python's own status for it would be that of a grave finding. Here standard input is closed, `<&-`."""
    monkeypatch.setattr(sys, "stdin", None)
    assert review_run.run(ReviewOptions(change="-")) == 3
    assert "not reviewed, by a defect of Kireji" in capsys.readouterr().err


def test_a_sign_in_without_a_key(claude: ClaudeSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """By an identity token in the environment; where it is refused, the settings to look at are named."""
    issuer = Issuer("https://login.example")
    claude.federation.trust(issuer, "alice")
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    for name, value in {
        "ANTHROPIC_FEDERATION_RULE_ID": RULE,
        "ANTHROPIC_ORGANIZATION_ID": ORGANIZATION,
        "ANTHROPIC_SERVICE_ACCOUNT_ID": ACCOUNT,
        "ANTHROPIC_IDENTITY_TOKEN": issuer.token("alice", AUDIENCE),
    }.items():
        monkeypatch.setenv(name, value)
    done = run("-", stdin=DIFF)
    assert (done.exit_code, done.stderr) == (0, "")
    monkeypatch.setenv("ANTHROPIC_IDENTITY_TOKEN", issuer.token("mallory", AUDIENCE))
    done = run("-", "--format", "json", stdin=DIFF)
    assert done.exit_code == 3
    assert "Claude refused the identity token (401): check that ANTHROPIC_FEDERATION_RULE_ID" in done.stdout
    assert claude.federation.history == ["success", "match_subject_prefix"]


def test_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named, before anything else is looked at."""
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    done = run("-", stdin=DIFF)
    assert (done.exit_code, done.stderr) == (
        2,
        "kireji: ANTHROPIC_API_KEY is not set: the key for Claude, unless you sign in without one, by `ANTHROPIC_FEDERATION_RULE_ID`\n",
    )


@pytest.mark.parametrize(
    ("stdin", "words"),
    [
        ("", "Nothing to review\n"),
        (
            b"diff --git a/a.png b/a.png\nindex 1111111..2222222 100644\nBinary files a/a.png and b/a.png differ\n",
            "Nothing",
        ),
    ],
    ids=["empty", "binary"],
)
def test_nothing_to_review(claude: ClaudeSandbox, stdin: str | bytes, words: str) -> None:
    """That is no failure, and Claude is not asked."""
    before = claude.count()
    done = run("-", stdin=stdin)
    assert (done.exit_code, claude.count()) == (0, before)
    assert done.stdout.startswith(words)


def test_what_could_not_be_read(claude: ClaudeSandbox) -> None:
    """Claude's key is refused: nothing is read, which is told, and the status is 3."""
    claude.faults.add(api_fault(401, times=5))
    try:
        done = run("-", stdin=DIFF)
    finally:
        claude.faults.clear()
    assert done.exit_code == 3
    assert "Not reviewed: nothing was read" in done.stdout


def test_the_names_that_help_knows() -> None:
    """Help does not import the formats; its lists are theirs."""
    assert tuple(FORMATS) == tuple(FormatName)
    assert tuple(Severity) == review.SEVERITIES


ROW: dict[str, object] = {
    **{name: getattr(FINDING, name) for name in ("path", "side", "start_line", "end_line", "quote", "category")},
    "severity": "high",
    "confidence": "high",
    "title": "It stays open",
    "explanation": "a\nb",
    "replacement": None,
}
SAID = json.dumps({"findings": [ROW]})


@pytest.mark.parametrize(
    "said",
    [
        json.dumps({"findings": json.dumps([ROW])}),
        SAID.replace("\\n", "\n"),
        f"Here it is:\n```json\n{SAID}\n```\nThat is all.",
        SAID.replace("]}", ",],}"),
    ],
    ids=["list as text", "raw line ends", "prose and fence", "commas"],
)
def test_a_provider_without_structured_outputs_answers_nearly_right(
    claude: ClaudeSandbox, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    """What it says is plain, so nobody asks a second time."""
    monkeypatch.setenv("KIREJI_PROVIDER", "compatible")
    claude.script(lambda body: Reply(said) if "end_line" in json.dumps(body) else None)
    Path("policy.yml").write_text("findings:\n  verify: false\n")
    told = json.loads(run("-", "--format", "json", "--policy", "policy.yml", stdin=DIFF).stdout)
    claude.script(None)
    assert [(one["path"], one["start_line"], one["reason"]) for one in told["findings"]] == [("shop/cart.py", 22, "")]
    assert told["bill"]["calls"] == 1
