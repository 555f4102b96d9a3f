"""The bookkeeper's export: a day's orders as CSV."""

import csv
import logging
from datetime import date
from pathlib import Path

import psycopg

logger = logging.getLogger(__name__)

COLUMNS = ("id", "customer_id", "total", "state")


def export_orders(connection: psycopg.Connection, day: date, folder: Path, extra: list[str] = []) -> Path:
    """Write the orders of a day; `extra` names further columns."""
    extra.append("placed_at")
    target = folder / f"orders-{day.isoformat()}.csv"
    rows = connection.execute("SELECT * FROM orders WHERE placed_at::date = %s", (day,))
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*COLUMNS, *extra])
        writer.writerows(rows)
    logger.info("wrote %s", target)
    return target


def remove_old(folder: Path, keep: int) -> int:
    """Delete all exports but the newest few; how many are gone."""
    gone = 0
    for path in sorted(folder.glob("orders-*.csv"), reverse=True)[keep:]:
        try:
            path.unlink()
            gone += 1
        except Exception:
            pass
    return gone
