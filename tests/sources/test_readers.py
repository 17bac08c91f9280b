"""Tables are read from bytes; what is not a plain table is refused with its place and a way out."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.formula import ArrayFormula
from support.running import ROOT
from support.workbooks import repacked, with_sheet_xml, workbook

from ogpld.errors import SourceError
from ogpld.sources import package, read_table, table_of, xlsxfile


def refused(content: bytes, name: str = "t.xlsx", suffix: str = "") -> SourceError:
    """Return the error a file is refused with; it always says what to do or where."""
    with pytest.raises(SourceError) as caught:
        table_of(content, name, suffix)
    assert caught.value.where is not None
    return caught.value


def cells(rows: list[list[object]]) -> list[dict[str, str]]:
    """Return the cells of a sheet as they are read."""
    return [row.cells for row in table_of(workbook({"S": rows}), "t.xlsx")[0].rows]


# ---- CSV ----

CSV_REFUSALS = {
    "UTF-16": ("a,b\n1,2\n".encode("utf-16"), "t.csv: the file is UTF-16", "CSV UTF-8"),
    "bad byte": (
        b"a,b\n1,\xff\n",
        "t.csv, line 2, row 2, column b: the byte 0xff is not UTF-8",
        "CSV UTF-8",
    ),
    "bad byte after a mark": (
        b"\xef\xbb\xbfa\n\xfe\n",
        "t.csv, line 2, row 2, column a: the byte 0xfe",
        "UTF-8",
    ),
    "ragged, semicolons": (
        b"a;b\n1\n",
        "t.csv, row 2: the row has 1 cells, the header has 2",
        "stray semicolon",
    ),
    "ragged": (b"a,b\n1\n", "t.csv, row 2: the row has 1 cells, the header has 2", "stray comma"),
    "nameless": (b"a,\n1,2\n", "t.csv, row 1: column 2 has no name", ""),
    "twice": (b"a,a\n1,2\n", "t.csv, row 1, column a: the column 'a' stands twice", ""),
    "quote": (b'a,b\n1,"2\n', "t.csv, row 2: not well-formed CSV", "never closed"),
    "long": (b"a\n" + b" x" * 60_000 + b"yy" * 12_000 + b"\n", "t.csv, row 2", ""),
    "no rows": (b"a,b\n", "t.csv: the table has no rows", ""),
    "empty": (b"", "t.csv: the table has no rows", ""),
}


@pytest.mark.parametrize("name", CSV_REFUSALS)
def test_a_csv_file_that_is_none_is_refused_with_its_place(name: str) -> None:
    """File, row or line, and what to do."""
    content, message, hint = CSV_REFUSALS[name]
    error = refused(content, "t.csv")
    assert message in str(error)
    assert hint in str(error)


def test_csv_is_read_with_and_without_a_mark_and_blanks_are_one() -> None:
    """A byte order mark is no part of the first name; line breaks in cells are blanks."""
    for mark in (b"", b"\xef\xbb\xbf"):
        (table,) = table_of(mark + b'key,t\r\nA,"x\n  y  "\r\n', "t.csv")
        assert table.header == ("key", "t")
        assert [(row.number, row.cells) for row in table.rows] == [(2, {"key": "A", "t": "x y"})]


def test_the_type_is_told_by_name_or_by_the_caller() -> None:
    """A pasted table has no name; an unknown type lists those there are."""
    assert table_of(b"a\n1\n", "", ".csv")[0].header == ("a",)
    assert table_of(b"a\n1\n", "T.CSV")[0].name == "T.CSV"
    for name in ("t.xls", "t.xlsm", "t.ods", "t"):
        error = refused(b"a\n1\n", name)
        assert "no reader for" in str(error)
        assert "save the table as one of .csv, .xlsx" in str(error)


def test_a_path_is_read_as_before_and_a_workbook_with_one_sheet_is_a_table(tmp_path: Path) -> None:
    """What the build reads: one table a file."""
    (tmp_path / "a.xlsx").write_bytes(workbook({"S": [["key"], ["A"]]}))
    assert read_table(tmp_path / "a.xlsx").rows[0].cells == {"key": "A"}
    (tmp_path / "b.xlsx").write_bytes(workbook({"S": [["k"], ["A"]], "T": [["k"], ["B"]]}))
    with pytest.raises(SourceError, match="2 sheets with rows"):
        read_table(tmp_path / "b.xlsx")
    with pytest.raises(SourceError, match=r"cannot read the file: No such file.*\n.*source\.toml"):
        read_table(tmp_path / "none.csv")
    with pytest.raises(SourceError, match=r"no reader for '\.txt' files"):
        read_table(tmp_path / "none.txt")


# ---- XLSX, honest ----


def test_values_become_the_text_that_csv_would_have() -> None:
    """Dates ISO, whole numbers without a point, booleans in words, blanks joined."""
    values = [
        (date(2018, 7, 1), "2018-07-01"),
        (datetime(2018, 7, 1), "2018-07-01"),  # noqa: DTZ001
        (datetime(2018, 7, 1, 9, 30), "2018-07-01T09:30:00"),  # noqa: DTZ001
        (time(9, 30), "09:30:00"),
        (timedelta(days=1, hours=2), "1 day, 2:00:00"),
        (3, "3"),
        (3.0, "3"),
        (2.5, "2.5"),
        (2.2999999999999998, "2.3"),
        (-1, "-1"),
        (True, "true"),
        (False, "false"),
        ("  a \n b ", "a b"),
        ("=not computed"[1:], "not computed"),
        ("Ülevaade õ", "Ülevaade õ"),
    ]
    (row,) = cells([[f"c{i}" for i in range(len(values))], [value for value, _ in values]])
    assert list(row.values()) == [text for _, text in values]


def test_a_date_is_as_exact_as_its_cell_shows_it() -> None:
    """Excel turns `2018-07` into a day and shows a month: the month is what was typed."""
    formats = {
        "yyyy-mm-dd": "2018-07-01",
        "mmm-yy": "2018-07",
        "[$-425]mmmm yyyy;@": "2018-07",
        "yyyy": "2018-07",
        'yyyy"d"': "2018-07",
    }

    def edit(book: Workbook) -> None:
        for at, number_format in enumerate(formats, 1):
            book["S"].cell(2, at).number_format = number_format
        book["S"].cell(3, 1).number_format = "yyyy"
        book["S"].cell(3, 2).number_format = "mmm-yy"
        book["S"].cell(3, 3).number_format = "d.m.yyyy"

    header: list[object] = [*formats]
    rows = [header, [date(2018, 7, 1)] * 5, [date(2018, 1, 1), date(2018, 7, 2), date(2018, 1, 1)]]
    cells = table_of(workbook({"S": rows}, edit), "t.xlsx")[0].rows
    assert list(cells[0].cells.values()) == list(formats.values())
    assert list(cells[1].cells.values())[:3] == ["2018", "2018-07-02", "2018-01-01"]


def test_blank_rows_columns_and_sheets_fall_away_and_rows_keep_their_numbers() -> None:
    """What nobody filled is not there; the row number is the one the program shows."""
    sheets = {
        "A": [["key", None, "n", None], [None], ["a", None, 1, " "], [None, None], ["b"]],
        "Empty": [],
        "Header": [["key", "n"]],
        "B": [["key"], ["c"]],
    }
    tables = table_of(workbook(sheets), "t.xlsx")
    assert [table.name for table in tables] == ["t.xlsx#A", "t.xlsx#B"]
    assert [table.sheet for table in tables] == ["A", "B"]
    assert {table.file for table in tables} == {"t.xlsx"}
    assert tables[0].header == ("key", "n")
    assert [(row.number, row.cells) for row in tables[0].rows] == [
        (3, {"key": "a", "n": "1"}),
        (5, {"key": "b", "n": ""}),
    ]


def test_a_saved_result_of_a_formula_is_read_and_links_outside_are_not_followed() -> None:
    """The value the spreadsheet program stored counts, whatever the formula names."""
    content = with_sheet_xml(b"<v>7</v>", b"<f>[1]Other!A1+file://x</f><v>8</v>")
    assert table_of(content, "t.xlsx")[0].rows[0].cells["n"] == "8"


def test_shared_and_rich_texts_are_read() -> None:
    """Excel keeps texts in a part of their own, in runs when they are formatted."""
    content = with_sheet_xml(b'"B2" t="n"><v>7</v>', b'"B2" t="s"><v>1</v>')
    strings = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b"<si><t>no</t></si><si><r><t>one </t></r><r><rPr><b/></rPr><t>text</t></r></si></sst>"
    )
    listed = (
        b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-'
        b'officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
    )
    content = repacked(
        content,
        lambda part, old: old.replace(b"</Types>", listed) if part.startswith("[") else old,
        {"xl/sharedStrings.xml": strings},
    )
    assert table_of(content, "t.xlsx")[0].rows[0].cells["n"] == "one text"


# ---- XLSX, refused with sheet, row and column ----


def test_a_formula_without_result_is_refused() -> None:
    """A workbook written by a program holds formulas nobody computed."""
    for formula in ("=1+1", ArrayFormula("B2", "=A1:A2")):
        error = refused(workbook({"S": [["key", "n"], ["a", formula]]}))
        assert "t.xlsx#S, row 2, column B: the formula has no saved result" in str(error)
        assert "save it" in error.hint


@pytest.mark.parametrize("value", ["#REF!", "#N/A", "#DIV/0!"])
def test_an_error_value_is_refused(value: str) -> None:
    """An error is no text."""
    error = refused(workbook({"S": [["key", "n"], ["a", 1], ["b", value]]}))
    assert f"t.xlsx#S, row 3, column B: the cell shows the error {value}" in str(error)


SHEET_REFUSALS = {
    "data under no name": (
        [["key"], ["a"], ["b", "x"]],
        "t.xlsx#S, row 3, column B: the cell holds 'x'",
    ),
    "title above the header": ([["Our plan"], ["key", "n"]], "t.xlsx#S, row 2, column B"),
    "blank first row": ([[None], ["key"]], "t.xlsx#S, row 2, column A: the cell holds 'key'"),
    "column twice": ([["key", "key"], ["a", "b"]], "t.xlsx#S, row 1, column key"),
    "no rows": ([["key"]], "t.xlsx: the table has no rows"),
    "too many columns": ([["c"] * 501, ["a"]], "t.xlsx#S, row 1: the row has more than 500"),
}


@pytest.mark.parametrize("name", SHEET_REFUSALS)
def test_a_sheet_that_is_no_table_is_refused(name: str) -> None:
    """Sheet, row and column are named."""
    rows, message = SHEET_REFUSALS[name]
    assert message in str(refused(workbook({"S": rows})))


def test_limits_hold_for_the_whole_workbook(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows and characters are counted over all sheets; a cell has a limit of its own."""
    two = {"S": [["k"], ["abcde"], ["b"]], "T": [["k"], ["c"], ["d"]]}
    monkeypatch.setattr(xlsxfile, "ROW_LIMIT", 3)
    assert "t.xlsx#T, row 3: the workbook has more than 3 rows" in str(refused(workbook(two)))
    monkeypatch.setattr(xlsxfile, "ROW_LIMIT", 100)
    monkeypatch.setattr(xlsxfile, "TEXT_LIMIT", 7)
    assert "t.xlsx#T, row 3" in str(refused(workbook(two)))
    monkeypatch.setattr(xlsxfile, "TEXT_LIMIT", 100)
    monkeypatch.setattr(xlsxfile, "WIDTH_LIMIT", 3)
    assert "t.xlsx#T, row 1: the workbook has more than 3 cells" in str(refused(workbook(two)))
    monkeypatch.setattr(xlsxfile, "WIDTH_LIMIT", 100)
    monkeypatch.setattr(xlsxfile, "CELL_LIMIT", 4)
    assert "row 2, column A: the cell has 5 characters" in str(refused(workbook(two)))
    monkeypatch.setattr(xlsxfile, "SHEET_LIMIT", 1)
    assert "2 sheets, more than 1" in str(refused(workbook(two)))


