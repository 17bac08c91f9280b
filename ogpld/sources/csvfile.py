"""Read CSV (RFC 4180, UTF-8 with or without a byte order mark).

Commas, semicolons, tabs or bars separate the columns: what makes most of the header, as spreadsheet programs
write any of them under the name of CSV. Another encoding, a ragged row or a repeated column stops the build
with a sentence that says which row. What spreadsheet programs leave at the end of files is no
row and no column: blank lines, and cells beyond the header that are empty in every row. Opens no file:
it is given bytes or an open file.
"""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import BinaryIO, TextIO

from ogpld.csv_rows import csv_text
from ogpld.errors import SourceError, Where
from ogpld.report import Severity
from ogpld.sources.characters import Remarks, check_name, clean, is_plain, windows_1252
from ogpld.sources.kinds import kind_of
from ogpld.sources.normal_form import composed
from ogpld.sources.table import InputRow

#: Largest cell accepted, in characters; the longest honest one known is a commitment's full text.
CELL_LIMIT = 131_072
_SAVE = "save the file again as 'CSV UTF-8 (comma delimited)'"
#: Bytes of a file of another kind that are looked at to say what it is.
_LOOK = 1_048_576
#: What may separate columns, with its name; the first where none of them makes more columns.
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


def read_csv(
    content: bytes | BinaryIO,
    name: str,
    without: Collection[str] = (),
    remarks: Remarks | None = None,
) -> Iterator[InputRow]:
    """Yield the rows of a CSV file that say something, never holding it whole.

    Args:
        content: the file as bytes, or open for reading at its beginning.
        name: its name, for messages.
        without: columns whose cells are not wanted; they come out empty.
        remarks: take what is noticed.

    Raises:
        SourceError: naming file and row for anything that is not well-formed.
    """
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    text = _opened(stream, name)
    separator = _separator(stream)
    records = csv.reader(text, delimiter=separator, strict=True)
    reading = _CsvReader(name, separator, frozenset(without), remarks or Remarks())
    line = 0
    try:
        for record in records:
            if row := reading.row(record, records.line_num - line):
                yield row
            line = records.line_num
    except csv.Error as error:
        raise _malformed(error, Where(name, reading.number + 1), line + 1) from error
    except UnicodeDecodeError as error:
        raise _not_utf8(stream, name, separator) from error
    finally:
        with suppress(ValueError):  # the caller may have closed the file already
            text.detach()


