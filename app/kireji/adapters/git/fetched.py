"""The `Code` port on fetched commits: one shallow commit at a time, without large files, work tree, hooks or programs.

A repository has one bare folder, so that a push costs what it changed. Only the fetch knows the token, by git's
environment; what searches and reads may open no connection at all.
"""

import asyncio
import base64
import hashlib
import logging
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

from typing_extensions import override

from kireji.adapters.git import objects
from kireji.adapters.git.cache import CachedRepository, RepositoryCache, in_thread, size_of
from kireji.adapters.git.process import run
from kireji.core.code.identifiers import Hit
from kireji.core.context.search import MAX_FILES, MAX_NAMES
from kireji.core.pulls.pull import PullRef
from kireji.core.text.patterns import regex
from kireji.errors import TransientError
from kireji.ports import Code

SECONDS = 45.0  # for all of one search
FETCH_SECONDS = 30.0
SEARCH_SECONDS = 10.0
MAX_BYTES = 200_000_000  # of one repository on the disk
MAX_BYTES_TOGETHER = 2_000_000_000
MAX_REPOSITORIES = 50
MAX_PACKS = 30  # each fetch adds one, and each makes a search slower
MAX_OUTPUT = 2_000_000  # bytes of lines found
MAX_TEXT = 3_000_000  # bytes of files read
MAX_HITS = 20_000
MAX_AT_ONCE = 4

# What a partial clone would have in it as well is the address to fetch missing files from, one by one, in a search.
_CONFIG = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
_FETCH = ("fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--no-auto-maintenance")
_FILTER = f"--filter=blob:limit={objects.MAX_FILE + 1}"
_SHA = regex(r"[0-9a-f]{40}|[0-9a-f]{64}")

Remote = Callable[[PullRef], tuple[str, str]]
log = logging.getLogger("kireji.search")


