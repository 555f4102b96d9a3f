"""What `action.sh` does with files, in Python's own library: a runner may lack `sha256sum`, `unzip` and GNU's grep.

`sum FILE...` prints the sum of the files in one; `tag` prints what only who has the secret on stdin can tell, and from which it
cannot be had back; `uv WHEELS LOCK FOLDER` unpacks the one wheel of uv that the lock has the hash of, and prints where its
program is. Whatever is wrong ends it with 1.
"""

import hashlib
import hmac
import shutil
import sys
import zipfile
from pathlib import Path


def sum_of(files: list[str]) -> str:
    """16 hexadecimal digits, other ones for any other content."""
    whole = hashlib.sha256()
    for file in files:
        whole.update(Path(file).read_bytes())
    return whole.hexdigest()[:16]


def tag(secret: bytes) -> str:
    """16 hexadecimal digits for the names of the cache's entries."""
    return hmac.new(secret, b"kireji cache keys 1", "sha256").hexdigest()[:16]


def unpack_uv(wheels: str, lock: str, folder: str) -> Path:
    """The program of uv, from the wheel that the lock names. Raises ValueError for another one, or for several.

    And for a folder that holds more than plain files.
    """
    odd = [path.name for path in Path(wheels).iterdir() if path.is_symlink() or not path.is_file()]
    if odd:
        raise ValueError(f"not only plain files, but {len(odd)} others")
    found = sorted(Path(wheels).glob("uv-[0-9]*.whl"))
    if len(found) != 1:
        raise ValueError(f"{len(found)} wheels of uv")
    digest = hashlib.sha256(found[0].read_bytes()).hexdigest()
    if f"--hash=sha256:{digest}" not in Path(lock).read_text("utf-8").split():
        raise ValueError("a wheel of uv that the lock does not name")
    shutil.rmtree(folder, ignore_errors=True)
    with zipfile.ZipFile(found[0]) as archive:
        archive.extractall(folder)
    program = next(iter(sorted(Path(folder).glob("uv-*.data/scripts/uv"))))
    program.chmod(0o755)
    return program


def main(command: str, *arguments: str) -> int:
    """Do it; the exit status."""
    try:
        match command:
            case "sum":
                done = sum_of(list(arguments))
            case "tag":
                done = tag(sys.stdin.buffer.read())
            case _:
                done = str(unpack_uv(*arguments))
    except (OSError, ValueError, StopIteration, zipfile.BadZipFile) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return 1
    sys.stdout.write(f"{done}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
