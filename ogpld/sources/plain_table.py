"""Read a user's table verbatim: every row, every column, every cell as it was written.

Other readers of this package clean what becomes data; here the cells go back to their owner. CSV may be
UTF-8 or UTF-16 and have commas, semicolons, tabs or bars. Opens no file.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from openpyxl.styles.numbers import is_date_format, is_timedelta_format
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import MAC_EPOCH, from_ISO8601, to_excel

from ogpld.errors import SourceError, Where
from ogpld.sources.cellvalues import cell_text
from ogpld.sources.characters import Remarks, windows_1252
from ogpld.sources.csvfile import CELL_LIMIT, SEPARATORS, separator_of
from ogpld.sources.kinds import kind_of
from ogpld.sources.package import check_package
from ogpld.sources.workbook import Sheet, SheetCell, Workbook, one_sentence

_SAVE = "save the file again as 'CSV UTF-8', or send the workbook itself"
#: Formats of dates that are stored as such in a format of other numbers.
_FORMATS = {
    datetime: "yyyy-mm-dd hh:mm:ss",
    date: "yyyy-mm-dd",
    time: "hh:mm:ss",
    timedelta: "[h]:mm:ss",
}
_WHOLE = re.compile("-?[0-9]{1,400}", re.ASCII)
#: A confined worker cannot load a codec it has not used before.
_UTF_16 = {BOM_UTF16_LE: "utf-16-le", BOM_UTF16_BE: "utf-16-be"}
_LOADED = [b"".decode(codec) for codec in _UTF_16.values()]


@dataclass(frozen=True, slots=True)
class TableLimits:
    """How many rows below the header and how many cells a table may have."""

    rows: int
    cells: int


@dataclass(slots=True)
class PlainTable:
    """A table as it was written.

    Attributes:
        header: its first row; names may be empty or stand twice.
        rows: the others, blank ones too, each as long as the header.
        values: row from 0 (of the header -1), column from 0, stored value and format of the cells that are
            no texts: numbers (dates too), booleans, and errors as they are called.
        separator: of a CSV file, else "".
        sheet: name of the sheet of a workbook, else "".
        since_1904: whether the dates of the workbook are counted from 1904.
    """

    header: list[str]
    rows: list[list[str]]
    values: list[tuple[int, int, float | str, str]] = field(default_factory=list)
    separator: str = ""
    sheet: str = ""
    since_1904: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON, for another process."""
        return asdict(self)


def plain_table(
    content: bytes, name: str, suffix: str, limits: TableLimits, sheet: str = ""
) -> PlainTable:
    """Read a table.

    Args:
        content: the file.
        name: its name, for places in messages.
        suffix: `.csv` or `.xlsx`.
        limits: how large it may be.
        sheet: which sheet of a workbook; without it there is only one with cells.

    Raises:
        SourceError: with file, row, column and line, as far as they are known.
    """
    if suffix == ".xlsx":
        return _workbook_table(content, name, limits, sheet)
    if sheet:
        raise SourceError("a CSV file has no sheets", where=Where(name), hint="leave the sheet out")
    return _csv_table(content, name, limits)


def _csv_table(content: bytes, name: str, limits: TableLimits) -> PlainTable:
    text = _text(content, name)
    first, _, rest = text.partition("\n")
    separator = ""
    if first[:4].lower() == "sep=" and first[4:5] in SEPARATORS:
        separator, text = first[4], rest
    separator = separator or separator_of(io.StringIO(text, newline=""))
    records = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line, rows = 0, _Rows(name, limits)
    try:
        for record in records:
            rows.add(record, line + 1)
            line = records.line_num
    except csv.Error as error:
        long = "field limit" in str(error)
        raise SourceError(
            f"a cell has more than {CELL_LIMIT} characters" if long else f"not CSV: {error}",
            where=Where(name, rows.number + 1, line=line + 1),
            hint="look for a quote that is opened and never closed",
        ) from error
    return PlainTable(*rows.whole(), separator=separator)


class _Rows:
    """The rows of a table while they are read."""

    def __init__(self, name: str, limits: TableLimits) -> None:
        self.number = 0
        self._name, self._limits = name, limits
        self._header: list[str] = []
        self._rows: list[list[str]] = []

    @property
    def width(self) -> int:
        """Columns of the header, 0 before it is read."""
        return len(self._header)

    def add(self, cells: list[str], line: int | None = None) -> None:
        """Take the next row.

        Raises:
            SourceError: past a limit, for a blank header, or for text beyond the header.
        """
        self.number += 1
        where = Where(self._name, self.number, line=line)
        if self.number == 1:
            if not "".join(cells).strip():
                raise SourceError(
                    "the first row is blank",
                    where=where,
                    hint="write the names of the columns into the first row",
                )
            self._header = cells
            return
        width = self.width
        if any(cell.strip() for cell in cells[width:]):
            raise SourceError(
                f"the row has {len(cells)} cells, the header has {width}",
                where=where,
                hint="look for a separator inside of a text without quotes",
            )
        self._rows.append(cells[:width] + [""] * (width - len(cells)))
        if self.number - 1 > self._limits.rows or (self.number - 1) * width > self._limits.cells:
            raise SourceError(
                f"the table has more than {self._limits.rows:,} rows or {self._limits.cells:,} cells",
                where=where,
                hint="send it in parts, or use 'ogpld match' on your own machine",
                code="table-too-large",
            )

    def whole(self) -> tuple[list[str], list[list[str]]]:
        """Return header and rows.

        Raises:
            SourceError: when there are none.
        """
        if not any("".join(row).strip() for row in self._rows):
            raise SourceError(
                "the table has no rows",
                where=Where(self._name),
                hint="fill in a row below the header",
            )
        return self._header, self._rows


