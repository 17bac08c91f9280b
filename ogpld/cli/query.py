"""`ogpld query`: SPARQL over a release, in this process and without the public limits."""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from ogpld.config import Settings
from ogpld.errors import UsageError
from ogpld.model import Model
from ogpld.queries import bind, load
from ogpld.queries.named import NamedQuery, by_topic, load_named
from ogpld.queries.named.unknown import summary
from ogpld.rdf import NamedNode
from ogpld.release import ReleaseStore
from ogpld.search.index import SearchIndex
from ogpld.search.matcher import Matcher
from ogpld.search.name_lookup import ReleaseNames
from ogpld.search.release_index import release_index
from ogpld.search.thing_keys import ThingKeys
from ogpld.search.typed_names import things_called
from ogpld.stores import GRAPH_FORMS, SOLUTION_FORMS, Answer, Query, guard
from ogpld.stores.embedded import EmbeddedStore
from ogpld.stores.limits import GuardLimits

_LONGEST_NAME = 1024
#: The engine ends the process where clauses, calls or lists stand some 500 to 900 deep within each other.
_DEEPEST = 200
#: It ends it too of some 2,500 `AS` of five tokens each, or 7,000 operators of two. The time of a path grows
#: with the cube of its length.
_LIMITS = GuardLimits(
    tokens=10_000,
    path=500,
    values=sys.maxsize,
    **dict.fromkeys(("depth", "calls", "unary", "clauses"), _DEEPEST),
    triples=10 * _DEEPEST,
)
#: What an answer is called in a refusal.
_KINDS = {
    "solutions": "a table of solutions",
    "boolean": "yes or no",
    "graph": "a graph",
}


def run_query(options: argparse.Namespace, settings: Settings) -> int:
    """Run the query and write the answer to standard output."""
    if options.list or options.text is None:
        return _list(options)
    form = options.format or ("table" if sys.stdout.isatty() else "")
    solutions, graph = _forms(form)
    release = ReleaseStore(settings.home).with_data(options.release)
    iris = release.iris
    named = load_named().get(options.text)
    values = _values(options, named)
    text = "" if named else _text(options.text)
    guard.check(text, sys.maxsize, _LIMITS, services=True)
    store = EmbeddedStore.load(release.data, release.manifest.quads, release.hidden_graphs)
    index = cache(lambda: release_index(release))
    store.lookup = ReleaseNames(index)
    if named is not None:
        model = release.model()
        values = _with_keys(store, index, model, named, values)
        text = named.bound(values, model, iris)
        sys.stderr.write(_left_out(store, named.bound_unknown(values, model, iris), named))
    answer = store.answer(Query(text, (solutions, graph)), trusted=True)
    if options.format:
        _check_form(form, answer)
    body = answer.body
    if form == "table" and answer.kind == "solutions":
        body = _table(body.decode()).encode()
    sys.stdout.buffer.write(body)
    if not body.endswith(b"\n"):
        sys.stdout.buffer.write(b"\n")
    sys.stdout.flush()
    return 0


def _forms(form: str) -> tuple[str, str]:
    """Return the form of solutions and of graphs, "" for the engine's own.

    Raises:
        UsageError: for an unknown format.
    """
    if form == "table":
        return "csv", ""
    if form in SOLUTION_FORMS:
        return form, ""
    if form and form not in GRAPH_FORMS:
        forms = ", ".join(("table", *SOLUTION_FORMS, *GRAPH_FORMS))
        raise UsageError(f"unknown format {form!r}", hint=f"use one of {forms}")
    return "", form


def _check_form(form: str, answer: Answer) -> None:
    """Refuse a format that what was asked for does not come in.

    Raises:
        UsageError: naming those it comes in.
    """
    forms = GRAPH_FORMS if answer.kind == "graph" else ("table", *SOLUTION_FORMS)
    if form not in forms:
        raise UsageError(
            f"{_KINDS[answer.kind]} does not come as {form}", hint=f"use one of {', '.join(forms)}"
        )


