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
from ogpld.model import load_model
from ogpld.queries.named import by_topic, load_named
from ogpld.release import Release, Shelf
from ogpld.stores import GRAPH_FORMS, SOLUTION_FORMS, Query
from ogpld.stores.embedded import EmbeddedStore

_LONGEST_NAME = 1024


def run_query(options: argparse.Namespace, settings: Settings) -> int:
    """Run the query and write the answer to standard output."""
    if options.list or options.text is None:
        return _list()
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
    if release.pruned:
        raise ReleaseError(
            f"{release.id}: its data was pruned", hint="ask another: ogpld releases list"
        )
    iris = Iris(release.manifest.base_iri)
    text = _named(options, release, iris) or _text(options.text)
    hidden = (iris.graph("shapes").value,)  # as /sparql does
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


def _list() -> int:
    """Write the names of the questions with their titles."""
    for topic, queries in by_topic(load_named()):
        sys.stdout.write(f"{topic}\n")
        for query in queries:
            takes = " ".join(f"{p.name}={p.default}" for p in query.parameters)
            sys.stdout.write(f"  {query.name:<30} {query.title}{f'  ({takes})' if takes else ''}\n")
    return 0


def _named(options: argparse.Namespace, release: Release, iris: Iris) -> str:
    """Return the query of a question with its values bound, "" when the text names none.

    Raises:
        UsageError: for a value that cannot be one, or values for a query that takes none.
    """
    query = load_named().get(options.text)
    values = {}
    for told in options.set:
        name, equals, value = told.partition("=")
        if not equals:
            raise UsageError(f"--set {told!r} is not NAME=VALUE", hint="--set member=GEO")
        values[name] = value
    if query is None:
        if values:
            raise UsageError("--set is for the questions of 'ogpld query --list'")
        return ""
    model = load_model(release.path / "model/ontology", release.path / "model/shapes")
    return query.bound(values, model, iris)


def _text(given: str) -> str:
    """Return the query: from standard input, a file, or as typed."""
    if given == "-":
        return sys.stdin.read()
    if len(given) < _LONGEST_NAME and "{" not in given:
        path = Path(given)
        if not path.is_file():
            raise UsageError(
                f"{given!r} is neither a query nor a file",
                hint="quote the query, or: ogpld query --list",
            )
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
