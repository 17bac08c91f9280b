"""Read texts in one form of Unicode: composed (NFC), as RDF and IRIs want it.

A letter with an accent may be one character or two (`ó`, `o` and U+0301); they look the same and mean the
same (Unicode Standard Annex 15), but no comparison of texts takes them for the same. RDF 1.1 Concepts
(section 3.3) asks for NFC; keys, names of columns, codes and the texts of other tables are found then in
whichever form they were typed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unicodedata import is_normalized, normalize

from ogpld.errors import SourceError, Where
from ogpld.report import Finding, Severity
from ogpld.sources.table import InputRow


def composed(text: str) -> str:
    """Return a text in NFC."""
    return text if text.isascii() else normalize("NFC", text)


def composed_values(value: Any) -> Any:
    """Return a value of TOML with its texts in NFC, names of entries too."""
    if isinstance(value, str):
        return composed(value)
    if isinstance(value, list):
        return [composed_values(part) for part in value]
    if isinstance(value, dict):
        return {composed(name): composed_values(part) for name, part in value.items()}
    return value


class NormalForm:
    """The rows of a table on their way to NFC, with the places where texts were in another form.

    Args:
        name: of the table.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._columns: dict[str, str] | None = None
        self._places: dict[str, list[Where]] = {}

    def row(self, row: InputRow) -> InputRow:
        """Return a row with its texts, and the names of its columns, in NFC.

        Raises:
            SourceError: when two columns have the same name then.
        """
        if self._columns is None:
            self._columns = self._renamed(row)
        whole = "".join(row.cells.values())
        if not self._columns and (whole.isascii() or is_normalized("NFC", whole)):
            return row
        stored = {self._columns.get(c, c): number for c, number in (row.stored or {}).items()}
        return InputRow(row.number, dict(self._cells(row)), stored or None)

    def findings(self) -> Iterator[Finding]:
        """Yield an Info for each column with texts in another form."""
        for where in self._places.values():
            many, they = (
                (f"{len(where)} cells of the column are", "they were")
                if len(where) > 1
                else ("the cell is", "it was")
            )
            yield Finding(
                Severity.INFO,
                "",
                f"{many} in another Unicode normalization form than NFC; {they} read in NFC",
                where=tuple(where),
                hint="nothing: it looks the same; programs that make such texts take accents apart",
            )

    def _renamed(self, row: InputRow) -> dict[str, str]:
        """Return the columns whose names are in another form, with their names in NFC."""
        renamed = {name: composed(name) for name in row.cells if composed(name) != name}
        for name in renamed.values():
            where = Where(self._name, 1, name)
            if name in row.cells or list(renamed.values()).count(name) > 1:
                raise SourceError(
                    f"the column {name!r} stands twice, in two Unicode normalization forms",
                    where=where,
                    hint="give one of them another name",
                )
            self._places[name] = [where]
        return renamed

    def _cells(self, row: InputRow) -> Iterator[tuple[str, str]]:
        columns = self._columns or {}
        for column, cell in row.cells.items():
            name, text = columns.get(column, column), composed(cell)
            if text != cell:
                self._places.setdefault(name, []).append(Where(self._name, row.number, name))
            yield name, text
