"""The code that synthetic changes are made of: harmless functions, and mistakes that the stand-in reviewer finds.

`$$` stands for a dollar sign; $name, $a, $b and $c become names, $n a number.
"""

from dataclasses import dataclass

PARTS = ("billing", "catalog", "orders", "search", "users", "mail", "stock", "report", "shipping", "audit")
WORDS = (
    "price",
    "weight",
    "amount",
    "level",
    "margin",
    "count",
    "share",
    "score",
    "total",
    "limit",
    "basket",
    "parcel",
    "invoice",
    "account",
    "ticket",
    "route",
    "window",
    "batch",
    "region",
    "season",
    "supplier",
    "customer",
    "coupon",
    "refund",
    "voucher",
)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A block with a mistake in it: the index of the line, and the title of the reviewer's finding."""

    code: str
    line: int
    title: str


@dataclass(frozen=True, slots=True)
class Language:
    """What one language's files are made of. `opening` has four lines, one of them with $limit."""

    folder: str
    suffix: str
    comment: str
    opening: str
    functions: tuple[str, ...]
    mistakes: tuple[Mistake, ...] = ()


PYTHON = Language(
    "api",
    ".py",
    "#",
    '"""$path: figures for the shop."""\n\nLIMIT = $limit\n',
    (
        '''\
def $name($a: int, $b: int) -> int:
    """Add $b up over the steps of $a."""
    total = $n
    for step in range($a):
        if step % 3 == 0:
            total += $b * step
        else:
            total -= step
    return total
''',
        '''\
def $name($a: list[int]) -> dict[str, int]:
    """The smallest and the largest $a above $n."""
    kept = [value for value in $a if value > $n]
    if not kept:
        return {}
    return {"least": min(kept), "most": max(kept)}
''',
    ),
    (
        Mistake(
            '''\
def $name(connection, $a):
    """The $b of one $a."""
    rows = connection.execute(f"SELECT $b FROM $c WHERE $a = '{$a}'")
    return [row[0] for row in rows]
''',
            2,
            "SQL built from values",
        ),
        Mistake(
            '''\
def $name($a, $b=[]):
    """Remember another $a."""
    $b.append($a + $n)
    return $b
''',
            0,
            "Mutable default argument is shared between calls",
        ),
    ),
)

SCRIPT = Language(
    "web/src",
    ".ts",
    "//",
    "// $path: figures for the shop window.\n\nexport const limit = $limit;\n",
    (
        """\
export function $name($a: number, $b: number): number {
  let total = $n;
  for (let step = 0; step < $a; step += 1) {
    total += step % 2 === 0 ? $b : -step;
  }
  return total;
}
""",
        """\
export function $name($a: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const $b of $a) {
    counts.set($b, (counts.get($b) ?? $n) + 1);
  }
  return counts;
}
""",
    ),
    (
        Mistake(
            """\
export async function $name($a: string[]): Promise<void> {
  $a.forEach(async ($b) => {
    await fetch(`/$c/$${$b}`, { method: "POST" });
  });
}
""",
            1,
            "forEach does not wait for async callbacks",
        ),
        Mistake(
            """\
export function $name($a: HTMLElement, $b: string): void {
  $a.innerHTML = $b;
}
""",
            1,
            "Text is inserted as HTML",
        ),
    ),
)

GO = Language(
    "stock",
    ".go",
    "//",
    "// Package stock holds $path.\npackage stock\nconst limit = $limit\n",
    (
        """\
func $name($a int, $b int) int {
	total := $n
	for step := 0; step < $a; step++ {
		if step%2 == 0 {
			total += $b
		}
	}
	return total
}
""",
        """\
func $name($a map[string]int) []string {
	var names []string
	for name, $b := range $a {
		if $b > $n {
			names = append(names, name)
		}
	}
	return names
}
""",
    ),
    (
        Mistake(
            """\
func $name($a []int) int {
	total := $n
	for i := 0; i <= len($a); i++ {
		total += $a[i]
	}
	return total
}
""",
            2,
            "Loop runs one index too far",
        ),
        Mistake(
            """\
func $name($a string) int {
	$b, _ := strconv.Atoi($a)
	return $b + $n
}
""",
            1,
            "Error is thrown away",
        ),
    ),
)

JAVA = Language(
    "core/src",
    ".java",
    "//",
    "// $path: figures for the shop.\npackage shop;\n// limit: $limit\n",
    (
        """\
    static int $name(int $a, int $b) {
        int total = $n;
        for (int step = 0; step < $a; step++) {
            total += step % 2 == 0 ? $b : -step;
        }
        return total;
    }
""",
    ),
)

LANGUAGES = (PYTHON, SCRIPT, GO, PYTHON, SCRIPT, GO, JAVA)
