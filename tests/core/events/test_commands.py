"""What counts as a command, where it may stand, and who may give it."""

import random
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kireji.core.events.command_parser import MAX_PATHS, MAX_TEXT, parse_command
from kireji.core.events.commands import (
    COMMANDS,
    AskCommand,
    CancelCommand,
    Command,
    ConfigCommand,
    DismissCommand,
    HelpCommand,
    Mistake,
    Need,
    PauseCommand,
    ResolveCommand,
    ResumeCommand,
    ReviewCommand,
    UnknownCommand,
    help_rows,
    needs,
)
from kireji.core.pulls.people import Permission
from kireji.core.wording import replies

REVIEW = ReviewCommand()
PAUSE = PauseCommand()


def ask(text: str) -> Command:
    """A question."""
    return AskCommand(text)


def review(*paths: str, full: bool = False, deep: bool = False) -> Command:
    """A review of something."""
    return ReviewCommand(full, deep, paths)


@pytest.mark.parametrize(
    ("comment", "command"),
    [
        ("/review", REVIEW),
        ("/Review", REVIEW),
        ("/review, please!", REVIEW),
        ("/review please see above", UnknownCommand("see")),
        ("/review.", REVIEW),
        ("/review full", review(full=True)),
        ("/review DEEP", review(deep=True)),
        ("/review full, deep", review(full=True, deep=True)),
        ("/review app/core/**", review("app/core/**")),
        ("/review `app/**`, ./docs/*.md README.md.", review("app/**", "docs/*.md", "README.md")),
        ("/review deep *.py full *.py", review("*.py", full=True, deep=True)),
        ("/review !docs/ Src/__init__.py", review("!docs/", "Src/__init__.py")),
        (r"/review src/\*\*", review("src/**")),
        ("/review ...", REVIEW),
        ("/review pause", PAUSE),
        ("/review Pause, please", PAUSE),
        ("/review resume", ResumeCommand()),
        ("/review cancel", CancelCommand()),
        ("/review resolve", ResolveCommand()),
        ("/review config", ConfigCommand()),
        ("/review help", HelpCommand()),
        ("/review dismiss", DismissCommand()),
        ("/review dismiss it is  meant\nso", DismissCommand("it is meant")),
        ("/review ask why `a < b`?", ask("why `a < b`?")),
        ("/review ask\nWhy List<int>?\nAnd how?\n\nThanks", ask("Why List<int>?\nAnd how?")),
        ("/review ask", HelpCommand()),
        ("/review paus", UnknownCommand("paus", "pause")),
        ("/review fulll deep", UnknownCommand("fulll", "full")),
        ("/review deep this", UnknownCommand("this")),
        ("/review " + "x" * 50, UnknownCommand("x" * 40)),
        ("/review a/" + "b" * 300, UnknownCommand("a/" + "b" * 38, mistake=Mistake.LONG)),
    ],
)
def test_what_a_command_asks_for(comment: str, command: object) -> None:
    """Verbs in any case, patterns as they are, and a word that is neither is named with the nearest one."""
    assert parse_command(comment) == command


@pytest.mark.parametrize(
    ("word", "mistake"),
    [
        ("--pr_reviewer.num_max_findings=5", Mistake.FLAG),
        ("--deep", Mistake.FLAG),
        ("—full", Mistake.FLAG),
        ("-v", Mistake.FLAG),
        ("pr_reviewer.num_max_findings=5", Mistake.FLAG),
        ("https://github.com/octo/shop/pull/1", Mistake.ADDRESS),
        ("<https://github.com/octo/shop/pull/1>", Mistake.ADDRESS),
        ("[this](https://github.com/octo/shop/pull/1)", Mistake.ADDRESS),
        ("github.com/octo/shop/pull/1", Mistake.ADDRESS),
        ("git@github.com:octo/shop.git", Mistake.ADDRESS),
        ("@carl", Mistake.PERSON),
        ("@octo/reviewers", Mistake.PERSON),
        ("#3", Mistake.NUMBER),
        ("octo/shop#3", Mistake.NUMBER),
        (r"C:\src\app\main.py", Mistake.BACKSLASH),
        (r"src\app\main.py", Mistake.BACKSLASH),
        ("Makefile", Mistake.WORD),
        ("have", Mistake.WORD),
    ],
)
def test_what_is_no_path(word: str, mistake: Mistake) -> None:
    """Other bots' flags, addresses, people and the like are told of, and review nothing; politeness before them is none."""
    for text in (f"/review {word}", f"/review please {word} a look", f"@kireji review full {word}"):
        found = parse_command(text)
        assert isinstance(found, UnknownCommand)
        assert (found.said, found.mistake) == (word.strip("<>")[:40], mistake)
        assert "There is no command" in replies.unknown(found)


