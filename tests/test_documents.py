"""What the code knows, the pages say; and where they lead, there is something."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from kireji.core.context.outlining import outline_by_grammar
from kireji.core.events.delivery import EVENTS, EventRow
from kireji.core.findings.finding import Severity
from kireji.core.policy.keys import KEYS, Key
from kireji.core.policy.reading import read_policy
from kireji.core.secrets.leak_search import search_rows
from kireji.entry import cli
from kireji.settings import SETTINGS, Setting, table
from tests import documents, rooms
from tests.documents import GUIDE, OPERATING, POLICY_PAGE, README, ROOT, SETTINGS_PAGE
from tests.sandbox import sample_repo
from tests.workflows import published

MOST_README = 150  # lines
MOST_WORKFLOW = 15
MOST_PICTURE = 150_000  # bytes
PAGES = documents.pages()


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("row", SETTINGS, ids=lambda row: row.name)
def test_the_settings_page_documents_every_setting(row: Setting) -> None:
    """In the line that `kireji.settings.table()` writes for it, word for word: its name, its default and its meaning."""
    lines = [line for line in SETTINGS_PAGE.read_text("utf-8").splitlines() if line.startswith(f"| `{row.name}` |")]
    assert len(lines) == 1, f"deploy/settings.md has {len(lines)} table lines for {row.name}"
    assert lines[0] in table().splitlines()


@pytest.mark.parametrize("row", EVENTS, ids=lambda row: row.name)
def test_the_operators_page_names_every_event(row: EventRow) -> None:
    """Whoever registers the App must know which webhook events and actions are heard."""
    text = OPERATING.read_text("utf-8")
    assert [name for name in (row.name, *row.actions) if f"`{name}`" not in text] == []


def test_the_operators_page_names_work_as_the_log_does() -> None:
    """The log names the function that was not done for a text; whoever looks that up finds what it costs the review."""
    text = OPERATING.read_text("utf-8")
    assert f"`{outline_by_grammar.__name__} is not done for one text: …`" in text
    assert f"`{search_rows.__name__}` that is not done" in text


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_a_page_has_the_tables_that_the_code_writes(path: Path) -> None:
    """Settings, commands, policy keys, the Action's inputs and outputs; `python -m tests.documents` renews them."""
    assert path.read_text("utf-8") == documents.renewed(path)


