"""An answer's rows, each of which is about one of the things that its question numbers from 1."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from kireji.core.text.invisible import encodable
from kireji.core.text.shorten import shorten

Row = TypeVar("Row", bound=BaseModel)


def by_index(rows: Sequence[object], model: type[Row], number: Callable[[Row], int], count: int) -> dict[int, Row]:
    """The rows by the index (from 0) of what they are about, in its order; the question has `count` of it.

    Rows that are malformed, or about nothing that was asked, are left out, and so are several about one thing.
    """
    found = dict[int, list[Row]]()
    for item in rows:
        try:
            row = model.model_validate(item)
        except ValidationError:
            continue

        index = number(row) - 1
        if 0 <= index < count:
            found.setdefault(index, []).append(row)

    return {index: same[0] for index, same in sorted(found.items()) if len(same) == 1}


def on_one_line(reason: str, most: int) -> str:
    """What a row says for people, on one line and cut to length. It is the model's text still."""
    return shorten(" ".join(encodable(reason).split()), most)