def test_a_flag_may_be_meant_as_a_command() -> None:
    """So the command is named."""
    assert parse_command("/review --deep") == UnknownCommand("--deep", "deep", Mistake.FLAG)


@pytest.mark.parametrize(
    "path",
    [
        "src/main.py",
        "src/**",
        "*.py",
        "**/*.[ch]",
        "/Makefile",
        "/@types/**",
        "icon@2x.png",
        "a=b/c.py",
        "C#/x.cs",
        "!docs/",
        "a?.py",
    ],
)
def test_what_is_a_path(path: str) -> None:
    """Odd names of files too."""
    assert parse_command(f"/review {path}") == review(path)


@pytest.mark.parametrize(
    "comment", ["/reviewer", "/other", "/review-bot full", "/review/full", "/reviews", "review", ""]
)
def test_what_is_not_ours(comment: str) -> None:
    """Other bots have commands too."""
    assert parse_command(comment) is None


@pytest.mark.parametrize(
    ("comment", "command"),
    [
        ("@kireji review", REVIEW),
        ("@Kireji[bot] review full", review(full=True)),
        ("@kireji /review app/**", review("app/**")),
        ("@kireji: pause", PAUSE),
        ("@kireji review paus", UnknownCommand("paus", "pause")),
        ("@kireji dismiss a test", DismissCommand("a test")),
        ("@kireji ask why?", ask("why?")),
        ("@kireji, is this safe?\nI doubt it.", ask("is this safe?\nI doubt it.")),
        ("@kireji full of mistakes", ask("full of mistakes")),
        ("Hm.\n@kireji why?", ask("why?")),
        ("@kireji\nwhy?", ask("why?")),
        ("@kireji", HelpCommand()),
        ("@kireji[bot]!", HelpCommand()),
        ("@kireji-two review", None),
        ("@kireji's words", None),
        ("@kireji/team", None),
        ("@kireji.example review", None),
        ("see @kireji review", None),
        ("mail@kireji review", None),
    ],
)
def test_a_mention_does_the_same(comment: str, command: object) -> None:
    """What is no command word is a question; nothing at all asks for help."""
    assert parse_command(comment) == command


def test_the_app_may_have_another_name() -> None:
    """A GitHub App's name is its owner's choice; without one there are no mentions."""
    assert parse_command("@our.bot pause", mention="our.bot") == PAUSE
    assert parse_command("@kireji pause", mention="our.bot") is None
    assert parse_command("@ pause", mention="") is None
    assert parse_command("/review pause", mention="") == PAUSE


@pytest.mark.parametrize(
    "comment",
    [
        "Thanks!\n/review pause",
        "Thanks!\r\n\r\n/review pause\r\n",
        "Thanks!\r/review pause",
        "   /review pause",
        "Thanks!\n      /review pause",
        "/review pause\n---\nJane",
        "/review pause\n===",
        "> /review cancel\n\n/review pause",
        "```\n/review cancel\n```\n/review pause",
        "- /review cancel\n\n/review pause",
        "<!-- /review cancel -->\n/review pause",
        "<pre>\n/review cancel\n</pre>\n\n/review pause",
        "`<pre>`\n\n/review pause",
        "<!-- <pre> -->\n\n/review pause",
        "/review pause <!-- secret -->",
        "/review pause\n/review cancel",
        "\ufeff/review pause",
        "\u200b/rev\u200biew pause",
        "/review pa\u00aduse",
        "/review\u00a0pause",
        "/review\tpause",
        "*\n\n/review pause",
        "[a]: b\n\n/review pause",
        "| a |\n|---|\n\n/review pause",
    ],
)
def test_where_a_command_may_stand(comment: str) -> None:
    """At the start of any line of the comment's own text, whatever the line ends and invisible characters; the first wins."""
    assert parse_command(comment) == PAUSE


