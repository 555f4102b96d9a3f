"""Risk and depth."""

import pytest

from kireji.core.chunks.depth import (
    RISKY,
    THINKING,
    Depth,
    Risk,
    assess_risk,
    assess_risks,
    settle_depth,
    thinking_tokens,
)
from kireji.core.diff.unified import parse_diff

HEAD = "diff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n@@ -1,2 +1,2 @@\n"


def score(path: str, *lines: str, troubled: bool = False) -> int:
    """The score of a small change."""
    return risk(path, *lines, troubled=troubled).score


def risk(path: str, *lines: str, troubled: bool = False) -> Risk:
    """The risk of a small change."""
    deleted, added = sum(line[0] == "-" for line in lines), sum(line[0] == "+" for line in lines)
    head = HEAD.format(path=path).replace("-1,2 +1,2", f"-1,{deleted} +1,{added}")
    (file,) = parse_diff(head + "".join(f"{line}\n" for line in lines)).files
    return assess_risk(file, {path} if troubled else ())


def test_what_raises_the_risk() -> None:
    """Dear paths, dear words, lost guards, earlier trouble; documents and tests lower it."""
    plain = score("shop/cart.py", "-a = 1", "+a = 2")
    assert plain < RISKY
    assert score("shop/auth/login.py", "-if not user.is_admin: raise Forbidden", "+token = request.token") >= RISKY
    assert score("shop/cart.py", "-a = 1", "+a = 2", troubled=True) > plain
    assert score("tests/test_auth.py", "-a = 1", "+a = 2") < score("auth.py", "-a = 1", "+a = 2")
    assert score("docs/auth.md", "-a", "+b") < RISKY


def test_a_risk_says_what_raised_it() -> None:
    """Reasons stand in the order of their weight, and what lowers the risk is none of them."""
    login = risk(
        "shop/auth/login.py", "-if not user.is_admin: raise Forbidden", "+token = request.token", troubled=True
    )
    assert login.reasons == (
        "where it lies",
        "findings of earlier reviews",
        "checks that were removed",
        "words of security, data or concurrency",
    )
    assert risk("docs/readme.md", "-a", "+b").reasons == ()


def test_a_path_that_is_there_twice_is_as_risky_as_its_riskier_change() -> None:
    """A file that changes its type stands in a diff as deleted and as added."""
    harmless = parse_diff(HEAD.format(path="a.py").replace("-1,2 +1,2", "-0,0 +1") + "+b = 2\n").files
    grave = parse_diff(
        HEAD.format(path="a.py").replace("-1,2 +1,2", "-1 +0,0") + "-if not user.is_admin: raise\n"
    ).files
    assert assess_risks((*harmless, *grave)) == assess_risks((*grave, *harmless)) == {"a.py": assess_risk(grave[0])}


@pytest.mark.parametrize(
    ("wanted", "risky", "offered", "depth"),
    [
        (Depth.AUTO, False, True, Depth.FAST),
        (Depth.AUTO, True, True, Depth.BALANCED),
        (Depth.FAST, True, True, Depth.FAST),
        (Depth.DEEP, False, True, Depth.DEEP),
        (Depth.DEEP, False, False, Depth.BALANCED),
    ],
)
def test_depths(wanted: Depth, risky: bool, offered: bool, depth: Depth) -> None:
    """Auto never goes deep; without a better model deep is balanced."""
    assert settle_depth(wanted, {"a": RISKY if risky else 0, "b": 0}, deep_is_offered=offered) is depth


def test_thought_goes_to_what_is_risky() -> None:
    """And only where the depth has any."""
    assert thinking_tokens(Depth.BALANCED, RISKY) == THINKING
    assert thinking_tokens(Depth.BALANCED, RISKY - 1) == 0
    assert thinking_tokens(Depth.FAST, 100) == 0
