"""Map rows a second time, with their cells, when somebody asks where a statement is from.

A build makes a hundred thousand statements and asks for the cells of a few hundred. Remembering every
cell would cost more than mapping does, so only the place of each row in the quads is kept. A row tells of
a hundred things and is asked about one or two, so a trace is made of what it says of these alone.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from ogpld.rdf import Quad, term_text
from ogpld.sources.row_context import Output
from ogpld.sources.rows import RowMapper
from ogpld.sources.table import InputRow
from ogpld.sources.trace import Trace, TracedCell


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
        self._traces: dict[int, _RowTrace] = {}

    def note_rows(
        self,
        rows: Iterable[tuple[RowMapper, InputRow]],
        starts: Iterable[int],
        repeated: Iterable[tuple[int, str]],
    ) -> None:
        """Remember whose the quads are that come next.

        Args:
            rows: the rows they are of.
            starts: place of each row's first quad, from here on.
            repeated: places of rows that say something of a thing in words an earlier row had.
        """
        first, here = len(self._rows), len(self._quads)
        self._rows += rows
        self._starts.extend(here + start for start in starts)
        for place, thing in repeated:
            self._repeated.setdefault(thing, []).append(first + place)

    def leave(self) -> None:
        """Remember that the quads from here on are traced elsewhere."""
        self._rows.append(None)
        self._starts.append(len(self._quads))

    def __call__(self, subject: str) -> Iterator[Trace]:
        """Yield the traces of the rows that say something of a thing or a part of it."""
        if not self._of_subject:
            self._index()
        own = self._of_subject.get(subject, [])
        repeated = self._repeated.get(subject.split("#", 1)[0], [])
        for place in sorted({*own, *repeated}):
            yield self._traced(place).of(subject)

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

    def _traced(self, place: int) -> _RowTrace:
        if place not in self._traces:
            trace = _RowTrace()
            if (mapped_row := self._rows[place]) is None:
                return trace
            mapper, row = mapped_row
            mapper.map(row, Output(trace=trace), tracing=True)
            self._traces[place] = trace
        return self._traces[place]


class _RowTrace(Trace):
    """The cells of one row by subject, as they came."""

    def __init__(self) -> None:
        super().__init__()
        self._cells: dict[str, list[tuple[Quad, TracedCell]]] = {}

    def add(self, quad: Quad, cell: TracedCell) -> None:
        """Remember the cell a quad was read from."""
        self._cells.setdefault(term_text(quad.subject), []).append((quad, cell))

    def of(self, subject: str) -> Trace:
        """Return the trace of what the row says of one subject."""
        trace = Trace()
        for quad, cell in self._cells.get(subject, ()):
            trace.add(quad, cell)
        if subject in self.things:
            trace.things[subject] = self.things[subject]
        return trace
