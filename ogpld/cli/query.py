"""`ogpld query`: SPARQL over a release, in this process and without the public limits."""

from __future__ import annotations

import argparse
import csv
import io
import sys
from pathlib import Path

from ogpld.config import Settings
from ogpld.errors import ReleaseError, UsageError
from ogpld.iris import Iris
from ogpld.release import Shelf
from ogpld.stores import GRAPH_FORMS, SOLUTION_FORMS, Query
from ogpld.stores.embedded import EmbeddedStore

_LONGEST_NAME = 1024


def run_query(options: argparse.Namespace, settings: Settings) -> int:
    """Run the query and write the answer to standard output."""
    text = _text(options.text)
    form = options.format or ("table" if sys.stdout.isatty() else "")
    solutions, graph = "", ""
    if form in SOLUTION_FORMS:
        solutions = form
    elif form in GRAPH_FORMS:
        graph = form
    elif form == "table":
        solutions = "csv"
    elif form:
        known = ", ".join(("table", *SOLUTION_FORMS, *GRAPH_FORMS))
        raise UsageError(f"unknown format {form!r}", hint=f"use one of {known}")
    shelf = Shelf(settings.home)
    release = shelf.get(options.release) if options.release else shelf.current()
    if release is None:
        raise ReleaseError(f"there is no release in {settings.home}", hint="run: ogpld build")
    hidden = (Iris(release.manifest.base_iri).graph("shapes").value,)  # as /sparql does
    store = EmbeddedStore.load(release.data, release.manifest.quads, hidden)
    answer = store.answer(Query(text, (solutions, graph)), trusted=True)
    body = answer.body
    if form == "table" and answer.kind == "solutions":
        body = _table(body.decode()).encode()
    sys.stdout.buffer.write(body)
    if not body.endswith(b"\n"):
        sys.stdout.buffer.write(b"\n")
    sys.stdout.flush()
    return 0


def _text(given: str) -> str:
    """Return the query: from standard input, a file, or as typed."""
    if given == "-":
        return sys.stdin.read()
    if len(given) < _LONGEST_NAME and "{" not in given:
        path = Path(given)
        if not path.is_file():
            raise UsageError(f"{given!r} is neither a query nor a file", hint="quote the query")
        return path.read_text(encoding="utf-8")
    return given


def _table(text: str) -> str:
    """Return CSV as aligned columns, for a terminal."""
    rows = list(csv.reader(io.StringIO(text)))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(c.ljust(w) for c, w in zip(r, widths, strict=True)).rstrip() for r in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    lines.append(f"({len(rows) - 1} rows)")
    return "\n".join(lines) + "\n"
