"""Receipts as columns (`why=1`): from which row of a source table what stands in a cell was read, and how.

A thing has the rows from which the graphs were read that say what it is, not those of names that others add
to it. A code has those of the statement that gives it to a thing of the same
row, and where it was computed those of the assessments behind it; where no thing of the row has it, it has
none. What is not known is not bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ogpld.iris import natural
from ogpld.rdf import CODE, Literal, NamedNode, english
from ogpld.stores.solutions import Cell
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.lists.receipts import Receipt, add_assessments, keep_states, read_receipts
from ogpld.web.sparql.row_limits import RowLimits

#: The fields of an origin, with how the names of their columns end.
COLUMNS = {"rows": "SourceRow", "pages": "Page", "how": "HowRead"}


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
class RowReceipts:
    """The origins of things, and of codes as things have them."""

    things: Mapping[str, Origin]
    codes: Mapping[tuple[str, str], Origin]

    @classmethod
    def read(cls, serving: OpenRelease, iris: Iterable[str], limits: RowLimits) -> RowReceipts:
        """Read the origins of the things among IRIs, and of the codes among them that these have."""
        wanted = set(iris)
        codes = {iri for iri in wanted if iri in CODE}
        things = sorted(iri for iri in wanted if serving.iris.is_thing(iri))
        of_things: dict[str, list[Receipt]] = {}
        of_codes: dict[tuple[str, str], list[Receipt]] = {}
        receipts = list(read_receipts(serving, things, whole=False, select=limits.select))
        keep_states(receipts, lambda _thing: codes)
        add_assessments(serving, receipts, limits.select)
        for receipt in receipts:
            if receipt.has_class:
                of_things.setdefault(receipt.thing, []).append(receipt)
            for _, code in receipt.states:
                of_codes.setdefault((receipt.thing, code), []).append(receipt)
        return cls(
            {thing: _origin(several) for thing, several in of_things.items()},
            {pair: _origin(several, pair[1]) for pair, several in of_codes.items()},
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


def _origin(receipts: Iterable[Receipt], code: str = "") -> Origin:
    """Return the origin of a thing, or of a code of it: of what has rows, where anything has.

    Args:
        receipts: those of the thing, or those that state the code.
        code: the code, "" for the thing.
    """
    origins = []
    for receipt in receipts:
        behind = [one for one in receipt.assessments.values() if one.value == code]
        origins.append(
            Origin(
                {*receipt.rows, *(row for one in behind for row in one.rows)},
                {*receipt.pages, *(page for one in behind for page in one.pages)},
                {receipt.origin.how},
            )
        )
    chosen = [origin for origin in origins if origin.rows] or origins
    return Origin(
        {row for origin in chosen for row in origin.rows},
        {page for origin in chosen for page in origin.pages},
        {how for origin in chosen for how in origin.how},
    )
