"""Receipts of a row: from which row of a source table what it names was read, on which page that is, and how.

A thing has the rows it was read from. A code has those of the statement that gives it to a thing of the same
row; where no thing of the row has it, it has none. What is not known is not bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ogpld.iris import natural
from ogpld.queries import bind, load
from ogpld.rdf import CODE, Literal, NamedNode, english
from ogpld.stores.solutions import Cell
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.lists.list_index import ask
from ogpld.web.lists.receipts import GraphOrigin, graph_origins

#: The fields of an origin, with how the names of their columns end.
COLUMNS = {"rows": "SourceRow", "pages": "Page", "how": "HowRead"}
#: Things of one query.
_AT_ONCE = 500


@dataclass(slots=True)
class Origin:
    """Where something was read.

    Attributes:
        rows: IRIs of rows and cells of source tables.
        pages: addresses of the pages their sources were published on.
        how: how they were read, in words.
    """

    rows: set[str] = field(default_factory=set)
    pages: set[str] = field(default_factory=set)
    how: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Receipts:
    """The origins of things, and of codes as things have them."""

    things: Mapping[str, Origin]
    codes: Mapping[tuple[str, str], Origin]

    @classmethod
    def read(cls, serving: OpenRelease, iris: Iterable[str]) -> Receipts:
        """Read the origins of IRIs of a release; those that are no codes are asked for their codes too."""
        wanted = set(iris)
        named = sorted(iri for iri in wanted if iri not in CODE)
        graphs = graph_origins(serving)
        things: dict[str, dict[str, Origin]] = {}
        codes: dict[tuple[str, str], dict[str, Origin]] = {}
        for start in range(0, len(named), _AT_ONCE):
            nodes = [NamedNode(iri) for iri in named[start : start + _AT_ONCE]]
            for thing, graph, row, page in ask(serving, bind(load("thing-rows"), things=nodes)):
                _note(things.setdefault(thing, {}), graphs, graph, (row, page))
            if len(named) == len(wanted):
                continue
            text = bind(load("code-rows"), things=nodes, codes=Literal(CODE.iri))
            for thing, code, graph, row in ask(serving, text):
                if code in wanted:
                    _note(codes.setdefault((thing, code), {}), graphs, graph, (row, ""))
        return cls(
            {thing: _whole(of_thing) for thing, of_thing in things.items()},
            {pair: _whole(of_pair) for pair, of_pair in codes.items()},
        )

    def cell(self, column: str, iri: str, row: Sequence[Cell]) -> Cell:
        """Return one column of the receipt of an IRI in its row.

        An address is an IRI; several stand in a text, with a blank between them.
        """
        if iri in CODE:
            others = {cell.value for cell in row if isinstance(cell, NamedNode)}
            origins = [self.codes[o, iri] for o in others if (o, iri) in self.codes]
        else:
            origins = [self.things[iri]] if iri in self.things else []
        values = sorted({v for origin in origins for v in getattr(origin, column)}, key=natural)
        if not values:
            return None
        if column == "how":
            return english("; ".join(values))
        return NamedNode(values[0]) if len(values) == 1 else Literal(" ".join(values))


def _note(
    by_graph: dict[str, Origin],
    graphs: Mapping[str, GraphOrigin],
    graph: str,
    place: tuple[str, str],
) -> None:
    """Take note of a row and a page of a graph, either of them "" where there is none."""
    if graph not in by_graph:
        described = graphs.get(graph)
        by_graph[graph] = (
            Origin(pages=set(described.pages), how={described.how}) if described else Origin()
        )
    by_graph[graph].rows |= {place[0]} - {""}
    by_graph[graph].pages |= {place[1]} - {""}


def _whole(by_graph: Mapping[str, Origin]) -> Origin:
    """Return the origin of what stands in some graphs: those with rows where any has them."""
    all_origins = list(by_graph.values())
    origins = [origin for origin in all_origins if origin.rows] or all_origins
    return Origin(
        {row for origin in origins for row in origin.rows},
        {page for origin in origins for page in origin.pages},
        {how for origin in origins for how in origin.how},
    )
