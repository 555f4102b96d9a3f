"""Credentials become placeholders wherever they stand; what merely looks like one stays."""

import base64
import random
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kireji.core.secrets.credentials import FORMS, KINDS, PASSWORD
from kireji.core.secrets.encoded import encoded
from kireji.core.secrets.private_keys import BETWEEN
from kireji.core.secrets.redact import redact_lines, redact_text, replace_known
from kireji.core.secrets.spans import KnownSecrets, has_placeholder
from kireji.core.secrets.vendors import PREFIXES, TokenPrefix
from tests import held_out, once_held_out, passwords, twice_held_out
from tests.credentials import ALNUM, B64, HARMLESS, HEX, TOKENS, UPPER, Case, cases, harmless, letters, pem

CASES = [*cases(rounds=1), *once_held_out.cases(), *twice_held_out.cases()]
HARD = [
    "eyJ" * 4000, "//" * 4000 + ":_authToken=", "password" * 2000 + "=", "password='" * 2000, "`" * 9000 + "password",
    "://a:" * 4000, "-----BEGIN PRIVATE KEY-----" * 400, "-----BEGIN PRIVATE KEY-----" + "\\n" * 9000 + "!",
    "curl " * 3000 + "-u", "jdbc:" * 3000 + "&password=", "create user " * 2000 + "password '", "machine " * 2000 + "password ",
    "identified with " * 1000 + "by '", "set_" * 3000 + "password('", ":" * 9000 + "password  ", "<a:" * 3000 + "password>",
 "--password " * 90000, "-" * 300000, "--a" * 90000, "mysql " * 50000, "login -p" * 40000, "x-a-" * 90000, "name: password" * 20000,
 'variable "password" {' + "default " * 40000, 'kind: Secret\n' * 20000, '"kind":"Secret"' * 20000, "kind: Secret\nstringData:\n" + " a:\n" * 50000,
 "LS0tLS1CRUdJTi" * 20000, "ewo" * 90000, '"auth":"' * 40000, "?token=" * 50000, "a:1:" * 90000, "A" * 64 + "-----END PRIVATE KEY-----" * 9000,
 ("A" * 64 + "\n") * 4000 + "-----END PRIVATE KEY-----" * 4000, "-----BEGIN PRIVATE KEY-----" + "/. " * 90000, "%0A" * 90000, "#define " * 40000,
 "Private-Lines: 9999\n" * 9000, "re_" * 90000, "key-" * 80000, "dp.st." * 50000, "/AKIA" * 60000, "+AIza" * 60000, "Basic 'Basic " * 30000,
 "glpat-" * 50000, "sq0csp-" * 40000, ("glpat-" + "x" * 20) * 10000 + "a" * 10, ("glpat-" + "x" * 20) * 10000 + "EXAMPLE",
 "token" * 3000 + "='x", 'x.password("' + "'" * 90, 'key identified by "' + "'" * 900, "key " + "'" * 300000, "eyJ=" * 250000,
 'key "' + '\\"' * 100000, "\"'" * 9000 + "key", "twilio" * 2000, "/" * 9000, "=" * 9000,
]  # fmt: skip


def test_each_kind_is_replaced_in_each_place() -> None:
    """No part of a value is left, not even where a key runs over many lines; and lines stay where they are."""
    for case in CASES:
        shown = redact_text(case.path, case.text)
        left = [value for value in case.secrets if value[:12] in shown or value[-8:] in shown]
        assert not left, case
        assert shown.count("\n") == case.text.count("\n")


@pytest.mark.parametrize("alphabet", passwords.ALPHABETS.values(), ids=list(passwords.ALPHABETS))
def test_any_sign_may_stand_in_a_password(alphabet: str) -> None:
    """Of passwords by chance, in literals and without quotes, at most one in 25 looks like a name or a template."""
    for made in (passwords.cases(alphabet), passwords.unquoted(alphabet)):
        missed, of = passwords.missed(made, redact_text)
        assert missed <= of / 25


