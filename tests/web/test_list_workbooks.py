"""Lists as workbook and Parquet have the rows of their CSV, with labels."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any

import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook
from support.running import Server

QUERIES = ("", "?member=EST", "?member=EST&page=1&limit=5", "?member=(unknown)")


def as_text(value: Any) -> str:
    """Return a cell of a workbook as CSV has it."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    return "" if value is None else str(value)


def table(server: Server, query: str) -> list[dict[str, str]]:
    """Return the rows of the list's CSV."""
    text = server.get(f"/doc/commitment.csv{query}").content.decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def workbook(server: Server, query: str) -> tuple[list[dict[str, Any]], Any]:
    """Return the rows of the list's workbook, and the workbook."""
    answer = server.get(f"/doc/commitment.xlsx{query}")
    assert answer.status_code == 200, answer.text
    book = load_workbook(io.BytesIO(answer.content))
    header, *rows = book.worksheets[0].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows], book


@pytest.mark.parametrize("query", QUERIES)
def test_the_workbook_has_the_rows_of_the_csv(server: Server, query: str) -> None:
    """Filters and pages hold; each cell is the same, a label stands behind what is a key or a code."""
    wanted = table(server, query)
    read, book = workbook(server, query)
    assert len(read) == len(wanted)
    for row, cells in zip(read, wanted, strict=True):
        for name, cell in cells.items():
            value = row[name]
            assert as_text(value) == cell.replace("\r\n", "\n"), name
        assert (row["member_label"] == "Estonia") == (cells["member"] == "EST")
    assert book.sheetnames[1:] == ["Codebook", "About"]
    codebook = list(book["Codebook"].iter_rows(values_only=True))
    if read:
        assert [row[0] for row in codebook[1:]] == [*read[0]]
    assert all(row[1] and row[2] for row in codebook)
    about = {row[0]: row[1] for row in book["About"].iter_rows(values_only=True)}
    assert "/doc/commitment" in about["Rows"]
    assert (query.partition("&")[0] in about["Rows"]) or "(" in query


@pytest.mark.parametrize("query", QUERIES[:2])
def test_parquet_has_the_same(server: Server, query: str) -> None:
    """Rows and columns of the workbook."""
    read, _ = workbook(server, query)
    answer = server.get(f"/doc/commitment.parquet{query}")
    assert answer.headers["Content-Type"] == "application/vnd.apache.parquet"
    rows = pq.read_table(io.BytesIO(answer.content)).to_pylist()
    assert len(rows) == len(read)
    for row, other in zip(rows, read, strict=True):
        assert [*row] == [*other]
        for name, value in row.items():
            text = value.replace("\r\n", "\n") if isinstance(value, str) else value
            assert text == other[name] or text == as_text(other[name]), name


def test_other_lists_and_headers(server: Server) -> None:
    """Bytes are the same each time; the page and other forms link it."""
    first, again = (server.get("/doc/member.xlsx") for _ in range(2))
    assert first.content == again.content
    assert first.headers["ETag"] == again.headers["ETag"]
    assert first.headers["Content-Disposition"].endswith('.xlsx"')
    page = server.get("/doc/member", headers={"Accept": "text/html"})
    assert 'href="/doc/member.xlsx"' in page.text
    assert "/doc/member.xlsx>" in server.get("/doc/member.csv").headers["Link"]
    for segment in ("action-plan", "assessment", "institution", "report"):
        rows = load_workbook(io.BytesIO(server.get(f"/doc/{segment}.xlsx?page=1&limit=20").content))
        assert rows.worksheets[0].max_row > 1
