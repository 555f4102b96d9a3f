"""What payloads of several events hold, and how a field that is wrong is told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from kireji.core.pulls.pull import PullRef
from kireji.errors import DeliveryError

Payload = Mapping[str, object]


class Wire(BaseModel):
    """A JSON object of GitHub's."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


_Model = TypeVar("_Model", bound=Wire)


def read(model: type[_Model], payload: Payload) -> _Model:
    """The fields that are named. Raises DeliveryError 400 that names the first wrong one, and none of its content."""
    try:
        return model.model_validate(payload)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        path = ".".join(str(step) for step in first["loc"])
        raise DeliveryError(400, f"the payload's {path} is not as GitHub documents it: {first['msg']}") from error


def _epoch(value: object) -> float:
    """ISO 8601 with its zone -> epoch seconds."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    if moment is None or moment.tzinfo is None:
        raise ValueError("no ISO 8601 time with a zone")
    return moment.timestamp()


# Both end up in the addresses of API calls: no slash, and no name of dots only, may get through.
_RepoName = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,100}/[A-Za-z0-9._-]*[A-Za-z0-9_-][A-Za-z0-9._-]*$")
]
Sha = Annotated[str, StringConstraints(pattern=r"^(?:[0-9a-f]{40}|[0-9a-f]{64})$")]
Id = Annotated[int, Field(gt=0, lt=2**63)]
Moment = Annotated[float, BeforeValidator(_epoch)]


class ActionPayload(Wire):
    """Every event but `ping` has one."""

    action: str


class Repository(Wire):
    """The repository that an event is about. Its name may change, its `id` never does."""

    full_name: Annotated[_RepoName, StringConstraints(max_length=210)]
    id: Id | None = None


class _Installation(Wire):
    id: Id


class User(Wire):
    """Whoever did or wrote something. `type` is "Bot" for an App's user."""

    login: str
    type: str = "User"

    @property
    def bot(self) -> bool:
        """Whether it is no person."""
        return self.type == "Bot"


class AboutRepository(Wire):
    """What all events in a repository carry. A webhook that is not an App's names no installation."""

    repository: Repository
    installation: _Installation | None = None

    @property
    def installed(self) -> int | None:
        """The App installation that may act in the repository, if any."""
        return self.installation.id if self.installation else None

    def pull(self, number: int) -> PullRef:
        """The pull request of this number in the repository."""
        return PullRef(self.repository.full_name, number, self.installed, self.repository.id)


class InRepository(AboutRepository):
    """What somebody did in a repository."""

    sender: User
