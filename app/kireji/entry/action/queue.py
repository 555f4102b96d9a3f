"""`merge_group`: a merge queue waits for Kireji's check on a commit of its own. It is answered without a model, and a key."""

from kireji.core.events.delivery import parse_event
from kireji.core.events.happened import MergeGroupAsked
from kireji.core.pulls.posting import CheckReport
from kireji.core.wording import action_words
from kireji.entry.action.page import Page
from kireji.entry.action.trigger import Trigger, outputs
from kireji.errors import TransientError
from kireji.flow.errands.errand import repeat
from kireji.flow.errands.merge_queue import answer_group, give_up_group
from kireji.settings.action import ActionSettings
from kireji.wiring import once


async def answer_queue(settings: ActionSettings, trigger: Trigger, page: Page) -> int:
    """Post the group's check run, and tell it; the exit status. Raises KirejiError where it cannot be posted."""
    event = None if trigger.delivery is None else parse_event(trigger.delivery)
    report = await _answered(event, settings) if isinstance(event, MergeGroupAsked) else None
    said = action_words.NOTHING_ASKED if report is None else f"{report.title}\n\n{report.summary}"
    page.summary(f"### Kireji\n\n{said}")
    conclusion = str(report.conclusion) if report is not None and report.conclusion else ""
    page.outputs(outputs(None, {}) | {"conclusion": conclusion})
    return 0


async def _answered(event: MergeGroupAsked, settings: ActionSettings) -> CheckReport:
    forge, clock = once.build_forge(settings.api_url, settings.token, settings.signing)
    try:
        return await repeat(lambda: answer_group(event, forge), clock)
    except TransientError as error:
        given_up = await give_up_group(event, error, forge)
        if given_up is None:
            raise
        return given_up
