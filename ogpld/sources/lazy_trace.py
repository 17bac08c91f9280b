"""Map rows a second time, with their cells, when somebody asks where a statement is from.

A build makes a hundred thousand statements and asks for the cells of a few hundred. Remembering every
cell would cost more than mapping does, so only the place of each row in the quads is kept.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from ogpld.rdf import NamedNode, Quad, term_text
from ogpld.sources.row_context import Output
from ogpld.sources.rows import RowMapper
from ogpld.sources.table import InputRow
from ogpld.sources.trace import Trace


class LazyTrace:
    """The rows of a source with the quads they gave, for `Trace.resolvers`.

    Args:
        quads: the quads of the source, in the order of the rows; it may still grow.
    """

    def __init__(self, quads: Sequence[Quad]) -> None:
        self._quads = quads
        self._rows: list[tuple[RowMapper, InputRow] | None] = []
        self._starts = array("Q")
        self._of_subject: dict[str, list[int]] = {}
        self._repeated: dict[str, list[int]] = {}
        self._traces: dict[int, Trace] = {}

    def note(self, mapper: RowMapper, row: InputRow) -> None:
        """Remember that the quads from here on are those of this row."""
        self._rows.append((mapper, row))
        self._starts.append(len(self._quads))

    def leave(self) -> None:
        """Remember that the quads from here on are traced elsewhere."""
        self._rows.append(None)
        self._starts.append(len(self._quads))

    def note_repeated(self, things: Iterable[NamedNode]) -> None:
        """Remember that the last row says something of things in words an earlier row had."""
        for thing in things:
            self._repeated.setdefault(thing.value, []).append(len(self._rows) - 1)

    def __call__(self, subject: str) -> Iterator[Trace]:
        """Yield the traces of the rows that say something of a thing or a part of it."""
        if not self._of_subject:
            self._index()
        own = self._of_subject.get(subject, [])
        repeated = self._repeated.get(subject.split("#", 1)[0], [])
        for place in sorted({*own, *repeated}):
            yield self._traced(place)

    def _index(self) -> None:
        last = ""
        for number, quad in enumerate(self._quads):
            subject = term_text(quad.subject)
            place = bisect_right(self._starts, number) - 1
            if subject == last and self._of_subject[subject][-1] == place:
                continue
            last = subject
            for name in {subject, subject.split("#", 1)[0]}:
                places = self._of_subject.setdefault(name, [])
                if place not in places[-1:]:
                    places.append(place)

    def _traced(self, place: int) -> Trace:
        if place not in self._traces:
            output = Output()
            if (mapped_row := self._rows[place]) is None:
                return output.trace
            mapper, row = mapped_row
            mapper.map(row, output, tracing=True)
            self._traces[place] = output.trace
        return self._traces[place]