@pytest.mark.parametrize(
    "value",
    [
        "kT9$vqLx2w",
        "aB3(dE9xyz",
        "kT9{vqLx2w",
        "$kT9vqLx2w!",
        "%sT9vqLx2w!",
        "P@ssw0rd123",
        "hunter2-Xy9!",
        "Test@2026x",
    ],
)
def test_one_sign_makes_no_code(value: str) -> None:
    """A bracket, a dollar or a percent alone; nor does a word that everybody knows make a placeholder of what is kept."""
    for path, form in (("a.py", 'password = "{}"'), ("a.js", "{{ password: '{}' }}"), ("a.sql", "IDENTIFIED BY '{}'")):
        assert redact_text(path, form.format(value)) == form.format("<secret:password>")


def test_what_is_replaced_says_what_it_was() -> None:
    """A token's placeholder names its kind."""
    wrong = [
        (case.kind, shown)
        for case in CASES
        if (kind := case.kind.partition(" ")[0]) in TOKENS
        and f"<secret:{kind}>" not in (shown := redact_text(case.path, case.text))
    ]
    assert wrong == []


@pytest.mark.parametrize("case", [*harmless()][: HARMLESS.count("\n")], ids=lambda case: case.text.strip()[:50])
def test_code_about_credentials_stays(case: Case) -> None:
    """Names, calls, templates, documentation and what tests write are no secrets."""
    assert redact_text(case.path, case.text) == case.text


def test_data_stays() -> None:
    """Hashes, ids, certificates, public keys, data in base 64, lock files and minified code."""
    assert [case for case in harmless() if redact_text(case.path, case.text) != case.text] == []


def test_what_was_held_out() -> None:
    """Lines of other kinds than the forms were written with stay; how many credentials are missed, the benchmark counts."""
    held = [*held_out.harmless(), *once_held_out.harmless(), *twice_held_out.harmless()]
    assert [case for case in held if redact_text(case.path, case.text) != case.text] == []


def test_a_second_time_changes_nothing() -> None:
    """What is redacted stays as it is, so that it can be done again wherever a text comes from."""
    for case in CASES:
        once = redact_text(case.path, case.text)
        assert redact_text(case.path, once) == once, case


def test_the_value_does_not_matter() -> None:
    """A memo's key must not depend on it: two texts that differ in their secrets only are redacted to one."""
    one, other = ([redact_text(case.path, case.text) for case in cases(seed, rounds=1)] for seed in (5, 6))
    assert [(a, b) for a, b in zip(one, other, strict=True) if a != b] == []


def test_a_value_is_replaced_wherever_else_it_stands() -> None:
    """Once its name has told a password, it is known."""
    value = "vk7Qz" + letters(random.Random(3), "abcdefgh", 8)
    text = f'PASSWORD = "{value}"\n\nconnect("db", "{value}")\n'
    assert redact_text("shop/db.py", text).count("<secret:password>") == 2
    known = redact_lines("shop/db.py", text.split("\n")).known
    assert redact_text("", f"I use {value} here", known) == "I use <secret:password> here"
    assert value not in repr(redact_lines("shop/db.py", text.split("\n")))


def test_however_many_values_are_known_each_is_replaced() -> None:
    """The last as the first, where one begins as another does too."""
    values = [f"vk7Qz{letters(random.Random(number), 'abcdefgh', 8)}" for number in range(60)]
    values.append(f"{values[0]}9Yq")
    lines = [f'PASSWORD = "{value}"' for value in values]
    known = redact_lines("a.py", lines).known
    said = redact_text("", " and ".join(values), known)
    assert said == " and ".join(["<secret:password>"] * 61)


@pytest.mark.proof
def test_many_values_beside_many_placeholders_are_found_at_once() -> None:
    """Nobody holds each against all of the others; the test's own limit of time would end what takes the square of them."""
    lines = 30_000
    value = "Xk29dkd93kdd0"
    assert value not in replace_known(f"<secret:ab> {value}\n" * lines, KnownSecrets({value: PASSWORD}))
    token = TOKENS["aws-access-key"](random.Random(5))
    assert token not in redact_text("", f"<secret:ab> {token}\n" * lines)
    many = KnownSecrets({f"{value}{number}q": PASSWORD for number in range(3_000)})
    assert value not in redact_text("", "\n".join(many.kinds), many)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('password = "<secret:ab>realS3cretValue9"', 'password = "<secret:ab><secret:password>"'),
        ('password = "realS3cret<secret:ab>Value99"', 'password = "<secret:password><secret:ab><secret:password>"'),
        ('password = "<secret:password>"', 'password = "<secret:password>"'),
        ("db_password: <secret:ab>realS3cretValue9", "db_password: <secret:ab><secret:password>"),
        ("password = '\ue000realS3cretValue9'", "password = '\ue000<secret:password>'"),
        ("https://ann:<secret:ab>realS3cret@e.com", "https://ann:<secret:ab><secret:url-password>@e.com"),
    ],
)
def test_a_placeholder_hides_nothing_around_it(text: str, shown: str) -> None:
    """Anybody can write one: what stands beside it in a credential's place is replaced all the same."""
    assert redact_text("a.yml", text) == shown
    assert redact_text("a.yml", shown) == shown