class _CsvReader:
    """A CSV file while it is read, record by record.

    Attributes:
        number: of the record that was read last; the header is 1.
    """

    def __init__(
        self, name: str, separator: str, without: frozenset[str], remarks: Remarks
    ) -> None:
        self.number = 0
        self._separator = separator
        self._name, self._remarks = name, remarks
        self._without = frozenset(map(composed, without))
        self._header: dict[int, str] = {}
        self._names: tuple[str, ...] = ()
        self._width = 0
        self._dropped: list[int] = []

    def row(self, record: list[str], lines: int) -> InputRow | None:
        """Return a record as a row, None for the header and for one that says nothing.

        Args:
            record: its cells.
            lines: how many lines of the file it takes.
        """
        self.number += 1
        if self.number == 1:
            self._header = _header(record, self._name, self._separator, self._remarks)
            self._width = len(record)
            self._names = tuple(self._header.values())
            unwanted = {at for at, name in self._header.items() if composed(name) in self._without}
            self._dropped = sorted(unwanted)
            self._without = frozenset(self._header[at] for at in unwanted)
            return None
        whole = "".join(record)
        if not whole or whole.isspace():
            return None
        if len(record) != self._width:
            self._check_width(record)
        if len(whole) > CELL_LIMIT:
            self._check_length(record)
        if lines > 1 and ("\n" in whole or "\r" in whole):
            self._check_quotes(record)
        for at in self._dropped:
            record[at] = ""
        if len(self._header) < self._width:
            self._check_named(record)
        if lines > 1:
            whole = "".join(record)  # the lines may have been those of a cell that is not wanted
        if _only_blanks(whole) and "_x" not in whole:
            return InputRow(self.number, self._plain_cells(record))
        # most cells of a row are plain all the same, and a call for each would take longer than the rest
        return InputRow(
            self.number,
            {
                name: cell
                if not (cell := record[at]) or (cell.isascii() and cell.isalnum())
                else " ".join(cell.split())
                if is_plain(cell) and "_x" not in cell
                else clean(cell, self._where(name), self._remarks, escaped=True)
                for at, name in self._header.items()
            },
        )

    def _plain_cells(self, record: list[str]) -> dict[str, str]:
        """Return the cells of a record without anything to report, by column."""
        cells = [c if not c or c.isalnum() else " ".join(c.split()) for c in record]
        if len(self._header) < self._width:
            cells = [cells[at] for at in self._header]
        return dict(zip(self._names, cells, strict=False))

    def _where(self, column: str | None = None) -> Where:
        return Where(self._name, self.number, column)

    def _check_width(self, record: list[str]) -> None:
        """Refuse a row with cells missing, or with text beyond the header."""
        if len(record) < self._width or any(cell.strip() for cell in record[self._width :]):
            raise SourceError(
                f"the row has {len(record)} cells, the header has {self._width}",
                where=self._where(),
                hint=f"look for a stray {SEPARATORS[self._separator]}, an unclosed quote or a missing cell",
            )

    def _check_named(self, record: list[str]) -> None:
        """Refuse text in a column the header does not name."""
        for at, cell in enumerate(record[: self._width]):
            if at not in self._header and cell.strip():
                raise SourceError(
                    f"column {at + 1} has no name, but row {self.number} holds {cell[:40]!r} there",
                    where=Where(self._name, 1),
                    hint="name the column in the first row, or empty it",
                )

    def _check_length(self, record: list[str]) -> None:
        """Refuse a row with a cell past the limit."""
        for at, name in self._header.items():
            if len(record[at]) > CELL_LIMIT:
                raise SourceError(
                    f"the cell has {len(record[at])} characters, more than {CELL_LIMIT}",
                    where=self._where(name),
                    hint="shorten the text or split the row",
                )

    def _check_quotes(self, record: list[str]) -> None:
        """Report a cell that took up the rest of its row, and whole rows, up to a later quote.

        It may hold cells of columns that are not to be published, so the report does not repeat it. Where
        there are such columns it is a Violation, and the cell comes out empty.
        """
        if self._width < 3:  # noqa: PLR2004  (with two columns every other text looks like that)
            return
        spaced = f"{self._separator} "
        longer = [at for at, text in enumerate(record) if "\n" in text or "\r" in text]
        for at in longer:
            text, name = record[at], self._header.get(at)
            if name is None or spaced in text:
                continue
            first, *between = _lines(text)[:-1] or [""]
            separators = [line.count(self._separator) for line in (first, *between)]
            rows = [self._width - 1 - at] + [self._width - 1] * len(between)
            if separators == rows:
                hides = name not in self._without and bool(self._dropped)
                self._remarks.add(
                    Severity.VIOLATION if hides else Severity.WARNING,
                    "the cell goes on for several lines that look like rows"
                    + (", with columns that are withheld" if hides else ""),
                    self._where(name),
                    "look for a quote that is opened in this row and closed in a later one",
                )
                record[at] = "" if hides else text


def _lines(text: str) -> list[str]:
    """Return the lines of a cell, as CSV has them; other signs that break lines are part of a text."""
    return text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")


def _only_blanks(text: str) -> bool:
    """Say whether a text has nothing to report: visible characters, and blanks of the usual kinds."""
    if is_plain(text):
        return True
    for blank in "\n\r\t\xa0":
        text = text.replace(blank, " ")
    return is_plain(text) and "\ufffc" not in text  # which `clean` reports


def separator_of(lines: TextIO) -> str:
    """Return the separator that makes most columns of the first record; the comma where none does."""
    start = lines.tell()

    def columns(separator: str) -> int:
        lines.seek(start)
        try:
            return len(next(csv.reader(lines, delimiter=separator, strict=True), ()))
        except csv.Error:
            return 0

    return max(SEPARATORS, key=columns)


def _separator(stream: BinaryIO) -> str:
    """Return what separates the columns of an open file, which is left where it is."""
    start = stream.tell()
    lines = io.TextIOWrapper(stream, encoding="utf-8", errors="replace", newline="")
    try:
        return separator_of(lines)
    finally:
        lines.detach()
        stream.seek(start)


def comma_separated(content: bytes) -> bytes:
    """Return a CSV file that can be read as it is published: with commas, and the same cells in its rows."""
    text = content.removeprefix(BOM_UTF8)
    separator = _separator(io.BytesIO(text))
    if separator == ",":
        return content
    lines = io.StringIO(text.decode(), newline="")
    return csv_text(csv.reader(lines, delimiter=separator, strict=True)).encode()


