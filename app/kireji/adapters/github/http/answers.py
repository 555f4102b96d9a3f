"""What a refusal of GitHub's holds: its words, its headers, the kinds of its GraphQL errors."""

from typing import Any

from github import GithubException


def said(error: GithubException) -> str:
    """GitHub's own words, cut to one line."""
    data = error.data if isinstance(error.data, dict) else {}
    messages = [str(data.get("message") or error.message or ""), *map(_words, errors(error))]
    joined = "; ".join(message for message in messages if message)
    return " ".join(joined.split())[:300]


def header(error: GithubException, name: str) -> str | None:
    """A header by its name in lower case, None if it is not there."""
    return (error.headers or {}).get(name)


def is_limit(error: GithubException) -> bool:
    """Whether a rate limit refused it, the primary or a secondary one: that passes."""
    if error.status == 429:
        return True
    spent = header(error, "x-ratelimit-remaining") == "0" or header(error, "retry-after") is not None
    words = said(error).lower()
    return error.status == 403 and (spent or "rate limit" in words or "abuse detection" in words)


def passes(error: GithubException) -> bool:
    """Whether the same request may be taken later: a limit refused it, or GitHub itself failed."""
    return is_limit(error) or error.status >= 500


def errors(error: GithubException) -> list[Any]:
    """The answer's list of errors: objects or texts; empty where it has none."""
    data = error.data if isinstance(error.data, dict) else {}
    found = data.get("errors")
    return found if isinstance(found, list) else []


def graphql_kinds(error: GithubException) -> set[str]:
    """The type or code of each GraphQL error; "" where a query broke off without one. Empty for other failures."""
    data = error.data if isinstance(error.data, dict) else {}
    if error.status != 400 or not isinstance(data.get("errors"), list) or "message" in data:
        return set()
    return {_kind(item) for item in errors(error) if isinstance(item, dict)}


def _words(item: Any) -> str:
    return str(item.get("message") or item.get("code") or "") if isinstance(item, dict) else str(item)


def _kind(item: dict[str, Any]) -> str:
    extensions = item.get("extensions")
    return str(item.get("type") or (extensions.get("code") if isinstance(extensions, dict) else None) or "")
