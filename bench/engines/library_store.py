"""Engines of others behind the `Store` protocol: `sparq` (PyPI `sparq-rdf`) and `oxilite`, as libraries.

What our package would have to do for them is all here: the guard before the engine, the dataset of the
protocol written as FROM, columns in the order of the query, regular expressions of XPath, forms other than
JSON, documents. Searches for words are not. No part of the package; it is for the figures of decision 23.
"""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import pyoxigraph as ox

from ogpld.errors import QueryError, QueryForbiddenError
from ogpld.rdf import parse_quads
from ogpld.stores import Answer, CancelToken, Query, ThingDescription, guard
from ogpld.stores.describe import describe, line
from ogpld.stores.describe_query import Described, read_describe
from ogpld.stores.empty_store import EmptyStore
from ogpld.stores.explain import syntax_error
from ogpld.stores.limits import Limits
from ogpld.stores.named_dataset import graph_names
from ogpld.stores.projection import name_columns
from ogpld.stores.query_names import QueryNames
from ogpld.stores.regex_dialect import translate
from ogpld.stores.result_writer import check_forms, write_answer, write_graph
from ogpld.stores.tokens import QUERY_FORMS, Token, replaced, scan

_PLACE = re.compile(r"error at \d+:\d+")
_FUNCTION = re.compile(
    r"Custom\((?:NamedNode \{ iri: \")?([^\"()]*)|custom (?:aggregate )?function <([^<>]*)>"
)


class Engine(Protocol):
    """What is asked of a library. Its own errors are ValueError, SyntaxError, RuntimeError, OSError."""

    def solutions(self, text: str) -> bytes:
        """Answer SELECT with results as JSON."""

    def truth(self, text: str) -> bool:
        """Answer ASK."""

    def triples(self, text: str) -> Iterable[ox.Triple]:
        """Answer CONSTRUCT."""


class Sparq:
    """`sparq` over a folder it has saved.

    It works in threads of its own from its first load or large query on, and a fork has none of them: there
    every large query waits for ever. A process that only opens a folder has not begun them; it can be forked.
    So the statements are loaded by a process that ends.

    Args:
        quads: N-Quads with the union in the default graph.
        folder: for what it saves; it must stay.
    """

    def __init__(self, quads: Path, folder: Path) -> None:
        self._library = importlib.import_module("sparq")
        process = os.fork()
        if process == 0:
            with suppress(BaseException):
                self._library.Graph.load(str(quads), "nquads").save(str(folder))
                os._exit(0)
            os._exit(1)
        if os.waitpid(process, 0)[1]:
            raise OSError("sparq does not load the statements")
        self._graph = self._library.Graph.open(str(folder))

    def solutions(self, text: str) -> bytes:
        """Answer SELECT."""
        return str(self._graph.query_json(text)).encode()

    def truth(self, text: str) -> bool:
        """Answer ASK."""
        return bool(self._graph.ask(text))

    def triples(self, text: str) -> Iterator[ox.Triple]:
        """Answer CONSTRUCT."""
        for terms in self._graph.construct(text):
            yield ox.Triple(*map(_term, terms))


def _term(term: Any) -> Any:
    """Return a term of `sparq` as one of ours."""
    if term.kind == "uri":
        return ox.NamedNode(term.value)
    if term.kind == "bnode":
        return ox.BlankNode(term.value)
    if term.language:
        return ox.Literal(term.value, language=term.language)
    return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype) if term.datatype else None)


class Oxilite:
    """`oxilite`, which has the interface of pyoxigraph.

    Args:
        quads: N-Quads with the union in the default graph.
        folder: not used; it holds them in memory.
    """

    def __init__(self, quads: Path, folder: Path) -> None:
        del folder
        self._library = importlib.import_module("oxilite")
        self._store = self._library.Store()
        self._store.bulk_load(path=str(quads), format=self._library.RdfFormat.N_QUADS)

    def solutions(self, text: str) -> bytes:
        """Answer SELECT."""
        form = self._library.QueryResultsFormat.JSON
        return bytes(self._store.query(text).serialize(format=form))

    def truth(self, text: str) -> bool:
        """Answer ASK."""
        return bool(self._store.query(text))

    def triples(self, text: str) -> Iterator[ox.Triple]:
        """Answer CONSTRUCT."""
        form = self._library.RdfFormat.N_TRIPLES
        for quad in ox.parse(
            self._store.query(text).serialize(format=form), ox.RdfFormat.N_TRIPLES
        ):
            yield quad.triple


