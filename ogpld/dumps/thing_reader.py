"""Read sorted lines of N-Quads thing by thing, never holding more than a few thousand of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path

from ogpld.rdf import RDF, NamedNode, Quad, Triple, parse_quads, term_text
from ogpld.release.blocks import subject_of

#: Lines parsed at once: enough that calling the parser costs nothing.
_BATCH = 2_000
_TYPE = RDF("type")


@dataclass(frozen=True)
class Thing:
    """Everything lines say of one subject.

    Attributes:
        iri: the subject.
        lines: as they are.
        quads: the same, parsed.
    """

    iri: str
    lines: list[bytes]
    quads: list[Quad]

    @cached_property
    def triples(self) -> list[Triple]:
        """The statements, each once whichever graphs state it, in the order of the lines."""
        return list(dict.fromkeys(quad.triple for quad in self.quads))

    @cached_property
    def types(self) -> list[str]:
        """Its classes."""
        return [term_text(t.object) for t in self.triples if t.predicate == _TYPE]

    def without(self, graphs: frozenset[NamedNode]) -> Thing | None:
        """Return what is said of it outside of some graphs, None when that is nothing."""
        pairs = [
            (line, quad)
            for line, quad in zip(self.lines, self.quads, strict=True)
            if quad.graph_name not in graphs
        ]
        if len(pairs) == len(self.quads):
            return self
        return Thing(self.iri, [p[0] for p in pairs], [p[1] for p in pairs]) if pairs else None


def things(lines: Iterable[bytes]) -> Iterator[Thing]:
    """Yield the subjects of sorted lines in their order."""
    batch: list[list[bytes]] = []
    size = 0
    for _, group in groupby(lines, subject_of):
        own = list(group)
        batch.append(own)
        size += len(own)
        if size >= _BATCH:
            yield from _parsed(batch)
            batch, size = [], 0
    yield from _parsed(batch)


def _parsed(batch: list[list[bytes]]) -> Iterator[Thing]:
    quads = list(parse_quads(b"".join(line for own in batch for line in own), "nq"))
    start = 0
    for own in batch:
        thing_quads = quads[start : start + len(own)]
        start += len(own)
        yield Thing(term_text(thing_quads[0].subject), own, thing_quads)


#: Bytes of lines that wait to be written.
_WAITING = 8_000_000


class Aside:
    """The files of lines in a folder, by the names of datasets."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: dict[str, list[bytes]] = {}
        self._bytes = 0

    def add(self, name: str, lines: list[bytes]) -> None:
        """Set lines of a dataset aside."""
        self._waiting.setdefault(name, []).extend(lines)
        self._bytes += sum(map(len, lines))
        if self._bytes > _WAITING:
            self.close()

    def close(self) -> None:
        """Write what waits."""
        for name, lines in self._waiting.items():
            with (self._folder / name).open("ab") as file:
                file.writelines(lines)
        self._waiting, self._bytes = {}, 0


def read(path: Path) -> Iterator[bytes]:
    """Yield the lines that were set aside in a file, none where there is none."""
    if path.exists():
        with path.open("rb") as file:
            yield from file
