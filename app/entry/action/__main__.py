"""The step: reads what the runner says, reviews, tells, and ends with the step's status."""

import asyncio
import sys
from collections.abc import Mapping

from app.core import wording
from app.entry import logs
from app.entry.action.page import Page
from app.entry.action.run import act
from app.entry.private import keep_new_private
from app.errors import KirejiError, SettingsError
from app.settings.action import load_action
from app.wiring.calendar import today


def main(environ: Mapping[str, str] | None = None) -> int:
    """The step's exit status: 0 done, 1 a finding as grave as `fail-on` or a review that did not happen, 2 a bad input."""
    try:
        settings = load_action(environ, today=today())
    except SettingsError as error:
        Page.say_errors(error.problems)
        return 2
    logs.set_up("WARNING", settings.secrets())
    keep_new_private()
    page = Page(settings.output_file, settings.summary_file)
    try:
        return asyncio.run(act(settings, page))
    except SettingsError as error:
        Page.say_errors(error.problems)
        return 2
    except asyncio.CancelledError:
        Page.say_errors((f"Not reviewed: {wording.CANCELLED_RUN}",))
        return 1
    except KirejiError as error:
        Page.say_errors((f"{error} {getattr(error, 'remedy', '')}".strip(),))
        title, said = wording.failed(error)
        page.summary(f"### Kireji\n\n**{title}**\n\n{said}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
