"""What `kireji review` does: find the change, have it read, show it, and say with the exit status how it went."""

import asyncio
import json
import logging
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import click
from rich.console import Console

from kireji.core.diff.patch_words import without_change
from kireji.core.findings.finding import Severity
from kireji.core.formats.estimate import estimate_values, render_estimate
from kireji.core.formats.report import ReviewReport, ReviewSubject
from kireji.core.formats.table import FORMATS
from kireji.core.money.estimate import Estimate
from kireji.core.policy.overrides import Overrides
from kireji.core.policy.reading import read_policy
from kireji.core.pulls.change import Change, of_patch
from kireji.core.pulls.posting import Conclusion, HeadMoved, NotWanted
from kireji.core.pulls.pull import PullRef, site
from kireji.core.review.result import Review
from kireji.core.text.log_commands import disarm_commands_in_json
from kireji.core.text.patterns import regex
from kireji.core.wording import denial_words
from kireji.entry import logs
from kireji.entry.commands import progress
from kireji.entry.commands.options import ReviewOptions
from kireji.entry.startup import BAD_SETTING, tell
from kireji.errors import DefectError, DiffError, KirejiError, TransientError, UserError
from kireji.flow.review.estimate import estimate
from kireji.flow.review.once import job_now, post, read_once
from kireji.flow.review.read_pull import UnpostedReview
from kireji.flow.world import World
from kireji.settings import LocalSettings, load_local
from kireji.settings.models import MODEL
from kireji.version import own_version
from kireji.wiring import once
from kireji.wiring.calendar import today

GRAVE = 1
NOT_READ = 3
STOPPED = 130  # by Ctrl-C, as shells have it
_PULL = regex(r"([A-Za-z0-9_-]+/[A-Za-z0-9._-]+)#([1-9][0-9]{0,9})")
WIDTH = 100  # where the output is a file or a pipe

log = logging.getLogger("kireji.review")


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What came of it."""

    review: Review
    subject: ReviewSubject


def run(options: ReviewOptions) -> int:
    """Do it; the exit status. What goes wrong is told on stderr; a defect of ours must not end as a grave finding does."""
    try:
        return _run(options)
    except KirejiError as error:
        return _status(error, tell(error))
    except KeyboardInterrupt:
        click.echo("kireji: stopped, not reviewed", err=True)
        return STOPPED
    except BrokenPipeError:
        raise  # click's: who read the output has enough
    except Exception:
        log.critical("not reviewed, by a defect of Kireji", exc_info=True)
        return NOT_READ


def _run(options: ReviewOptions) -> int:
    settings = load_local(model=options.model, called=_setting(options), asks=not options.estimate, today=today())
    logs.set_up(settings.log_level if options.verbose else "CRITICAL", settings.secrets())
    logging.getLogger("kireji.models").setLevel("WARNING")  # a model that retires is told of at each start
    _may_write(options.output)

    if options.estimate:
        _write(options.output, asyncio.run(_estimate(options, settings, _overrides(options, settings))))
        return 0

    done = asyncio.run(_review(options, settings, _overrides(options, settings)))
    show(options, done)

    if (refused := done.review.denial) is not None:
        raise UserError(denial_words.not_posted(refused), refused.remedy)
    if done.review.conclusion is Conclusion.FAILURE:
        return GRAVE
    return 0 if done.review.coverage.complete else NOT_READ


def _status(error: KirejiError, told: int) -> int:
    """What is for the caller to mend is 2, what failed on its way is 3."""
    match error:
        case DiffError() | UserError():
            return BAD_SETTING
        case TransientError() | DefectError():
            return NOT_READ
        case _:
            return told


def _setting(options: ReviewOptions) -> str:
    """What the model was named with."""
    return "--model" if options.model else MODEL


def _overrides(options: ReviewOptions, settings: LocalSettings) -> Overrides:
    values: list[tuple[str, object]] = []
    if options.min_severity:
        values.append(("findings.min_severity", Severity(options.min_severity)))
    if options.fail_on:
        values.append(("conclusion.fail_on", None if options.fail_on == "never" else Severity(options.fail_on)))
    if options.model:
        values.append(("model", settings.model))  # over the policy's, too
    text = None if options.policy_file is None else _policy(options.policy_file)
    return Overrides(values=tuple(values), text=text)


def _policy(path: Path) -> str:
    """The policy's text; a file that somebody names must be without mistakes."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UserError(f"{path} cannot be read: {said}", "Name a policy with --policy.") from None
    if problems := read_policy(text, None).problems:
        lines = "; ".join(f"line {problem.line}: {problem.message}" for problem in problems)
        raise UserError(f"{path} is no good policy: {lines}", f"See `kireji policy check {path}`.")
    return text


