"""What a step of GitHub Actions is run with: the runner's variables and the step's inputs, as action.yml hands them on."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kireji.core.findings.finding import Severity
from kireji.core.models.catalogue import MODELS, table_name
from kireji.core.models.providers import Access, Provider
from kireji.core.policy.overrides import POLICY, Overrides
from kireji.core.policy.texts import PATTERN
from kireji.core.text.patterns import regex
from kireji.core.wording.signin_words import INPUTS
from kireji.errors import SettingsError
from kireji.settings import ReviewSettings, load_review, signin
from kireji.settings.reader import SettingsReader
from kireji.settings.secret import Secret
from kireji.settings.signing import SETTING, signing_keys

# Kireji's own settings, and what GitHub or the step's input calls each.
_GIVEN = {
    "KIREJI_GITHUB_API_URL": "GITHUB_API_URL",
    "KIREJI_MODEL": "INPUT_MODEL",
    "KIREJI_PROVIDER": "INPUT_PROVIDER",
    SETTING: "INPUT_SIGNING_KEY",
}
_CALLED = {
    "KIREJI_MODEL": "model",
    "KIREJI_PROVIDER": "provider",
    SETTING: "signing-key",
    signin.KEY: "anthropic-api-key",
    **INPUTS,
}
_SETTING = regex(r"\b[A-Z][A-Z_]+[A-Z]\b")  # a whole name: KIREJI_PROVIDER_MODEL is not the input `provider`
_NUMBER = regex(r"[0-9]{1,10}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionSettings:
    """What one step is run with, checked."""

    event: str
    """The name of the event that started the workflow."""
    event_file: Path
    """Its payload."""
    repository: str
    repository_id: int | None
    run: int
    """The run's number, another one for each attempt."""
    actor: str
    server_url: str
    api_url: str
    number: int | None
    """The pull request's, if the input gives one."""
    token: Secret
    signing: tuple[Secret, ...]
    """By these it knows again what it posted; the first of them signs."""
    review: ReviewSettings | None
    """None without a key for Claude and a token to sign in with."""
    half_signin: str
    """What lacks of a sign-in, "" where nobody wants one."""
    overrides: Overrides
    state: Path
    """The file that is kept between runs."""
    folder: Path
    """Takes what is written."""
    output_file: Path | None
    summary_file: Path | None

    def secrets(self) -> tuple[Secret, ...]:
        """Everything that must not be shown, for the log's redaction."""
        return (self.token, *self.signing, *(self.review.secrets() if self.review else ()))

    @property
    def repository_key(self) -> str:
        """What tells the repository from all others: its id, which stays when it is renamed, or else its name."""
        return str(self.repository_id or self.repository)


def load_action(environ: Mapping[str, str] | None = None, *, today: date | None = None) -> ActionSettings:
    """Read the environment. `today` as for `load`. Raises SettingsError with every problem at once, each named by its input."""
    given = os.environ if environ is None else environ
    problems = list[str]()

    token = given.get("INPUT_GITHUB_TOKEN", "").strip()
    if not token:
        problems.append("github-token is empty: leave it out, and the workflow's own token serves")
    overrides = _overrides(given, problems)
    number = _number(given, "pull-request", 2**31, problems)
    review = _review(given, today, problems)
    signing = review.signing_secrets if review else _signing(given, problems)
    if problems:
        raise SettingsError(tuple(dict.fromkeys(problems)))  # a signing key's is found twice where others are beside it

    own_id = given.get("GITHUB_REPOSITORY_ID", "")
    folder = Path(given.get("RUNNER_TEMP") or "/tmp") / "kireji"  # noqa: S108 - the runner always sets it
    return ActionSettings(
        event=given.get("GITHUB_EVENT_NAME", ""),
        event_file=Path(given.get("GITHUB_EVENT_PATH", "")),
        repository=given.get("GITHUB_REPOSITORY", ""),
        repository_id=int(own_id) if own_id.isdecimal() else None,
        run=_run(given),
        actor=given.get("GITHUB_ACTOR", ""),
        api_url=given.get("GITHUB_API_URL") or "https://api.github.com",
        server_url=given.get("GITHUB_SERVER_URL", "https://github.com"),
        number=number,
        token=Secret(token),
        signing=signing,
        review=review,
        half_signin=_half_signin(given),
        overrides=overrides,
        state=Path(given.get("INPUT_STATE") or folder / "state.json"),
        folder=folder,
        output_file=_path(given, "GITHUB_OUTPUT"),
        summary_file=_path(given, "GITHUB_STEP_SUMMARY"),
    )


