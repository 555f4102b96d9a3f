"""action.sh on runners that lack something: what is missing is named in one line, with what to do, or is not needed."""

import hashlib
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
TOOLS = ("sh", "mkdir")  # what macOS's runner shares with Linux's; of the rest Kireji needs nothing
REAL = Path(sys.executable).resolve()


@dataclass(frozen=True)
class BareRunner:
    """A runner whose PATH has what the test puts there. `action` is the checkout of the action."""

    folder: Path
    action: Path = ROOT

    @property
    def path(self) -> Path:
        """The one folder of PATH."""
        return self.folder / "bin"

    def has(self, name: str, script: str = "exit 0") -> None:
        """Put a program there."""
        file = self.path / name
        file.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        file.chmod(0o755)

    def run(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run the script as action.yml does."""
        given = {
            "PATH": str(self.path),
            "GITHUB_ACTION_PATH": str(self.action),
            "RUNNER_TEMP": str(self.folder),
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "RUNNER_OS": "macOS",
            **environ,
        }
        script = str(self.action / "deploy" / "action.sh")
        return subprocess.run(
            [self.path / "sh", script, *words], env=given, capture_output=True, text=True, check=False, cwd=self.folder
        )

    def output(self, name: str) -> str:
        """What `place` has set last."""
        output = (self.folder / "output").read_text("utf-8")
        return [line.partition("=")[2] for line in output.splitlines() if line.startswith(f"{name}=")][-1]

    def key(self) -> str:
        """The cache key of the wheels."""
        return self.output("key")


@pytest.fixture
def bare(tmp_path: Path) -> BareRunner:
    """A runner with a shell and nothing else, neither Python nor git."""
    runner = BareRunner(tmp_path)
    runner.path.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found is not None
        (runner.path / tool).symlink_to(found)
    return runner


def python(unless: str = "") -> str:
    """A script that is Python, but fails where its arguments hold these words."""
    fails = f'case "$*" in *"{unless}"*) exit 1 ;; esac\n' if unless else ""
    return f'{fails}exec "{REAL}" "$@"'


@pytest.mark.parametrize("name", ["python3", "python"])
def test_neither_sha256sum_nor_python3_is_needed(bare: BareRunner, name: str) -> None:
    """As on macOS: the cache's key has the locks' sum all the same, another one for another lock."""
    bare.has(name, python())
    bare.has("git")
    done = bare.run("place")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    locks = b"".join((ROOT / "deploy" / lock).read_bytes() for lock in ("action.txt", "uv.txt"))
    key = bare.key()
    assert key.startswith("kireji-wheels-macOS-cpython-")
    assert key.endswith(f"-{hashlib.sha256(locks).hexdigest()[:16]}")
    (bare.folder / "output").unlink()
    bare.run("place", PROVIDER="bedrock")
    assert bare.key() != key


@pytest.mark.parametrize(
    ("programs", "named"),
    [
        ({}, "Python is missing, under the names python3 and python: use a runner such as ubuntu-24.04"),
        ({"python3": "echo 3.9; exit 1"}, "Python is missing"),
        (
            {"python3": 'case "$*" in *print*) echo 3.9 ;; *) exit 1 ;; esac'},
            "Python is too old: 3.9, and Kireji needs 3.11",
        ),
        ({"python3": python("hashlib, ssl")}, "python3 is missing parts of its own library (hashlib, ssl or zipfile)"),
        ({"python3": python("wheels.py sum")}, "The sum of Kireji's locks could not be made"),
    ],
    ids=["no Python", "a stub", "an old one", "half of one", "no sum"],
)
def test_what_is_missing_is_named_before_anything_is_cached(
    bare: BareRunner, programs: dict[str, str], named: str
) -> None:
    """One line, a status that is not 0, and no key: one without a sum would serve any lock's packages."""
    for name, script in programs.items():
        bare.has(name, script)
    bare.has("git")
    done = bare.run("place")
    assert done.returncode == 2
    [line] = done.stdout.splitlines()
    assert line.startswith(f"::error title=Kireji::{named}")
    assert not (bare.folder / "output").exists()


@pytest.mark.parametrize(("given", "cache"), [("", "true"), ("on", "true"), ("off", "false"), ("false", "false")])
def test_the_cache_can_be_left_out(bare: BareRunner, given: str, cache: str) -> None:
    """As the input says; it is on where nothing is said."""
    bare.has("python3", python())
    bare.has("git")
    assert bare.run("place", **({"CACHE": given} if given else {})).returncode == 0
    assert bare.output("cache") == cache


def test_a_cache_that_is_neither_on_nor_off(bare: BareRunner) -> None:
    """It is named before anything is cached, and what was given is not printed: it could be a command."""
    bare.has("python3", python())
    done = bare.run("place", CACHE="::error::x")
    assert (done.returncode, done.stdout) == (2, "::error title=Kireji::cache must be on or off\n")


def test_nobody_foretells_the_keys_without_the_secret(bare: BareRunner) -> None:
    """Another secret, other keys, which do not show it; without one they are as before."""
    bare.has("python3", python())
    bare.has("git")
    keys = dict[str, tuple[str, str]]()
    for secret in ("", "sk-ant-one", "sk-ant-other"):
        assert bare.run("place", SECRET=secret).returncode == 0
        keys[secret] = bare.key(), bare.output("kept")
    assert keys[""][1] == "kireji-state"
    assert len(set(keys.values())) == 3
    for secret in ("sk-ant-one", "sk-ant-other"):
        assert keys[secret][0].startswith(f"{keys[''][0]}-")
        assert keys[secret][1] == f"kireji-state{keys[secret][0].removeprefix(keys[''][0])}"
        assert secret not in "".join(keys[secret])


def test_an_old_python3_beside_a_newer_python(bare: BareRunner) -> None:
    """The newer one is taken, whatever it is called."""
    bare.has("python3", 'case "$*" in *print*) echo 3.9 ;; *) exit 1 ;; esac')
    bare.has("python", python())
    assert bare.run("place").returncode == 0
    assert f"-cpython-{sys.version_info[0]}{sys.version_info[1]}-" in bare.key()


def test_windows_is_refused_by_name(bare: BareRunner) -> None:
    """Before anything is downloaded, and with what to do."""
    bare.has("python", python())
    done = bare.run("place", RUNNER_OS="Windows")
    assert done.returncode == 2
    assert done.stdout.startswith("::error title=Kireji::Windows runners are missing what Kireji's Action needs")
    assert "ubuntu-24.04" in done.stdout


@pytest.mark.parametrize(("search", "warned"), [("", True), ("off", False)])
def test_without_git_the_review_does_without_the_search(bare: BareRunner, search: str, warned: bool) -> None:
    """That is a warning and no error; nothing is said where nobody wants the search."""
    bare.has("python3", python())
    done = bare.run("place", KIREJI_SEARCH=search)
    assert done.returncode == 0
    assert ("::warning title=Kireji::git is missing" in done.stdout) is warned


@pytest.mark.parametrize(
    ("script", "named"),
    [
        (python("import pip"), "python3 has no pip: install it"),
        (python("pip download"), "Kireji's packages could not be downloaded for this runner"),
    ],
)
def test_packages_that_cannot_be_had(bare: BareRunner, script: str, named: str) -> None:
    """Pip itself, or what it was to bring."""
    bare.has("python3", script)
    done = bare.run("install", str(bare.folder / "wheels"))
    assert done.returncode == 2
    assert f"::error title=Kireji::{named}" in done.stdout


def test_a_review_whose_environment_is_gone(bare: BareRunner) -> None:
    """Somebody called the steps one by one, or a clean-up came between."""
    done = bare.run("review")
    assert done.returncode == 2
    assert done.stdout.startswith("::error title=Kireji::The environment that the step before makes is missing")


def test_cached_wheels_are_installed_without_pip_grep_or_chmod(bare: BareRunner, tmp_path: Path) -> None:
    """The wheel of uv is checked against the lock and unpacked by Python; what uv is told is all that is left to do."""
    action, wheels = tmp_path / "action", tmp_path / "wheels"
    shutil.copytree(ROOT / "deploy", action / "deploy")
    wheels.mkdir()
    with zipfile.ZipFile(wheels / "uv-0.1.0-py3-none-any.whl", "w") as archive:
        archive.writestr("uv-0.1.0.data/scripts/uv", f'#!/bin/sh\necho "$*" >>"{tmp_path}/told"\n')
    digest = hashlib.sha256((wheels / "uv-0.1.0-py3-none-any.whl").read_bytes()).hexdigest()
    (action / "deploy" / "uv.txt").write_text(f"uv==0.1.0 \\\n    --hash=sha256:{digest}\n", "utf-8")
    bare.has("python3", python("import pip"))
    done = BareRunner(tmp_path, action).run("install", str(wheels), HIT="true")
    assert done.returncode == 0, done.stdout + done.stderr
    made, filled = (tmp_path / "told").read_text("utf-8").splitlines()
    assert made == f"venv --quiet --clear --python python3 {tmp_path}/kireji/venv"
    assert filled.startswith("pip sync --quiet --offline --no-index")
    assert "--require-hashes" in filled


def test_a_cache_that_brings_more_than_plain_files_is_refused(bare: BareRunner, tmp_path: Path) -> None:
    """A link leads elsewhere; nothing of ours makes one."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    (wheels / "uv-0.1.0-py3-none-any.whl").symlink_to("/etc/passwd")
    bare.has("python3", python())
    done = bare.run("install", str(wheels), HIT="true")
    assert done.returncode == 1
    assert "not only plain files, but 1 others" in done.stderr


@pytest.mark.parametrize("wheels", [(), ("uv-0.13.9-py3-none-any.whl",), ("uv-1.whl", "uv-2.whl")])
def test_a_cached_wheel_that_the_lock_does_not_name_is_refused(bare: BareRunner, wheels: tuple[str, ...]) -> None:
    """Others may write the workflow's cache: of its wheels only those are installed whose hash the lock has."""
    cached = bare.folder / "cached"
    cached.mkdir()
    for name in wheels:
        (cached / name).write_text("not uv")
    bare.has("python3", python())
    done = bare.run("install", str(cached), HIT="true")
    assert done.returncode == 1
    assert done.stdout.startswith(
        "::error title=Kireji::The cached wheel of uv is not the one that Kireji's lock names"
    )
    assert not (bare.folder / "kireji" / "uv").exists()