async def _review(options: ReviewOptions, settings: LocalSettings, overrides: Overrides) -> Reviewed:
    ref, world, subject = _found(options, settings)
    return await _read(options, ref, replace(world, overrides=overrides), subject)


async def _estimate(options: ReviewOptions, settings: LocalSettings, overrides: Overrides) -> str:
    """What the review is likely to cost; no model is asked."""
    ref, world, subject = _found(options, settings)
    world = replace(world, overrides=overrides)
    found = await estimate(await job_now(ref, world, options.paths), world)
    if not isinstance(found, Estimate):
        raise _not_read(found)
    if options.form == "json":
        return disarm_commands_in_json(json.dumps(estimate_values(found, subject.name), indent=2)) + "\n"
    return render_estimate(found, subject.name)


def _found(options: ReviewOptions, settings: LocalSettings) -> tuple[PullRef, World, ReviewSubject]:
    """What is to be reviewed, and where it is read."""
    pull = _PULL.fullmatch(options.change)
    if options.post and not pull:
        raise UserError("There is nowhere to post this", "--post goes with a pull request: OWNER/REPO#NUMBER.")

    if pull:
        ref = PullRef(pull[1], int(pull[2]))
        subject = ReviewSubject(options.change, repository=f"{site(settings.github_api_url)}/{ref.repo}")
        return ref, _github(options, settings), subject

    change = _change(options, settings)
    world = once.build_world_for_change(settings, change, setting=_setting(options))
    return PullRef("local", 1), world, ReviewSubject(change.name, change.base_sha)


def _github(options: ReviewOptions, settings: LocalSettings) -> World:
    if settings.github_token is None:
        raise UserError(
            "GITHUB_TOKEN is not set", "Set it to a token that may read the repository, as `gh auth token` prints."
        )
    return once.build_world_for_token(settings, settings.github_token, setting=_setting(options))


def _change(options: ReviewOptions, settings: LocalSettings) -> Change:
    if options.change == "-":
        text = sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
        change = of_patch(text)
        if not change.text and not change.unread and (said := without_change(text)):
            click.echo(f"kireji: {said}", err=True)
        return change
    return once.find_change(settings.git, options.change, staged=options.staged)


async def _read(options: ReviewOptions, ref: PullRef, world: World, subject: ReviewSubject) -> Reviewed:
    """Have it read, and posted where that is asked for."""
    job = await job_now(ref, world, options.paths)
    with progress.bar() as see:
        read = await read_once(job, world, see)

    files = read.files if isinstance(read, UnpostedReview) else ()
    outcome = await post(job, read, world) if isinstance(read, UnpostedReview) and options.post else read

    match outcome:
        case Review():
            return Reviewed(outcome, replace(subject, files=files))
        case UnpostedReview():
            return Reviewed(outcome.review, replace(subject, files=files))
        case NotWanted() | HeadMoved():
            raise _not_read(outcome)


def _not_read(why: NotWanted | HeadMoved) -> KirejiError:
    if isinstance(why, NotWanted):
        return DefectError(f"Not reviewed, since {why.reason}")
    return TransientError(f"The head moved to {why.head_sha} meanwhile, so nothing was posted")


def show(options: ReviewOptions, done: Reviewed) -> None:
    """Print it, or write it to the file; the addresses of what was posted are told on stderr."""
    report = ReviewReport(done.review, done.subject, own_version(), WIDTH, explain_skips=options.explain_skips)
    if options.output is None and options.form == "terminal":
        screen = Console()  # knows of NO_COLOR, and what a terminal can
        seen = screen.is_terminal
        report = replace(report, width=screen.width if seen else WIDTH, colour=seen and screen.color_system is not None)
    for url in done.review.urls if options.post else ():
        click.echo(f"Posted: {url}", err=True)
    _write(options.output, FORMATS[options.form](report))


def _may_write(output: Path | None) -> None:
    """Raise UserError where the file cannot be written: before anything is paid for, or posted."""
    if output is None:
        return
    new = not output.exists()
    try:
        output.open("ab").close()
    except OSError as error:
        raise _unwritable(output, error) from None
    if new:
        output.unlink()


def _unwritable(output: Path, error: OSError) -> UserError:
    return UserError(f"{output} cannot be written: {error.strerror}", "Name another file with --output.")


def _write(output: Path | None, text: str) -> None:
    """Print it, or write it to a file."""
    data = text.encode("utf-8", "replace")
    if output is None:
        click.echo(data, nl=False)
        return
    try:
        output.write_bytes(data)
    except OSError as error:
        raise _unwritable(output, error) from None