def test_a_placeholder_ends_no_key() -> None:
    """What follows it in a private key is the key still."""
    begin, one, *rest = pem(random.Random(4), lines=4)
    shown = redact_text("a.txt", "\n".join((begin, "<secret:ab>", f"{one[:20]}<secret:ab>{one[20:]}", *rest))).split(
        "\n"
    )
    assert shown[1:3] == ["<secret:ab>", "<secret:private-key><secret:ab><secret:private-key>"]
    assert {*shown[3:-1]} == {"<secret:private-key>"}


def test_a_key_that_begins_or_ends_outside() -> None:
    """A hunk may show the end of a key only, its beginning, or, in a key's own file, neither."""
    lines = pem(random.Random(4))
    for path, part in (("a.txt", lines[3:]), ("a.txt", lines[:5]), ("deploy/tls.key", lines[3:6])):
        shown = redact_lines(path, part).lines
        assert [line for line in shown if line.strip("-") == line and not has_placeholder(line)] == []
    assert redact_lines("a.txt", lines[3:5]).lines == lines[3:5]  # data in base 64, for all that one can tell
    assert {*redact_lines("a.txt", lines[3:6]).lines} == {"<secret:private-key-lines>"}
    assert redact_lines("a.txt", ("logo:", *lines[3:6])).lines[1:] == lines[3:6]  # what begins there is no key


@pytest.mark.parametrize(
    "glue",
    ["\\r\\n", " ", "", '" . "', "\\n' .\n  '", '\\n" +\n  "', "', '", "%0A", "\\\\n", '", _\n "', "<br>", "\r\n"],
)
@pytest.mark.parametrize("mark", [str, str.lower])
def test_a_key_in_any_layout(glue: str, mark: Callable[[str], str]) -> None:
    """However its lines are joined, and however its marks are written, no part of it is left."""
    lines = pem(random.Random(4))
    text = glue.join((mark(lines[0]), *lines[1:-1], mark(lines[-1])))
    for path in ("a.txt", "a.php"):
        shown = redact_text(path, f'$key = "{text}";\n')
        assert [line for line in lines[1:-1] if line[:12] in shown or line[-8:] in shown] == []
        assert shown.endswith(f'{mark(lines[-1])}";\n')


@pytest.mark.parametrize(
    "text",
    [
        'let apiKey: String = "%s"',
        'let secret_key: &str = "%s";',
        'const API_KEY: &\'static str = "%s";',
        "private readonly token: string | null = '%s';",
        'password: str = "%s"',
        'val dbPassword: String? = "%s"',
        '"Default": "Server=db;User Id=sa;Password=%s"',
        "connect('host=db user=app password=%s')",
    ],
)
def test_beside_a_type_or_at_the_end_of_a_connection(text: str) -> None:
    """A type between a name and its value hides nothing, nor does a connection's end."""
    value = "vk7Qz3mWx9Lp2Rt5"
    assert value not in redact_text("a.txt", text % value)


@pytest.mark.parametrize(
    "text",
    [
        "password: string;",
        'key: str = get("settings.theme.dark")',
        'connect(user=u, password=settings["DB_PASSWORD"])',
        'f(x, password=os.environ.get("DB_PASSWORD"))',
        "{token: tokenOf(request), next: 'account_settings'}",
        "const key: keyof Theme = primaryColor",
    ],
)
def test_types_and_calls_are_no_values(text: str) -> None:
    """Code stays as it is."""
    assert redact_text("a.py", text) == text


def test_a_key_in_base_64_each_line_of_which_looks_like_its_first() -> None:
    """The lines below are a part of one key, and not once more of each: 3,000 of them are told at once, each once."""
    line = base64.b64encode(b"-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAA").decode()
    spans = [*encoded("\n".join([line] * 3_000), lambda _: False)]
    assert len(spans) == len({span.start for span in spans}) == 3_000


