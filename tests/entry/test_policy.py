"""`kireji policy`: a file checked before it is pushed. It needs no settings."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kireji.entry.cli import main


def test_a_good_file(tmp_path: Path) -> None:
    """What it sets is told; the exit status is 0."""
    file = tmp_path / "kireji.yml"
    file.write_text("findings:\n  min_severity: high\n")
    result = CliRunner().invoke(main, ["policy", "check", str(file)])
    assert (result.exit_code, result.output) == (0, f'{file}: no problems\n  findings.min_severity: "high"\n')


def test_problems_stand_as_compilers_tell_them(tmp_path: Path) -> None:
    """FILE:LINE: what is wrong. The exit status is 1."""
    file = tmp_path / "kireji.yml"
    file.write_text("findngs: {}\nlanguage: Deutsch\n")
    result = CliRunner().invoke(main, ["policy", "check", str(file)])
    assert result.exit_code == 1
    assert result.output == f"{file}:1: `findngs` is not a key of a policy; did you mean `findings`?\n"


@pytest.mark.parametrize(
    ("text", "words"), [(b"a: b\n\xff\x00", "2: this is not UTF-8"), (b"x" * 70_000, "1: nothing of this file is used")]
)
def test_standard_input_of_any_kind(text: bytes, words: str) -> None:
    """Bytes that are no text, or too many, are named and not shown."""
    result = CliRunner().invoke(main, ["policy", "check", "-"], input=text)
    assert result.exit_code == 1
    assert result.output.startswith(f"<stdin>:{words}")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A plain line, and no traceback."""
    result = CliRunner().invoke(main, ["policy", "check", str(tmp_path / "nowhere.yml")])
    assert result.exit_code == 1
    assert "cannot be read: No such file or directory" in result.stderr


def test_the_schema() -> None:
    """JSON, for editors."""
    result = CliRunner().invoke(main, ["policy", "schema"])
    assert json.loads(result.stdout)["title"] == "Kireji's policy"


@pytest.mark.parametrize("hostile", ["::error::x", "##[add-mask]x", "a ##[set-output name=x]y"])
def test_nothing_in_a_file_commands_a_runner(hostile: str, tmp_path: Path) -> None:
    """A check of a pull request's own policy prints its keys, and its name, in the log of a step, which hears neither."""
    (tmp_path / "p.yml").write_text(f"'{hostile}': 1\nlanguage: '{hostile}'\n")
    for said in (
        CliRunner().invoke(main, ["policy", "check", name]).output for name in (str(tmp_path / "p.yml"), hostile)
    ):
        assert said
        assert "##[" not in said
        assert not any(line.startswith("::") for line in said.splitlines())
