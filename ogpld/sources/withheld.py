"""Cells that are not published because they tell of persons, and findings that do not repeat them.

A cell is withheld whatever a row tells of: a row that is passed over, or whose things do not apply, is
published as a row of its table all the same. A finding keeps its place and its sentence; what it repeats of
a withheld cell is left out, so that the report counts what it does not say.
"""

from __future__ import annotations

import hashlib
import json
import re
from ast import literal_eval
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from warnings import catch_warnings, simplefilter

from ogpld.errors import Where
from ogpld.report import Finding
from ogpld.sources.contact import contact_data
from ogpld.sources.table import InputRow

#: Row and column of a cell.
Cell = tuple[int | None, str | None]

#: A text that a sentence repeats, as `repr` writes it; an apostrophe within a word begins none.
_REPEATED = re.compile(r"""(?<!\w)(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")(?!\w)""")
#: What a conversion left of a character: it says nothing of persons, and has to be looked for.
_ESCAPE = re.compile("_x[0-9A-Fa-f]{4}_")
#: After how many characters messages cut the text of a cell, with an ellipsis or without.
_CUTS = frozenset({40, 80, 200})
_LEFT_OUT = "(withheld)"


@dataclass(slots=True)
class WithheldCells:
    """The withheld cells of tables, with what stands in them.

    Attributes:
        texts: what stands or stood in a cell, by file and cell.
    """

    texts: dict[str, dict[Cell, set[str]]] = field(default_factory=dict)
    _all: set[str] = field(default_factory=set)

    def add(self, file: str, row: int | None, column: str | None, *texts: str) -> None:
        """Add a cell.

        Args:
            file: the table, as findings name it.
            row: its row.
            column: its column.
            texts: what stands there, and what stood there before a fix.
        """
        self.texts.setdefault(file, {}).setdefault((row, column), set()).update(texts)
        self._all.update(text for text in texts if text)

    def add_rows(
        self, file: str, rows: Iterable[tuple[InputRow, InputRow]], columns: Collection[str]
    ) -> None:
        """Add the cells of some columns that hold contact data, as read or mended.

        What a fix put in place of contact data, or what stood there before, may be repeated.

        Args:
            file: the table.
            rows: each row as read, and mended.
            columns: columns whose cells with contact data are kept back.
        """
        for read, mended in rows if columns else ():
            for column in columns:
                texts = {row.cells[column] for row in (read, mended)}
                if each := {text for text in texts if text and contact_data(text)}:
                    self.add(file, read.number, column, *each)

    def take(self, other: WithheldCells) -> None:
        """Take up the cells of another source."""
        for file, cells in other.texts.items():
            for (row, column), texts in cells.items():
                self.add(file, row, column, *texts)

    def digest(self) -> str:
        """Return a digest over all cells and texts: where it is the same, findings leave out the same."""
        cells = (
            [file, row, column, sorted(texts)]
            for file, of_file in self.texts.items()
            for (row, column), texts in of_file.items()
        )
        lines = "\n".join(sorted(map(json.dumps, cells)))
        return hashlib.sha256(lines.encode()).hexdigest()

    def of_table(self, file: str) -> set[Cell]:
        """Return the cells of a table."""
        return {*self.texts.get(file, ())}

    def without(self, finding: Finding) -> Finding:
        """Return a finding that repeats nothing of a withheld cell."""
        if not self.texts:
            return finding
        own = [text for place in finding.where for text in self._at(place)]
        plain = [_plain(text) for text in own]

        def replacement(match: re.Match[str]) -> str:
            text = _read(match[0]).removesuffix("…")
            if _ESCAPE.fullmatch(text):
                return match[0]
            small = _plain(text)
            here = bool(small) and any(small in other for other in plain)
            return _LEFT_OUT if here or self._has(text) else match[0]

        message, hint = (
            _REPEATED.sub(replacement, text) for text in (finding.message, finding.hint)
        )
        for text in own:
            if text:
                message, hint = message.replace(text, _LEFT_OUT), hint.replace(text, _LEFT_OUT)
        changed = replace(finding, message=message, hint=hint)
        if any(self._is_withheld(place) for place in finding.where):
            changed = replace(changed, cell=None)
            if not _is_thing(finding):
                changed = replace(changed, value=None, value_term=None)
        elif finding.cell in self._all:
            changed = replace(changed, cell=None)
        return changed

    def _has(self, text: str) -> bool:
        """Say whether a text stands in a withheld cell, or is what a message leaves of one."""
        if text in self._all:
            return True
        return len(text) in _CUTS and any(other.startswith(text) for other in self._all)

    def _at(self, place: Where) -> Iterable[str]:
        return self.texts.get(place.file, {}).get((place.row, place.column), ())

    def _is_withheld(self, place: Where) -> bool:
        return (place.row, place.column) in self.texts.get(place.file, {})


def _is_thing(finding: Finding) -> bool:
    """Say whether the value at fault is a thing or code, which another line of the mapping states."""
    return bool(finding.component) and (finding.value_term or "").startswith("<")


def _read(repeated: str) -> str:
    """Return a text that a sentence repeats; what only looks as if `repr` had written it stands as it is."""
    if "\\" not in repeated:
        return repeated[1:-1]
    with catch_warnings():
        simplefilter("error")  # of escapes that are none
        try:
            return str(literal_eval(repeated))
        except (SyntaxError, ValueError):
            return repeated[1:-1]


def _plain(text: str) -> str:
    """Return the letters and digits of a text, to compare what was repaired or cut."""
    return "".join(filter(str.isalnum, text.casefold()))
