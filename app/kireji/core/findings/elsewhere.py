"""Finding -> the other places that it names, as `path:line` in its explanation: where two files do not fit together."""

from kireji.core.diff.unified import Side
from kireji.core.findings.finding import Finding, Place
from kireji.core.text.patterns import regex

_NAMED = regex(r"`([^`\n]{1,4096}):(\d{1,7})(?:-\d{1,7})?`")


def elsewhere(finding: Finding) -> tuple[Place, ...]:
    """Places besides the finding's own, by lines of the new file. The model's word: whether they exist is not said."""
    found = dict.fromkeys(Place(path, Side.RIGHT, int(line)) for path, line in _NAMED.findall(finding.explanation))
    return tuple(place for place in found if (place.path, place.line) != (finding.path, finding.start_line))
