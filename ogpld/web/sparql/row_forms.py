"""The rows of a SELECT that the store does not write: with columns added, as workbook, as Parquet."""

from __future__ import annotations

import hashlib
import io
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ogpld.formats import media
from ogpld.formats.parquet import write_parquet
from ogpld.formats.table_values import Value, value_of
from ogpld.formats.workbook_writer import Sheet, write_workbook
from ogpld.rdf import XSD, Literal
from ogpld.stores import Answer
from ogpld.stores.solutions import Cell, plain, read_solutions, write_solutions
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.lists.about_rows import about_rows, about_sheet
from ogpld.web.sparql.added_columns import AddedColumns, add_columns
from ogpld.web.sparql.callers import PreparedQuery, QueryCallers
from ogpld.web.sparql.row_limits import RowLimits

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
    answer: Answer,
    form: str,
    added: AddedColumns,
    *,
    began: float,
) -> Answer:
    """Return the answer to a SELECT in a form that is made here, within the deadline of the query.

    Args:
        request: the request.
        callers: the way to the workers.
        prepared: the query.
        answer: its answer in JSON.
        form: short name of the form.
        added: the columns to add.
        began: reading of `time.monotonic` when the query was begun.

    Raises:
        BudgetSpentError: when the client has to wait.
        QueryError: past the deadline.
        QueryTooLargeError: where the answer passes the bytes that one may have.
        NotWritableError: where the form cannot hold a value.
    """
    serving, query = request.release, prepared.query
    seconds = serving.settings.query_deadline
    seconds = seconds if query.deadline is None else min(seconds, query.deadline)
    limits = RowLimits(serving, seconds - (time.monotonic() - began), request.state.cancel)
    return callers.made(
        request,
        prepared,
        form_tag(serving, query.text, form, added),
        lambda: _write_rows(serving, answer, query.text, (form, added), limits),
    )


def _write_rows(
    serving: OpenRelease,
    answer: Answer,
    text: str,
    wanted: tuple[str, AddedColumns],
    limits: RowLimits,
) -> Answer:
    """Return the answer to a SELECT, given in JSON, in another form and with columns added."""
    form, added = wanted
    solutions = read_solutions(answer.body)
    if added:
        solutions = add_columns(serving, solutions, added, limits)
    rows = (tuple(map(_value, row)) for row in limits.within_time(solutions.rows))
    if form == media.XLSX.name:
        body = _workbook(serving, solutions.variables, rows, text)
    elif form == media.PARQUET.name:
        body = write_parquet(solutions.variables, rows, dict(about_rows(serving, text)))
    else:
        limits.check_time()
        body = write_solutions(solutions, form)
    limits.check_size(len(body))
    return replace(answer, form=form, body=body)


def _workbook(
    serving: OpenRelease, header: Sequence[str], rows: Iterable[Sequence[Value]], text: str
) -> bytes:
    out = io.BytesIO()
    sheets = (Sheet("Results", header, rows), about_sheet(about_rows(serving, text)))
    write_workbook(out, sheets, "Results")
    return out.getvalue()


def _value(cell: Cell) -> Value:
    """Return a cell as a value of tables."""
    if isinstance(cell, Literal) and not cell.language:
        return value_of(cell.value, XSD.local(cell.datatype.value))
    return plain(cell) or None
