"""The files that a review knows of the repository, and where a name stands in them: asked for every chunk, made once."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kireji.core.code.outline import Definition, Outline
from kireji.core.code.plain import find_words


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Files of the repository at the head commit, by path."""

    heads: Mapping[str, Outline] = field(default_factory=dict)
    """Those that the pull request changes."""

    others: Mapping[str, Outline] = field(default_factory=dict)
    """Those that it does not."""

    _defined: dict[str, list[tuple[Outline, Definition]]] = field(default_factory=dict, init=False, repr=False)
    _used: dict[str, list[Outline]] = field(default_factory=dict, init=False, repr=False)

    @property
    def lines(self) -> dict[str, tuple[str, ...]]:
        """The lines of each file, by path."""
        return {path: file.lines for path, file in (*self.heads.items(), *self.others.items())}

    def defining(self, name: str) -> list[tuple[Outline, Definition]]:
        """What is defined under a name, with its file."""
        if not self._defined:
            for file in (*self.heads.values(), *self.others.values()):
                for definition in file.definitions:
                    self._defined.setdefault(definition.name, []).append((file, definition))
        return self._defined.get(name, [])

    def using(self, name: str) -> list[Outline]:
        """The files in which a name stands."""
        if not self._used:
            for file in (*self.heads.values(), *self.others.values()):
                named = set[str]()
                for line in file.lines:
                    named.update(find_words(line))
                for word in named:
                    self._used.setdefault(word, []).append(file)
        return self._used.get(name, [])


NO_SURROUNDINGS = Surroundings()
