"""Read CSV (RFC 4180, UTF-8 with or without a byte order mark).

Nothing is guessed: another encoding, another separator, a ragged row or a repeated column stops the
build with a sentence that says which row. Reads from bytes and opens no file.
"""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Iterator

from ogpld.errors import SourceError, Where
from ogpld.sources.row import Row

#: Largest cell accepted, in characters; the longest honest one known is a commitment's full text.
CELL_LIMIT = 131_072


def read_csv(content: bytes, name: str) -> Iterator[Row]:
    """Yield the rows of a CSV file, given as bytes with the name that messages use.

    Raises:
        SourceError: naming file and row for anything that is not well-formed.
    """
    text = _decode(content, name)
    records = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] = []
    number = 0
    try:
        for record in records:
            number += 1
            if number == 1:
                header = _header(record, name)
                continue
            if len(record) != len(header):
                raise SourceError(
                    f"the row has {len(record)} cells, the header has {len(header)}",
                    where=Where(name, number),
                    hint="look for a stray comma, an unclosed quote or a missing cell",
                )
            cells = {
                column: " ".join(cell.split()) for column, cell in zip(header, record, strict=True)
            }
            for column, cell in cells.items():
                if len(cell) > CELL_LIMIT:
                    raise SourceError(
                        f"the cell has {len(cell)} characters, more than {CELL_LIMIT}",
                        where=Where(name, number, column),
                        hint="shorten the text or split the row",
                    )
            yield Row(number, cells)
    except csv.Error as error:
        raise SourceError(
            f"not well-formed CSV: {error}",
            where=Where(name, number + 1),
            hint="look for a quote that is opened and never closed",
        ) from error


def _decode(content: bytes, name: str) -> str:
    """Return the text of the file, or say at which line it stops being UTF-8."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SourceError(
            "the file is UTF-16, as spreadsheets write with 'Unicode text'",
            where=Where(name),
            hint="save it again as 'CSV UTF-8 (comma delimited)'",
        )
    # not the codec utf-8-sig: a confined worker cannot load a codec it has not used before
    content = content.removeprefix(BOM_UTF8)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SourceError(
            f"the byte {content[error.start]:#04x} is not UTF-8",
            where=Where(name, line=line),
            hint="save the file again as 'CSV UTF-8'",
        ) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise SourceError("the file holds a NUL byte", where=Where(name, line=line))
    return text


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
