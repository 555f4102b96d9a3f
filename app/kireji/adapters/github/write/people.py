"""What people may do here, and reactions to what they write."""

from urllib.parse import quote

from github import GithubException

from kireji.adapters.github.http import failures
from kireji.adapters.github.http.client import RepoClient
from kireji.adapters.github.http.denials import denied
from kireji.core.pulls.people import CommentPlace, CommentRef, Permission, Reaction
from kireji.core.text.patterns import regex

_LOGIN = regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")  # managed users have an underscore; bots' "[bot]" is no person's
_FAMILY = {CommentPlace.CONVERSATION: "issues", CommentPlace.THREAD: "pulls"}
_LEGACY = {
    Permission.ADMIN: "admin",
    Permission.MAINTAIN: "write",
    Permission.WRITE: "write",
    Permission.TRIAGE: "read",
    Permission.READ: "read",
    Permission.NONE: "none",
}


async def react(client: RepoClient, to: CommentRef, reaction: Reaction) -> bool:
    """Put a reaction on a comment; False where the App may not, or the comment is gone.

    GitHub keeps one reaction of a kind, so it may be sent again.

    REST has no reactions to a review's own text (source: its page on reactions).
    """
    if to.place is CommentPlace.REVIEW:
        return False

    path = f"/{_FAMILY[to.place]}/comments/{to.id}/reactions"
    try:
        await client.post(path, {"content": str(reaction)}, repeatable=True)
    except GithubException as error:
        if denied(error) is not None or failures.gone(error):
            return False
        raise
    return True


async def permission(client: RepoClient, login: str) -> Permission:
    """What a person may do in the repository; whom GitHub does not know may do nothing."""
    if not _LOGIN.fullmatch(login):
        return Permission.NONE
    try:
        answer = await client.get(f"/collaborators/{quote(login, safe='')}/permission")
    except GithubException as error:
        if failures.gone(error):
            return Permission.NONE
        raise
    return _role(str(answer.get("role_name") or ""), str(answer["permission"]))


def _role(name: str, base: str) -> Permission:
    """`permission` is one of four words that GitHub itself works out; a role's name may be an organisation's own."""
    by_name = next((role for role in Permission if role == name and _LEGACY[role] == base), None)
    return by_name or next((role for role in Permission if role == base), Permission.NONE)
