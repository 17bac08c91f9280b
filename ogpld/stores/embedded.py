"""An in-memory pyoxigraph store in this process: for the build, the shell, tests, and each worker.

A query's default graph is the union of all graphs but the hidden ones (the shapes;
docs/contract.md#graphs). The union is written into the store's own default graph once, when it is loaded.
Naming the visible graphs in each query makes a join that takes 4 ms take 52 ms; pyoxigraph's own union
hides nothing, overrides FROM, and yields a triple once for every graph that states it, so that counts come
out wrong. (It does that for a query with several FROM as well; there we leave it as it is.)

A store that is loaded from a file holds the union alone, without a second copy of every statement in its
graph: scans of the union would walk both, and it takes half of the memory more. Which graphs state a
triple it knows beside the engine (`graph_names.py`), for documents. A query that names graphs
(`dataset_words.py`) has them loaded as well, hidden ones too: GRAPH, FROM and the protocol's dataset find
them there. docs/decisions/0022-named-graphs-are-loaded-when-they-are-named.md has the figures.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from ogpld.errors import QuerySearchError, ReleaseError
from ogpld.stores import Answer, CancelToken, Query, ThingDescription, guard
from ogpld.stores.dataset_words import names_graphs
from ogpld.stores.describe import describe, describe_lines
from ogpld.stores.describe_query import described, read_describe
from ogpld.stores.empty_store import EmptyStore
from ogpld.stores.explain import evaluation_error, syntax_error
from ogpld.stores.graph_clauses import Run, not_rewritten, rewrite_graphs
from ogpld.stores.graph_names import GraphNames
from ogpld.stores.limits import Limits
from ogpld.stores.named_dataset import graph_names
from ogpld.stores.numbers import check_numbers
from ogpld.stores.path_ends import check_paths
from ogpld.stores.plain_query import is_plain
from ogpld.stores.projection import name_columns
from ogpld.stores.regex_dialect import translate
from ogpld.stores.result_writer import check_forms, write_answer, write_graph
from ogpld.stores.subjects import Subjects
from ogpld.stores.text_search import Function, NameLookup, SearchedQuery, look_up, put_hits

_UNLIMITED = Limits(
    rows=1 << 62, bytes=1 << 62, text_bytes=1 << 62, searches=1 << 62, hits=1 << 30, guard=False
)
#: Quads that are handed to the engine at once: all of them would be in memory twice.
_AT_ONCE = 20_000
#: Function of our own queries: the graphs that state a triple, blanks between their IRIs.
GRAPHS_FUNCTION = ox.NamedNode("urn:x-ogpld:graphs")
_Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


class EmbeddedStore:
    """Answer about quads held in this process's memory.

    Rows, bytes and the guard of `limits` hold here as in a pool; a deadline and a bound on memory
    need a process that can be killed, which is what the pool is for.

    Attributes:
        lookup: finds names for the searches of queries that come without hits.
        subjects: the things of a release whose union was loaded, none of any other store.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or _UNLIMITED
        self._store = ox.Store()
        self._empty = EmptyStore()
        self.lookup: NameLookup | None = None
        self.subjects = Subjects()
        self._hidden: tuple[ox.NamedNode, ...] = ()
        self._present: frozenset[str] = frozenset()
        self._names: GraphNames | None = None
        self._labels: dict[ox.NamedNode, tuple[str, ...]] = {}
        self._path: Path | None = None
        self._quads = 0

    @classmethod
    def load(
        cls,
        path: Path,
        expected: int | None = None,
        hidden_graphs: Iterable[str] = (),
        limits: Limits | None = None,
        present: Collection[str] = (),
        *,
        named_graphs: bool = False,
    ) -> EmbeddedStore:
        """Load the union of canonical N-Quads, gzip-compressed; named graphs are loaded when they are named.

        Args:
            path: the file, which must stay.
            expected: the number of its quads, where that is known.
            hidden_graphs: graphs that are not part of the union.
            limits: what a query may take.
            present: graphs that are held under their names from the start, beside the hidden ones.
            named_graphs: whether all are.

        Raises:
            ReleaseError: when the file is cut or broken, or holds another number of quads.
        """
        store = cls(limits)
        store._path = path
        store._hidden = tuple(ox.NamedNode(graph) for graph in hidden_graphs)
        store._present = frozenset({*(graph.value for graph in store._hidden), *present})
        store._load(named_graphs=named_graphs)
        if expected is not None and store._quads != expected:
            raise ReleaseError(
                f"{path.name} holds {store._quads} quads, not {expected}",
                hint="the file is cut or damaged; use another release or publish again",
            )
        return store

    def _load(self, *, named_graphs: bool) -> None:
        """Hold the union, and the graphs that are present or all; note the graphs of statements otherwise.

        The union is filled in the order of the file, with all graphs as without: what no ORDER BY orders
        comes in the same order in every process.
        """
        assert self._path is not None  # noqa: S101  (for the type checker)
        names = None if named_graphs else GraphNames()
        with _reading(self._path), gzip.open(self._path, "rb") as file:
            quads = ox.parse(file, format=ox.RdfFormat.N_QUADS)  # type: ignore[arg-type]
            statements = self._united(quads, names)
            while block := list(islice(statements, _AT_ONCE)):
                self._store.extend(block)
        if names is None:
            self._path = None
        else:
            names.sort()
        self._names = names

    def _united(self, quads: Iterable[ox.Quad], names: GraphNames | None) -> Iterator[ox.Quad]:
        """Yield what the store is to hold of a file's quads, counted; all graphs where no names are noted."""
        hidden = frozenset(self._hidden)
        present = frozenset(map(ox.NamedNode, self._present))
        iris, last = set(), None
        for quad in quads:
            self._quads += 1
            graph, subject = quad.graph_name, quad.subject
            if subject != last and isinstance(subject, ox.NamedNode):  # they are sorted by it
                iris.add(subject.value)
            last = subject
            if names is None or graph in present:
                yield quad
            if graph not in hidden:
                if names is not None:
                    names.add(quad)
                yield ox.Quad(subject, quad.predicate, quad.object)
        self.subjects.fill(iris)

    def load_named_graphs(self) -> None:
        """Hold all named graphs beside the union from now on; nothing is done where they are there already.

        Raises:
            ReleaseError: when the file is cut or broken.
        """
        if self._path is None:
            return
        with _reading(self._path), gzip.open(self._path, "rb") as file:
            self._store.bulk_load(file, format=ox.RdfFormat.N_QUADS)  # type: ignore[arg-type]
        self._path = self._names = None
        self._labels.clear()

    @classmethod
    def from_quads(
        cls,
        quads: Iterable[ox.Quad],
        hidden_graphs: Iterable[str] = (),
        limits: Limits | None = None,
    ) -> EmbeddedStore:
        """Hold quads that are in memory already."""
        store = cls(limits)
        store._store.bulk_extend(quads)
        store._hidden = tuple(ox.NamedNode(graph) for graph in hidden_graphs)
        store._unite()
        return store

    @classmethod
    def of_union(cls, quads: Iterable[ox.Quad]) -> EmbeddedStore:
        """Hold the union of quads in the default graph, and no named graphs: half of the memory."""
        store = cls()
        store._store.bulk_extend(ox.Quad(q.subject, q.predicate, q.object) for q in quads)
        store._quads = len(store._store)
        return store

    @classmethod
    def on_disk(
        cls, path: Path, hidden_graphs: Iterable[str] = (), limits: Limits | None = None
    ) -> EmbeddedStore:
        """Read a folder of `DiskStore`, whose union it has already; nobody may write there meanwhile."""
        store = cls(limits)
        store._store = ox.Store.read_only(str(path))
        store._hidden = tuple(ox.NamedNode(graph) for graph in hidden_graphs)
        return store

    def __len__(self) -> int:
        return self._quads

    @property
    def engine(self) -> ox.Store:
        """The engine's own store, for work beside queries in this package (`validation_store.py`)."""
        return self._store

    def _unite(self) -> None:
        """Write the union of the visible graphs into the default graph."""
        self._quads = len(self._store)
        visible = " && ".join(f"?g != {graph}" for graph in self._hidden) or "true"
        self._store.update(
            f"INSERT {{ ?s ?p ?o }} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER({visible}) }}"
        )

    def answer(
        self, query: Query, *, trusted: bool = False, token: CancelToken | None = None
    ) -> Answer:
        """Run a query; see the protocol."""
        del token  # nothing can end a query in its own process
        limits = _UNLIMITED if trusted else self.limits
        if limits.guard:
            guard.check(query.text, limits.text_bytes)
        forms = check_forms(query.forms)
        plain = is_plain(query)
        if not plain:
            query = self._prepared(query, limits)
        results = self._run(query.text, query, trusted=trusted, plain=plain)
        is_graph = isinstance(results, ox.QueryTriples)
        wanted = read_describe(query.text) if is_graph and not plain else None
        if wanted is None:
            return write_answer(results, forms, limits)
        triples = described(
            wanted,
            query,
            partial(self._iris, query=query),
            lambda iri, links, dataset: describe(
                self._store, iri, links, self._hidden, self._names, dataset
            ),
            limits.rows,
        )
        return write_graph(triples, forms[1], limits)

    def describe(self, iri: str, links: int) -> ThingDescription:
        """Return the document graph of a thing; see the protocol."""
        try:
            lines, incoming = describe_lines(
                self._store, iri, links, self._hidden, self._names, self._labels
            )
        except ValueError:  # not an IRI, so nothing has it
            return ThingDescription()
        return ThingDescription("".join(sorted(lines)).encode(), incoming)

    def close(self) -> None:
        """Forget everything."""
        self._store = ox.Store()
        self._path = self._names = None
        self._labels.clear()
        self._quads = 0

    def graphs_of(self, triple: ox.Triple) -> list[str]:
        """Return the IRIs of the visible graphs that state a triple, sorted."""
        names: Iterable[object]
        if self._names is None:
            pattern = (triple.subject, triple.predicate, triple.object, None)
            names = (quad.graph_name for quad in self._store.quads_for_pattern(*pattern))
        else:
            names = self._names.of(triple)
        return sorted(
            {n.value for n in names if isinstance(n, ox.NamedNode) and n not in self._hidden}
        )

    def _iris(self, texts: Iterable[str], query: Query) -> list[str]:
        """Return the IRIs that SELECT queries made from a DESCRIBE query give, in order."""
        resources: dict[str, None] = {}
        for text in texts:
            results = self._run(text, query) if text else ()
            if not isinstance(results, ox.QuerySolutions):
                continue
            try:
                for solution in results:
                    values = (v for v in solution if isinstance(v, ox.NamedNode))
                    resources.update((value.value, None) for value in values)
            except (ValueError, RuntimeError, OSError) as error:
                raise evaluation_error(error) from error
        return list(resources)

    def _prepared(self, query: Query, limits: Limits) -> Query:
        """Return a query with its hits, once the graphs it names are held."""
        if self._path is not None and names_graphs(query, self._present):
            self.load_named_graphs()
        if query.hits is not None:
            return query
        hits = look_up(
            query.text, query.base, self.lookup, searches=limits.searches, hits=limits.hits
        )
        return replace(query, hits=hits)

    def _run(
        self, text: str, query: Query, *, trusted: bool = False, plain: bool = False
    ) -> _Results:
        """Start a query over its dataset, written so that the engine answers it rightly."""
        if trusted and GRAPHS_FUNCTION.value in text:  # a query of ours, which nothing has to mend
            return self._start(text, query, {GRAPHS_FUNCTION: self._graphs_text})
        with_hits = rewritten = text
        try:
            if plain:
                return self._start(text, query)
            run = partial(self._start, query=query)
            check_numbers(text)
            check_paths(text, self._empty, run, query.base)
            searched = self._searched(text, query)
            with_hits = searched.text
            run = partial(run, functions=searched.functions)
            rewritten = self._rewritten(with_hits, run, query.base)
            return run(name_columns(rewritten, self._empty, query.base))
        except SyntaxError as error:
            if rewritten not in {text, with_hits}:
                raise not_rewritten() from error
            if with_hits != text:
                raise _not_searched() from error
            raise syntax_error(error, text) from error
        except (ValueError, RuntimeError, OSError) as error:
            raise evaluation_error(error) from error

    def _graphs_text(self, *terms: object) -> ox.Literal:
        """Return the graphs of a triple as the function of our own queries does."""
        return ox.Literal(" ".join(self.graphs_of(ox.Triple(*terms))))  # type: ignore[arg-type]

    def _searched(self, text: str, query: Query) -> SearchedQuery:
        """Return a query with what its searches found."""
        if not query.hits:  # without a search the data is not looked through for one
            return SearchedQuery(text)
        # what was sent is parsed first, so that errors have its places
        self._empty.query(text, base_iri=query.base or None)
        named = name_columns(text, self._empty, query.base)
        return put_hits(named, query.base, query.hits, self._states)

    def _states(self, subject: ox.NamedNode, predicate: ox.NamedNode, value: ox.Literal) -> bool:
        """Say whether the default graph has a statement."""
        quads = self._store.quads_for_pattern(subject, predicate, value, ox.DefaultGraph())
        return next(quads, None) is not None

    def _rewritten(self, text: str, run: Run, base: str) -> str:
        """Return a query as the engine has to get it, the same object for most."""
        translated = translate(text)
        if translated is not text:
            self._empty.query(
                text, base_iri=base or None
            )  # errors have the places of what was sent
        rewritten = rewrite_graphs(text, self._empty, run, base)
        return translated if rewritten is text else translate(rewritten)

    def _start(
        self, text: str, query: Query, functions: dict[ox.NamedNode, Function] | None = None
    ) -> _Results:
        """Hand a query to the engine; the protocol's dataset overrides FROM."""
        if query.default_graphs or query.named_graphs:
            return self._store.query(
                text,
                base_iri=query.base or None,
                default_graph=[*graph_names(query.default_graphs)],
                named_graphs=[*graph_names(query.named_graphs)],
                custom_functions=functions,
            )
        return self._store.query(text, base_iri=query.base or None, custom_functions=functions)


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Say of a file that cannot be read what to do about it."""
    try:
        yield
    except (OSError, EOFError, zlib.error, SyntaxError, ValueError) as error:
        raise ReleaseError(
            f"{path.name} cannot be loaded: {error}",
            hint="the file is cut or damaged; use another release or publish again",
        ) from error


def _not_searched() -> QuerySearchError:
    """Return the refusal of a query that is none any more once its hits stand in it."""
    return QuerySearchError(
        "a search for words stands where no VALUES can",
        hint="write it in the group of a WHERE; CONSTRUCT needs a template of its own",
    )