class LibraryStore:
    """A store over a library; see the protocol (`ogpld.stores`).

    Args:
        engine: holds the graphs, and the union of those that are not hidden as its default graph.
        hidden: IRIs of the hidden graphs.
        limits: what a query may take.
    """

    def __init__(self, engine: Engine, hidden: Iterable[str], limits: Limits) -> None:
        self._engine = engine
        self._hidden = tuple(ox.NamedNode(graph) for graph in hidden)
        self._limits = limits
        self._empty = EmptyStore()

    def answer(
        self, query: Query, *, trusted: bool = False, token: CancelToken | None = None
    ) -> Answer:
        """Run a query."""
        del trusted, token
        if self._limits.guard:
            guard.check(query.text, self._limits.text_bytes)
        forms = check_forms(query.forms)
        try:
            return self._answer(_over_dataset(query), forms)
        except (ValueError, SyntaxError, RuntimeError, OSError) as error:
            raise _in_our_words(str(error), query.text) from error

    def _answer(self, text: str, forms: tuple[str, str]) -> Answer:
        if (described := read_describe(text)) is not None:
            return self._documents(described, forms[1])
        form = next((t.keyword for t in scan(text) if t.keyword in QUERY_FORMS), "")
        text = translate(text)
        if form == "CONSTRUCT":
            return write_graph(self._engine.triples(text), forms[1], self._limits)
        if form == "ASK":
            word = "true" if self._engine.truth(text) else "false"
            body = f'{{"head":{{}},"boolean":{word}}}'.encode()
        else:
            with suppress(SyntaxError):  # whether it is a query the engine says
                text = name_columns(text, self._empty)
            body = self._engine.solutions(text)
        results = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
        return write_answer(results, forms, self._limits)

    def _documents(self, wanted: Described, form: str) -> Answer:
        things: dict[str, None] = {}
        for text in filter(None, (wanted.fixed, wanted.select)):
            for row in _rows(self._engine, text):
                things.update((t.value, None) for t in row if isinstance(t, ox.NamedNode))
        triples = {
            quad.triple
            for iri in things
            for quad, _ in describe(_Patterns(self._engine), iri, 1 << 30, self._hidden)[0]  # type: ignore[arg-type]
        }
        return write_graph(sorted(triples, key=str), form, self._limits)

    def describe(self, iri: str, links: int) -> ThingDescription:
        """Return the document graph of a thing."""
        try:
            statements, incoming = describe(_Patterns(self._engine), iri, links, self._hidden)  # type: ignore[arg-type]
        except ValueError:
            return ThingDescription()
        return ThingDescription("".join(sorted(set(map(line, statements)))).encode(), incoming)

    def close(self) -> None:
        """Forget nothing: the process ends."""


class _Patterns:
    """The one method of an engine's store that documents are read with, by queries."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def quads_for_pattern(
        self, subject: Any, predicate: Any, value: Any, graph: Any
    ) -> list[ox.Quad]:
        """Return the quads that match; a blank node cannot be asked for in SPARQL, so none has it."""
        given = (subject, predicate, value)
        if any(isinstance(term, ox.BlankNode) for term in given):
            return []
        pattern = " ".join(str(t or f"?{name}") for t, name in zip(given, "spo", strict=True))
        if isinstance(graph, ox.DefaultGraph):
            where = pattern
        elif graph is None:
            where = f"{{ {pattern} }} UNION {{ GRAPH ?g {{ {pattern} }} }}"
        else:
            where = f"GRAPH {graph} {{ {pattern} }}"
        rows = _rows(self._engine, f"SELECT ?s ?p ?o ?g {{ {where} }}")
        named = graph if isinstance(graph, ox.NamedNode) else None
        return [
            ox.Quad(subject or row[0], predicate or row[1], value or row[2], row[3] or named)
            for row in rows
        ]


def _rows(engine: Engine, text: str) -> list[list[Any]]:
    """Return the rows of a query."""
    results = ox.parse_query_results(engine.solutions(text), format=ox.QueryResultsFormat.JSON)
    return [list(row) for row in results]  # type: ignore[union-attr]


def _over_dataset(query: Query) -> str:
    """Return a query that says its base and its dataset itself (SPARQL 1.1 Protocol 2.1.4)."""
    base = f"BASE <{query.base}> " if query.base else ""
    if not (query.default_graphs or query.named_graphs):
        return base + query.text
    clauses = [f" FROM {name}" for name in graph_names(query.default_graphs)]
    clauses += [f" FROM NAMED {name}" for name in graph_names(query.named_graphs)]
    tokens = list(scan(query.text))
    verb = QueryNames(tokens, query.base).prologue
    edits = []
    for number, token in enumerate(tokens):
        if token.depth == 0 and token.keyword == "FROM" and number > verb:
            step = 2 if tokens[number + 1].keyword == "NAMED" else 1
            edits.append((token.start, tokens[number + step].end, ""))
    place = _begin_of_where(tokens[verb:], len(query.text))
    return base + replaced(query.text, sorted([*edits, (place, place, f"{''.join(clauses)} ")]))


def _begin_of_where(tokens: list[Token], end: int) -> int:
    """Return the offset before WHERE or its bracket."""
    template = [t.keyword or t.text for t in tokens[:2]] == ["CONSTRUCT", "{"]
    for token in tokens:
        if token.depth == 0 and token.keyword == "WHERE":
            return token.start
        if token.text == "{" and token.depth == 1:
            if not template:
                return token.start
            template = False
    return end


def _in_our_words(message: str, text: str) -> QueryError:
    """Return an engine's refusal as the protocol has it."""
    if _PLACE.search(message):
        return syntax_error(SyntaxError(message), text)
    if match := _FUNCTION.search(message):
        return QueryError(
            f"the function <{match[1] or match[2]}> is not known here",
            code="query-unknown-function",
        )
    if "Service" in message:
        return QueryForbiddenError("SERVICE is not asked", hint="ask there")
    return QueryError("the query cannot be evaluated", code="query-failed")


def with_union(lines: Iterable[bytes], hidden: Iterable[str], path: Path) -> None:
    """Write N-Quads, and the union of the graphs that are not hidden as the default graph."""
    out_of_sight = {f"<{graph}>" for graph in hidden}
    united = set()
    with path.open("w", encoding="utf-8") as file:
        for quad in parse_quads(b"".join(lines), "nq"):
            file.write(f"{quad} .\n")
            if str(quad.graph_name) not in out_of_sight:
                united.add(f"{quad.triple} .\n")
        file.writelines(sorted(united))
