"""The stand-in reviewer: what each check finds, what it leaves alone, and the shape of its findings."""

import pytest

from kireji.core.findings.finding import Category, Confidence, Severity
from tests.sandbox.check_table import CHECKS
from tests.sandbox.reviewer import STAND_IN_NAME, TAG, language_of, parse_chunk, review_chunk

KEYS = [
    "path",
    "side",
    "start_line",
    "end_line",
    "quote",
    "category",
    "severity",
    "confidence",
    "title",
    "explanation",
    "replacement",
]


def chunk(path: str, *lines: str) -> str:
    """A chunk of one file; each line is a mark and the text, numbered from 1 on its side."""
    rows = [f'=== file: "{path}" (modified)', "@@ -1,9 +1,9 @@"]
    rows += [
        f"{'L' if line[0] == '-' else 'R'}{number:<4} {line[0]} | {line[1:]}" for number, line in enumerate(lines, 1)
    ]
    return "\n".join(rows)


BAD = [
    ("a.py", ['+cursor.execute(f"SELECT * FROM t WHERE id = {key}")'], "SQL built from values"),
    ("a.py", ['+cursor.execute("SELECT * FROM t WHERE id = %s" % key)'], "SQL built from values"),
    ("a.py", ['+cursor.execute("DELETE FROM t WHERE id = " + key)'], "SQL built from values"),
    ("a.py", [" try:", "     go()", "+except:", "+    pass"], "Every error is swallowed"),
    ("a.py", ["+except Exception as error:", "+    continue"], "Every error is swallowed"),
    ("a.py", ["+def f(a, b={}):"], "Mutable default argument is shared between calls"),
    ("a.py", ["+    text = open(path).read()"], "File is never closed"),
    ("a.py", ["+for i in range(len(xs) + 1):"], "Loop runs one index too far"),
    ("a.py", ['+subprocess.run(f"rm {name}", shell=True)'], "Shell command built from values"),
    ("a.py", ["+data = yaml.load(text)"], "yaml.load runs code from the document"),
    ("a.py", ["+r = requests.get(url, verify=False)"], "TLS certificate is not checked"),
    ("a.py", [" async def f():", "+    time.sleep(1)"], "Blocking sleep inside a coroutine"),
    ("tests/test_a.py", ["+    assert True"], "Assertion that cannot fail"),
    ("a.ts", ["+items.forEach(async (item) => {"], "forEach does not wait for async callbacks"),
    ("a.js", ["+box.innerHTML = name;"], "Text is inserted as HTML"),
    ("a.js", ["+eval(text)"], "eval runs text as code"),
    ("a.tsx", ["+if (value === NaN) {"], "Comparison with NaN is never true"),
    ("a.ts", ["+for (let i = 0; i <= xs.length; i++) {"], "Loop runs one index too far"),
    ("a.go", ['+db.QueryContext(ctx, fmt.Sprintf("SELECT %s", name))'], "SQL built from values"),
    ("a.go", [" func f() {", " \tfor _, p := range ps {", "+\t\tdefer file.Close()"], "defer inside a loop"),
    ("a.go", ["+\tn, _ := strconv.Atoi(s)"], "Error is thrown away"),
    ("a.go", ["+\t_ = os.Remove(path)"], "Error is thrown away"),
    ("a.go", ["+\tfor i := 0; i <= len(xs); i++ {"], "Loop runs one index too far"),
    ("a.sql", ["+DELETE FROM orders;"], "Statement without WHERE changes every row"),
    ("a.sql", ["+UPDATE orders SET state = 'new';"], "Statement without WHERE changes every row"),
    ("a.sh", ['+rm -rf "$BUILD/"'], "rm -rf of a path whose variable may be empty"),
    ("Dockerfile", ["+ADD https://example.com/tool.tgz /opt/"], "Download into the image is not verified"),
    (
        ".github/workflows/ci.yml",
        ["       - run: |", "+          echo ${{ github.event.pull_request.title }}"],
        "Untrusted text is pasted into a shell script",
    ),
    ("a.py", ["-@login_required", " def f():"], "Access check is removed"),
    ("a.go", ["-\tdefer rows.Close()", " \treturn nil"], "Release of a resource is removed"),
]

GOOD = [
    ("a.py", ['+cursor.execute("SELECT * FROM t WHERE id = %s", (key,))']),
    ("a.py", ["+except ValueError:", "+    pass"]),
    ("a.py", ["+except Exception:", "+    logger.exception('no')", "+    raise"]),
    ("a.py", ["+def f(a, b=()):"]),
    ("a.py", ["+    with open(path) as file:", "+        text = file.read()"]),
    ("a.py", ["+for i in range(len(xs)):"]),
    ("a.py", ['+subprocess.run(["rm", name])']),
    ("a.py", ["+data = yaml.load(text, Loader=yaml.SafeLoader)"]),
    ("a.py", [" def f():", "+    time.sleep(1)"]),
    ("a.py", ["+# cursor.execute(f'{x}')"]),
    ("a.ts", ["+for (let i = 0; i <= xs.length - 1; i++) {"]),
    ("a.ts", ["+box.textContent = name;", '+box.innerHTML = "";', "+box.innerHTML = `<b>none</b>`;"]),
    ("a.go", ["+\tfor i, _ := range xs {", "+\tvalue, ok := names[key]", "+\tif _, err := f(); err != nil {"]),
    ("a.go", [" \tfor _, p := range ps {", "+\t\tfunc() {", "+\t\t\tdefer file.Close()"]),
    ("a.go", ["-\tdefer rows.Close()", "+\tdefer rows.Close() // once"]),
    ("a.sql", ["+DELETE FROM orders WHERE id = 3;", "+UPDATE orders SET a = 1 WHERE id = 3;"]),
    ("a.sh", ['+rm -rf "${BUILD:?}/"']),
    (".github/workflows/ci.yml", ["       env:", "+          TITLE: ${{ github.event.pull_request.title }}"]),
    ("notes.md", ["+eval(text)"]),
    ("a.js", [" eval(text)", "~eval(text)", "-eval(text)"]),
]


