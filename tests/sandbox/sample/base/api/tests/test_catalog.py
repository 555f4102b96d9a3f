from decimal import Decimal

from api.catalog import Lamp, by_price

DESK = Lamp("D-1", "Desk", Decimal(40), 9)
FLOOR = Lamp("F-1", "Floor", Decimal(120), 20)


def test_cheapest_first():
    assert by_price([FLOOR, DESK], Decimal(200)) == [DESK, FLOOR]


def test_too_dear():
    assert by_price([FLOOR], Decimal(100)) == []