def test_every_table_is_on_one_page() -> None:
    """None that the code writes is left out, and none stands twice."""
    assert sorted(documents.marks()) == sorted(documents.tables())


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_a_link_leads_to_a_file_and_a_heading(path: Path) -> None:
    """Those within the repository, and those to this repository on GitHub; other sites are not asked."""
    ours = re.compile(r"https://(?:github\.com|raw\.githubusercontent\.com)/kireji/kireji/(?:blob/)?main/")
    for target in documents.links(path):
        file, _, anchor = target.partition("#")
        own = ours.match(file)
        if file.startswith(("https://", "http://")) and not own:
            continue
        place = ROOT / file[own.end() :] if own else (path.parent / file if file else path)
        assert place.exists(), f"{_name(path)}: {target}"
        if anchor:
            assert anchor in documents.anchors(place), f"{_name(path)}: {target}"


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_a_file_that_a_page_names_exists(path: Path) -> None:
    """Paths in `code`, of folders that this repository has."""
    named = re.findall(r"`((?:app|deploy|tests)/[\w./-]+\.(?:md|py|json|yaml|yml))`", path.read_text("utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_code_points_to_pages_and_headings_that_exist() -> None:
    """Messages and manifests that lead people to a page of ours lead them to one that there is."""
    pointed = re.compile(r"(?:deploy|app/guide)/[\w-]+\.md(?:#[\w-]+)?")
    files = [*ROOT.glob("app/kireji/**/*.py"), *ROOT.glob("deploy/*"), ROOT / "action.yml", *ROOT.glob(".github/*.md")]
    for path in files:
        for target in pointed.findall(path.read_text("utf-8")):
            file, _, anchor = target.partition("#")
            assert (ROOT / file).exists(), f"{_name(path)}: {target}"
            assert not anchor or anchor in documents.anchors(ROOT / file), f"{_name(path)}: {target}"


def test_readme_is_short() -> None:
    """A stranger reads it in a few minutes; the rest is one page a reader."""
    assert len(README.read_text("utf-8").splitlines()) <= MOST_README


def test_the_picture_in_readme_is_of_the_demo() -> None:
    """Its findings are those of the demo's planted mistakes, and its code is the sample's."""
    picture = README.read_text("utf-8").split("```")[1]
    rows = re.findall(r"^  \S+ (?:critical|high) +(\S+) line (\d+) +(.+)$", picture, re.M)
    planted = {(mistake.path, str(mistake.line), mistake.title) for mistake in sample_repo.PLANTED}
    assert rows
    assert set(rows) <= planted
    code = [line.removeprefix("  +") for line in picture.splitlines() if line.startswith("  +")]
    path, _, line = picture.split()[0].partition(":")
    sample = (sample_repo.head_files()[path] or "").splitlines()
    assert code
    assert sample[int(line) - len(code) : int(line)] == code


def test_readme_has_the_smallest_workflow() -> None:
    """It is the Action's page's first one, and short."""
    (shown,) = published(README)
    assert shown == published()[0]
    assert len(shown.splitlines()) <= MOST_WORKFLOW


def test_pictures_are_small() -> None:
    """They are in every clone."""
    sizes = [path.stat().st_size for path in (GUIDE / "pictures").iterdir()]
    assert 0 < max(sizes) <= MOST_PICTURE


@pytest.mark.parametrize("path", [README, POLICY_PAGE], ids=_name)
def test_an_example_of_a_policy_has_no_mistake(path: Path) -> None:
    """Whoever copies one gets what it says."""
    blocks = re.findall(r"^```yaml\n(.*?)^```$", path.read_text("utf-8"), re.M | re.S)
    policies = [block for block in blocks if not block.startswith("name: ")]
    readings = [read_policy(policy, None) for policy in policies]
    assert readings
    assert [reading.problems for reading in readings] == [()] * len(readings)
    assert readings[0].policy.conclusion.fail_on is Severity.CRITICAL


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_a_key_is_explained_without_the_others(key: Key) -> None:
    """An editor shows its description alone: a whole sentence, which neither goes on from another row nor points to one."""
    assert re.match(r"[A-Z].*\.\Z", key.meaning)
    assert not re.search(r"\b(Nor|Those|the same|The same|it is shown)\b", key.meaning)


def test_the_architecture_page_has_every_room() -> None:
    """Its table is what the packages say of themselves; `python -m tests.rooms` renews it."""
    assert rooms.PAGE.read_text("utf-8") == rooms.page()


def test_the_architecture_page_is_short() -> None:
    """Who reads it has read it in ten minutes."""
    assert len(rooms.PAGE.read_text("utf-8").splitlines()) <= 130


@pytest.mark.parametrize("room", rooms.rooms(), ids=lambda room: room.relative_to(rooms.PACKAGE).as_posix())
def test_every_room_has_a_front_door(room: Path) -> None:
    """Its docstring says in one sentence what is in it, and names a module or room of it to begin with."""
    door = rooms.FRONT_DOOR.search(rooms.purpose(room / "__init__.py"))
    assert door
    assert (room / f"{door[1]}.py").is_file() or (room / door[1]).is_dir()


@pytest.mark.parametrize("path", rooms.modules(), ids=lambda path: path.relative_to(rooms.ROOT).as_posix())
def test_no_module_is_long(path: Path) -> None:
    """A module fits a reader's head: 300 lines at the most, and it begins by saying what it is for."""
    assert len(path.read_text("utf-8").splitlines()) <= 300
    assert rooms.purpose(path)


def commands(group: click.Group, name: str = "kireji") -> Iterator[str]:
    """Every command as one types it."""
    for word, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{name} {word}")
        else:
            yield f"{name} {word}"


@pytest.mark.parametrize("command", list(commands(cli.main)))
def test_a_page_documents_every_command(command: str) -> None:
    """Whoever runs Kireji finds each command there as it is typed."""
    assert any(command in path.read_text("utf-8") for path in PAGES)