@pytest.mark.parametrize(
    "comment",
    [
        "please /review pause",
        "> /review pause",
        "> quoted, and the line below as well\n/review pause",
        "\ufeff> quoted\n/review pause",
        "> - ```\n>   /review pause",
        "```\n/review pause\n```",
        "```\n/review pause",
        "~~~ sh\n```\n/review pause\n~~~",
        "````\n```\n/review pause\n````",
        "```\n``\u200b`\n/review pause\n```",
        "    /review pause",
        "\t/review pause",
        "a\n===\n    /review pause",
        "`/review pause`",
        "`a\n/review pause\nb`",
        "``a ` \n/review pause``",
        "\\`a ` \n/review pause\n`",
        "<https://a.example/`> `\n/review pause\n`",
        "\\/review pause",
        "&#47;review pause",
        "- /review pause",
        "1. a\n\n   /review pause",
        "# /review pause",
        "**/review pause**",
        "<!--\n/review pause\n-->",
        "a <!--\n/review pause\n--> b",
        "<!-- never closed\n\n/review pause",
        "<pre>\n\n/review pause\n\n</pre>",
        "<div>\n/review pause\n</div>",
        "<details><blockquote>\n\n/review pause\n\n</blockquote></details>",
        "a <code>\n/review pause\n</code>",
        "<span title='\n/review pause'>",
        "[a]: b '\n/review pause\n'",
        "a\u2028/review pause",
        "a\x0b/review pause",
        "a\x85/review pause",
        "/re\0view pause",
        "／review pause",
    ],
)
def test_where_none_may_stand(comment: str) -> None:
    """Within a line, in quotes, code, lists, headings and HTML, hidden, escaped, or at no line end that GitHub shows."""
    assert parse_command(comment) is None


def test_paths_are_many_but_not_too_many() -> None:
    """The first ones count, each once."""
    command = parse_command("/review " + " ".join(f"a/{number}" for number in range(50)))
    assert command == review(*(f"a/{number}" for number in range(MAX_PATHS)))


def test_a_question_has_an_end() -> None:
    """It goes into a prompt."""
    assert parse_command("/review ask " + "why " * 10_000) == ask(("why " * 1000)[:MAX_TEXT].strip())