@pytest.mark.parametrize(("path", "lines", "title"), BAD)
def test_defects_are_found_at_their_line(path: str, lines: list[str], title: str) -> None:
    """Each defect gives one finding, on the changed line that has it, quoted as it stands there."""
    (finding,) = review_chunk(chunk(path, *lines))
    assert finding["title"] == title
    quoted = lines[int(str(finding["start_line"])) - 1]
    assert quoted[1:] == finding["quote"]
    assert finding["side"] == ("LEFT" if quoted[0] == "-" else "RIGHT")


@pytest.mark.parametrize(("path", "lines"), GOOD)
def test_sound_code_is_left_alone(path: str, lines: list[str]) -> None:
    """Sound code, context, lines of other chunks, comments and unknown languages give no finding."""
    assert review_chunk(chunk(path, *lines)) == []


def test_every_check_is_shown_to_work() -> None:
    """No check is without a line in the table above."""
    assert {check.title for check in CHECKS} == {title for _, _, title in BAD}


def test_findings_have_the_schema_s_shape() -> None:
    """A finding has exactly the schema's properties, in its order, with values of the enums, and says who speaks."""
    for path, lines, _ in BAD:
        for finding in review_chunk(chunk(path, *lines)):
            assert list(finding) == KEYS
            assert Category(str(finding["category"]))
            assert Severity(str(finding["severity"]))
            assert Confidence(str(finding["confidence"]))
            assert str(finding["explanation"]).endswith(TAG)
    assert "not Claude" in STAND_IN_NAME


@pytest.mark.parametrize(
    ("path", "lines", "replacement"),
    [
        ("a.py", ["+    for i in range(len(self.xs) + 1):"], "    for i in range(len(self.xs)):"),
        ("a.py", ["+data = yaml.load(text)"], "data = yaml.safe_load(text)"),
        ("a.py", [" async def f():", "+    time.sleep(1)  # wait"], "    await asyncio.sleep(1)  # wait"),
        ("a.py", ["+requests.get(url, verify=False, timeout=3)"], "requests.get(url, timeout=3)"),
        ("a.ts", ["+for (let i = 0; i <= xs.length; i++) {"], "for (let i = 0; i < xs.length; i++) {"),
        ("a.ts", ["+  if (parseInt(text) === NaN) {"], "  if (Number.isNaN(parseInt(text))) {"),
        ("a.go", ["+\tfor i := 0; i <= len(xs); i++ {"], "\tfor i := 0; i < len(xs); i++ {"),
        ("a.sh", ['+rm -rf "$BUILD/"'], 'rm -rf "${BUILD:?}/"'),
        ("a.js", ["+eval(text)"], None),
    ],
)
def test_replacements_mend_the_line(path: str, lines: list[str], replacement: str | None) -> None:
    """Where one line mends it, the replacement is that line, and the reviewer has nothing against it."""
    (finding,) = review_chunk(chunk(path, *lines))
    assert finding["replacement"] == replacement
    if replacement is not None:
        assert review_chunk(chunk(path, *lines[:-1], f"+{replacement}")) == []


def test_chunks_are_read_file_by_file() -> None:
    """Paths are JSON strings; labels, marks and text come apart; carriage returns are no part of the quote."""
    text = "Intro | text\n" + chunk('dir/na\\"me ü.py', " a", "+eval | b\r") + "\n\n" + chunk("b.js", "+eval(x)\r")
    first, second = parse_chunk(text)
    assert first.path == 'dir/na"me ü.py'
    assert [(line.side, line.number, line.mark, line.text) for line in first.lines] == [
        ("RIGHT", 1, " ", "a"),
        ("RIGHT", 2, "+", "eval | b\r"),
    ]
    assert second.path == "b.js"
    assert [finding["quote"] for finding in review_chunk(text)] == ["eval(x)"]


def test_a_gap_between_lines_is_no_neighbourhood() -> None:
    """What encloses a line, or follows it, is looked for up to the next hunk header or gap only."""
    loop = "R1   | for _, p := range ps {\n{gap}R9 + | \tdefer file.Close()"
    for gap, count in (("", 1), ("@@ -8,1 +8,1 @@\n", 0), ("... 7 lines of this hunk are not shown\n", 0)):
        assert len(review_chunk('=== file: "a.go" (modified)\n' + loop.replace("{gap}", gap))) == count


def test_languages_go_by_the_path() -> None:
    """A language is known by suffix, file name or folder."""
    paths = ["a.py", "x/Dockerfile", ".github/workflows/ci.yaml", "conf.yaml", "Makefile"]
    assert [language_of(path) for path in paths] == ["python", "dockerfile", "workflow", None, None]
