"""Kireji imports nothing from the repository under review, however it is started and whatever PYTHONPATH says."""

import ast
import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.history import git
from tests.make import DIFF

ROOT = Path(__file__).parents[2]
LAUNCHER = ROOT / "deploy/kireji"
# What the interpreter imports of itself, what we import, and we ourselves, under today's names and others.
MODULES = (
    *("encodings", "sitecustomize", "usercustomize", "site", "runpy", "re", "json", "asyncio", "subprocess", "logging"),
    *("kireji", "kireji_start", "anthropic", "click", "github", "yaml", "pydantic", "rich", "detect_secrets"),
)


@dataclass
class House:
    """A hostile repository, beside the places where Kireji is installed; `evil` has a file for each module that ran."""

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def repository(self) -> Path:
        """Where people stand who review it."""
        return self.folder / "repository"

    @property
    def evil(self) -> list[str]:
        """Which modules of the repository's were executed."""
        return sorted(path.name for path in (self.folder / "evil").iterdir())

    def run(self, *command: str, stdin: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
        """Run it in the repository."""
        return subprocess.run(
            command,
            cwd=self.repository,
            env={**self.environ, **environ},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )


def installed(prefix: Path, packages: str) -> None:
    """Kireji and what it needs, as pip would put it there."""
    (prefix / packages).mkdir(parents=True)
    (prefix / packages / "kireji.pth").write_text(f"{ROOT / 'app'}\n{sysconfig.get_path('purelib')}\n")


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Every name by which it could be met is there, as a module and as a package; every variable leads to it."""
    repository, evil = tmp_path / "repository", tmp_path / "evil"
    evil.mkdir()
    base = repository / f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
    for folder in (repository, base):
        folder.mkdir(parents=True, exist_ok=True)
        for name in MODULES:
            mark = f"import posix; posix.close(posix.open({str(evil / name)!r}, posix.O_CREAT))\n"  # before `open` is there
            if name in {"kireji", "encodings", "anthropic"}:
                (folder / name).mkdir()
                (folder / name / "__init__.py").write_text(mark)
            else:
                (folder / f"{name}.py").write_text(mark)
        (folder / "evil.pth").write_text(f"import sys; open({str(evil / 'pth')!r}, 'w').close()\n")
    git(repository, "init", "-q", "-b", "main")
    git(repository, "add", "--all")
    own = {"PATH": os.defpath, "HOME": str(tmp_path), "KIREJI_SEARCH": "off"}
    hostile = {
        "PYTHONPATH": f":.:{repository}",
        "PYTHONSTARTUP": "json.py",
        "PYTHONUSERBASE": str(repository),
        "PYTHONHOME": str(repository),
        "PYTHONPLATLIBDIR": "lib",
    }
    return House(tmp_path, own | hostile)


def venv(folder: Path) -> Path:
    """A virtual environment with Kireji; its programs."""
    installed(folder, os.path.relpath(sysconfig.get_path("purelib"), sys.prefix))
    shutil.copy(Path(sys.prefix) / "pyvenv.cfg", folder)
    (folder / "bin").mkdir()
    for name in ("python", "python3"):
        (folder / "bin" / name).symlink_to(Path(sys.executable).resolve())
    shutil.copy(LAUNCHER, folder / "bin/kireji")
    return folder / "bin"


def in_a_venv(house: House) -> str:
    """By its whole name."""
    return str(venv(house.folder / "venv") / "kireji")


def by_the_path(house: House) -> str:
    """As it is called in a shell, and by pre-commit."""
    house.environ["PATH"] = f"{venv(house.folder / 'venv')}:{os.defpath}"
    return "kireji"


def by_links(house: House) -> str:
    """As pipx and `uv tool` install it; one of the links is relative."""
    programs = venv(house.folder / "venv")
    (house.folder / "one").symlink_to(programs / "kireji")
    (house.folder / "bin").mkdir()
    (house.folder / "bin/kireji").symlink_to("../one")
    return str(house.folder / "bin/kireji")


def for_one_user(house: House) -> str:
    """As `pip install --user` does, with the system's Python elsewhere."""
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    installed(house.folder / ".local", f"lib/{version}/site-packages")
    (house.folder / ".local/bin").mkdir()
    shutil.copy(LAUNCHER, house.folder / ".local/bin/kireji")
    (house.folder / "system").mkdir()
    (house.folder / "system/python3").symlink_to(Path(sys.executable).resolve())
    house.environ["PATH"] = f"{house.folder / 'system'}:{os.defpath}"
    return str(house.folder / ".local/bin/kireji")


@pytest.mark.parametrize(
    ("install", "change"), [(in_a_venv, "--staged"), (by_the_path, "--staged"), (by_links, "-"), (for_one_user, "-")]
)
def test_nothing_of_the_repository_is_imported(house: House, install: Callable[[House], str], change: str) -> None:
    """A patch, or what is staged, is read; no module of the repository's runs, neither before our first line."""
    done = house.run(install(house), "review", change, "--estimate", stdin=DIFF)
    assert (done.returncode, house.evil) == (0, []), done.stderr
    assert "Likely cost" in done.stdout


def test_without_the_launcher_it_would_be(house: House) -> None:
    """The same folder takes over a Python that is started plainly, before its first line."""
    python = venv(house.folder / "venv") / "python"
    house.environ.pop("PYTHONHOME")
    house.run(str(python), "-c", "import kireji")
    assert house.evil


@pytest.mark.parametrize("word", ["place", "review"])
def test_the_actions_script(house: House, word: str) -> None:
    """A job's environment that leads to a pull request's code, and a working directory that is it, change nothing."""
    venv(house.folder / "kireji/venv")
    done = house.run(
        "sh",
        str(ROOT / "deploy/action.sh"),
        word,
        GITHUB_ACTION_PATH=str(ROOT),
        RUNNER_TEMP=str(house.folder),
        GITHUB_OUTPUT=str(house.folder / "output"),
        PATH=f"{house.folder / 'kireji/venv/bin'}:{os.defpath}",
    )
    assert house.evil == []
    if word == "place":
        assert done.returncode == 0, done.stderr
    else:
        assert "github-token is empty" in done.stdout  # the step itself says what it lacks


def test_every_python_that_we_start_is_isolated() -> None:
    """Whatever starts the interpreter anew says -I first."""
    found = 0
    for path in (ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.List | ast.Tuple) and any(
                ast.unparse(one) == "sys.executable" for one in node.elts
            ):
                found += 1
                assert ast.unparse(node.elts[1]) == "'-I'", path
    assert found


def test_the_launcher_is_what_is_installed() -> None:
    """It is the distribution's one program, by its name, and can be executed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert project["tool"]["setuptools"]["script-files"] == [str(LAUNCHER.relative_to(ROOT))]
    assert "scripts" not in project["project"]
    assert os.access(LAUNCHER, os.X_OK)