def _malformed(error: csv.Error, where: Where, line: int) -> SourceError:
    """Return the error of a record that is not well-formed, with the line it begins in."""
    if "field limit" in str(error):
        return SourceError(
            f"a cell has more than {CELL_LIMIT} characters; its row begins in line {line}",
            where=where,
            hint="shorten the text; or is a quote opened and never closed?",
        )
    return SourceError(
        f"not well-formed CSV: {error}; the row begins in line {line}",
        where=where,
        hint="look for a quote that is opened and never closed",
    )


def _opened(stream: BinaryIO, name: str) -> io.TextIOWrapper:
    """Return the text of a file, after its byte order mark."""
    beginning = stream.read(512)
    if beginning.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in beginning[:2]:
        raise SourceError(
            "the file is UTF-16, as spreadsheets write with 'Unicode text'",
            where=Where(name),
            hint=_SAVE,
        )
    if kind_of(beginning):
        other = kind_of(beginning + stream.read(_LOOK))
        hint = (
            "give it a name that ends in .xlsx, or " + _SAVE
            if other.startswith("a work")
            else _SAVE
        )
        raise SourceError(f"the file is no CSV, but {other}", where=Where(name), hint=hint)
    stream.seek(len(BOM_UTF8) if beginning.startswith(BOM_UTF8) else 0)
    # not the codec utf-8-sig: a confined worker cannot load a codec it has not used before
    return io.TextIOWrapper(stream, encoding="utf-8", newline="")


def _not_utf8(stream: BinaryIO, name: str, separator: str) -> SourceError:
    """Return the error that names the first byte that is not UTF-8, by line, row and column."""
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding="utf-8", errors="surrogateescape", newline="")
    header: list[str] = []
    line = 0
    try:
        for number, record in enumerate(csv.reader(text, delimiter=separator), 1):
            header = header or [" ".join(cell.split()).lstrip("\ufeff") for cell in record]
            for at, cell in enumerate(record):
                bad = next((c for c in cell if "\udc80" <= c <= "\udcff"), "")
                if bad:
                    line += (
                        1 + "".join(record[:at]).count("\n") + cell.partition(bad)[0].count("\n")
                    )
                    column = header[at] if number > 1 and at < len(header) else ""
                    return _bad_byte(ord(bad) - 0xDC00, Where(name, number, column or None, line))
            line = line + 1 + "".join(record).count("\n")
    except csv.Error:
        pass  # the place of the byte is behind a cell that is too long; the file is refused all the same
    finally:
        text.detach()
    return SourceError("the file is not UTF-8", where=Where(name), hint=_SAVE)


def _bad_byte(byte: int, where: Where) -> SourceError:
    meant = windows_1252(byte)
    return SourceError(
        f"the byte {byte:#04x} is not UTF-8"
        + (f"; in Windows-1252 it is {meant}" if meant else ""),
        where=where,
        hint=_SAVE,
    )


def _header(record: list[str], file: str, separator: str, remarks: Remarks) -> dict[int, str]:
    """Return the names of the columns by place, none twice.

    A name may be missing where no row has anything in the column.
    """
    where = Where(file, 1)
    printed = "".join(record)
    if not printed.strip():
        raise SourceError(
            "the first row is blank",
            where=where,
            hint="write the names of the columns into the first row, nothing above them",
        )
    if printed[:4].lower() == "sep=" and len(record) <= 2:  # noqa: PLR2004  (`sep=,` is two cells)
        raise SourceError(
            f"the first line, {separator.join(record)[:10]!r}, is an instruction to a spreadsheet program",
            where=where,
            hint="remove the line; the separator of the columns is seen without it",
        )
    header: dict[int, str] = {}
    for at, cell in enumerate(record):
        name = check_name(cell, Where(file, 1, f"{at + 1}"), remarks)
        if name in header.values():
            raise SourceError(f"the column {name!r} stands twice", where=Where(file, 1, name))
        if name:
            header[at] = name
    return header


def table_csv(header: Sequence[str], rows: Iterable[InputRow]) -> bytes:
    """Return a table as CSV in which every row has its own number; blank ones fill the gaps."""
    written = [list(header)]
    for row in rows:
        written += [[""] * len(header)] * (row.number - len(written) - 1)
        written.append([row.cells[column] for column in header])
    return csv_text(written).encode()
