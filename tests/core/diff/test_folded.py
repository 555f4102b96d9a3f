"""Lines as they are compared."""

import pytest

from kireji.core.diff import folded
from kireji.core.diff.folded import fold, occurs_in
from kireji.core.findings.placement import by_path, place
from kireji.core.rounds.closing import decide
from tests.make import finding
from tests.threads import added, outdated, thread


@pytest.mark.parametrize(
    ("wanted", "text", "is_so"),
    [
        ("return x", "\treturn  x\r", True),
        ("return x", "return xs", True),
        ("}", "  }", True),
        ("}", "})", False),
        ("return x", "return y", False),
    ],
)
def test_a_line_stands(wanted: str, text: str, is_so: bool) -> None:
    """Indentation does not count; a long line may stand within a longer one, a short one is the whole line."""
    assert occurs_in(wanted, fold(text)) is is_so


def test_each_line_is_folded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many findings are placed in a diff and threads held against it: what is read of it is kept."""
    files = [added([f"value_{number} = compute({name})" for number in range(50)], f"{name}.py") for name in "abc"]
    folds = 0

    def counted(text: str) -> str:
        nonlocal folds
        folds += 1
        return fold(text)

    monkeypatch.setattr(folded, "fold", counted)
    old = added(["gone = and_never_seen_again()"], "a.py")
    for number in range(20):
        there = by_path(tuple(files))
        place(finding(path="a.py", quote=f"value_{number} = compute(a)"), there)
        gone = outdated(thread(finding(path="a.py", quote="gone = and_never_seen_again()"), old))
        decide(gone, there, changed=True)
    assert folds <= 3 * 50 + 20
