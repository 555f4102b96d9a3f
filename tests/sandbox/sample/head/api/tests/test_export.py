from pathlib import Path

from api.export import remove_old


def test_the_newest_exports_stay(tmp_path: Path):
    for day in ("2026-01-01", "2026-01-02", "2026-01-03"):
        (tmp_path / f"orders-{day}.csv").write_text("id\n")

    assert remove_old(tmp_path, keep=2) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["orders-2026-01-02.csv", "orders-2026-01-03.csv"]