def _text(content: bytes, name: str) -> str:
    """Decode a file: UTF-8 or UTF-16, with or without a byte order mark where it can be told.

    Raises:
        SourceError: with the line of the first byte that is neither.
    """
    utf_16 = _UTF_16.get(content[:2])
    if utf_16:
        try:
            return content[2:].decode(utf_16)
        except UnicodeDecodeError as error:
            line = content[2 : error.start + 2].decode(utf_16, "replace").count("\n") + 1
            raise SourceError(
                "the file begins as UTF-16 and is not", where=Where(name, line=line), hint=_SAVE
            ) from error
    kind = kind_of(content)
    if kind or content[:4] == b"PK\x03\x04" or b"\0" in content[:512]:
        raise SourceError(
            f"the file is no CSV, but {kind or 'a file of another kind'}",
            where=Where(name),
            hint=_SAVE,
        )
    content = content.removeprefix(BOM_UTF8)
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        byte = content[error.start]
        meant = windows_1252(byte)
        raise SourceError(
            f"the byte {byte:#04x} is not UTF-8"
            + (f"; in Windows-1252 it is {meant}" if meant else ""),
            where=Where(name, line=content[: error.start].count(b"\n") + 1),
            hint=_SAVE,
        ) from error


def _workbook_table(content: bytes, name: str, limits: TableLimits, sheet: str) -> PlainTable:
    check_package(content, name)
    with zipfile.ZipFile(io.BytesIO(content)) as archive, one_sentence(Where(name)):
        book = Workbook(archive)
        chosen = _sheet(book, name, sheet)
        place = f"{name}#{chosen.title}"
        rows, values = _Rows(place, limits), []
        for line in book.rows(chosen):
            while rows.number < line.number - 1:
                rows.add([])
            places = {}
            for at, cell in line.cells.items():  # not place by place: one may be far to the right
                text = _cell(cell, book, Where(place, line.number, get_column_letter(at + 1)))
                beyond = 0 < rows.width <= at
                if text.strip() or not beyond:
                    places[at] = text
                if cell.text is not None and cell.kind != "s" and not beyond:
                    values.append((line.number - 2, at, *_value(cell, cell.text, book)))
            texts = [places.get(at, "") for at in range(max(places, default=-1) + 1)]
            if line.number == 1:
                while texts and not texts[-1]:
                    texts.pop()
            rows.add(texts)
        header, body = rows.whole()
    values = [value for value in values if value[1] < len(header)]
    old = book.epoch == MAC_EPOCH
    return PlainTable(header, body, values, sheet=chosen.title, since_1904=old)


def _sheet(book: Workbook, name: str, wanted: str) -> Sheet:
    """Return the sheet that is wanted, or the only visible one with cells.

    Raises:
        SourceError: with the names of the sheets there are.
    """
    titles = ", ".join(repr(sheet.title[:40]) for sheet in book.sheets[:50])
    if wanted:
        for sheet in book.sheets:
            if sheet.title == wanted:
                return sheet
        raise SourceError(
            f"there is no sheet {wanted[:40]!r}", where=Where(name), hint=f"choose one of {titles}"
        )
    filled = [s for s in book.sheets if not s.hidden and _has_cells(book.rows(s))]
    if len(filled) != 1:
        raise SourceError(
            f"the workbook has {len(filled)} sheets with cells",
            where=Where(name),
            hint=f"say which one with sheet: {titles}",
        )
    return filled[0]


def _has_cells(rows: Iterable[Any]) -> bool:
    return any(cell.text for row in rows for cell in row.cells.values())


def _cell(cell: SheetCell, book: Workbook, where: Where) -> str:
    """Return what a cell shows; texts as they are stored, errors as they are shown, elapsed time in hours."""
    if cell.text is None:
        return ""
    if cell.kind in {"s", "e"}:
        return cell.text
    text = cell_text(cell, book.epoch, where, where, Remarks())[0]
    if cell.kind == "b":
        return text.upper()
    if cell.kind == "d":
        moment = from_ISO8601(cell.text)
        return _elapsed(moment / timedelta(days=1)) if isinstance(moment, timedelta) else text
    return _elapsed(float(cell.text)) if is_timedelta_format(cell.code) else text


def _elapsed(days: float) -> str:
    """Return a number of days as hours, minutes and seconds: `30:00:00`."""
    thousandths = round(abs(days) * 86_400_000)
    seconds, rest = divmod(thousandths, 1_000)
    sign = "-" if days < 0 and thousandths else ""
    text = f"{sign}{seconds // 3_600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{text}.{rest:03}" if rest else text


def _value(cell: SheetCell, text: str, book: Workbook) -> tuple[float | str, str]:
    """Return the stored value of a cell that is no text, to its last digit, and its format."""
    if cell.kind == "b":
        return text.strip() in {"1", "true"}, cell.code
    if cell.kind == "e":
        return text, cell.code
    if cell.kind == "d":
        moment = from_ISO8601(text)
        code = cell.code if is_date_format(cell.code) else _FORMATS[type(moment)]
        return to_excel(moment, book.epoch), code
    return int(text) if _WHOLE.fullmatch(text) else float(text), cell.code
