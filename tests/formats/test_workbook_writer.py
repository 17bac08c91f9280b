"""Workbooks hold what they are given, as openpyxl reads them."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from ogpld.errors import NotWritableError
from ogpld.formats.table_values import Number, Value, value_of
from ogpld.formats.workbook_writer import (
    CHARACTERS,
    COLUMNS,
    Sheet,
    write_workbook,
)


def written(*sheets: Sheet) -> bytes:
    """Return a workbook's bytes."""
    out = io.BytesIO()
    write_workbook(out, sheets, "Test")
    return out.getvalue()


def cells(body: bytes, sheet: int = 0) -> list[list[Any]]:
    """Return what openpyxl reads of a sheet."""
    page = load_workbook(io.BytesIO(body)).worksheets[sheet]
    return [[cell.value for cell in row] for row in page.iter_rows()]


def test_values_come_back() -> None:
    """Text stays text, whatever it begins with; numbers and booleans are values."""
    texts = ["=1+1", "+49", "-1", "@SUM(A1)", "2.10", "2016-07", "007", "https://x.y/" + "a" * 3000]
    rows: list[list[Value]] = [[text, None] for text in texts]
    rows += [[5, -2], [2.5, True], ["a\tb\nc", "\U0001f600 _x0041_"], ["", False]]
    rows += [[date(2016, 2, 29), date(1900, 2, 28)]]
    body = written(Sheet("All", ("x", "y"), rows))
    read = cells(body)
    assert [row[0] for row in read[1:9]] == texts
    page = load_workbook(io.BytesIO(body)).worksheets[0]
    assert {cell.data_type for cell in page["A"][:9]} == {"s"}
    assert read[9:11] == [[5, -2], [2.5, True]]
    assert read[11][0] == "a\tb\nc"
    assert read[12] == [None, False]
    assert read[13] == [datetime(2016, 2, 29), "1900-02-28"]  # noqa: DTZ001  (a day has no zone)
    assert page["A14"].number_format == "yyyy-mm-dd"
    assert not any(
        "hyperlink" in name or ("rels" in name and "sheet" in name) for name in _parts(body)
    )


def _parts(body: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(body)).namelist()


def test_the_same_content_has_the_same_bytes() -> None:
    """No time of writing is in a workbook."""
    sheet = Sheet("All", ("x",), [["a"]])
    body = written(sheet)
    assert body == written(sheet)
    assert {info.date_time[0] for info in zipfile.ZipFile(io.BytesIO(body)).infolist()} == {1980}


@pytest.mark.parametrize(
    ("sheet", "what"),
    [
        (Sheet("a", ("x",), [["b\x01"]]), "row 2, column 'x': the text has the character U\\+0001"),
        (Sheet("a", ("x",), [["b\ufffe"]]), "U\\+FFFE"),
        (Sheet("a", ("x",), [["b"], ["b" * (CHARACTERS + 1)]]), "row 3.*longer than 32,767"),
        (Sheet("a", ("x",), [["\U0001f600" * 16_384]]), "longer than 32,767"),
        (Sheet("a", ("x",), [["\ud800" * 20_000]]), "U\\+D800"),
        (Sheet("a", ["x"] * (COLUMNS + 1), []), "16,385 columns"),
    ],
)
def test_what_a_workbook_cannot_hold_is_an_error(sheet: Sheet, what: str) -> None:
    """It names the place; nothing is cut."""
    with pytest.raises(NotWritableError, match=what) as caught:
        written(sheet)
    assert caught.value.code == "workbook"
    assert written(Sheet("a", ("x",), [["b" * CHARACTERS]]))


def test_a_workbook_that_is_refused_leaves_no_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nor does one that is written."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(NotWritableError):
        written(Sheet("a", ("x",), [["b"], ["c\x01"]]), Sheet("b", ("x",), [["b"]]))
    assert written(Sheet("a", ("x",), [["b"]]))
    assert list(tmp_path.iterdir()) == []


def test_too_many_rows_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """The header is a row too."""
    monkeypatch.setattr("ogpld.formats.workbook_writer.ROWS", 3)
    assert len(cells(written(Sheet("a", ("x",), [["1"]] * 2)))) == 3
    with pytest.raises(NotWritableError, match="more than 3 rows"):
        written(Sheet("a", ("x",), [["1"]] * 3))


def test_names_of_sheets_are_ones_that_excel_takes() -> None:
    """Forbidden signs are blanks; too long ones are cut; no two are the same in any case."""
    faces = "\U0001f600" * 16
    names = ("a/b:c", "A b c", "'x'", "", "n" * 40, "N" * 40, faces, faces)
    body = written(*(Sheet(name, (), []) for name in names))
    assert load_workbook(io.BytesIO(body)).sheetnames == [
        *("a b c", "A b c 2", "x", "Sheet", "n" * 31, "N" * 29 + " 2"),
        *(faces[:15], faces[:14] + " 2"),
    ]


@pytest.mark.parametrize(
    ("text", "datatype", "value"),
    [
        ("12", "integer", 12),
        ("012", "integer", "012"),
        ("1" * 16, "integer", "1" * 16),
        ("2.10", "string", "2.10"),
        ("2.5", "decimal", Number("2.5")),
        ("1e3", "double", Number("1000")),
        ("NaN", "double", "NaN"),
        ("INF", "double", "INF"),
        ("true", "boolean", True),
        ("2016", "gYear", "2016"),
        ("2016-02-29", "date", date(2016, 2, 29)),
        ("2015-02-29", "date", "2015-02-29"),
        ("2016-02-28Z", "date", "2016-02-28Z"),
        ("2016-02", "date", "2016-02"),
    ],
)
def test_numbers(text: str, datatype: str, value: Value) -> None:
    """What a workbook holds exactly enough is a number."""
    assert value_of(text, datatype) == value
    assert type(value_of(text, datatype)) is type(value)
