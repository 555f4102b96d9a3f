"""States in which GitHub refuses whoever asks: of a repository and its owner. Set them, and they last until they are reset.

Sources: GitHub's "Authenticating to the REST API" and "Troubleshooting the REST API"; the words and headers are those of
answers quoted in public issues. The locked conversation is `models.Pull.locked`, a suspended installation `models.App`'s.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from graphql import GraphQLError

from tests.sandbox.github.errors import ApiError

_SAML = "Resource protected by organization SAML enforcement. You must grant your {token} access to this organization."
_SAML_DOCS = "https://docs.github.com/articles/authenticating-to-a-github-organization-with-saml-single-sign-on/"
_IP = (
    "Although you appear to have the correct authorization credentials, the `{owner}` organization has an IP allow list "
    "enabled, and your IP address is not permitted to access this resource."
)
_CLASSIC = (
    "`{owner}` forbids access via a personal access token (classic). Please use a GitHub App, OAuth App, or a personal "
    "access token with fine-grained permissions."
)
_ARCHIVED = "Repository was archived so is read-only."
_BLOCKED = "Repository access blocked"


@dataclass(slots=True)
class Guard:
    """What keeps people from a repository. `blocked` is GitHub's own reason, such as "dmca" or "tos", "" for none."""

    saml: bool = False
    ip_list: bool = False
    forbids_classic: bool = False
    archived: bool = False
    blocked: str = ""

    def admit(self, owner: str, site: str, *, kind: str) -> None:
        """Refuse a REST request with a token of this kind (see `models.Token`), whatever it asks for."""
        if self.blocked:
            block = {"reason": self.blocked, "created_at": "2026-01-02T03:04:05Z", "html_url": f"{_https(site)}/tos"}
            raise ApiError(451 if self.blocked == "dmca" else 403, _BLOCKED, more={"block": block})
        if self.ip_list:
            raise ApiError(403, _IP.format(owner=owner))
        if self.forbids_classic and kind == "classic":
            raise ApiError(403, _CLASSIC.format(owner=owner))
        if self.saml:
            raise ApiError(403, _saml(kind), docs=_SAML_DOCS, headers={"X-GitHub-SSO": sso(owner, site)})

    def admit_write(self, *, review: bool) -> None:
        """Refuse a write to an archived repository, where every conversation counts as locked."""
        if self.archived and review:
            raise ApiError(422, "Unprocessable Entity", errors=["lock prevents review"])
        if self.archived:
            raise ApiError(403, _ARCHIVED)

    def admit_query(self, owner: str, *, kind: str) -> None:
        """Refuse a GraphQL field. How GraphQL words a blocked repository no report tells: it is as REST's here."""
        if self.saml:
            raise GraphQLError(_saml(kind), extensions={"type": "FORBIDDEN", "saml_failure": True, "owner": owner})
        words = _BLOCKED if self.blocked else _IP.format(owner=owner) if self.ip_list else ""
        if self.forbids_classic and kind == "classic":
            words = _CLASSIC.format(owner=owner)
        if words:
            raise GraphQLError(words, extensions={"type": "FORBIDDEN"})

    def admit_mutation(self) -> None:
        """Refuse a GraphQL mutation in an archived repository."""
        if self.archived:
            raise GraphQLError(_ARCHIVED.rstrip("."), extensions={"type": "UNPROCESSABLE"})


def sso(owner: str, site: str) -> str:
    """The header that names where a token is authorized, within the hour."""
    request = "AZSCKtL4U8yX1H3sCQIVnVgmjmon5fWxks5YrqhJgah0b2tlbl9pZM4EuMz4"
    return f"required; url={_https(site)}/orgs/{owner}/sso?authorization_request={request}"


def _saml(kind: str) -> str:
    return _SAML.format(token="token" if kind == "installation" else "Personal Access token")


def _https(site: str) -> str:
    return f"https://{urlsplit(site).netloc}"
