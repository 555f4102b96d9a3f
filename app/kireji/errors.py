"""What can go wrong, sorted by whose it is.

KirejiError
├── SettingsError        the operator's: a setting is missing or bad; exit status 2
├── DeliveryError        the sender's: a webhook we do not take; carries the HTTP status to answer
├── UserError            the user's: told in the pull request, in plain words, with what to do
├── TransientError       passing: worth another try, after `retry_after` seconds where the service named them
└── DefectError          ours: logged, and a check run says that the review did not happen
    └── DiffError        a diff that cannot be parsed
"""


class KirejiError(Exception):
    """The root: `except KirejiError` catches what this product foresees and nothing else."""


class SettingsError(KirejiError):
    """Settings that are missing or bad; `problems` holds one plain line for each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class DeliveryError(KirejiError):
    """A webhook request that is not taken. `status` is the HTTP status to answer: 400, 401, 413 or 415."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class UserError(KirejiError):
    """Something the repository's people can mend. `remedy` says how, in one sentence."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


class TransientError(KirejiError):
    """A passing failure of GitHub or Claude. `retry_after` is in seconds, None where the service named no time."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class DefectError(KirejiError):
    """A mistake of ours, or an answer of GitHub's or Claude's that nobody foresaw."""


class DiffError(DefectError):
    """A unified diff that cannot be parsed; the message names the file and the line."""
