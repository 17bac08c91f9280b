"""Read Excel workbooks (.xlsx, ECMA-376), from bytes, one table a sheet.

Values become the text a CSV file would have: dates ISO, as exact as the cell shows them; numbers as the
cell prints them, the stored number beside it. Nothing is guessed: an error value, a formula whose result
was not saved, or data under a column without a name stop the reading with sheet, row and column. Formulas
are never computed and links to other workbooks never followed. Hidden sheets are passed over; hidden rows
and columns and struck texts read; merged cells count for their first: each is a Warning. `package.py` checks
first.
"""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from collections.abc import Iterator

from openpyxl.utils import get_column_letter

from ogpld.errors import SourceError, Where
from ogpld.report import Finding, Severity
from ogpld.sources.cellvalues import cell_text, check_saved, simple_text
from ogpld.sources.characters import Remarks, check_name, listed
from ogpld.sources.csvfile import CELL_LIMIT
from ogpld.sources.package import check_package
from ogpld.sources.table import InputRow
from ogpld.sources.workbook import (
    LAST_ROW,
    Sheet,
    SheetCell,
    SheetRow,
    Workbook,
    one_sentence,
    place_of,
)

#: Most sheets, columns, rows with data and characters of a workbook that are read.
SHEET_LIMIT = 50
COLUMN_LIMIT = 500
ROW_LIMIT = 100_000
TEXT_LIMIT = 32_000_000
#: Cells, blank ones included.
WIDTH_LIMIT = 5_000_000


def read_xlsx(
    content: bytes, name: str, remarks: Remarks | None = None
) -> Iterator[tuple[str, Iterator[InputRow]]]:
    """Yield name (`file#sheet`) and rows of each sheet; a sheet without data has none.

    Args:
        content: the file.
        name: its name, for places in messages.
        remarks: take what is noticed.

    Raises:
        SourceError: naming file, sheet, row and column of what cannot be read.
    """
    remarks = remarks or Remarks()
    merged, notes = check_package(content, name)
    if notes:
        remarks.add(
            Severity.INFO,
            f"{len(notes)} cells have notes, which are not read: {listed(notes)}",
            Where(name),
            "write into the cell what is meant to be published",
        )
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        with one_sentence(Where(name)):
            book = Workbook(archive)
        if len(book.sheets) > SHEET_LIMIT:
            raise SourceError(
                f"the workbook has {len(book.sheets)} sheets, more than {SHEET_LIMIT}",
                where=Where(name),
                hint="send fewer sheets",
            )
        _check_visible(book, name, remarks)
        budget = _Budget()
        for sheet in book.sheets:
            if not sheet.hidden:
                title = f"{name}#{check_name(sheet.title, Where(name), remarks)}"
                reading = _SheetReader(
                    book, sheet, title, budget, remarks, merged.get(sheet.part, [])
                )
                yield title, reading.rows()


def _check_visible(book: Workbook, name: str, remarks: Remarks) -> None:
    """Report hidden sheets; refuse a workbook without any other."""
    hidden = [sheet.title for sheet in book.sheets if sheet.hidden]
    if len(hidden) == len(book.sheets):
        but = f" but hidden ones: {listed([repr(title) for title in hidden])}" if hidden else ""
        raise SourceError(
            "the workbook has no sheet of cells" + but,
            where=Where(name),
            hint="open it in a spreadsheet program, show or fill in a sheet, and save it again",
        )
    for title in hidden:
        remarks.add(
            Severity.WARNING,
            f"the sheet {title!r} is hidden and was passed over",
            Where(f"{name}#{title}"),
            "show the sheet if it is meant to be read, or remove it from the file that is sent",
        )


class _Budget:
    """What may still be read of a workbook; one text may be used by a million cells."""

    def __init__(self) -> None:
        self.rows = ROW_LIMIT
        self.text = TEXT_LIMIT
        self.width = WIDTH_LIMIT

    def pass_over(self, row: SheetRow, where: Where) -> None:
        """Count the cells of a row, whether they hold anything or not."""
        self.width -= len(row.cells)
        if self.width < 0:
            raise SourceError(
                f"the workbook has more than {WIDTH_LIMIT} cells, most of them blank",
                where=where,
                hint="copy the rows into a new sheet without formatted blank columns",
            )

    def take(self, cells: dict[int, str], where: Where) -> None:
        """Count a row and its characters."""
        self.rows -= 1
        self.text -= sum(map(len, cells.values()))
        if self.rows < 0 or self.text < 0:
            raise SourceError(
                f"the workbook has more than {ROW_LIMIT} rows or {TEXT_LIMIT} characters",
                where=where,
                hint="send it in several parts",
            )


