"""Of a payload the fields that the parsers read: all that is stored of a delivery.

The web process keeps them and looks into no text; who reads them later redacts them first (`flow.hear`). A test holds
this table to the parsers' models.
"""

from collections.abc import Mapping
from typing import TypeAlias

from kireji.core.events.payloads.fields import Payload

# Names within names; what has none within is kept if it is a word, a number or nothing, and as {} if it is an object.
Fields: TypeAlias = "Mapping[str, Fields]"


def _plain(*names: str) -> dict[str, Fields]:
    return {name: {} for name in names}


_USER = _plain("login", "type")
_ON_BASE = {"base": _plain("ref")}
_COMMENT = {**_plain("id", "body", "in_reply_to_id", "path"), "user": _USER}
_CHECK = {
    **_plain("head_sha", "external_id"),
    "pull_requests": {**_plain("number"), "head": _plain("sha"), "base": {"repo": _plain("id")}},
}

KEPT: Fields = {
    **_plain("action", "zen"),
    "repository": _plain("id", "full_name", "updated_at"),
    "installation": {**_plain("id"), "account": _plain("login", "slug")},
    "sender": _USER,
    "pull_request": {
        **_plain("number", "state", "draft", "updated_at"),
        "user": _USER,
        "head": _plain("sha"),
        **_ON_BASE,
        "stack": _ON_BASE,
    },
    "stack": _ON_BASE,
    "label": _plain("name"),
    "changes": {**_plain("base"), "body": _plain("from")},
    "issue": {**_plain("number", "state", "pull_request"), "user": _USER},
    "comment": _COMMENT,
    "review": _COMMENT,
    "check_run": _CHECK,
    "check_suite": _CHECK,
    "requested_action": _plain("identifier"),
    "merge_group": _plain("head_sha", "head_ref", "base_sha", "base_ref"),
}


def kept(payload: Payload) -> dict[str, object]:
    """The payload with these fields and no others; parsers make the same of it."""
    return _within(payload, KEPT)


def _within(values: Mapping[str, object], fields: Fields) -> dict[str, object]:
    return {name: _kept(values[name], inner) for name, inner in fields.items() if name in values}


def _kept(value: object, fields: Fields) -> object:
    match value:
        case Mapping():
            return _within(value, fields)
        case list():
            return [_kept(item, fields) for item in value]
        case _:
            return value