class FetchedCode(Code):
    """Code of any number of repositories. `remote` gives a repository's address and a token, and may block.

    `environ` is what git knows of the environment besides our own: where it is, proxies, certificates.
    """

    def __init__(self, folder: Path, remote: Remote, environ: Mapping[str, str]) -> None:
        self._cache = RepositoryCache(folder, most=MAX_REPOSITORIES, most_bytes=MAX_BYTES_TOGETHER)
        self._remote = remote
        self._environ = environ
        self._slots = asyncio.Semaphore(MAX_AT_ONCE)
        self._too_large = set[str | int]()

    @override
    async def find(
        self, ref: PullRef, sha: str, names: Sequence[str], choose: Callable[[Sequence[Hit]], Sequence[str]]
    ) -> Mapping[str, str]:
        if not names or not _SHA.fullmatch(sha) or (ref.repo_id or ref.repo) in self._too_large:
            return {}

        try:
            async with asyncio.timeout(SECONDS), self._slots:
                url, token = await asyncio.to_thread(self._remote, ref)
                async with self._cache.locked(_folder_of(ref, url)) as place:
                    await self._fetch(place, ref, url, token, sha)
                    place.shared()
                    return await self._search(place, sha, names[:MAX_NAMES], choose)
        except OSError as error:  # TimeoutError is one
            raise TransientError(
                f"searching {ref.repo}: {type(error).__name__} {error.strerror or ''}".strip()
            ) from error

    async def _fetch(self, place: CachedRepository, ref: PullRef, url: str, token: str, sha: str) -> None:
        """Have the commit here, however it comes to be; afterwards nothing says where it came from."""
        if (place.folder / "refs/kireji" / sha).exists():
            return
        await in_thread(lambda: _make_room(place))
        environ = self._of_git(place.folder, urlsplit(url).scheme, _settings(url, token))

        def fails() -> str:
            return "the repository is too large to be searched" if size_of(place.folder) > MAX_BYTES else ""

        try:
            await run(
                *(*_FETCH, _FILTER, url, f"+{sha}:refs/kireji/{sha}"),
                folder=place.folder,
                environ=environ,
                seconds=FETCH_SECONDS,
                fails=fails,
            )
        finally:
            await in_thread(lambda: self._leave(place, ref))
        await in_thread(self._cache.tidy)

    def _leave(self, place: CachedRepository, ref: PullRef) -> None:
        """Have the folder in order after a fetch, however that ended."""
        if size_of(place.folder) > MAX_BYTES:
            self._too_large.add(ref.repo_id or ref.repo)
            place.clear()
        else:
            _prepare(place.folder)

    async def _search(
        self, place: CachedRepository, sha: str, names: Sequence[str], choose: Callable[[Sequence[Hit]], Sequence[str]]
    ) -> Mapping[str, str]:
        environ = self._of_git(place.folder, "none", {"grep.threads": "1"})
        out = await run(
            *objects.grep(sha, names),
            folder=place.folder,
            environ=environ,
            seconds=SEARCH_SECONDS,
            most=MAX_OUTPUT,
            codes=frozenset({0, 1}),  # 1: nothing found
        )

        hits = await asyncio.to_thread(lambda: list(islice(objects.hits(sha, out), MAX_HITS)))
        asked, stdin = objects.questions(sha, choose(hits)[:MAX_FILES])
        out = await run(
            *("cat-file", "--batch"),
            folder=place.folder,
            environ=environ,
            stdin=stdin,
            seconds=SEARCH_SECONDS,
            most=MAX_TEXT,
        )
        return objects.texts(asked, out)

    def _of_git(self, folder: Path, protocol: str, settings: Mapping[str, str]) -> dict[str, str]:
        """Git's whole environment: no configuration but ours, no questions, no protocol but one."""
        given = {f"GIT_CONFIG_KEY_{number}": key for number, key in enumerate(settings)}
        given |= {f"GIT_CONFIG_VALUE_{number}": value for number, value in enumerate(settings.values())}

        return {
            **self._environ,
            "HOME": str(folder),
            "GIT_DIR": str(folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_COUNT": str(len(settings)),
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": "",
            "GIT_ALLOW_PROTOCOL": protocol,
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_OPTIONAL_LOCKS": "0",
            "LC_ALL": "C",
            **given,
        }


def _folder_of(ref: PullRef, url: str) -> str:
    """A folder's name for a repository: by its id, where that is known, whatever it is called now."""
    place = urlsplit(url)
    whole = url.lower() if ref.repo_id is None else f"{place.scheme}://{place.netloc} {ref.repo_id}"
    return hashlib.sha256(whole.encode()).hexdigest()[:32]


def connect(folder: Path, remote: Remote, environ: Mapping[str, str]) -> FetchedCode | None:
    """As `FetchedCode`; None, and a warning, on a machine without git."""
    if shutil.which("git", path=environ.get("PATH")) is None:
        log.warning("git is not installed: no repository is searched")
        return None
    return FetchedCode(folder, remote, environ)


def authorization(token: str) -> str:
    """A token as git sends it, in the header of basic authentication."""
    return base64.b64encode(f"x-access-token:{token}".encode()).decode()


def _settings(url: str, token: str) -> dict[str, str]:
    """What git is told for a fetch. Redirects are not followed: the token is for this address."""
    return {
        f"http.{url}.extraHeader": f"Authorization: Basic {authorization(token)}",
        "http.followRedirects": "false",
        "http.lowSpeedLimit": "1000",
        "http.lowSpeedTime": "10",
        "core.hooksPath": os.devnull,
        "core.attributesFile": os.devnull,
        "transfer.unpackLimit": "1",
        "pack.threads": "1",
        "gc.auto": "0",
    }


def _make_room(place: CachedRepository) -> None:
    """Begin anew with a folder that has grown, or of which searches have become slow."""
    packs = len(list(place.folder.glob("objects/pack/*.pack")))
    if packs >= MAX_PACKS or size_of(place.folder) > MAX_BYTES // 2:
        place.clear()
    _prepare(place.folder)


def _prepare(folder: Path) -> None:
    """A bare repository as `git init` makes it, without its hooks and without a process; nothing half done is in it."""
    for name in ("objects/pack", "objects/info", "refs/heads", "refs/kireji"):
        (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "config").write_text(_CONFIG, "ascii")
    (folder / "HEAD").write_text("ref: refs/heads/none\n", "ascii")
    for left in (*folder.rglob("*.lock"), *folder.glob("objects/pack/tmp_*"), folder / "FETCH_HEAD"):
        left.unlink(missing_ok=True)
