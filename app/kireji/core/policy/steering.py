"""What the base branch says of how a pull request is to be reviewed. The head branch has no say."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from kireji.core.diff.unified import FileDiff
from kireji.core.policy.markdown import attributes_note, not_read_note, problem_notes, unheard_note
from kireji.core.policy.model import Policy
from kireji.core.policy.overrides import NONE, POLICY, SECOND, UNREAD, Overrides
from kireji.core.policy.reading import PolicyProblem, PolicyReading, PolicySource, read_policy
from kireji.core.policy.wanted import instructions_for
from kireji.core.pulls.pull import OpenedPull
from kireji.core.scope.attributes import FILE_NAME, count_left_out, read_attributes

UNREADABLE = PolicyProblem(
    PolicySource.REPOSITORY, 1, "nothing of this file is used: it is binary, or too large to be read"
)
MAX_RULES = 6_000  # characters of one rules file


@dataclass(frozen=True, slots=True)
class Steering:
    """What steers a review."""

    reading: PolicyReading

    files: Mapping[str, str]
    """The base branch's files that steer a review, and their texts, by path."""

    policy_file: str = POLICY
    """Which of them is the policy's."""

    others: tuple[str, ...] = ()
    """Files that look like a policy there and are not read."""

    unreadable: tuple[str, ...] = ()
    """.gitattributes files that could not be read."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What is wrong with the policy, for the check run; each a paragraph of Markdown."""
        return (*problem_notes(self.reading, self.policy_file), *self.elsewhere)

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """Which files look like a policy and are not read; as `notes`."""
        return (not_read_note(self.others, self.policy_file),) if self.others else ()

    def unheard(self, files: Iterable[FileDiff]) -> tuple[str, ...]:
        """What of a diff would steer reviews and does not before it is merged, for the check run; as `notes`."""
        paths = chain.from_iterable((file.path, file.old_path) for file in files)
        changed = dict.fromkeys(filter(None, paths))
        usual = self.policy_file in {POLICY, SECOND}

        policies = {POLICY, SECOND} if usual else {self.policy_file}
        named = policies.union(self.policy.rules)
        steering = [path for path in changed if path in named or _is_attributes(path)]
        notes = [unheard_note(steering)] if steering else []

        lost = [path for path in changed if path in UNREAD and path not in self.others]
        if lost and usual:
            notes.append(not_read_note(lost, self.policy_file))
        return tuple(notes)

    def unread(self, files: Iterable[FileDiff]) -> tuple[str, ...]:
        """What of the .gitattributes that may speak of these files is not used, for the check run; as `notes`."""
        note = attributes_note(
            self.unreadable, count_left_out(file.path for file in files), cut=read_attributes(self.files).cut
        )
        return (note,) if note else ()

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.reading.policy

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
    """The base branch's files that steer a review; those below a folder, which only a diff can tell, are not among them."""
    others = (SECOND, *UNREAD) if overrides.policy_file == POLICY and overrides.text is None else ()
    return (FILE_NAME, overrides.policy_file, *others, *Policy().rules)


def steer(opened: OpenedPull, overrides: Overrides = NONE) -> Steering:
    """Read what steers a review."""
    there = {*opened.base_files, *opened.unreadable}
    file, others = _policy_of(there, opened.pull.ref.repo, overrides)
    own = opened.base_files.get(file) if overrides.text is None else overrides.text
    reading = read_policy(own, opened.organisation or None)
    if overrides.text is None and file in opened.unreadable:
        reading = replace(reading, problems=(*reading.problems, UNREADABLE))
    unreadable = tuple(sorted(path for path in opened.unreadable if _is_attributes(path)))
    return Steering(overrides.over(reading), opened.base_files, file, others, unreadable)


def _is_attributes(path: str) -> bool:
    """Whether it is a .gitattributes file, in whatever folder."""
    return f"/{path}".endswith(f"/{FILE_NAME}")


def _policy_of(there: Container[str], repo: str, overrides: Overrides) -> tuple[str, tuple[str, ...]]:
    """The file that is the policy, and what else looks like one; in `.github` the uppermost file is the organisation's."""
    if overrides.policy_file != POLICY or overrides.text is not None:
        return overrides.policy_file, ()
    file = SECOND if POLICY not in there and SECOND in there else POLICY
    organisation = {"kireji.yml", "kireji.yaml"} if repo.endswith("/.github") else set[str]()
    others = (path for path in (POLICY, SECOND, *UNREAD) if path in there and path not in {file, *organisation})
    return file, tuple(others)
