"""CSV that every reader takes apart as it was put together."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogpld.csv_rows import csv_text, csv_writer

_CELLS = st.text('a,;\t"\r\n ', max_size=6)


@given(
    rows=st.lists(st.lists(_CELLS, min_size=1, max_size=4), max_size=5),
    separator=st.sampled_from(",;\t"),
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_rows_read_back(rows: list[list[str]], separator: str, end: str) -> None:
    """Whatever is in their cells; written one by one they are the same."""
    text = csv_text(rows, end, separator)
    assert list(csv.reader(io.StringIO(text, newline=""), delimiter=separator)) == rows
    file = io.StringIO(newline="")
    writer = csv_writer(file, end, separator)
    for row in rows:
        writer.writerow(row)
    assert file.getvalue() == text


def test_lines_end_as_wanted() -> None:
    """A carriage return in a cell is quoted with either end."""
    rows = [["a\rb", "c"], ["d", "e"]]
    assert csv_text(rows) == '"a\rb",c\nd,e\n'
    assert csv_text(rows, "\r\n", ";") == '"a\rb";c\r\nd;e\r\n'