class _SheetReader:
    """One sheet while it is read.

    Args:
        book: its workbook.
        sheet: the sheet.
        name: `file#sheet`, for places in messages.
        budget: what may still be read.
        remarks: take what is noticed.
        merged: its areas of merged cells, as `E2:E3`.
    """

    def __init__(
        self,
        book: Workbook,
        sheet: Sheet,
        name: str,
        budget: _Budget,
        remarks: Remarks,
        merged: list[str],
    ) -> None:
        self._book, self._sheet, self._name = book, sheet, name
        self._budget, self._remarks = budget, remarks
        self._header: dict[int, str] = {}
        self._struck: list[Where] = []
        self._merged: dict[int, list[tuple[int, str]]] = defaultdict(list)
        with one_sentence(Where(name)):
            for area in merged:
                row, at = place_of(area.partition(":")[0])
                self._merged[row].append((at, area))

    def rows(self) -> Iterator[InputRow]:
        """Yield the rows that hold anything; row 1 is the header."""
        hidden: list[int] = []
        filled: set[int] = set()
        for line in self._lines():
            where = Where(self._name, line.number)
            if line.number > LAST_ROW:
                raise SourceError(
                    f"the sheet has more than {LAST_ROW} rows",
                    where=Where(self._name),
                    hint="send CSV",
                )
            self._budget.pass_over(line, where)
            if line.number == 1:
                with one_sentence(where):
                    self._header = self._names(line)
                continue
            with one_sentence(where):
                texts, stored = self._texts(line)
            if texts:
                self._budget.take(texts, where)
                self._check_named(texts, line.number)
                filled |= texts.keys()
                hidden += [line.number] * line.hidden
                cells = {column: texts.get(at, "") for at, column in self._header.items()}
                yield InputRow(line.number, cells, stored or None)
            self._check_merged(line.number, texts)
        self._report_hidden(hidden, filled)

    def _lines(self) -> Iterator[SheetRow]:
        """Yield the stored rows, the errors of strange ones made ours."""
        lines, number = self._book.rows(self._sheet), 0
        while True:
            with one_sentence(Where(self._name, number + 1)):
                line = next(lines, None)
            if line is None:
                return
            number = line.number
            yield line

    def _names(self, line: SheetRow) -> dict[int, str]:
        """Check the header; places between names may stay empty if nothing stands under them."""
        self._check_width(line)
        names: dict[int, str] = {}
        for at, cell in line.cells.items():
            where = Where(self._name, 1, get_column_letter(at + 1))
            check_saved(cell, where)
            if cell.kind == "s":
                column = check_name(cell.text or "", where, self._remarks)
            else:
                column = cell_text(cell, self._book.epoch, where, where, self._remarks)[0]
            if column in names.values():
                raise SourceError(
                    f"the column {column!r} stands twice", where=Where(self._name, 1, column)
                )
            if column:
                names[at] = column
        self._check_merged(1, names)
        return names

    def _check_width(self, line: SheetRow) -> None:
        if any(at >= COLUMN_LIMIT and c.text is not None for at, c in line.cells.items()):
            raise SourceError(
                f"the row has more than {COLUMN_LIMIT} columns",
                where=Where(self._name, line.number),
            )

    def _column(self, at: int) -> str:
        """Return the name of a column, or its letter."""
        return self._header.get(at) or get_column_letter(at + 1)

    def _texts(self, line: SheetRow) -> tuple[dict[int, str], dict[str, str]]:
        """Return the cells of a row that say something, by place; and numbers printed otherwise."""
        self._check_width(line)
        texts: dict[int, str] = {}
        stored: dict[str, str] = {}
        for at, cell in line.cells.items():
            if cell.text is None and not cell.formula:
                continue
            text = number = simple_text(cell, CELL_LIMIT)
            if not text:
                text, number = self._text(cell, line.number, at)
            if text:
                texts[at] = text
                if cell.struck:
                    self._struck.append(Where(self._name, line.number, self._column(at)))
            if number != text:
                stored[self._column(at)] = number
        return texts, stored

    def _text(self, cell: SheetCell, number: int, at: int) -> tuple[str, str]:
        """Return what a cell shows and what is stored."""
        where = Where(self._name, number, get_column_letter(at + 1))
        check_saved(cell, where)
        named = Where(self._name, number, self._column(at))
        text, stored = cell_text(cell, self._book.epoch, where, named, self._remarks)
        if len(text) > CELL_LIMIT:
            raise SourceError(
                f"the cell has {len(text)} characters, more than {CELL_LIMIT}",
                where=where,
                hint="shorten the text or split the row",
            )
        return text, stored

    def _check_named(self, texts: dict[int, str], number: int) -> None:
        """Refuse data in a column that the header does not name."""
        for at, text in texts.items():
            if at not in self._header:
                raise SourceError(
                    f"the cell holds {text[:40]!r}, but the column has no name in row 1",
                    where=Where(self._name, number, get_column_letter(at + 1)),
                    hint="name the column in the first row, or empty it; no title above the header",
                )

    def _check_merged(self, number: int, texts: dict[int, str]) -> None:
        """Report merged cells that begin in a row and hold something."""
        for at, area in self._merged.get(number, ()):
            if at in texts:
                self._remarks.add(
                    Severity.WARNING,
                    f"the cells {area} are merged: the text counts for the first of them only",
                    Where(self._name, number, self._column(at)),
                    "unmerge the cells and write the text into each row it is meant for",
                    texts[at],
                )

    def _report_hidden(self, rows: list[int], filled: set[int]) -> None:
        """Report hidden rows and columns that hold something, and struck text; they were read."""
        if self._struck:
            self._remarks.findings.append(
                Finding(
                    Severity.WARNING,
                    "",
                    f"{len(self._struck)} cells are struck through, in whole or in part, and were read",
                    where=tuple(self._struck),
                    hint="remove the text if it is not meant any more, or the line through it if it is",
                )
            )
        if rows:
            how = "hidden or filtered out" if self._sheet.filtered else "hidden"
            self._remarks.add(
                Severity.WARNING,
                f"{len(rows)} rows are {how} and were read: {listed(list(map(str, rows)))}",
                Where(self._name, rows[0]),
                "show the rows and look at them, or remove them",
            )
        columns = [
            at for at in sorted(filled) if any(a <= at <= b for a, b in self._sheet.hidden_columns)
        ]
        if columns:
            names = listed([repr(self._column(at)) for at in columns])
            self._remarks.add(
                Severity.WARNING,
                f"{len(columns)} columns are hidden and were read: {names}",
                Where(self._name, 1, self._column(columns[0])),
                "show the columns and look at them, or remove them",
            )
