"""What the demo prints: the pull request's page as GitHub would show it, and the figures."""

import re
from collections.abc import Sequence
from typing import Any

from rich.console import Console, Group
from rich.markdown import Markdown
from rich.panel import Panel
from rich.rule import Rule
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from tests.sandbox.claude import Call
from tests.sandbox.reviewer import STAND_IN_NAME

COLOURS = {"success": "green", "neutral": "grey62", "failure": "red", "action_required": "yellow"}
CONTEXT_LINES = 5


def announce(console: Console, *, live: bool) -> None:
    """Say who reviews."""
    who = "the real Claude" if live else STAND_IN_NAME
    console.print(Rule(f"Kireji demo: a loopback GitHub, the real App, and {who}"))


def show(
    console: Console, check: dict[str, Any], reviews: Sequence[dict[str, Any]], comments: Sequence[dict[str, Any]]
) -> None:
    """The review and its comments, then the check run."""
    for review in reviews:
        console.print(Rule(f"{review['user']['login']} reviewed", align="left"))
        console.print(_markdown(review["body"]))

    for comment in sorted(comments, key=lambda each: (each["path"], each["line"])):
        console.print(_comment(comment))

    colour = COLOURS.get(check["conclusion"], "white")
    output = check["output"]
    text = Group(_markdown(output["summary"]), Text(), _markdown(output["text"] or ""))
    title = f"check run · {check['name']} · {check['conclusion']} · {output['title']}"
    console.print(Panel(text, title=Text(title, colour), title_align="left", border_style=colour))


def _comment(comment: dict[str, Any]) -> Panel:
    lines = comment["diff_hunk"].split("\n")
    hunk = "\n".join([lines[0], *lines[1:][-CONTEXT_LINES:]])
    body = Group(Syntax(hunk, "diff", background_color="default", word_wrap=True), Text(), _markdown(comment["body"]))
    start = comment.get("start_line")
    where = f"{comment['path']}:{start}-{comment['line']}" if start else f"{comment['path']}:{comment['line']}"
    return Panel(body, title=Text(where, "bold"), title_align="left")


def _markdown(body: str) -> Markdown:
    """GitHub's page hides comments and shows a suggestion as a change; a terminal has no such things."""
    shown = re.sub(r"<!--.*?-->|</?(sub|details|summary)>", "", body, flags=re.DOTALL)
    return Markdown(shown.replace("```suggestion", "```diff"))


def account(summary: str) -> str:
    """The line of a check run's summary that says what the review cost and took; "" where no model was asked."""
    return next((line for line in summary.splitlines() if " tokens in" in line), "")


def figures(console: Console, seconds: float, requests: int, calls: Sequence[Call], check: dict[str, Any]) -> None:
    """What it took."""
    table = Table(title="what it took", title_justify="left", show_header=False)
    table.add_row("wall time, webhook to completed check run", f"{seconds:.2f} s")
    table.add_row("requests to GitHub's API", str(requests))

    if calls:
        read = sum(call.usage.cache_read_tokens for call in calls)
        sent = sum(call.usage.total_input for call in calls)
        table.add_row("calls of the model, the second reader's too", str(len(calls)))
        table.add_row("tokens sent, of them from the cache", f"{sent:,}, {read / sent:.0%}")
        table.add_row("cost at Claude's list prices", f"${sum(call.cost for call in calls):.4f}")

    table.add_row("the check run's own account", account(check["output"]["summary"]))
    console.print(table)