def test_the_middle_of_a_key() -> None:
    """A hunk of nothing but lines as keys have them is taken for one; not what begins with something else, or is short."""
    lines = pem(random.Random(4), lines=9)[2:8]
    shown = redact_lines("shop/local.txt", (BETWEEN, "", "a = 1", BETWEEN, lines[0], *lines[1:]))
    assert [*shown.lines[4:]] == ["<secret:private-key-lines>"] * 6
    for other in (lines[:2], ("logo: |", *lines), tuple(f"x{line}" for line in lines)):
        assert redact_lines("shop/local.txt", other).lines == tuple(other)


def test_what_stands_beside_a_token() -> None:
    """Signs of addresses and paths do not hide it; data in base 64 that happens to have its form stays."""
    github, aws = TOKENS["github-token"](random.Random(1)), TOKENS["aws-access-key"](random.Random(1))
    around = (
        "https://{}@github.com",
        "//{}",
        "{}/x",
        "a+{}",
        "x={}+y",
        "_{}",
        "%3D{}%26",
        '"a\\n{}\\tb"',
        "path/{}/x",
    )
    for form in around:
        assert redact_text("", form.format(github)) == form.format("<secret:github-token>")
    for form in (*around[1:2], "Credential={}/20260101/eu-west-1/s3", "{}%2F20260101", "/{}/x"):
        assert redact_text("", form.format(aws)) == form.format("<secret:aws-access-key>")
    data = letters(random.Random(2), B64, 40)
    for text in (f"{data}/{aws}+{data}", f"{data}{aws}", f"{aws}{data}", f"x{github[1:]}"):
        assert redact_text("", text) == text


_SIGNS = {"hex": HEX, "hexes": HEX, "upper": UPPER, "capitals": UPPER, "lower": HEX}


def test_each_prefix_tells_a_token() -> None:
    """Wherever it stands; the prefix alone, as documentation names it, and a token of crosses tell nothing."""
    for prefix in PREFIXES:
        _tells(prefix)


def _tells(prefix: TokenPrefix) -> None:
    made = prefix.start + "7" + letters(random.Random(8), _SIGNS.get(prefix.alphabet, ALNUM), prefix.least - 1)
    for form in ("x = '{}'", "https://{}@example.com", "use {} now", "VALUE={}"):
        shown = redact_text("a.txt", form.format(made))
        assert made not in shown
        assert made[-8:] not in shown
        assert "<secret:" in shown
    crosses = prefix.start + "x" * prefix.least
    for text in (f"They begin with {prefix.start} here.", f"It looks like {crosses} there.", f"word{made}"):
        assert redact_text("a.txt", text) == text


def test_a_key_in_a_comment_and_in_quotes() -> None:
    """What stands around its lines stays."""
    lines = pem(random.Random(4), lines=2)
    text = "\n".join(f' * "{line}\\n" +' for line in lines)
    assert redact_text("a.js", text).split("\n")[1] == ' * "<secret:private-key>\\n" +'


def test_every_form_has_a_kind() -> None:
    """Each placeholder's name is one that people can be told of."""
    assert FORMS.keys() <= KINDS.keys()
    assert all(re.fullmatch(r"[a-z0-9-]{2,40}", kind) for kind in KINDS)


@pytest.mark.parametrize("line", HARD, ids=lambda line: line[:12])
@pytest.mark.parametrize("most", [60_000, pytest.param(1_000_000, marks=pytest.mark.proof)])
def test_no_line_keeps_a_worker_busy(line: str, most: int) -> None:
    """Lines made for it are done with at once; the test's own limit of time would end what takes the square of them."""
    for path in (".env", "a.py", "id_rsa"):
        redact_text(path, line[:most])


@given(
    st.text(alphabet="abP=:\"'\n -/@<>secrtpwd0123İ\ue000", max_size=120),
    st.sampled_from(["", "a.py", ".env", "a.yml"]),
)
def test_any_text(text: str, path: str) -> None:
    """Whatever it is, lines stay, and a second time changes nothing."""
    text = text.replace("@@", "<secret:ab>")
    once = redact_text(path, text)
    assert once.count("\n") == text.count("\n")
    assert redact_text(path, once) == once
