"""The catalogue: what is for sale and at what price."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Lamp:
    sku: str
    name: str
    price: Decimal
    watts: int


def by_price(lamps: list[Lamp], most: Decimal) -> list[Lamp]:
    """The lamps that cost at most so much, cheapest first."""
    return sorted((lamp for lamp in lamps if lamp.price <= most), key=lambda lamp: lamp.price)
