"""Passwords with every sign of a keyboard, by chance, each written as its language writes it in a literal or without quotes."""

import random
import string
from collections.abc import Callable, Iterator, Mapping
from xml.sax.saxutils import escape

from tests.credentials import ALNUM, Case, letters

ALPHABETS: Mapping[str, str] = {
    "letters and digits": ALNUM,
    "with !@#$%^&*": f"{ALNUM}!@#$%^&*",
    "with all signs": ALNUM + string.punctuation,
}
LENGTHS = (12, 16, 20)
Write = Callable[[str], str]


def _escaped(quote: str) -> Write:
    return lambda value: value.replace("\\", "\\\\").replace(quote, f"\\{quote}")


def _doubled(value: str) -> str:
    return value.replace("'", "''")


QUOTED: tuple[tuple[str, str, Write], ...] = (
    ("shop/db.py", 'connect(host="db.example", password="{}")\n', _escaped('"')),
    ("shop/conf.py", "DB_PASSWORD = '{}'\n", _escaped("'")),
    ("shop/login.py", 'if "{}" == password:\n', _escaped('"')),
    ("web/config.js", "module.exports = {{ user: 'shop', password: '{}' }};\n", _escaped("'")),
    ("cmd/main.go", '\tclientSecret := "{}"\n', _escaped('"')),
    ("config.json", '{{"smtp": {{"login": "shop", "password": "{}"}}}}\n', _escaped('"')),
    ("src/Pool.java", 'pool.setPassword("{}");\n', _escaped('"')),
    ("deploy/app.yaml", "db:\n  password: '{}'\n", _doubled),
    ("db/users.sql", "CREATE USER shop IDENTIFIED BY '{}';\n", _doubled),
    ("conf/settings.xml", "<server><password>{}</password></server>\n", escape),
)
PLAIN: tuple[tuple[str, str], ...] = (
    (".env", "DB_USER=shop\nDB_PASSWORD={}\n"),
    ("deploy/app.yaml", "db:\n  password: {}\n"),
    ("app.properties", "spring.datasource.password={}\n"),
)
_BEGINS = frozenset("\"'`{}[]<>()&*!|%@#?:,-$=~")  # what begins a value of YAML or of a shell is not its own sign


def cases(alphabet: str, seed: int = 4, rounds: int = 10) -> Iterator[Case]:
    """So many passwords of each length in each form that has quotes."""
    rng = random.Random(seed)
    for _ in range(rounds):
        for path, form, write in QUOTED:
            for count in LENGTHS:
                value = write(letters(rng, alphabet, count))
                yield Case("password", path, form.format(value), (value,))


def unquoted(alphabet: str, seed: int = 5, rounds: int = 10) -> Iterator[Case]:
    """The same without quotes, where the value is what a reader of such files takes for it."""
    rng = random.Random(seed)
    for _ in range(rounds):
        for path, form in PLAIN:
            for count in LENGTHS:
                value = letters(rng, alphabet, count)
                while value[0] in _BEGINS:
                    value = letters(rng, alphabet, count)
                yield Case("password", path, form.format(value), (value,))


def missed(cases: Iterator[Case], redact: Callable[[str, str], str]) -> tuple[int, int]:
    """How many of how many are not replaced: five characters that stand together are enough for a miss."""
    left = [_left(case, redact(case.path, case.text)) for case in cases]
    return sum(left), len(left)


def _left(case: Case, shown: str) -> bool:
    return shown == case.text or any(
        value[at : at + 5] in shown for value in case.secrets for at in range(len(value) - 4)
    )
