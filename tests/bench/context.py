"""What each piece of context costs: tokens as the sandbox counts them, and Claude's list price of them, uncached."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.core.chunk import cut
from app.core.context import context
from app.core.context_files import Surroundings
from app.core.context_guess import imported_paths
from app.core.context_view import outline_head
from app.core.diff import parse
from app.core.money import MODELS, Usage, cost
from app.core.outline import outline
from app.core.policy_model import Pieces
from app.core.prompt import prompt
from app.core.scope import choose
from app.flow.world import Limits
from app.sandbox.claude.tokens import count_text
from app.sandbox.sample_repo import base_files, head_files, make_change
from tests.bench.core import diff_text

MODEL = MODELS["claude-haiku-4-5"]
SWITCHES: Mapping[str, Pieces] = {
    "enclosing": Pieces(enclosing=True, definitions=False, callers=False),
    "definitions": Pieces(enclosing=False, definitions=True, callers=False),
    "callers": Pieces(enclosing=False, definitions=False, callers=True),
    "all three": Pieces(),
}


@dataclass(frozen=True, slots=True)
class Priced:
    """One pull request: `plain` tokens of its chunks, and by piece the tokens that context adds."""

    name: str
    lines: int
    chunks: int
    plain: int
    added: Mapping[str, int]

    def dollars(self, piece: str) -> float:
        """What a piece adds to the review."""
        return float(cost(Usage(self.added[piece], 0, 0, 0), MODEL))


def measure() -> list[Priced]:
    """The sample pull request, and synthetic ones."""
    sizes = ((3, 80), (6, 250), (20, 1200))
    changes = [
        (f"{files} files", make_change(files=files, lines=lines, planted=2, seed=files)) for files, lines in sizes
    ]
    return [
        _price("the sample", base_files(), head_files()),
        *(_price(name, change.base, change.head) for name, change in changes),
    ]


def _price(name: str, base: Mapping[str, str], head: Mapping[str, str | None]) -> Priced:
    files = choose(parse(diff_text(base, head))).reviewed
    after = {path: text for path, text in {**base, **head}.items() if text is not None}
    heads = {file.path: outline_head(file, after[file.path]) for file in files if file.path in after}
    paths = {path for one in heads.values() for path in imported_paths(one) if path in after and path not in heads}
    known = Surroundings(heads, {path: outline(path, after[path]) for path in paths})
    limits = Limits()
    room = int(limits.context_tokens * MODEL.chars_per_token)
    chunks = cut(files, limits.chunk_tokens, MODEL.chars_per_token)
    plain = [count_text(prompt(chunk, "", 1).question, newer=False) for chunk in chunks]
    added = {
        piece: sum(
            count_text(prompt(chunk, "", 1, context=context(chunk, known, pieces, room)).question, newer=False)
            for chunk in chunks
        )
        - sum(plain)
        for piece, pieces in SWITCHES.items()
    }
    return Priced(name, sum(file.changed_lines for file in files), len(chunks), sum(plain), added)
