"""What the base branch says of how a pull request is to be reviewed. The head branch has no say."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.core.formats.policy import problem_notes
from app.core.policy import Policy, PolicyReading, Problem, Source, read_policy
from app.core.pull import OpenedPull

ATTRIBUTES = ".gitattributes"
POLICY = ".github/kireji.yml"
RULES = ("REVIEW.md", "AGENTS.md", "CLAUDE.md")
BASE_FILES = (ATTRIBUTES, POLICY, *RULES)
UNREADABLE = Problem(Source.REPOSITORY, 1, "nothing of this file is used: it is binary, or too large to be read")
MAX_RULES = 6_000  # characters of one rules file


@dataclass(frozen=True, slots=True)
class Steering:
    """The policy as it was read, the text of .gitattributes, and the repository's rules for the reader, as text."""

    reading: PolicyReading
    attributes: str
    rules: str

    @property
    def notes(self) -> tuple[str, ...]:
        """What is wrong with the policy, for the check run; each a paragraph of Markdown."""
        return problem_notes(self.reading)

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.reading.policy


def steer(opened: OpenedPull) -> Steering:
    """Read what steers a review."""
    files = opened.base_files
    reading = read_policy(files.get(POLICY), opened.organisation or None)
    if POLICY in opened.unreadable:
        reading = replace(reading, problems=(*reading.problems, UNREADABLE))
    rules = "\n\n".join(_rules(opened, reading.policy))
    return Steering(reading, files.get(ATTRIBUTES, ""), rules)


def _rules(opened: OpenedPull, policy: Policy) -> Iterator[str]:
    """The language, the instructions by path, then the rules files: what is cut off at the end matters least."""
    if policy.language != Policy().language:
        yield f"Write titles and explanations in {policy.language}."
    for instruction in policy.instructions:
        yield f"For files that match {', '.join(instruction.paths)}: {instruction.text}"
    for name in policy.rules:
        if text := opened.base_files.get(name, "").strip():
            yield f"From {name}:\n{text[:MAX_RULES]}"
