"""Readings -> the same without the suggestions that must not be committed: the head's files are read, and each is judged."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from kireji.core.diff.unified import FileDiff
from kireji.core.events.job import ReviewJob
from kireji.core.findings.coverage import Reading, all_findings
from kireji.core.findings.finding import Finding, fingerprint
from kireji.core.review.suggestion import (
    Vetted,
    Withheld,
    group_by_file,
    paths_to_read,
    vet_file,
    withhold,
    withhold_unproven,
)
from kireji.core.secrets.spans import KnownSecrets
from kireji.core.text.undone import Undone
from kireji.errors import TransientError, UserError
from kireji.flow.apart import texts_without_credentials
from kireji.flow.world import World
from kireji.ports import Apart, Forge

NONE_READ: Mapping[str, str] = MappingProxyType({})
log = logging.getLogger("kireji.review")

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
    `addressed`: text in the pull request addresses its reviewer, so that no suggestion is offered, however sound. None is
    tried where the world is plain, so none is offered either.
    """
    if addressed:
        return _with_judged(readings, withhold)
    if world.plain:
        return _with_judged(readings, withhold_unproven)

    findings = all_findings(readings)
    texts = await _read_texts(job, findings, files, world.forge, read)
    cleaned = await texts_without_credentials(texts, known, world.apart)
    judged = await _judge(findings, files, cleaned, world.apart)
    return _with_judged(readings, lambda finding: judged.get(finding, Vetted(finding)))


async def _read_texts(
    job: ReviewJob,
    findings: Sequence[Finding],
    files: Mapping[str, FileDiff],
    forge: Forge,
    read: Mapping[str, str],
) -> Mapping[str, str]:
    """The head's texts by path, of the worst findings' files first where there are many."""
    worst_first = sorted(findings, key=lambda finding: finding.severity.rank)
    needed = paths_to_read(worst_first, files)[:MAX_FILES]

    at_hand = {path: read[path] for path in needed if read.get(path)}
    missing = [path for path in needed if path not in read]
    if not missing:
        return at_hand
    try:
        return {**at_hand, **await forge.read_files(job.ref, job.head_sha, missing)}
    except (TransientError, UserError) as error:
        log.warning("no files for the suggestions of %s#%d: %s", job.ref.repo, job.ref.number, error)
        return at_hand


async def _judge(
    findings: Sequence[Finding], files: Mapping[str, FileDiff], texts: Mapping[str, str], apart: Apart
) -> dict[Finding, Vetted]:
    """Each finding with what becomes of its suggestion: file by file, as its text is parsed for that."""
    offered_files = group_by_file(findings, files, texts)
    results = await apart.each(vet_file, offered_files)

    judged = dict[Finding, Vetted]()
    for offered, result in zip(offered_files, results, strict=True):
        vetted = map(withhold_unproven, offered.findings) if isinstance(result, Undone) else result
        judged |= zip(offered.findings, vetted, strict=True)
    return judged


def _with_judged(
    readings: Sequence[Reading], judge: Callable[[Finding], Vetted]
) -> tuple[list[Reading], tuple[Withheld, ...]]:
    """The readings with what is left of each finding's suggestion, and why others are withheld, once a finding."""
    withheld = dict[str, Withheld]()  # several chunks may have found the same
    kept = list[Reading]()
    for reading in readings:
        judged = [judge(finding) for finding in reading.findings]
        for vetted in judged:
            if vetted.withheld is not None:
                withheld[fingerprint(vetted.finding)] = vetted.withheld
        kept.append(replace(reading, findings=tuple(vetted.finding for vetted in judged)))
    return kept, tuple(withheld.values())
