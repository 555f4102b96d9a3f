"""Column types that hold untrusted text on both stores: Postgres refuses NUL, and neither takes lone surrogates."""

import json
from enum import StrEnum

from sqlalchemy import Dialect, Enum, Text, TypeDecorator
from typing_extensions import override


class Json(TypeDecorator[object]):
    """Any JSON value but null, kept as ASCII text: exact, whatever characters it holds."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value, separators=(",", ":"))

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> object:
        return None if value is None else json.loads(value)


class Prose(TypeDecorator[str]):
    """Text for people: what the stores do not take is replaced by U+FFFD."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return value.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def words(values: type[StrEnum]) -> Enum:
    """A column of an enum's values, plain text in the database; reading a word that is not in the enum fails."""
    return Enum(values, native_enum=False, create_constraint=False, length=16, values_callable=_values)


def _values(words: type[StrEnum]) -> list[str]:
    return [word.value for word in words]
