"""Readings -> the same without the suggestions that must not be committed: the head's files are read, and each is judged."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from kireji.core.diff.unified import FileDiff
from kireji.core.events.job import ReviewJob
from kireji.core.findings.coverage import Reading
from kireji.core.findings.finding import Finding, fingerprint
from kireji.core.review.suggestion import Vetted, Withheld, offers, unproven, unread, vet_file, withhold
from kireji.core.secrets.spans import KnownSecrets
from kireji.core.text.undone import Undone
from kireji.errors import TransientError, UserError
from kireji.flow.apart import texts_without_credentials
from kireji.flow.world import World
from kireji.ports import Apart, Forge

NONE_READ: Mapping[str, str] = MappingProxyType({})
MAX_FILES = 50
"""How many of the head's files are read: one request. Suggestions in others are judged by the diff."""


async def keep_sound(
    job: ReviewJob,
    readings: Sequence[Reading],
    files: Mapping[str, FileDiff],
    world: World,
    known: KnownSecrets,
    *,
    read: Mapping[str, str] = NONE_READ,
    addressed: bool = False,
) -> tuple[list[Reading], tuple[Withheld, ...]]:
    """The readings with suggestions that can be committed as they are, and why the others are not offered.

    `files` as `placement.by_path` makes them, `known` the credentials that are in them no more, `read` the head's texts
    that were read already, "" for what is no text. Where GitHub does not give the files, less can be proven.
    `addressed`: the pull request speaks to its reviewer, so that no suggestion is offered, however sound. None is tried
    where the world is plain, so none is offered either.
    """
    if addressed:
        return _kept(readings, withhold)
    if world.plain:
        return _kept(readings, unproven)
    findings = [finding for reading in readings for finding in reading.findings]
    texts = await _texts(job, findings, files, world.forge, read)
    shown = await texts_without_credentials(texts, known, world.apart)
    judged = await _judged(findings, files, shown, world.apart)
    return _kept(readings, lambda finding: judged.get(finding, Vetted(finding)))


async def _texts(
    job: ReviewJob,
    findings: Sequence[Finding],
    files: Mapping[str, FileDiff],
    forge: Forge,
    read: Mapping[str, str],
) -> Mapping[str, str]:
    worst_first = sorted(findings, key=lambda finding: finding.severity.rank)
    needed = unread(worst_first, files)[:MAX_FILES]
    there = {path: read[path] for path in needed if read.get(path)}
    paths = [path for path in needed if path not in read]
    try:
        return {**there, **(await forge.read_files(job.ref, job.head_sha, paths) if paths else {})}
    except (TransientError, UserError):
        return there


async def _judged(
    findings: Sequence[Finding], files: Mapping[str, FileDiff], texts: Mapping[str, str], apart: Apart
) -> dict[Finding, Vetted]:
    """Each finding with what becomes of its suggestion: file by file, as its text is parsed for that."""
    asked = offers(findings, files, texts)
    judged = dict[Finding, Vetted]()
    for one, vetted in zip(asked, await apart.each(vet_file, asked), strict=True):
        judged |= zip(one.findings, map(unproven, one.findings) if isinstance(vetted, Undone) else vetted, strict=True)
    return judged


def _kept(
    readings: Sequence[Reading], judge: Callable[[Finding], Vetted]
) -> tuple[list[Reading], tuple[Withheld, ...]]:
    withheld: dict[str, Withheld] = {}  # several chunks may have found the same
    kept = list[Reading]()
    for reading in readings:
        vetted = [judge(finding) for finding in reading.findings]
        withheld |= {fingerprint(one.finding): one.withheld for one in vetted if one.withheld is not None}
        kept.append(replace(reading, findings=tuple(one.finding for one in vetted)))
    return kept, tuple(withheld.values())
