"""`merge_group`: a merge queue waits for the checks of a commit of its own."""

from kireji.core.events.happened import Event, MergeGroupAsked
from kireji.core.events.payloads.fields import AboutRepository, Payload, Sha, Wire, read


class _Group(Wire):
    """`head_ref` and `base_ref` are whole refs, `refs/heads/…`."""

    head_sha: Sha
    head_ref: str
    base_sha: Sha
    base_ref: str


class _MergeGroupPayload(AboutRepository):
    merge_group: _Group


def merge_group(payload: Payload) -> Event | None:
    """Checks are wanted for a group of pull requests."""
    wire = read(_MergeGroupPayload, payload)
    group = wire.merge_group

    return MergeGroupAsked(
        repo=wire.repository.full_name,
        installation=wire.installed,
        head_sha=group.head_sha,
        head_ref=group.head_ref,
        base_sha=group.base_sha,
        base_ref=group.base_ref,
        repo_id=wire.repository.id,
    )
