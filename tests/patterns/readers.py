"""The pure functions that read what strangers and models write, each as a function of one text.

What parses code by a grammar is not among them: no grammar is linear, so those run in processes that are ended.
"""

import json
from collections.abc import Callable

from kireji.core.code.plain import find_blocks, find_definition, find_words
from kireji.core.diff import folded, header, patch, quoting
from kireji.core.diff.unified import FileDiff, parse_diff
from kireji.core.events import command_parser
from kireji.core.events.delivery import Delivery
from kireji.core.findings import addressed, anchors, mended_rows, nits, parsing, paths_meant, quotes_meant, titles
from kireji.core.findings.coverage import Reading
from kireji.core.findings.placement import by_path
from kireji.core.models import structured
from kireji.core.policy import reading
from kireji.core.prompts import talk, verdicts
from kireji.core.scope import attributes, wildmatch
from kireji.core.secrets import leaks, placeholders, redact
from kireji.core.text import inert, invisible, mail, neutral, paragraphs, small_talk
from kireji.errors import KirejiError
from kireji.flow.hear import hear
from tests import make

Reader = Callable[[str], object]
LONGEST_QUOTE = 2_000  # characters; of a longer one the model was not shown a line
_HEAD = "diff --git a/shop/new.py b/shop/new.py\nnew file mode 100644\n--- /dev/null\n+++ b/shop/new.py\n"


def _added(text: str) -> str:
    """A patch that adds the text as a file."""
    lines = text.split("\n")
    return f"{_HEAD}@@ -0,0 +1,{len(lines)} @@\n" + "".join(f"+{line}\n" for line in lines)


def _file(text: str) -> FileDiff:
    return parse_diff(_added(text)).files[0]


def _lenient(reader: Reader) -> Reader:
    """It may refuse the text, in its own words."""

    def read(text: str) -> object:
        try:
            return reader(text)
        except (KirejiError, ValueError) as error:
            return error

    return read


def _git_line(text: str) -> str:
    """The first line of a header, of a file with this name."""
    name = text.replace("\n", "/")
    return f"diff --git a/{name} b/{name}"


def _anchored(text: str) -> object:
    """A finding whose quote is from the middle of the text, in a file that is the text."""
    file = _file(text)
    found = make.finding(path=file.path, quote=text[len(text) // 2 :][:LONGEST_QUOTE], start_line=1, end_line=1)
    return anchors.anchored([Reading(make.chunk(file), (found,))], by_path((file,)))


def _heard(text: str) -> object:
    """A comment, as the worker reads it."""
    person = {"login": "stranger", "type": "User"}
    payload = {
        "action": "created",
        "issue": {"number": 7, "user": person, "pull_request": {"url": ""}},
        "comment": {"id": 9, "body": text, "user": person},
        "repository": {"id": 5, "full_name": "octo/shop"},
        "sender": person,
        "installation": {"id": 42},
    }
    return hear(Delivery("1", "issue_comment", payload))


def _in_answer(text: str, *, name: str = "explanation") -> str:
    """A finding in the form that is agreed, with the text in one of its fields."""
    row = {
        "path": "shop/cart.py",
        "side": "RIGHT",
        "start_line": 22,
        "end_line": 22,
        "quote": "handle",
        "title": "A title",
    }
    rated = {"category": "resources", "severity": "high", "confidence": "high", "explanation": "It stays open."}
    return json.dumps({"findings": [{**row, **rated, name: text}]})


_TABLE: dict[str, Reader] = {
    # what a diff holds
    "patch.read_patch": patch.read_patch,
    "patch.read_patch of an added text": lambda text: patch.read_patch(_added(text)),
    "unified.parse_diff of an added text": lambda text: parse_diff(_added(text)),
    "header.read_header": lambda text: header.read_header(["diff --git a/a b/a", *text.split("\n")]),
    "header.read_header of a name": lambda text: header.read_header([_git_line(text)]),
    "attributes.read_attributes": lambda text: attributes.read_attributes({".gitattributes": text}),
    "attributes.paths_in": lambda text: [*attributes.paths_in(text)],
    "wildmatch.compile_wildmatch": lambda text: wildmatch.compile_wildmatch(text[:1000]),
    "quoting.unquote": quoting.unquote,
    "reading.read_policy": lambda text: reading.read_policy(text, None),
    # credentials
    "redact_text of a Python file": lambda text: redact.redact_text("a.py", text),
    "redact_text of an .env": lambda text: redact.redact_text(".env", text),
    "redact_text of a key": lambda text: redact.redact_text("id_rsa", text),
    "redact_lines": lambda text: redact.redact_lines("a.yml", text.split("\n")),
    "leaks.without_secrets": lambda text: leaks.without_secrets({"body": text, "title": text}),
    "leaks.answer_without_secrets": leaks.answer_without_secrets,
    "leaks.put_together": lambda text: make.clean(parse_diff(_added(text))),
    "placeholders.is_placeholder": lambda text: placeholders.is_placeholder(text[:200]),
    # what people write
    "addressed.speaks_to_reviewer": addressed.speaks_to_reviewer,
    "command_parser.parse_command": command_parser.parse_command,
    "paragraphs.own_words": paragraphs.own_words,
    "paragraphs.without_mail": paragraphs.without_mail,
    "mail.find_mail_start": lambda text: mail.find_mail_start(text.split("\n"), []),
    "small_talk.wants_answer": small_talk.wants_answer,
    "hear": _heard,
    # what the model says
    "neutral.neutralise": neutral.neutralise,
    "neutral.neutral_line": neutral.neutral_line,
    "inert.inert_code": inert.inert_code,
    "inert.code_span": inert.code_span,
    "invisible.drop_invisible": invisible.drop_invisible,
    "invisible.make_visible": invisible.make_visible,
    "folded.fold": folded.fold,
    "structured.decode": structured.decode,
    "structured.load_rows": lambda text: structured.load_rows(text, "findings"),
    "parsing.parse": parsing.parse,
    "parsing.parse of an explanation": lambda text: parsing.parse(_in_answer(text)),
    "parsing.parse of a quote": lambda text: parsing.parse(_in_answer(text, name="quote")),
    "verdicts.parse_verdicts": lambda text: verdicts.parse_verdicts(text, 3),
    "talk.read": talk.read,
    "talk.posted": lambda text: talk.posted(talk.TalkAnswer(text, withdraw=False)),
    "mended_rows.mended": lambda text: mended_rows.mended({"line": text, "path": text, "title": text, "side": text}),
    "mended_rows.line_numbers": lambda text: mended_rows.line_numbers(text, text),
    "quotes_meant.lines_meant": quotes_meant.lines_meant,
    "paths_meant": lambda text: [*paths_meant._forms(text)],
    "titles.alike": lambda text: titles.alike(text, text + "."),
    "nits.find_nit": lambda text: nits.find_nit(make.finding(title=text, explanation=text)),
    "anchors": _anchored,
    # files around
    "plain.find_blocks": lambda text: [*find_blocks(text.split("\n"))],
    "plain.find_definition": find_definition,
    "plain.find_words": find_words,
}

READERS = {name: _lenient(reader) for name, reader in _TABLE.items()}
