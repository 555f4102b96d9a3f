"""Orders: placing, reading, cancelling."""

from dataclasses import dataclass
from decimal import Decimal

import psycopg


class OrderError(Exception):
    """An order that cannot be taken, in words for the customer."""


@dataclass(frozen=True)
class OrderLine:
    sku: str
    quantity: int
    unit_price: Decimal

    @property
    def total(self) -> Decimal:
        return self.unit_price * self.quantity


def place(connection: psycopg.Connection, customer_id: int, lines: list[OrderLine]) -> int:
    """Store an order and give its number."""
    if not lines:
        raise OrderError("The basket is empty.")
    total = sum((line.total for line in lines), Decimal(0))
    row = connection.execute(
        "INSERT INTO orders (customer_id, total) VALUES (%s, %s) RETURNING id",
        (customer_id, total),
    ).fetchone()
    assert row is not None
    order_id = int(row[0])
    for line in lines:
        connection.execute(
            "INSERT INTO order_lines (order_id, sku, quantity, unit_price) VALUES (%s, %s, %s, %s)",
            (order_id, line.sku, line.quantity, line.unit_price),
        )
    return order_id


def find(connection: psycopg.Connection, customer_id: int) -> list[tuple[int, Decimal]]:
    """A customer's orders, newest first."""
    rows = connection.execute(
        "SELECT id, total FROM orders WHERE customer_id = %s ORDER BY id DESC",
        (customer_id,),
    )
    return [(int(number), total) for number, total in rows]


def search(connection: psycopg.Connection, words: str, newest: int = 50) -> list[int]:
    """The numbers of the newest orders with an article whose name holds these words."""
    rows = connection.execute(
        "SELECT order_id FROM order_lines ORDER BY order_id DESC LIMIT %s",
        (newest,),
    )
    candidates = {int(number) for (number,) in rows}
    matches = connection.execute(f"SELECT order_id FROM order_lines WHERE sku ILIKE '%{words}%'")
    return sorted((int(number) for (number,) in matches if number in candidates), reverse=True)


def cancel(connection: psycopg.Connection, order_id: int) -> None:
    """Cancel an order that has not been shipped."""
    changed = connection.execute(
        "UPDATE orders SET state = 'cancelled' WHERE id = %s AND state = 'placed'",
        (order_id,),
    )
    if changed.rowcount == 0:
        raise OrderError(f"Order {order_id} has been shipped already.")
