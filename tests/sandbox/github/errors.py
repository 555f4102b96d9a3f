"""Refusals as GitHub words them. Sources: GitHub's REST documentation and answers quoted in public issues."""

from typing import Any

DOCS = "https://docs.github.com/rest"


class ApiError(Exception):
    """A refusal on its way to the client: the HTTP status, the message, and whatever else the answer holds."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        errors: list[Any] | None = None,
        docs: str = DOCS,
        headers: dict[str, str] | None = None,
        more: dict[str, Any] | None = None,
        url: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = errors
        self.docs = docs
        self.headers = headers or {}
        self.more = more or {}
        self.url = url

    def body(self) -> dict[str, Any]:
        """The answer's JSON."""
        if self.url is not None:  # a redirect
            return {"message": self.message, "url": self.url, "documentation_url": self.docs}
        errors = {} if self.errors is None else {"errors": self.errors}
        told = {"documentation_url": self.docs, "status": str(self.status)}
        return {"message": self.message, **errors, **self.more, **told}


def not_found() -> ApiError:
    """404: it does not exist, or the caller may not know that it does."""
    return ApiError(404, "Not Found")


def forbidden() -> ApiError:
    """403: the token lacks the permission."""
    return ApiError(403, "Resource not accessible by integration")


def locked() -> ApiError:
    """403: the conversation is locked. For a reaction no report tells GitHub's words."""
    docs = "https://docs.github.com/articles/locking-conversations/"
    return ApiError(403, "Unable to create comment because issue is locked.", docs=docs)


def lacking(kind: str, needs: tuple[str, ...]) -> ApiError:
    """The token holds none of the permissions that would do: its headers name them, and the scopes of a classic one.

    Source: GitHub's "Troubleshooting the REST API"; a classic token without the scope sees nothing.
    """
    if kind == "classic":
        return ApiError(404, "Not Found", headers={"X-OAuth-Scopes": "gist", "X-Accepted-OAuth-Scopes": "repo"})
    named = {"X-Accepted-GitHub-Permissions": "; ".join(need.replace(":", "=") for need in needs)}
    whose = "personal access token" if kind == "fine-grained" else "integration"
    return ApiError(403, f"Resource not accessible by {whose}", headers=named)


def unprocessable(*errors: str) -> ApiError:
    """422 as the reviews endpoint words it."""
    return ApiError(422, "Unprocessable Entity", errors=list(errors))


def invalid(resource: str, field: str, code: str = "invalid", message: str | None = None) -> ApiError:
    """422 "Validation Failed", naming one field."""
    error = {"resource": resource, "code": code, "field": field}
    return ApiError(422, "Validation Failed", errors=[error if message is None else {**error, "message": message}])


def too_large(what: str) -> ApiError:
    """406: the diff media type refuses this pull request. `what` is such as "files (300)"."""
    message = (
        f"Sorry, the diff exceeded the maximum number of {what}. "
        "Consider using 'List pull requests files' API or locally cloning the repository instead."
    )
    error = {"resource": "PullRequest", "field": "diff", "code": "too_large"}
    return ApiError(406, message, errors=[error], docs=f"{DOCS}/pulls/pulls#list-pull-requests-files")
