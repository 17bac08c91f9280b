"""Things described by several rows: stated once; a finding where the rows disagree.

Each row of a table of commitments describes its plan. As long as they say the same it stands once; a row
that says something else is read too, and a Warning names it and the first. `unique = false` in source.toml
says that rows add to each other. What rows only mention is described elsewhere, and is not compared.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from ogpld.errors import Where
from ogpld.rdf import NamedNode
from ogpld.report import Finding, Severity
from ogpld.sources.row_context import Output
from ogpld.sources.row_things import RowThing
from ogpld.sources.table import InputRow

#: Columns that a message names.
_NAMED = 6


class SharedThings:
    """What rows of one table may say of a thing that other rows of it tell of.

    Args:
        file: name of the table.
        header: its columns.
        things: the things of a row, prepared.
    """

    def __init__(self, file: str, header: Collection[str], things: Sequence[RowThing]) -> None:
        self._file, self._header = file, header
        self._by_name = {row_thing.thing.name: row_thing for row_thing in things}
        self._shared = [
            (row_thing, compared)
            for row_thing in things
            if (compared := self._is_compared(row_thing)) or row_thing.repeats
        ]

    def repeated(
        self,
        graph: NamedNode,
        row: InputRow,
        things: Mapping[str, NamedNode],
        output: Output,
    ) -> dict[str, NamedNode]:
        """Return the things of which earlier rows of the graph said the same; remember the others.

        Args:
            graph: where the statements of the row go.
            row: the row, with the columns that are computed.
            things: what it tells of, by name.
            output: takes a Warning where the row says something else than the first.
        """
        repeated = {}
        for row_thing, compared in self._shared:
            name = row_thing.thing.name
            if (node := things.get(name)) is None:
                continue
            words = row_thing.description(row.cells, things)
            if row_thing.repeats:
                description = graph.value, node.value, words
                if description in output.descriptions:
                    repeated[name] = node
                else:
                    output.descriptions.add(description)
            if compared:
                place = graph.value, self._file, name, node.value
                first_words = output.first_rows.setdefault(
                    place, [(row.number, text) for text in words]
                )
                differing = row_thing.contradicted(first_words, row.number, words, self._by_name)
                for first in sorted(differing):
                    output.problems.append(
                        self._disagreement(row_thing, node, (first, row), differing[first])
                    )
        return repeated

    def _is_compared(self, row_thing: RowThing) -> bool:
        """Say whether rows are to say the same of a thing: one they describe, or a part of such a one."""
        owner = self._by_name.get(row_thing.thing.of)
        described = row_thing.describes or bool(owner and owner.describes)
        declared = row_thing.thing.unique
        if declared is None and owner:
            declared = owner.thing.unique
        return described and declared is None

    def _disagreement(
        self,
        row_thing: RowThing,
        node: NamedNode,
        rows: tuple[int, InputRow],
        differing: set[str],
    ) -> Finding:
        """Return a Warning about a row and the first one that says something in columns that differ."""
        number, row = rows
        columns = [name for name in row.cells if name in differing]
        column = next((name for name in columns if name in self._header), None)
        more = f" and {len(columns) - _NAMED} more" if len(columns) > _NAMED else ""
        named = ", ".join(map(repr, columns[:_NAMED])) + more
        return Finding(
            Severity.WARNING,
            focus=node.value,
            message=f"two rows have this key and differ in {named}; what both say was read",
            where=(Where(self._file, row.number, column), Where(self._file, number, column)),
            cell=row.cells[column] if column else None,
            hint="correct or remove one of the two; where rows are meant to add to each other, write "
            f"unique = false for {row_thing.thing.name!r} in source.toml",
        )
