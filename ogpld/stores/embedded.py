"""An in-memory pyoxigraph store in this process: for the build, the shell, tests, and each worker.

The default graph of a query is the union of all graphs but the hidden ones (the shapes). Hidden graphs
live in a second store, because naming every visible graph in each query would cost a merge; a query
that names one of them runs over a store that holds both.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from ogpld.errors import QueryError, QuerySyntaxError, ReleaseError
from ogpld.stores import Answer, Description, Query
from ogpld.stores.describe import describe, described_iris
from ogpld.stores.limits import Limits
from ogpld.stores.results import write_answer, write_graph

_UNLIMITED = Limits(rows=1 << 62, bytes=1 << 62, text_bytes=1 << 62, guard=False)
_PLACE = re.compile(r" at (\d+):(\d+)")


class EmbeddedStore:
    """Answer about quads held in this process's memory."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or _UNLIMITED
        self._visible = ox.Store()
        self._hidden: ox.Store | None = None

    @classmethod
    def load(
        cls,
        path: Path,
        expected: int | None = None,
        hidden_graphs: Iterable[str] = (),
        limits: Limits | None = None,
    ) -> EmbeddedStore:
        """Load canonical N-Quads, gzip-compressed.

        Raises:
            ReleaseError: when the file is cut or broken, or holds another number of quads.
        """
        store = cls(limits)
        try:
            with gzip.open(path, "rb") as file:
                store._visible.bulk_load(file, format=ox.RdfFormat.N_QUADS)  # type: ignore[arg-type]
        except (OSError, EOFError, zlib.error, SyntaxError) as error:
            raise ReleaseError(
                f"{path.name} cannot be loaded: {error}",
                hint="the file is cut or damaged; use another release or publish again",
            ) from error
        if expected is not None and len(store._visible) != expected:
            raise ReleaseError(f"{path.name} holds {len(store._visible)} quads, not {expected}")
        store._hide(hidden_graphs)
        return store

    @classmethod
    def from_quads(
        cls,
        quads: Iterable[ox.Quad],
        hidden_graphs: Iterable[str] = (),
        limits: Limits | None = None,
    ) -> EmbeddedStore:
        """Hold quads that are in memory already."""
        store = cls(limits)
        store._visible.bulk_extend(quads)
        store._hide(hidden_graphs)
        return store

    def __len__(self) -> int:
        return len(self._visible) + (len(self._hidden) if self._hidden else 0)

    def _hide(self, graphs: Iterable[str]) -> None:
        """Move hidden graphs to a store of their own."""
        for name in graphs:
            graph = ox.NamedNode(name)
            quads = list(self._visible.quads_for_pattern(None, None, None, graph))
            if quads:
                self._hidden = self._hidden or ox.Store()
                self._hidden.extend(quads)
                self._visible.remove_graph(graph)

    def answer(self, query: Query, *, trusted: bool = False) -> Answer:
        """Run a query; see the protocol."""
        limits = _UNLIMITED if trusted else self.limits
        wanted = described_iris(query.text, lambda text: self._select_iris(text, query))
        if wanted is not None:
            triples = {q.triple for iri in wanted for q in self._describe(iri, limits.rows)[0]}
            return write_graph(iter(sorted(triples, key=str)), query.forms[1], limits)
        return write_answer(self._run(query.text, query), query.forms, limits)

    def describe(self, iri: str, links: int) -> Description:
        """Return the document graph of a thing; see the protocol."""
        quads, incoming = self._describe(iri, links)
        lines = sorted({f"{quad} .\n" for quad in quads})
        return Description("".join(lines).encode(), incoming)

    def close(self) -> None:
        """Forget everything."""
        self._visible = ox.Store()
        self._hidden = None

    def _describe(self, iri: str, links: int) -> tuple[list[ox.Quad], dict[str, int]]:
        quads, incoming = describe(self._visible, iri, links)
        if not quads and self._hidden is not None:
            return describe(self._hidden, iri, links)
        return quads, incoming

    def _select_iris(self, text: str, query: Query) -> list[str]:
        solutions = self._run(text, query)
        if not isinstance(solutions, ox.QuerySolutions):
            raise QueryError("DESCRIBE needs variables or IRIs")
        found: dict[str, None] = {}
        for solution in solutions:
            for value in solution:
                if isinstance(value, ox.NamedNode):
                    found[value.value] = None
        return list(found)

    def _run(
        self, text: str, query: Query
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        default = [ox.NamedNode(g) for g in query.default_graphs]
        named = [ox.NamedNode(g) for g in query.named_graphs]
        store = self._visible
        if self._hidden is not None and any(
            graph.value in text or graph in (*default, *named)
            for graph in self._hidden.named_graphs()
        ):
            store = self._both()
        try:
            if default or named:
                return store.query(text, default_graph=default, named_graphs=named)
            if _has_dataset(text):
                return store.query(text)
            return store.query(text, use_default_graph_as_union=True)
        except SyntaxError as error:
            raise syntax_error(error) from error
        except OSError as error:  # the engine wanted the network or a file: its words stay here
            raise QueryError("the query cannot be evaluated: it asks for another server") from error
        except (ValueError, RuntimeError) as error:
            raise QueryError(f"the query cannot be evaluated: {error}") from error

    def _both(self) -> ox.Store:
        """Return a store with the hidden graphs as well, for the rare query that names one."""
        both = ox.Store()
        both.bulk_extend(self._visible)
        if self._hidden is not None:
            both.bulk_extend(self._hidden)
        return both


def _has_dataset(text: str) -> bool:
    """Say whether a query has FROM clauses of its own (comments and strings do no harm here)."""
    head = re.split(r"\{", text, maxsplit=1)[0]
    return re.search(r"\bFROM\s+(NAMED\s+)?(<|\w*:)", head, re.IGNORECASE) is not None


def syntax_error(error: SyntaxError) -> QuerySyntaxError:
    """Return a parser's error with line and column of its own, counted from 1."""
    text = str(error.msg if getattr(error, "msg", None) else error)
    line, column = error.lineno, error.offset
    match = _PLACE.search(text)
    if match and line is None:
        line, column = int(match[1]), int(match[2])
    text = re.sub(r"^error at \d+:\d+: ", "", text)
    return QuerySyntaxError(f"the query is not SPARQL 1.1: {text}", line=line, column=column)


