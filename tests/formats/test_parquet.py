"""Parquet holds what it is given, as pyarrow reads it."""

from __future__ import annotations

import io
from datetime import date

import pyarrow.parquet as pq
import pytest

from ogpld.errors import NotWritableError
from ogpld.formats.parquet import Kind, stream_parquet, write_parquet
from ogpld.formats.table_values import Value, value_of

NAMES = ["whole", "number", "flag", "mixed", "text", "empty", "day"]
ROWS: list[list[Value]] = [
    [1, 1, True, 1, "a\r\nb", None, date(2016, 2, 29)],
    [None, 2.5, False, "b", "", None, date(1969, 12, 30)],
    [-(10**15) + 1, -0.5, None, True, "\U0001f600=1+1", None, None],
]


def test_columns_have_one_type() -> None:
    """Whole numbers, numbers, booleans, days, else text; an empty cell is null."""
    body = write_parquet(NAMES, ROWS, {"Release": "1-a", "Title": "é"})
    table = pq.read_table(io.BytesIO(body))
    assert [str(field.type) for field in table.schema] == [
        *("int64", "double", "bool", "string", "string", "string", "date32[day]")
    ]
    wanted = [
        [1, 1.0, True, "1", "a\r\nb", None, date(2016, 2, 29)],
        [None, 2.5, False, "b", None, None, date(1969, 12, 30)],
        [-(10**15) + 1, -0.5, None, "true", "\U0001f600=1+1", None, None],
    ]
    assert table.to_pylist() == [dict(zip(NAMES, row, strict=True)) for row in wanted]
    assert table.schema.metadata == {b"Release": b"1-a", b"Title": "é".encode()}
    assert body == write_parquet(NAMES, ROWS, {"Release": "1-a", "Title": "é"})


@pytest.mark.parametrize("rows", [0, 1, 7, 8, 9, 10_000, 10_001, 20_003])
def test_groups_of_rows(rows: int) -> None:
    """None, one and several groups; nulls at any place."""
    columns = [("n", Kind.WHOLE), ("t", Kind.TEXT), *((f"c{at}", Kind.TEXT) for at in range(20))]
    table: list[list[Value]] = [
        [n if n % 3 else None, f"é{n}" if n % 5 else "", *([None] * 20)] for n in range(rows)
    ]
    out = io.BytesIO()
    stream_parquet(out, columns, iter(table), {})
    read = pq.ParquetFile(io.BytesIO(out.getvalue()))
    assert read.num_row_groups == -(-rows // 10_000)
    values = read.read().to_pydict()
    assert values["n"] == [row[0] for row in table]
    assert values["t"] == [row[1] or None for row in table]
    assert len(values) == 22


def test_no_columns_and_no_rows() -> None:
    """A file all the same."""
    assert pq.read_table(io.BytesIO(write_parquet([], [], {}))).num_columns == 0
    table = pq.read_table(io.BytesIO(write_parquet(["a"], [], {})))
    assert (table.column_names, table.num_rows) == (["a"], 0)


def test_a_column_of_text_has_numbers_as_they_are_written() -> None:
    """Not as the double that stands for one elsewhere; numbers alone are doubles, with whole ones too."""
    texts = ["123456789012345.678", "10000000000", "2.0", "2", "-0.50"]
    numbers: list[Value] = [value_of(text, "decimal") for text in texts]
    rows = [[number, number] for number in [*numbers, value_of("7", "integer")]]
    table = pq.read_table(io.BytesIO(write_parquet(["n", "t"], [*rows, [None, "x"]], {})))
    assert table.column("t").to_pylist() == [*texts, "7", "x"]
    assert str(table.schema.field("n").type) == "double"
    assert table.column("n").to_pylist() == [*map(float, texts), 7.0, None]


def test_long_whole_numbers_come_as_text() -> None:
    """As spreadsheets are given them; what needs more than 64 bits is an error that says so."""
    file = io.BytesIO()
    columns = [("n", Kind.WHOLE)]
    stream_parquet(file, columns, [["1234567890123456"], ["+5"], ["007"], [8], [None]], {})
    numbers = pq.read_table(io.BytesIO(file.getvalue())).column("n").to_pylist()
    assert numbers == [1234567890123456, 5, 7, 8, None]
    with pytest.raises(NotWritableError, match=str(2**63)):
        stream_parquet(io.BytesIO(), columns, [[str(2**63)]], {})
