"""Texts that spreadsheet programs take for formulas when they open a CSV file.

They are published as they are, in CSV too: a sign in front would be another text. Whoever reads the report
knows where they stand. A number, with its sign, is no formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ogpld.errors import Where
from ogpld.report import Finding, Severity
from ogpld.sources.table import InputRow

_SIGNS = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
_NUMBER = re.compile(r"[+-]\.?[0-9][0-9 .,\u00a0\u202f]*%?")


def is_formula(text: str) -> bool:
    """Say whether a spreadsheet program takes a text for a formula; blanks around it are gone."""
    return text[:1] in _SIGNS and any(map(str.isalnum, text)) and _NUMBER.fullmatch(text) is None


def formula_findings(
    name: str, header: Sequence[str], rows: Iterable[InputRow]
) -> Iterator[Finding]:
    """Yield an Info for each column of a table with such cells, with their places.

    Args:
        name: of the table.
        header: its columns.
        rows: its rows as read.
    """
    places = {column: [Where(name, 1, column)] for column in header if is_formula(column)}
    for row in rows:
        for column, text in row.cells.items():
            if text[:1] in _SIGNS and is_formula(text):
                places.setdefault(column, []).append(Where(name, row.number, column))
    for where in places.values():
        many = f"{len(where)} cells of the column look" if len(where) > 1 else "the cell looks"
        yield Finding(
            Severity.INFO,
            "",
            f"{many} like a formula to spreadsheet programs that open the table as CSV",
            where=tuple(where),
            hint="nothing, if the text is meant: it is published as it is",
        )
