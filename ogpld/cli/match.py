"""`ogpld match`: a table comes back with the ids of what its cells mean."""

from __future__ import annotations

import argparse
import contextlib
import csv
import io
import os
import sys
from pathlib import Path

from ogpld.config import Settings
from ogpld.errors import UsageError
from ogpld.formats.table_file import table_file
from ogpld.pipeline.progress import Progress
from ogpld.queries import load
from ogpld.release import Release, ReleaseStore
from ogpld.search.matcher import Matcher
from ogpld.search.release_index import release_index
from ogpld.search.table_match import match_request, match_table
from ogpld.sources.plain_table import TableLimits, plain_table
from ogpld.stores import Query
from ogpld.stores.embedded import EmbeddedStore

#: A workbook has no more rows; cells are bounded by memory only.
_LIMITS = TableLimits(rows=1_048_576, cells=100_000_000)


def run_match(options: argparse.Namespace, settings: Settings) -> int:
    """Match the table, write it and return the exit code."""
    file: Path = options.file
    output: Path | None = options.output
    suffix = file.suffix.lower()
    if suffix not in {".csv", ".xlsx"}:
        raise UsageError(f"{file} is neither .csv nor .xlsx", hint="save it as one of them")
    form = options.format or (output.suffix.lower()[1:] if output else suffix[1:])
    if form not in {"csv", "xlsx"}:
        raise UsageError(f"{output} ends in neither .csv nor .xlsx", hint="add --format csv")
    if output is None and form == "xlsx" and sys.stdout.isatty():
        raise UsageError("a workbook is not shown on a terminal", hint="add --output FILE.xlsx")
    if output is not None and output.exists():
        raise UsageError(f"{output} exists", hint="choose another name")
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from error
    release = ReleaseStore(settings.home).with_data(None)
    request = match_request(release.model(), options.type, options.column, options.member)
    table = plain_table(content, file.name, suffix, _LIMITS, options.sheet)
    progress = Progress()
    progress.step("reading the names")
    matcher, codes = Matcher(release_index(release)), _member_codes(release)
    progress.step("matching")
    matched = match_table(
        matcher, table.header, table.rows, request, codes=codes, progress=progress.reach
    )
    progress.finish()
    _write(table_file(form, matched, table.as_dict()), output)
    guess = " (guessed)" if matched.guessed else ""
    name = table.header[matched.column]
    counts = ", ".join(f"{number} {answer}" for answer, number in sorted(matched.counts.items()))
    sys.stderr.write(f"column {matched.column + 1} {name!r}{guess}: {counts}\n")
    return 0


def _member_codes(release: Release) -> dict[str, tuple[str, str, str]]:
    """Return the ISO codes of members by IRI."""
    store = EmbeddedStore.load(release.data, release.manifest.quads, release.hidden_graphs)
    answer = store.answer(Query(load("member-codes"), ("csv", "")), trusted=True)
    rows = csv.DictReader(io.StringIO(answer.body.decode(), newline=""))
    return {row["member"]: (row["iso2"], row["iso3"], row["numeric"]) for row in rows}


def _write(content: bytes, output: Path | None) -> None:
    """Write to standard output, or a file that is not there yet: whole, or not at all."""
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    beside = output.with_name(f".{output.name}.{os.getpid()}.tmp")
    try:
        try:
            beside.write_bytes(content)
            os.link(beside, output)  # unlike a rename it never replaces a file
        finally:
            with contextlib.suppress(OSError):
                beside.unlink()
    except FileExistsError as error:
        raise UsageError(f"{output} exists", hint="choose another name") from error
    except OSError as error:
        raise UsageError(f"cannot write {output}: {error.strerror}") from error
    sys.stderr.write(f"wrote {output}\n")
