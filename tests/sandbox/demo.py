"""`make demo`: one pull request, reviewed end to end on this machine by the real App (gunicorn) against the sandbox.

Exit status: 0 if the review arrived (every planted mistake has its comment; with `--live`: the check run says that it
was read), 1 if not, 2 if the App did not start.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import requests
from rich.console import Console

from tests.sandbox import child, demo_view, sample_repo
from tests.sandbox.claude import ClaudeSandbox, Latency
from tests.sandbox.github import GitHubSandbox

REVIEW_LIMIT = 120.0
# About what Haiku 4.5 takes: 0.6 s to the first token, some 110 tokens a second after it.
HAIKU_PACE = Latency(first_token=0.6, per_output_token=1 / 110)


def main() -> int:
    """Run the demo."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--live", action="store_true", help="ask the real Claude; needs ANTHROPIC_API_KEY")
    live = parser.parse_args().live
    console = Console(width=None if sys.stdout.isatty() else 110)
    if live and not os.environ.get("ANTHROPIC_API_KEY"):
        console.print("ANTHROPIC_API_KEY is not set: `make demo LIVE=1` needs it. Without LIVE=1 no key is needed.")
        return 2

    with GitHubSandbox(latency=0.08) as github, ClaudeSandbox(latency=HAIKU_PACE) as claude:
        identity = github.install_app(app_id=4711)
        settings = child.environment(
            github.url,
            identity,
            None if live else claude.url,
            KIREJI_CHUNK_TOKENS="1200",  # the sample is small: cut finer, so that there is a fan-out to see
        )
        try:
            with child.serve(settings) as running:
                return _review(console, github, claude, running.url, live=live)
        except child.NotStartedError as error:
            console.print(f"The App did not start:\n{error}")
            return 2


def _review(console: Console, github: GitHubSandbox, claude: ClaudeSandbox, url: str, *, live: bool) -> int:
    repo = github.create_repo("octo/shop", files=sample_repo.base_files())
    pull = repo.open_pull(
        title=sample_repo.TITLE,
        body=sample_repo.BODY,
        author="alice",
        branch="feature",
        files=sample_repo.head_files(),
    )
    demo_view.announce(console, live=live)
    github.clear_traffic()
    headers, body = github.webhook("pull_request", action="opened", repo=repo, number=pull.number, sender="alice")
    started = time.monotonic()
    answer = requests.post(f"{url}/webhook", data=body, headers=headers, timeout=10)
    console.print(f"webhook `pull_request.opened` of octo/shop#{pull.number} signed and sent: {answer.status_code}")
    check = _await_check(console, lambda: repo.check_runs(pull.head_sha), claude)
    seconds = time.monotonic() - started
    if check is None:
        console.print("The review did not arrive.")
        return 1

    comments = repo.review_comments(pull.number)
    demo_view.show(console, check, repo.reviews(pull.number), comments)
    demo_view.figures(console, seconds, github.requests, () if live else claude.calls, check)
    return _verdict(console, check, comments, live=live)


def _await_check(
    console: Console, runs: Callable[[], list[dict[str, Any]]], claude: ClaudeSandbox
) -> dict[str, Any] | None:
    deadline = time.monotonic() + REVIEW_LIMIT
    with console.status("waiting for the check run") as status:
        while time.monotonic() < deadline:
            for run in runs():
                if run["status"] == "completed":
                    return run
                status.update(f"check run: {run['output']['title']} · {claude.count()} model calls so far")
            time.sleep(0.05)
    return None


def _verdict(console: Console, check: dict[str, Any], comments: list[dict[str, Any]], *, live: bool) -> int:
    if live:
        return (
            0 if check["conclusion"] in {"success", "neutral"} and "Not reviewed" not in check["output"]["title"] else 1
        )

    wanted = {(planted.path, planted.line) for planted in sample_repo.PLANTED}
    found = {(comment["path"], comment["line"]) for comment in comments}
    console.print(
        f"planted mistakes: {len(wanted)}; found at their line: {len(wanted & found)}; elsewhere: {len(found - wanted)}"
    )
    return 0 if wanted == found else 1


if __name__ == "__main__":
    sys.exit(main())
