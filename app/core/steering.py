"""What the base branch says of how a pull request is to be reviewed. The head branch has no say."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from app.core.diff import FileDiff
from app.core.formats.policy import problem_notes, unheard_note
from app.core.overrides import NONE, POLICY, Overrides
from app.core.policy import Policy, PolicyReading, Problem, Source, instructions_for, read_policy
from app.core.pull import OpenedPull

ATTRIBUTES = ".gitattributes"
UNREADABLE = Problem(Source.REPOSITORY, 1, "nothing of this file is used: it is binary, or too large to be read")
MAX_RULES = 6_000  # characters of one rules file


@dataclass(frozen=True, slots=True)
class Steering:
    """The policy as it was read, and the base branch's files that steer a review: path -> text; which one is the policy's."""

    reading: PolicyReading
    files: Mapping[str, str]
    policy_file: str = POLICY

    @property
    def notes(self) -> tuple[str, ...]:
        """What is wrong with the policy, for the check run; each a paragraph of Markdown."""
        return problem_notes(self.reading)

    def unheard(self, files: Iterable[FileDiff]) -> tuple[str, ...]:
        """What of a diff would steer reviews and does not before it is merged, for the check run; as `notes`."""
        changed = {path for file in files for path in (file.path, file.old_path)}
        steering = [path for path in (self.policy_file, ATTRIBUTES, *self.policy.rules) if path in changed]
        return (unheard_note(steering),) if steering else ()

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.reading.policy

    @property
    def attributes(self) -> str:
        """The text of .gitattributes, "" without one."""
        return self.files.get(ATTRIBUTES, "")

    def rules_for(self, paths: Iterable[str], clean: Callable[[str], str] = str) -> str:
        """What the repository has its reader told who reads these files, "" for nothing.

        `clean` takes the credentials out of a text. It is given whole files: of a credential that is cut in two, no half
        can be told from other words.
        """
        return "\n\n".join(self._rules(paths, clean))

    def _rules(self, paths: Iterable[str], clean: Callable[[str], str]) -> Iterator[str]:
        """The language, the instructions that fit, then the rules files: what is cut off at the end matters least."""
        if self.policy.language != Policy().language:
            yield clean(f"Write titles and explanations in {self.policy.language}.")
        for instruction in instructions_for(self.policy, paths):
            yield clean(f"For files that match {', '.join(instruction.paths)}: {instruction.text}")
        for name in self.policy.rules:
            if text := self.files.get(name, "").strip():
                yield f"From {name}:\n{clean(text)[:MAX_RULES]}"


def base_files(overrides: Overrides = NONE) -> tuple[str, ...]:
    """The base branch's files that steer a review."""
    return (ATTRIBUTES, overrides.policy_file, *Policy().rules)


def steer(opened: OpenedPull, overrides: Overrides = NONE) -> Steering:
    """Read what steers a review."""
    file = overrides.policy_file
    own = opened.base_files.get(file) if overrides.text is None else overrides.text
    reading = read_policy(own, opened.organisation or None)
    if overrides.text is None and file in opened.unreadable:
        reading = replace(reading, problems=(*reading.problems, UNREADABLE))
    return Steering(overrides.over(reading), opened.base_files, file)
