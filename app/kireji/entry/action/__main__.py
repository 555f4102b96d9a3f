"""The step: reads what the runner says, reviews, tells, and ends with the step's status."""

import asyncio
import sys
from collections.abc import Mapping

from kireji.core.wording import check_words
from kireji.entry import logs
from kireji.entry.action.page import Page
from kireji.entry.action.run import act
from kireji.entry.private import keep_new_private
from kireji.errors import KirejiError, SettingsError
from kireji.settings.action import load_action
from kireji.wiring.calendar import today


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
        Page.say_errors((f"Not reviewed: {check_words.CANCELLED_RUN}",))
        return 1
    except KirejiError as error:
        Page.say_errors((f"{error} {getattr(error, 'remedy', '')}".strip(),))
        title, said = check_words.failed(error)
        page.summary(f"### Kireji\n\n**{title}**\n\n{said}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