def _review(given: Mapping[str, str], today: date | None, problems: list[str]) -> ReviewSettings | None:
    """With the model that the input names; a policy may choose any, since its repository pays."""
    inputs = {name: given[theirs].strip() for name, theirs in _GIVEN.items() if given.get(theirs)}
    defaults = {"KIREJI_POLICY_MODELS": _models(inputs.get("KIREJI_PROVIDER", ""))}
    environ = defaults | dict(given) | inputs

    needs_sign_in = environ.get("KIREJI_PROVIDER") in {None, "", Provider.ANTHROPIC}
    has_key = bool(given.get(signin.KEY, "").strip())
    has_token = signin.wanted(given) and signin.has_token(given)
    if needs_sign_in and not has_key and not has_token:
        return None

    try:
        return load_review(environ, today=today)
    except SettingsError as error:
        problems += [_by_its_input(problem, given) for problem in error.problems]
        return None


def _half_signin(given: Mapping[str, str]) -> str:
    """What lacks of a sign-in without a key, "" where nobody wants one."""
    if not signin.wanted(given) or given.get(signin.KEY, "").strip():
        return ""
    return _by_its_input(signin.lacking(SettingsReader(given)), given)


def _by_its_input(problem: str, given: Mapping[str, str]) -> str:
    """A setting's problem, as whoever wrote the workflow knows it: by the input, but where the variable itself was set."""

    def called(found: re.Match[str]) -> str:
        name = found[0]
        by_variable = name in _GIVEN and given.get(name) and not given.get(_GIVEN[name])
        return name if by_variable else _CALLED.get(name, name)

    return _SETTING.sub(called, problem)


def _signing(given: Mapping[str, str], problems: list[str]) -> tuple[Secret, ...]:
    """Where nothing is to be reviewed: a merge queue is answered by what earlier runs signed."""
    reader = SettingsReader({SETTING: given.get("INPUT_SIGNING_KEY") or given.get(SETTING, "")})
    keys = signing_keys(reader)
    problems += (_by_its_input(problem, given) for problem in reader.problems)
    return keys


def _models(provider: str) -> str:
    """The models whose name with the provider is known, as a policy's setting lists them."""
    access = Access(Provider(provider) if provider in tuple(Provider) else Provider.ANTHROPIC)
    return ",".join(name for name in MODELS if access.model_id(name))


def _overrides(given: Mapping[str, str], problems: list[str]) -> Overrides:
    """What the step's inputs put in the place of the policy's own values."""
    values = list[tuple[str, object]]()

    if severity := _severity(given, "severity", problems):
        values.append(("findings.min_severity", severity))

    if given.get("INPUT_FAIL_ON", "").strip().lower() == "never":
        values.append(("conclusion.fail_on", None))
    elif severity := _severity(given, "fail-on", problems):
        values.append(("conclusion.fail_on", severity))

    if model := given.get("INPUT_MODEL", "").strip():
        values.append(("model", table_name(model)))  # over the policy's, too
    if most := _number(given, "max-comments", 100, problems):
        values.append(("findings.max_comments", most))

    lines = (line.strip() for line in given.get("INPUT_PATHS", "").splitlines())
    within = tuple(line for line in lines if line)
    problems += [f"paths holds {pattern!r}: {flaw}" for pattern in within if (flaw := PATTERN.flaw(pattern))]

    file = given.get("INPUT_POLICY_FILE", "").strip() or POLICY
    if file.startswith("/") or ".." in file.split("/"):
        problems.append(f"policy-file is {file!r}; it must be a path within the repository, as {POLICY}")

    return Overrides(file, tuple(values), within)


def _run(given: Mapping[str, str]) -> int:
    """The run's number with its attempt: a run that is started again keeps its id, and is another review."""
    attempt = int(given.get("GITHUB_RUN_ATTEMPT") or 1)
    return int(given.get("GITHUB_RUN_ID") or 1) * 1000 + min(attempt, 999)


def _severity(given: Mapping[str, str], name: str, problems: list[str]) -> Severity | None:
    value = given.get(_variable(name), "").strip().lower()
    if not value or value in list(Severity):
        return Severity(value) if value else None
    never = " or never" if name == "fail-on" else ""
    problems.append(f"{name} is {value!r}; it must be one of {', '.join(Severity)}{never}")
    return None


def _number(given: Mapping[str, str], name: str, most: int, problems: list[str]) -> int | None:
    value = given.get(_variable(name), "").strip()
    if not value:
        return None
    if _NUMBER.fullmatch(value) and 1 <= int(value) <= most:
        return int(value)
    problems.append(f"{name} is {value[:40]!r}; it must be a whole number from 1 to {most}")
    return None


def _variable(name: str) -> str:
    return f"INPUT_{name.replace('-', '_').upper()}"


def _path(given: Mapping[str, str], name: str) -> Path | None:
    return Path(given[name]) if given.get(name) else None
