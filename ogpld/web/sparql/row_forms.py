"""The rows of a SELECT that the store does not write: with columns added, as workbook, as Parquet."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace

from ogpld.formats import media
from ogpld.formats.parquet import write_parquet
from ogpld.formats.workbook_writer import Sheet, Value, number_of, write_workbook
from ogpld.rdf import XSD, Literal
from ogpld.stores import Answer
from ogpld.stores.result_writer import too_large
from ogpld.stores.solutions import Cell, Solutions, plain, read_solutions, write_solutions
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.lists.about_rows import about_rows, about_sheet
from ogpld.web.sparql.added_columns import AddedColumns, add_columns
from ogpld.web.sparql.callers import PreparedQuery, QueryCallers

#: Forms of rows that are made here.
TABLES = frozenset({media.XLSX.name, media.PARQUET.name})


def needs_terms(form: str, added: AddedColumns) -> bool:
    """Say whether a form of rows is made here, of the JSON of the store."""
    return bool(added) or form in TABLES


def form_tag(serving: OpenRelease, text: str, form: str, added: AddedColumns) -> str:
    """Return what tells the bytes of a form from others in an ETag, beside the rows."""
    parts = [form, *([added.tag] if added else [])]
    if form in TABLES:
        about = repr(about_rows(serving, text)).encode("utf-8", "surrogatepass")
        parts.append(hashlib.sha256(about).hexdigest()[:12])
    return "-".join(parts)


def answer_rows(
    request: ReleaseRequest,
    callers: QueryCallers,
    prepared: PreparedQuery,
    form: str,
    added: AddedColumns,
) -> Answer:
    """Return the answer to a SELECT in a form that is made here.

    Args:
        request: the request.
        callers: the way to the workers.
        prepared: the query, to be answered in JSON.
        form: short name of the form.
        added: the columns to add.

    Raises:
        BudgetSpentError: when the client has to wait.
        QueryError: as the pool raises it, and as `write_rows`.
    """
    answer, serving, text = callers.answer(request, prepared), request.release, prepared.query.text
    tag = form_tag(serving, text, form, added)
    return callers.made(
        request, prepared, tag, lambda: write_rows(serving, answer, text, form, added)
    )


def write_rows(
    serving: OpenRelease, answer: Answer, text: str, form: str, added: AddedColumns
) -> Answer:
    """Return the answer to a SELECT, given in JSON, in another form and with columns added.

    Args:
        serving: the release.
        answer: as the store wrote it.
        text: the query, which workbooks name.
        form: short name of the form.
        added: the columns to add.

    Raises:
        QueryTooLargeError: where it passes the bytes that an answer may have.
        NotWritableError: where the form cannot hold a value.
    """
    solutions = read_solutions(answer.body)
    if added:
        solutions = add_columns(serving, solutions, added)
    if form == media.XLSX.name:
        body = _workbook(serving, solutions, text)
    elif form == media.PARQUET.name:
        rows = (tuple(map(_value, row)) for row in solutions.rows)
        body = write_parquet(solutions.variables, rows, dict(about_rows(serving, text)))
    else:
        body = write_solutions(solutions, form)
    if len(body) > serving.settings.query_bytes:
        raise too_large("bytes", serving.settings.query_bytes)
    return replace(answer, form=form, body=body)


def _workbook(serving: OpenRelease, solutions: Solutions, text: str) -> bytes:
    out = io.BytesIO()
    rows = (tuple(map(_value, row)) for row in solutions.rows)
    sheets = (Sheet("Results", solutions.variables, rows), about_sheet(about_rows(serving, text)))
    write_workbook(out, sheets, "Results")
    return out.getvalue()


def _value(cell: Cell) -> Value:
    """Return a cell as a value of tables."""
    if isinstance(cell, Literal) and not cell.language:
        return number_of(cell.value, XSD.local(cell.datatype.value))
    return plain(cell) or None
