"""What each piece of context costs: tokens as the sandbox counts them, and Claude's list price of them.

Pieces of code stand before each chunk and are paid in full. The brief's parts are written into the cache once, and read
from it by each further chunk.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kireji.core.chunks.chunk import cut_sparingly
from kireji.core.code.outline import outline
from kireji.core.context.compose import compose_context
from kireji.core.context.files import Surroundings
from kireji.core.context.guess import imported_paths
from kireji.core.context.outlining import outline_by_grammar, request_outline
from kireji.core.diff.unified import FileDiff, parse_diff
from kireji.core.models.catalogue import MODELS, Usage, cost
from kireji.core.policy.model import Pieces
from kireji.core.prompts.prompt import brief, prompt
from kireji.core.pulls.pull import Issue, PullRef, PullRequest
from kireji.core.scope.choose import choose_scope
from kireji.flow.world import Limits
from tests.bench.core import diff_text
from tests.bench.depths import Change, of_commit
from tests.history import ROOT, own_commits
from tests.sandbox.claude.tokens import count_text
from tests.sandbox.sample_repo import BODY, TITLE, base_files, head_files, make_change

MODEL = MODELS["claude-haiku-4-5"]
SWITCHES: Mapping[str, Pieces] = {
    "enclosing": Pieces(enclosing=True, definitions=False, callers=False),
    "definitions": Pieces(enclosing=False, definitions=True, callers=False),
    "callers": Pieces(enclosing=False, definitions=False, callers=True),
    "all three": Pieces(),
}
PARTS = ("title and description", "an issue", "a rules file", "the files' names")
RULES_FILE = ROOT / ".github" / "CONTRIBUTING.md"  # as a file of rules may be: 1,500 characters
ISSUE = Issue(7, "Orders cannot be searched", "A customer's order is found by its number only. " * 12)


@dataclass(frozen=True, slots=True)
class Priced:
    """One pull request: `plain` tokens of its chunks, and by piece or part the tokens that it adds to prompts or brief."""

    name: str
    lines: int
    chunks: int
    plain: int
    added: Mapping[str, int]

    def dollars(self, piece: str) -> float:
        """What a piece adds to the review, or a part to the brief."""
        tokens = self.added[piece]
        usage = Usage(0, 0, tokens, tokens * (self.chunks - 1)) if piece in PARTS else Usage(tokens, 0)
        return float(cost(usage, MODEL))


def measure() -> list[Priced]:
    """The sample pull request, made ones, and commits of this project, of which only the touched files are at hand."""
    sizes = ((3, 80), (6, 250), (20, 1200))
    changes = [
        (f"{files} files", make_change(files=files, lines=lines, planted=2, seed=files)) for files, lines in sizes
    ]
    return [
        _price("the sample", Change("", base_files(), head_files(), TITLE, BODY)),
        *(_price(name, Change("", change.base, change.head)) for name, change in changes),
        *(_price(f"commit {sha[:7]}", of_commit(sha)) for sha in own_commits()),
    ]


def _price(name: str, change: Change) -> Priced:
    base, head = change.base, change.head
    files = choose_scope(parse_diff(diff_text(base, head))).reviewed
    after = {path: text for path, text in {**base, **head}.items() if text is not None}
    heads = {
        file.path: outline_by_grammar(request_outline(file, after[file.path])) for file in files if file.path in after
    }
    paths = {path for one in heads.values() for path in imported_paths(one) if path in after and path not in heads}
    known = Surroundings(heads, {path: outline(path, after[path]) for path in paths})
    limits = Limits()
    room = int(limits.context_tokens * MODEL.chars_per_token)
    chunks = cut_sparingly(files, limits.chunk_tokens, MODEL.chars_per_token)
    plain = [count_text(prompt(chunk, "", 1).question, newer=False) for chunk in chunks]
    added = {
        piece: sum(
            count_text(
                prompt(chunk, "", 1, context=compose_context(chunk, known, pieces, room).text).question, newer=False
            )
            for chunk in chunks
        )
        - sum(plain)
        for piece, pieces in SWITCHES.items()
    }
    added |= dict(zip(PARTS, _parts(change, files), strict=True))
    return Priced(name, sum(file.changed_lines for file in files), len(chunks), sum(plain), added)


def _parts(change: Change, files: Sequence[FileDiff]) -> Iterator[int]:
    """What each part adds to a brief without it, in the order of PARTS."""
    ref = PullRef("octo/shop", 1)
    pull = PullRequest(ref, change.title, change.body, "alice", "", "", "main", "change", len(files))
    whole = _tokens(brief(pull, files))
    yield whole - _tokens(brief(pull, files, pieces=Pieces(description=False)))
    yield _tokens(brief(replace(pull, issues=(ISSUE,)), files)) - whole
    yield _tokens(brief(pull, files, repository_rules=RULES_FILE.read_text(encoding="utf-8"))) - whole
    yield whole - _tokens(brief(pull, files, pieces=Pieces(files=False)))


def _tokens(text: str) -> int:
    return count_text(text, newer=False)
