"""Tables of anybody's are read as they are, or refused with a place; and written back."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from time import process_time

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH
from openpyxl.worksheet.worksheet import Worksheet
from support.workbooks import with_sheet_xml

from ogpld.errors import SourceError
from ogpld.formats.table_file import csv_file, table_file, xlsx_file
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


def _again(table: PlainTable) -> Worksheet:
    """Return the sheet of the workbook that a table is written to."""
    values = {(row, at): (value, code) for row, at, value, code in table.values}
    content = xlsx_file(table.header, table.rows, values, table.sheet, since_1904=table.since_1904)
    return load_workbook(io.BytesIO(content)).active


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
    values = [list(row) for row in _again(table).iter_rows(values_only=True)]
    assert values == [
        ["Country", "n", "day"],
        ["007", 2.5, day],
        [None] * 3,
        ["Latvia", "2.10", None],
    ]


def test_values_come_back_as_what_they_were() -> None:
    """Numbers, booleans and errors, in the header too; nothing becomes a text."""
    cells: list[object] = [
        *(2.5, 1e16, 123456789012345, -2, 0),
        *(True, False, "#N/A", "#DIV/0!", "TRUE", "1"),
    ]
    names: list[object] = [f"c{at}" for at in range(len(cells) - 2)]
    content = _workbook([[2016, True, *names], cells])
    table = plain_table(content, "t.xlsx", ".xlsx", TableLimits(5, 100))
    came, again = load_workbook(io.BytesIO(content)).active, _again(table)
    for before, after in zip(came.iter_rows(), again.iter_rows(), strict=True):
        for old, new in zip(before, after, strict=True):
            assert (new.value, type(new.value), new.data_type) == (
                old.value,
                type(old.value),
                old.data_type,
            )
    assert table.rows[0][5:] == ["TRUE", "FALSE", "#N/A", "#DIV/0!", "TRUE", "1"]


@pytest.mark.parametrize(
    "number", ["0.30000000000000004", "1.234567890123457E+16", "-1.7976931348623157E+308", "5E-324"]
)
def test_a_number_comes_back_to_its_last_digit(number: str) -> None:
    """Programs store 17 digits, and show 15."""
    content = with_sheet_xml(b"<v>7</v>", f"<v>{number}</v>".encode())
    table = _read(content, ".xlsx")
    assert table.values == [(0, 1, float(number), "General")]
    source = table.as_dict()
    written = table_file("xlsx", _Scored(table.header, table.rows), json.loads(json.dumps(source)))
    assert load_workbook(io.BytesIO(written)).active["B2"].value == float(number)


@pytest.mark.parametrize(
    ("stored", "text", "value"),
    [
        ("2024-02-03", "2024-02-03", datetime(2024, 2, 3)),  # noqa: DTZ001
        ("2024-02-03T04:05:06", "2024-02-03T04:05:06", datetime(2024, 2, 3, 4, 5, 6)),  # noqa: DTZ001
        ("09:30:00", "09:30:00", time(9, 30)),
        ("PT30H", "30:00:00", timedelta(hours=30)),
    ],
)
def test_a_date_that_is_stored_as_one_stays_one(stored: str, text: str, value: object) -> None:
    """As Strict workbooks have them: not as numbers of days, and in any format."""
    old = b'<c r="B2" t="n"><v>7</v></c>'
    table = _read(with_sheet_xml(old, f'<c r="B2" t="d"><v>{stored}</v></c>'.encode()), ".xlsx")
    assert table.rows == [["a", text]]
    assert _again(table)["B2"].value == value


@dataclass
class _Scored:
    """A table with a column of scores, which are empty."""

    header: list[str]
    rows: list[list[str]]
    scores: int = 2

    def __post_init__(self) -> None:
        self.rows = [[*row, ""] for row in self.rows]


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (1.25, "30:00:00"),
        (0.25, "6:00:00"),
        (400, "9600:00:00"),
        (-0.5, "-12:00:00"),
        (0, "0:00:00"),
        (1.5 / 86_400, "0:00:01.500"),
    ],
)
@pytest.mark.parametrize("code", ["[hh]:mm:ss", "[h]:mm", "[mm]:ss"])
@pytest.mark.parametrize("epoch", [WINDOWS_EPOCH, MAC_EPOCH])
def test_elapsed_time_is_told_in_hours(days: float, text: str, code: str, epoch: datetime) -> None:
    """As spreadsheet programs show it, not as days and a time; its number is that which came."""
    book = Workbook()
    book.epoch = epoch
    book.active.append(["a", "b"])
    book.active.append(["x", days])
    book.active["B2"].number_format = code
    buffer = io.BytesIO()
    book.save(buffer)
    table = _read(buffer.getvalue(), ".xlsx")
    assert table.rows == [["x", text]]
    assert table.values == [(0, 1, days, code)]


def test_dates_since_1904_stay_the_days_they_are() -> None:
    """With the number that is stored, and times of the day."""
    day = datetime(2024, 2, 3, 4, 5, tzinfo=UTC).replace(tzinfo=None)
    book = Workbook()
    book.epoch = MAC_EPOCH
    book.active.append(["day", "time"])
    book.active.append([day, time(9, 30)])
    buffer = io.BytesIO()
    book.save(buffer)
    came = load_workbook(buffer).active
    again = _again(_read(buffer.getvalue(), ".xlsx"))
    assert again["A2"].value == came["A2"].value == day
    assert again["B2"].value == came["B2"].value
    assert again.parent.epoch == MAC_EPOCH


def test_a_hidden_number_is_not_lost() -> None:
    """The format `;;;` shows nothing of it."""
    book = Workbook()
    book.active.append(["a", "b"])
    book.active.append(["x", 7])
    book.active["B2"].number_format = ";;;"
    buffer = io.BytesIO()
    book.save(buffer)
    assert _again(_read(buffer.getvalue(), ".xlsx"))["B2"].value == 7


@pytest.mark.parametrize("text", ["", " "])
def test_blank_cells_far_to_the_right_cost_nothing(text: str) -> None:
    """A sheet is 16,384 columns wide; the places between are not looked at."""
    cells = "".join(
        f'<row r="{row}"><c r="XFD{row}" t="str"><v>{text}</v></c></row>' for row in range(3, 5_003)
    )
    content = with_sheet_xml(b"</sheetData>", f"{cells}</sheetData>".encode())
    limits, began = TableLimits(10_000, 20_000), process_time()
    table = plain_table(content, "t.xlsx", ".xlsx", limits)
    assert process_time() - began < 3
    assert (len(table.rows), table.rows[1:3]) == (5_001, [["", ""]] * 2)
    with pytest.raises(SourceError, match="has 16384 cells, the header has 2"):
        _read(with_sheet_xml(b'r="B2"', b'r="XFD2"'), ".xlsx")


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
    """Whatever it begins with; characters that a workbook cannot hold are replaced."""
    content = xlsx_file(["=h"], [["=1+1"], ["+1"], ["a\x01b"], ["\ufffe\uffff\ud800c"]], {})
    cells = [row[0] for row in load_workbook(io.BytesIO(content)).active.iter_rows()]
    assert [(c.value, c.data_type) for c in cells[:3]] == [("=h", "s"), ("=1+1", "s"), ("+1", "s")]
    assert [cell.value for cell in cells[3:]] == ["a\ufffdb", "\ufffd\ufffd\ufffdc"]
    assert csv_file(["h"], [["=1"]], ";") == b"h\r\n=1\r\n"


def test_a_workbook_is_made_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table is its owner's: nothing of it is in a file, whether it is written or refused."""

    def file(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr("tempfile._mkstemp_inner", file)
    assert xlsx_file(["a"], [["1"]], {})
    assert xlsx_file(["a"], [["\U0001f600" * 16_383]], {})
    for header, rows in (
        (["a"], [["1"], ["b" * 32_768]]),
        (["a"], [["\U0001f600" * 16_384]]),
        (["a"] * 16_385, [["1"]]),
    ):
        with pytest.raises(SourceError, match="a workbook holds") as caught:
            xlsx_file(header, rows, {})
        assert caught.value.code == "table-too-large"


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("2016/17 [a]: b?*\\", "2016 17  a   b"),
        ("n" * 40, "n" * 31),
        ("\U0001f600" * 16, "\U0001f600" * 15),
        ("a\uffff\ufffeb\x01\ud800", "a  b"),
        ("/", "Sheet"),
    ],
)
def test_titles_are_ones_that_excel_takes(title: str, written: str) -> None:
    """Other programs write whatever they like."""
    book = load_workbook(io.BytesIO(xlsx_file(["a"], [["1"]], {}, title)))
    assert book.sheetnames == [written]