def _list(options: argparse.Namespace) -> int:
    """Write the names of the questions with their titles.

    Raises:
        UsageError: for a query beside --list, and for what is said of none.
    """
    if options.text is not None:
        raise UsageError(
            "there are a query and --list",
            hint="give one of the two; a question is asked by its name",
        )
    for name in ("format", "set", "release"):
        if getattr(options, name):
            raise UsageError(
                f"--{name} is for a query, and there is none",
                hint="the list of questions comes as text: ogpld query --list",
            )
    for topic, queries in by_topic(load_named()):
        sys.stdout.write(f"{topic}\n")
        for query in queries:
            takes = " ".join(f"{p.name}={p.default}" for p in query.parameters)
            sys.stdout.write(f"  {query.name:<30} {query.title}{f'  ({takes})' if takes else ''}\n")
    return 0


def _values(options: argparse.Namespace, named: NamedQuery | None) -> dict[str, str]:
    """Return the values of `--set` by parameter.

    Raises:
        UsageError: for one that is not NAME=VALUE, or for a query that takes none.
    """
    values = {}
    for assignment in options.set:
        name, equals, value = assignment.partition("=")
        if not equals:
            raise UsageError(f"--set {assignment!r} is not NAME=VALUE", hint="--set member=GEO")
        values[name] = value
    if named is None and values:
        raise UsageError("--set is for the questions of 'ogpld query --list'")
    return values


def _with_keys(
    store: EmbeddedStore,
    index: Callable[[], SearchIndex],
    model: Model,
    named: NamedQuery,
    values: dict[str, str],
) -> dict[str, str]:
    """Return values with the keys of the things they name; of things nobody names, the default.

    Raises:
        UsageError: when nothing or more than one thing is called so.
    """
    keys_of_things = dict(values)
    for parameter in named.parameters:
        definition = model.classes.get(parameter.kind)
        if definition is None:
            continue
        rows = _rows(store, bind(load("names"), kind=NamedNode(definition.iri)))
        names = ThingKeys((row["thing"], row["name"], row["label"]) for row in rows)
        text = values.get(parameter.name)
        keys_of_things[parameter.name] = (
            names.default(parameter.default)
            if text is None
            else names.key(
                text,
                parameter.name,
                definition.label,
                partial(
                    things_called,
                    index=index(),
                    matcher=lambda: Matcher(index()),
                    classes=(definition.name,),
                ),
            )
        )
    return keys_of_things


def _left_out(store: EmbeddedStore, text: str, named: NamedQuery) -> str:
    """Return a line about what the answer leaves out, "" where it leaves out nothing."""
    if not named.unknown:
        return ""
    left_out = summary(row["notKnown"] for row in _rows(store, text))
    return f"{left_out}\n" if left_out.total else ""


def _rows(store: EmbeddedStore, text: str) -> list[dict[str, str]]:
    answer = store.answer(Query(text, ("csv", "")), trusted=True)
    return list(csv.DictReader(io.StringIO(answer.body.decode(), newline="")))


def _text(given: str) -> str:
    """Return the query: from standard input, a file, or as typed."""
    if given == "-":
        return _decoded(sys.stdin.buffer.read(), "standard input")
    if len(given) < _LONGEST_NAME and "{" not in given:
        path = Path(given)
        if not path.is_file():
            raise UsageError(
                f"{given!r} is neither a query nor a file",
                hint="quote the query, or: ogpld query --list",
            )
        return _decoded(path.read_bytes(), given)
    return given


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is not UTF-8", hint="save the query as UTF-8") from error


def _table(text: str) -> str:
    """Return CSV as aligned columns, for a terminal."""
    rows = list(csv.reader(io.StringIO(text)))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(c.ljust(w) for c, w in zip(r, widths, strict=True)).rstrip() for r in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    lines.append(f"({len(rows) - 1} rows)")
    return "\n".join(lines) + "\n"