@pytest.mark.parametrize(
    "filler",
    ["word ", "a usual line of a log\n", "```\nsome lines of a usual program\nand some more of that program\n```\n\n"],
)
def test_a_long_comment_is_read_to_its_end(filler: str) -> None:
    """As long as GitHub allows, with the command last."""
    comment = filler * (64_980 // len(filler)) + "\n\n/review pause"
    assert 64_900 < len(comment) <= 65_000
    assert parse_command(comment) == PAUSE


HARD = (
    *("`", ">", "[", "![", "<", "*a_ ", "\\", "\\`", "&#x", "\0", "\t", "\x0b", "a` `` ", "a <!--", "a <?", "<a@b."),
    *("a <a b='", "> ", "1. ", "- - - - a\n", "1. > 1. > a\n", "- a\n", ">\n- a\n", "[a]: b\n", "[a]:\n", "<a\n"),
    *("x\n", "/\n\n", "```\n", "~~~`\n```~\n", "a   \n", "a\n=\n", "<div>\n\n", "> ```\n", "a [a](", "<!--"),
)


@pytest.mark.parametrize(
    "piece",
    [pytest.param(piece, marks=() if piece in {"`", "a <!--", "```\n"} else pytest.mark.proof) for piece in HARD],
)
def test_no_comment_is_slow(piece: str) -> None:
    """65,000 characters that have made parsers quadratic, behind which nothing can be found; minutes would end the test."""
    hostile = (piece * 65_000)[:65_000]
    assert parse_command(f"/reviewer @kirejis {hostile}") is None


def test_beyond_githubs_limit_nothing_is_read() -> None:
    """A comment of GitHub's is never so long."""
    assert parse_command("a " * 40_000 + "\n\n/review") is None
    assert parse_command("\n" * 9_000 + "/review") is None


LINES = st.sampled_from(
    ["/review pause", "@kireji why?", "text", "", "> text", "- item", "    code", "`tick", "<b>", "***"]
)
CLOSED = st.lists(LINES, max_size=5).map("\n".join)


@given(before=st.sampled_from(["", "text\n\n", "- item\n\n"]), inside=CLOSED, kind=st.integers(0, 4))
def test_nothing_is_found_in_quotes_code_and_comments(before: str, inside: str, kind: int) -> None:
    """Whatever else stands in them."""
    quote = "\n".join(f"> {line}" for line in inside.split("\n"))
    whole = [quote, f"````\n{inside}\n````", f"~~~~ py\n{inside}", f"<!-- {inside} -->", f"<pre>\n{inside}\n</pre>"]
    assert parse_command(before + whole[kind]) is None


PIECES = [
    "/review",
    "@kireji",
    "`",
    "```",
    "~~~",
    ">",
    "- ",
    "1. ",
    "#",
    "<!--",
    "-->",
    "<pre>",
    "</pre>",
    "<http:",
    "[a]: ",
]
ODD = [
    "\n",
    "\r",
    "\r\n",
    " ",
    "\t",
    "    ",
    "\\",
    "*",
    "|",
    "&#0;",
    "\0",
    "\u2028",
    "\u202e",
    "\ufeff",
    "\ud800",
    "é",
    "🦀",
]
WORDS = ["full", "pause", "dismiss", "ask", "a/b", "x", "---", "==="]
TEXTS = st.lists(st.sampled_from([*PIECES, *ODD, *WORDS]), max_size=25).map("".join)


@given(TEXTS)
def test_any_text_is_read(text: str) -> None:
    """Nothing is raised, what is found can be stored and posted, and it is within its bounds."""
    match parse_command(text):
        case UnknownCommand(said=said):
            assert said.encode()
            assert len(said) <= 40
        case AskCommand(question=said) | DismissCommand(reason=said) as command:
            said.encode()
            assert said or isinstance(command, DismissCommand)
            assert not any(character in said for character in "\0\r\u202e\u2028")
        case _:
            pass


@given(TEXTS)
def test_line_ends_make_no_difference(text: str) -> None:
    """GitHub's web editor sends CRLF."""
    unix = text.replace("\r", "")
    assert parse_command(unix.replace("\n", "\r\n")) == parse_command(unix)


def test_every_verb_has_its_row() -> None:
    """Rows are as one types them, and each asks for what it says."""
    asked = [(row, parse_command(row.syntax)) for row in COMMANDS]
    assert [row.syntax for row, command in asked if not isinstance(command, Command)] == []
    found = [(row, command) for row, command in asked if isinstance(command, Command)]
    assert {type(command) for _, command in found} == set(get_args(Command))
    assert [row.syntax for row, command in found if needs(command) is not row.need] == []
    assert len({command for _, command in found}) == len(COMMANDS)


@pytest.mark.parametrize(
    ("command", "need"),
    [
        (REVIEW, Need.AUTHOR_OR_FLOOR),
        (review(full=True), Need.FLOOR),
        (review(deep=True), Need.FLOOR),
        (review("a/b"), Need.FLOOR),
        (ask("why?"), Need.AUTHOR_OR_FLOOR),
        (HelpCommand(), Need.ANYONE),
        (PauseCommand(), Need.FLOOR),
        (ResumeCommand(), Need.FLOOR),
        (CancelCommand(), Need.FLOOR),
        (DismissCommand(), Need.FLOOR),
        (ResolveCommand(), Need.FLOOR),
        (ConfigCommand(), Need.FLOOR),
    ],
)
def test_who_may_ask_for_what(command: Command, need: Need) -> None:
    """The author a plain review and an answer, whoever reads the help, and all else who may write."""
    assert needs(command) is need


def test_help_is_a_table() -> None:
    """A row for each command, which is none itself, with the permission that the policy asks for."""
    lines = help_rows(Permission.MAINTAIN).splitlines()
    assert lines[:3] == [
        "| command | what it does | who may |",
        "|---|---|---|",
        "| `/review` | reviews what has changed since the last review | `maintain`, or the pull request's author |",
    ]
    assert len(lines) == 2 + len(COMMANDS)
    assert {line.count("|") for line in lines} == {4}
    assert "| `write` |\n" in help_rows()
    assert parse_command(help_rows()) is None


def test_commands_among_noise() -> None:
    """A command in its own paragraph is found, whatever balanced text stands before it."""
    blocks = [
        "text `code`",
        "> quote",
        "```\n/review cancel\n```",
        "- item",
        "# heading",
        "<!-- note -->",
        "| a |\n|---|",
    ]
    for seed in range(50):
        chosen = random.Random(seed).choices(blocks, k=6)
        assert parse_command("\n\n".join([*chosen, "***", "/review pause"])) == PAUSE


@pytest.mark.parametrize("said", ["'src/*.py'", '"src/*.py"', "`src/*.py`", "src/*.py"])
def test_a_pattern_in_quotation_marks(said: str) -> None:
    """As whoever is used to a shell writes it."""
    assert parse_command(f"/review {said}") == ReviewCommand(paths=("src/*.py",))
