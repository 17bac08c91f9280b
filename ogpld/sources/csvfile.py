"""Read CSV (RFC 4180, UTF-8 with or without a byte order mark).

Nothing is guessed: another encoding, another separator, a ragged row or a repeated column stops the
build with a sentence that says which row. Opens no file: it is given bytes or an open file.
"""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import BinaryIO

from ogpld.errors import SourceError, Where
from ogpld.sources.row import Row

#: Largest cell accepted, in characters; the longest honest one known is a commitment's full text.
CELL_LIMIT = 131_072


def read_csv(content: bytes | BinaryIO, name: str, without: Collection[str] = ()) -> Iterator[Row]:
    """Yield the rows of a CSV file, never holding it whole.

    Args:
        content: the file as bytes, or open for reading at its beginning.
        name: its name, for messages.
        without: columns whose cells are not wanted; they come out empty.

    Raises:
        SourceError: naming file and row for anything that is not well-formed.
    """
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    text = _opened(stream, name)
    records = csv.reader(text, strict=True)
    header: list[str] = []
    dropped: list[int] = []
    number = 0
    try:
        for record in records:
            number += 1
            whole = "".join(record)
            if "\0" in whole:
                raise SourceError(
                    "the file holds a NUL byte", where=Where(name, line=records.line_num)
                )
            if number == 1:
                header = _header(record, name)
                dropped = [at for at, column in enumerate(header) if column in without]
                continue
            if len(record) != len(header):
                raise SourceError(
                    f"the row has {len(record)} cells, the header has {len(header)}",
                    where=Where(name, number),
                    hint="look for a stray comma, an unclosed quote or a missing cell",
                )
            if len(whole) > CELL_LIMIT:
                _check_length(record, header, name, number)
            for at in dropped:
                record[at] = ""
            cells = [c if not c or c.isalnum() else " ".join(c.split()) for c in record]
            yield Row(number, dict(zip(header, cells, strict=True)))
    except csv.Error as error:
        if "field limit" in str(error):
            raise SourceError(
                f"a cell has more than {CELL_LIMIT} characters",
                where=Where(name, number + 1),
                hint="shorten the text; or is a quote opened and never closed?",
            ) from error
        raise SourceError(
            f"not well-formed CSV: {error}",
            where=Where(name, number + 1),
            hint="look for a quote that is opened and never closed",
        ) from error
    except UnicodeDecodeError as error:
        raise _not_utf8(stream, name) from error
    finally:
        with suppress(ValueError):  # the caller may have closed the file already
            text.detach()


def _opened(stream: BinaryIO, name: str) -> io.TextIOWrapper:
    """Return the text of a file, after its byte order mark."""
    beginning = stream.read(len(BOM_UTF8))
    if beginning.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SourceError(
            "the file is UTF-16, as spreadsheets write with 'Unicode text'",
            where=Where(name),
            hint="save it again as 'CSV UTF-8 (comma delimited)'",
        )
    if beginning != BOM_UTF8:
        stream.seek(0)
    # not the codec utf-8-sig: a confined worker cannot load a codec it has not used before
    return io.TextIOWrapper(stream, encoding="utf-8", newline="")


def _not_utf8(stream: BinaryIO, name: str) -> SourceError:
    """Return the error that names the first line that is not UTF-8."""
    stream.seek(0)
    for number, line in enumerate(stream, 1):
        try:
            line.decode()
        except UnicodeDecodeError as error:
            return SourceError(
                f"the byte {line[error.start]:#04x} is not UTF-8",
                where=Where(name, line=number),
                hint="save the file again as 'CSV UTF-8'",
            )
    return SourceError("the file is not UTF-8", where=Where(name))


def _check_length(record: list[str], header: list[str], name: str, number: int) -> None:
    """Refuse a row with a cell past the limit."""
    for column, cell in zip(header, record, strict=True):
        if len(cell) > CELL_LIMIT:
            raise SourceError(
                f"the cell has {len(cell)} characters, more than {CELL_LIMIT}",
                where=Where(name, number, column),
                hint="shorten the text or split the row",
            )


def _header(record: list[str], file: str) -> list[str]:
    """Check the header: names present, none twice, and not the wrong separator."""
    header = [" ".join(name.split()) for name in record]
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        raise SourceError(
            "the columns are separated by semicolons or tabs, not by commas",
            where=Where(file, 1),
            hint="save the file again as 'CSV UTF-8 (comma delimited)'",
        )
    for index, name in enumerate(header):
        if not name:
            raise SourceError(f"column {index + 1} has no name", where=Where(file, 1))
        if name in header[:index]:
            raise SourceError(f"the column {name!r} stands twice", where=Where(file, 1, name))
    return header


def table_csv(header: Sequence[str], rows: Iterable[Row]) -> bytes:
    """Return a table as CSV in which every row has its own number; blank ones fill the gaps."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(header)
    number = 1
    for row in rows:
        writer.writerows([[""] * len(header)] * (row.number - number - 1))
        number = row.number
        writer.writerow(row.cells[column] for column in header)
    return target.getvalue().encode()
