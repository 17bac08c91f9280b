"""Tables of anybody's are read as they are, or refused with a place; and written back."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from openpyxl import Workbook, load_workbook

from ogpld.errors import SourceError
from ogpld.formats.table_file import csv_file, xlsx_file
from ogpld.sources.plain_table import PlainTable, TableLimits, plain_table

LIMITS = TableLimits(rows=5, cells=20)


def _read(content: bytes, suffix: str = ".csv", sheet: str = "") -> PlainTable:
    return plain_table(content, f"t{suffix}", suffix, LIMITS, sheet)


def _workbook(*sheets: list[list[object]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"s{number}")
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_separators_and_encodings(separator: str, codec: str) -> None:
    """Cells stay as they were written."""
    text = (
        separator.join(("Country", "n")) + "\r\n" + separator.join(("Côte d\u2019Ivoire ", "007"))
    )
    table = _read(text.encode(codec))
    assert table.header == ["Country", "n"]
    assert table.rows == [["Côte d\u2019Ivoire ", "007"]]
    assert table.separator == separator


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_separators_inside_of_quotes_are_text(separator: str) -> None:
    """However many there are."""
    header = ["Name", "Note, long, with commas, many; or few"]
    content = separator.join(f'"{name}"' for name in header) + f"\nA{separator}b\n"
    table = _read(content.encode())
    assert (table.header, table.rows, table.separator) == (header, [["A", "b"]], separator)


def test_every_row_comes_back() -> None:
    """Blank ones, short ones, texts over several lines; headers may be empty or stand twice."""
    table = _read(b'a,a,\n1\n\n"x\ny","q ""z""",2.10\n')
    assert table.header == ["a", "a", ""]
    assert table.rows == [["1", "", ""], ["", "", ""], ["x\ny", 'q "z"', "2.10"]]


@pytest.mark.parametrize(
    ("content", "code", "part"),
    [
        (b"a\n\xe9\n", "source", "line 2"),
        (b"a,b\n1,2,3\n", "source", "row 2"),
        (b'a\n"open\n', "source", "line 2"),
        (b"a,b\n", "source", "no rows"),
        (b"\n1\n", "source", "first row"),
        (b"PK\x03\x04rest", "source", "no CSV"),
        (b"a\n" + b"1\n" * 6, "table-too-large", "5 rows"),
        (b"a,b,c,d,e,f\n" + b"1\n" * 4, "table-too-large", "20 cells"),
        (b"\xff\xfea\x00\n\x00\x00\xd8", "source", "UTF-16"),
    ],
)
def test_what_is_refused(content: bytes, code: str, part: str) -> None:
    """With the place and what to do."""
    with pytest.raises(SourceError) as caught:
        _read(content)
    assert caught.value.code == code
    assert part in str(caught.value)
    assert caught.value.hint


def test_a_workbook_comes_back_as_it_was() -> None:
    """Texts stay texts, numbers and dates stay numbers with their format, blank rows stay."""
    day = datetime(2024, 2, 3, tzinfo=UTC).replace(tzinfo=None)
    rows: list[list[object]] = [["Country", "n", "day"], ["007", 2.5, day], [], ["Latvia", "2.10"]]
    table = _read(_workbook(rows), ".xlsx")
    assert table.rows == [["007", "2.5", "2024-02-03"], ["", "", ""], ["Latvia", "2.10", ""]]
    numbers = {(row, at): (number, code) for row, at, number, code in table.numbers}
    again = load_workbook(io.BytesIO(xlsx_file(table.header, table.rows, numbers, "s1"))).active
    values = [list(row) for row in again.iter_rows(values_only=True)]
    assert values == [
        ["Country", "n", "day"],
        ["007", 2.5, day],
        [None] * 3,
        ["Latvia", "2.10", None],
    ]


def test_sheets() -> None:
    """One with cells needs no name; of two one is chosen."""
    rows: list[list[object]] = [["a"], ["1"]]
    assert _read(_workbook(rows, []), ".xlsx").sheet == "s1"
    assert _read(_workbook(rows, rows), ".xlsx", "s2").sheet == "s2"
    for sheet in ("", "s9"):
        with pytest.raises(SourceError, match="s1") as caught:
            _read(_workbook(rows, rows), ".xlsx", sheet)
        assert "'s1', 's2'" in caught.value.hint


def test_no_text_becomes_a_formula() -> None:
    """Whatever it begins with; control characters, which a workbook cannot hold, are replaced."""
    content = xlsx_file(["=h"], [["=1+1"], ["+1"], ["a\x01b"]], {})
    cells = [row[0] for row in load_workbook(io.BytesIO(content)).active.iter_rows()]
    assert [(c.value, c.data_type) for c in cells[:3]] == [("=h", "s"), ("=1+1", "s"), ("+1", "s")]
    assert cells[3].value == "a\ufffdb"
    assert csv_file(["h"], [["=1"]], ";") == b"h\r\n=1\r\n"
