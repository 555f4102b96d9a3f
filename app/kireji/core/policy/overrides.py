"""What whoever runs a review wants of it instead of what the policy says: the Action's inputs, the command's options."""

from dataclasses import dataclass, replace

from kireji.core.policy.keys import put
from kireji.core.policy.reading import PolicyReading, PolicySource

POLICY = ".github/kireji.yml"
SECOND = ".github/kireji.yaml"  # read where there is no POLICY
# Where people may think that a policy is read, and none is.
UNREAD = (
    "kireji.yml",
    "kireji.yaml",
    "kireji.json",
    "kireji.toml",
    "Kireji.yml",
    "Kireji.yaml",
    ".kireji.yml",
    ".kireji.yaml",
    ".github/Kireji.yml",
    ".github/Kireji.yaml",
    ".github/KIREJI.yml",
    ".github/.kireji.yml",
    ".github/.kireji.yaml",
    ".github/kireji.json",
    ".github/kireji.toml",
    ".config/kireji.yml",
)


@dataclass(frozen=True, slots=True)
class Overrides:
    """What counts more than the policy."""

    policy_file: str = POLICY
    """The policy's path on the base branch."""

    values: tuple[tuple[str, object], ...] = ()
    """Policy keys by their full names, each with a value that the key's kind would read."""

    within: tuple[str, ...] = ()
    """Patterns as in .gitignore: only files that fit one are reviewed, all where there is none."""

    text: str | None = None
    """A policy that is used instead of any file."""

    def over(self, reading: PolicyReading) -> PolicyReading:
        """The policy as it is in force."""
        policy = reading.policy
        sources = dict(reading.sources)
        for name, value in self.values:
            policy = put(policy, name, value)
            sources[name] = PolicySource.RUN

        return replace(reading, policy=policy, sources=sources)


NONE = Overrides()
