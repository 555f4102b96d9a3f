"""What whoever runs a review wants of it instead of what the policy says: the Action's inputs, the command's options."""

from dataclasses import dataclass, replace

from kireji.core.policy.keys import put
from kireji.core.policy.reading import PolicyReading, PolicySource

POLICY = ".github/kireji.yml"
SECOND = ".github/kireji.yaml"  # read where there is no POLICY
# Where people may think that a policy is read, and none is.
UNREAD = (
    *(
        "kireji.yml",
        "kireji.yaml",
        "kireji.json",
        "kireji.toml",
        "Kireji.yml",
        "Kireji.yaml",
        ".kireji.yml",
        ".kireji.yaml",
    ),
    *(".github/Kireji.yml", ".github/Kireji.yaml", ".github/KIREJI.yml", ".github/.kireji.yml", ".github/.kireji.yaml"),
    *(".github/kireji.json", ".github/kireji.toml", ".config/kireji.yml"),
)


@dataclass(frozen=True, slots=True)
class Overrides:
    """`values` are policy keys by their full names, each with a value that the key's kind would read.

    `policy_file` is the policy's path on the base branch, `text` a policy that is used instead of any there. Only files
    that fit one of `within` (patterns as in .gitignore, none for all) are reviewed; the others are skipped on purpose.
    """

    policy_file: str = POLICY
    values: tuple[tuple[str, object], ...] = ()
    within: tuple[str, ...] = ()
    text: str | None = None

    def over(self, reading: PolicyReading) -> PolicyReading:
        """The policy as it is in force."""
        policy, sources = reading.policy, dict(reading.sources)
        for name, value in self.values:
            policy, sources[name] = put(policy, name, value), PolicySource.RUN
        return replace(reading, policy=policy, sources=sources)


NONE = Overrides()