# ---- hostile packages ----


def plain() -> bytes:
    """A small honest workbook."""
    return workbook({"S": [["key", "n"], ["a", 7]]})


def doctype(part: str, encoding: str = "utf-8") -> bytes:
    """The honest workbook with a DOCTYPE in one part."""
    evil = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'

    def replace(name: str, data: bytes) -> bytes:
        if name != part:
            return data
        text = data.decode()
        start = text.index("?>") + 2 if text.startswith("<?xml") else 0
        return (evil + text[start:]).encode(encoding)

    return repacked(plain(), replace)


def encrypted() -> bytes:
    """The honest workbook with the flag that says its parts are encrypted."""
    content = bytearray(plain())
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1
    return bytes(content)


def noise() -> bytes:
    """Bytes that do not compress, to keep a ratio low."""
    return Random(1).randbytes(100_000)


def bomb() -> bytes:
    """A workbook whose extra part expands 1000 times."""
    return repacked(plain(), extra={"xl/media/a.bin": b"\0" * 20_000_000})


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
HOSTILE = {
    "old Excel": (lambda: OLE, "an old Excel file (.xls)"),
    "password": (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
    "encrypted ZIP": (encrypted, "encrypted"),
    "no ZIP": (lambda: b"key,title\n", "the file is no workbook"),
    "cut": (lambda: plain()[:-200], "the file is no workbook"),
    "flipped": (lambda: plain().replace(b"xl/worksheets", b"xl/workshoets"), ""),
    "ZIP of something": (
        lambda: repacked(plain(), lambda n, d: d).replace(b"[Content_Types]", b"[Kontent_Types]"),
        "no workbook",
    ),
    "macros": (lambda: repacked(plain(), extra={"xl/vbaProject.bin": b"x"}), "macros (.xlsm)"),
    "binary": (lambda: repacked(plain(), extra={"xl/workbook.bin": b"x"}), "binary (.xlsb)"),
    "OpenDocument": (lambda: repacked(plain(), extra={"mimetype": b"x"}), "OpenDocument"),
    "ratio": (bomb, "200 times its size"),
    "parts": (lambda: repacked(plain(), extra={f"x{n}": b"" for n in range(1001)}), "parts, more"),
    "method": (lambda: repacked(plain(), method=zipfile.ZIP_LZMA), "packed in an unusual way"),
    "DOCTYPE in the sheet": (lambda: doctype("xl/worksheets/sheet1.xml"), "declares a DOCTYPE"),
    "DOCTYPE in the types": (lambda: doctype("[Content_Types].xml"), "declares a DOCTYPE"),
    "DOCTYPE in UTF-16": (lambda: doctype("xl/styles.xml", "utf-16"), "declares a DOCTYPE"),
    "DOCTYPE in a picture": (
        lambda: repacked(plain(), extra={"xl/media/a.png": b"<!DOCTYPE a><a/>"}),
        "declares a DOCTYPE",
    ),
    "strange encoding": (
        lambda: repacked(plain(), extra={"a.xml": b'<?xml version="1.0" encoding="utf-7"?><a/>'}),
        "in the encoding 'utf-7'",
    ),
    "not XML": (lambda: repacked(plain(), extra={"a.xml": b"\x4c\x6f\xa7\x94"}), "is not XML"),
    "broken XML": (lambda: repacked(plain(), extra={"a.xml": b"<a><b></a>"}), "not well-formed"),
    "deep styles": (
        lambda: repacked(
            plain(),
            lambda n, d: b"<a>" * 5_000 + b"</a>" * 5_000 if n == "xl/styles.xml" else d,
        ),
        "nested more than 64 deep",
    ),
    "endless": (
        lambda: repacked(
            plain(), extra={"n": noise(), "a.xml": b"<a>" + b"<b/>" * 2_000_001 + b"</a>"}
        ),
        "past 2000000 elements",
    ),
    "rows out of order": (
        lambda: with_sheet_xml(b'<row r="2"', b'<row r="3"/><row r="2"'),
        "has row 2 after row 3",
    ),
    "cells out of order": (
        lambda: with_sheet_xml(b'<c r="A2"', b'<c r="C2"/><c r="A2"'),
        "has cells of row 2 out of order",
    ),
    "bad number": (
        lambda: with_sheet_xml(b"<v>7</v>", b"<v>seven</v>"),
        "t.xlsx#S, row 2: the workbook cannot be read",
    ),
    "no number": (lambda: with_sheet_xml(b"<v>7</v>", b"<v>1e999</v>"), "no finite number"),
    "string that is not there": (
        lambda: with_sheet_xml(b'"B2" t="n"><v>7</v>', b'"B2" t="s"><v>99</v>'),
        "cannot be read",
    ),
    "far row": (
        lambda: with_sheet_xml(b'<row r="2"', b'<row r="999999999999"'),
        "more than 1048576 rows",
    ),
    "far column": (lambda: with_sheet_xml(b'r="B2"', b'r="ZZZ2"'), "more than 500 columns"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_refused_before_it_does_harm(name: str) -> None:
    """One clear error, whatever the file is."""
    make, message = HOSTILE[name]
    error = refused(make())
    assert message in str(error)
    assert error.hint or error.where.row


def test_sizes_are_judged_before_anything_is_expanded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sum of all parts counts; a part named twice cannot hide behind its name."""
    monkeypatch.setattr(package, "EXPANDED_LIMIT", 5_000)
    assert "bytes, more than 5000" in str(refused(plain()))
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = repacked(plain(), extra={"xl/styles.xml": b"<a/>"})
    monkeypatch.undo()
    assert "a part twice" in str(refused(content))


def test_a_stated_size_of_a_sheet_is_not_believed() -> None:
    """A dimension of a million by sixteen thousand costs nothing."""
    content = with_sheet_xml(b'<dimension ref="A1:B2"', b'<dimension ref="A1:XFD1048576"')
    assert len(table_of(content, "t.xlsx")[0].rows) == 1


def test_any_damage_to_a_workbook_gives_a_source_error_or_a_table() -> None:
    """No byte of the package makes a reader raise anything else."""
    content = plain()
    for at in range(0, len(content), 37):
        damaged = bytearray(content)
        damaged[at] ^= 0x55
        try:
            table_of(bytes(damaged), "t.xlsx")
        except SourceError as error:
            assert error.where is not None


NO_FILES = """
import resource, sys, os
from ogpld.sources import table_of
from ogpld.sources import xlsxfile
from ogpld.sources.canonical import map_tables
csv, xlsx, bad = (open(name, "rb").read() for name in sys.argv[1:4])
free = os.dup(0); os.close(free)
resource.setrlimit(resource.RLIMIT_NOFILE, (free, free))
try:
    open("/dev/null")
except OSError:
    pass
else:
    sys.exit("a file could be opened")
print(len(table_of(csv, "a.csv")[0].rows), len(table_of(xlsx, "a.xlsx")[0].rows))
odd = table_of(b"a\\nx\\x01\\n\\xc2\\x92\\n_x000D_\\n", "a.csv")[0]
print(len(odd.remarks))
for content, name in ((bad, "a.xlsx"), (b"a\\n\\xff\\n", "a.csv"), (b"", "a.xlsx")):
    try:
        table_of(content, name)
    except Exception as error:
        print(type(error).__name__)
"""


def test_reading_opens_no_file(tmp_path: Path) -> None:
    """A confined worker can open none: everything needed was imported before."""
    (tmp_path / "a.csv").write_bytes("\ufeffkey,n\nä,1\n".encode())
    names = workbook({"Õ": [["key", "n", "d"], ["ä", 1, date(2018, 7, 1)]]})
    (tmp_path / "a.xlsx").write_bytes(names)
    (tmp_path / "bad.xlsx").write_bytes(doctype("xl/workbook.xml"))
    files = [str(tmp_path / name) for name in ("a.csv", "a.xlsx", "bad.xlsx")]
    result = subprocess.run(
        [sys.executable, "-c", NO_FILES, *files],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.stderr == ""
    assert result.stdout.split() == ["1", "1", "3", "SourceError", "SourceError", "SourceError"]
