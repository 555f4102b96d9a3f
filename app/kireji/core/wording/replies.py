"""What Kireji answers in comments. Short, plain, specific; names of people stand in code, where they are no mentions."""

from typing import assert_never

from kireji.core.events.commands import (
    AskCommand,
    CancelCommand,
    Command,
    ConfigCommand,
    DismissCommand,
    HelpCommand,
    Mistake,
    PauseCommand,
    ResolveCommand,
    ResumeCommand,
    ReviewCommand,
    UnknownCommand,
)
from kireji.core.pulls.people import Permission
from kireji.core.text.named import quote_words
from kireji.errors import TransientError, UserError

NOTHING_UNDER_WAY = "No review of this pull request is running, so there is nothing to cancel."
NOT_A_THREAD = (
    "`/review dismiss` works as a reply in one of my threads: it dismisses the finding that the thread reports."
)
NO_OPEN_THREADS = "None of my threads is open here."
NO_ANSWER = "Claude gave no answer this time. Ask again in a while."
CLOSED = "This pull request is closed. Reopen it to have it reviewed."
ADDRESSED = (
    "<sub>Somebody addresses an automated reviewer here, in the pull request or in this thread (prompt injection). That may "
    "have influenced this answer, so nothing is withdrawn because of it.</sub>"
)
WITHDRAWN = "Withdrawn, as the answer above says. It will not be reported again in this pull request."


def not_done(error: BaseException) -> str:
    """A command that failed for good. An unforeseen error's text is kept for the log."""
    said = str(error).removesuffix(".")

    match error:
        case UserError():
            return f"This was not done: {said}. {error.remedy}"
        case TransientError():
            return (
                f"This was not done: {said}. I tried again for a while and gave up. Write it again when that is over."
            )
        case _:
            return "This was not done, because of an error in Kireji. The server's log has the details."


def refused(command: Command, login: str, floor: Permission, author: str) -> str:
    """Why somebody may not give a command."""
    may = f"only people with the {floor} permission, or more, may do that here"
    if isinstance(command, ReviewCommand):
        may = (
            f"only people with the {floor} permission, or more, and the author of the pull request may ask for a review"
        )
        if login == author:
            may = f"as its author you may ask for a plain `/review`; the other kinds need the {floor} permission"
    return f"`{login}`: {may}. (I say this once.)"


def refused_button(login: str, floor: Permission) -> str:
    """Why somebody may not press a button of a check run."""
    return f"`{login}`: only people with the {floor} permission, or more, may press Kireji's buttons here. (I say this once.)"


def paused_by_button(login: str) -> str:
    """Said in the conversation, as a button shows nothing by itself."""
    return f"Paused by `{login}`: pushes are not reviewed until somebody writes `/review resume`."


def enough(login: str, most: int) -> str:
    """Said to a person who has had all the answers of an hour."""
    given = "one answer" if most == 1 else f"{most} answers"
    return (
        f"`{login}`: I have given you {given} here within an hour, and will give no more until it is over. "
        "Whoever runs Kireji sets how many with `KIREJI_ANSWERS_PER_HOUR`. (I say this once.)"
    )


def last_answer(most: int) -> str:
    """Said below the last answer that a thread is granted."""
    given = "my answer" if most == 1 else f"the last of my {most} answers"
    return f"<sub>This was {given} in this thread. Go on with `/review ask` in the conversation.</sub>"


_MISTAKES = {
    Mistake.WORD: " For a file or a folder of that name, write it with a slash: `/review /Makefile`.",
    Mistake.FLAG: (
        " `/review` takes no flags; what it does is set in the policy, and `/review config` shows what is in force."
    ),
    Mistake.ADDRESS: (
        " `/review` takes no addresses: it reviews the pull request in which it is written. "
        "For some files only, write their paths, as `/review src/**`."
    ),
    Mistake.PERSON: (
        " To ask a person for a review, use *Reviewers* at the top of the conversation. "
        "For a folder whose name begins with `@`, write `/review /@folder/**`."
    ),
    Mistake.NUMBER: " `/review` reviews the pull request in which it is written; write it in that one.",
    Mistake.BACKSLASH: " Write paths with forward slashes, as in .gitignore: `/review src/**`.",
    Mistake.LONG: " A pattern may have 200 characters.",
}


def unknown(command: UnknownCommand) -> str:
    """A command that there is not."""
    near = f" Did you mean `/review {command.nearest}`?" if command.nearest else ""
    hint = "" if near and command.mistake is Mistake.WORD else _MISTAKES[command.mistake]
    return (
        f"There is no command {quote_words(f'/review {command.said}')}.{near}{hint} `/review help` lists the commands."
    )


def bad_pattern(pattern: str, flaw: str) -> str:
    """A path pattern that is not taken, and why."""
    return f"The pattern {quote_words(pattern)} {flaw}. Nothing was started."


def acknowledged(command: Command) -> str:
    """In words what a reaction would say, where the App may not react."""
    match command:
        case ReviewCommand():
            return "The review has started. Its check run shows its progress."
        case PauseCommand():
            return "Paused: pushes are not reviewed until somebody writes `/review resume`."
        case ResumeCommand():
            return "Pushes are reviewed again."
        case CancelCommand():
            return "Cancelled."
        case DismissCommand() | ResolveCommand() | ConfigCommand() | HelpCommand() | AskCommand():
            return "Done."
        case _:
            assert_never(command)


def dismissed(reason: str) -> str:
    """Said in a thread that a maintainer dismissed; `reason` is neutral already."""
    because = f" The reason: {reason}" if reason else ""
    return f"Dismissed. I will not report this finding again in this pull request.{because}"


RESOLVED_ON_REQUEST = "Resolved, as asked."


def fixed(reason: str) -> str:
    """Said in a thread that is closed because its finding is fixed; `reason` is neutral already."""
    return f"Fixed: {reason.rstrip('.')}." if reason else "Fixed."
