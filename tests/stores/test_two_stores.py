"""The union alone and the named graphs beside it answer as one store that holds both."""

from __future__ import annotations

import gzip
import json
import random
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from support.sample_store import LIMITS

from ogpld import queries
from ogpld.errors import QueryError, QueryStoppedError
from ogpld.stores import Query, describe
from ogpld.stores.cancel_token import CancelToken
from ogpld.stores.dataset_words import names_graphs
from ogpld.stores.embedded import GRAPHS_FUNCTION, EmbeddedStore
from ogpld.workers.pool import QueryService
from ogpld.workers.pool_options import PoolOptions
from ogpld.workers.second_pool import SecondPool

E = "http://x.example/"
HIDDEN = f"{E}graph/shapes"
PROLOGUE = f"PREFIX : <{E}> PREFIX g: <{E}graph/> "


def quads() -> list[ox.Quad]:
    """Return statements of five graphs, many of them in several, some in a hidden one."""
    chance = random.Random(5)
    graphs = [ox.NamedNode(f"{E}graph/g{n}") for n in range(4)] + [ox.NamedNode(HIDDEN)]
    things = [ox.NamedNode(f"{E}t{n}") for n in range(9)] + graphs
    values = [*things, *(ox.Literal(n) for n in range(3)), ox.Literal("a", language="en")]
    made = []
    for _ in range(160):
        triple = (
            chance.choice(things),
            ox.NamedNode(f"{E}p{chance.randrange(3)}"),
            chance.choice(values),
        )
        made += [
            ox.Quad(*triple, graph) for graph in chance.sample(graphs, chance.choice((1, 1, 2)))
        ]
    return made


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The statements as a release holds them."""
    path = tmp_path_factory.mktemp("two") / "data.nq.gz"
    path.write_bytes(gzip.compress("".join(sorted(f"{q} .\n" for q in {*quads()})).encode()))
    return path


@pytest.fixture(scope="module")
def single(file: Path) -> EmbeddedStore:
    """One store that holds the union beside the named graphs."""
    return EmbeddedStore.load(file, None, (HIDDEN,), LIMITS, named_graphs=True)


def test_rows_without_an_order_come_in_the_same_one(file: Path, single: EmbeddedStore) -> None:
    """So that a query says the same of a release when another is in service."""
    union = EmbeddedStore.load(file, None, (HIDDEN,), LIMITS)
    for text in (
        "SELECT * { ?s ?p ?o } LIMIT 20",
        "SELECT (SAMPLE(?s) AS ?x) (GROUP_CONCAT(STR(?o)) AS ?y) { ?s :p1 ?o }",
        "SELECT ?s (COUNT(*) AS ?n) { ?s :p0 ?o } GROUP BY ?s LIMIT 3",
        "SELECT DISTINCT ?a { ?a :p0/:p1 ?b } LIMIT 3",
    ):
        query = Query(PROLOGUE + text, ("json", ""))
        assert union.answer(query).body == single.answer(query).body


class Writer:
    """Random queries."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def term(self, place: str) -> str:
        """Return a variable, a blank node or a term for a place of a pattern."""
        one = self.chance.choice
        if place == "p":
            return one((":p0", ":p1", "?p", ":p0/:p1", ":p1+", "^:p2", ":p0|:p1"))
        plain = ("?a", "?b", "?c", "?a", "?b", f":t{self.chance.randrange(9)}", "_:x")
        return one((*plain, "1", '"a"@en') if place == "o" else plain)

    def pattern(self) -> str:
        """Return a triple pattern."""
        return " ".join(self.term(place) for place in "spo") + " ."

    def group(self, depth: int = 0) -> str:
        """Return what stands in a group."""
        chance = self.chance
        parts = [f"?a {self.term('p')} ?b ."]
        for _ in range(chance.randrange(3)):
            kind = chance.randrange(9 if depth < 2 else 2)
            inner = self.group(depth + 1) if kind > 1 else ""
            graph = chance.choice(("?g", f"g:g{chance.randrange(5)}", f"<{HIDDEN}>"))
            inner = inner.replace("_:x", f"_:x{chance.randrange(10**6)}")
            parts.append(
                (
                    self.pattern().replace("_:x", "?d"),
                    "FILTER(BOUND(?b))",
                    f"OPTIONAL {{ {inner} }}",
                    f"{{ {inner} }} UNION {{ ?c :p0 ?b }}",
                    f"MINUS {{ {inner} }}",
                    f"FILTER NOT EXISTS {{ {inner} }}",
                    f"{{ SELECT DISTINCT ?a ?b {{ {inner} }} }}",
                    f"GRAPH {graph} {{ {inner} }}",
                    f"graph{graph if graph[0] != '?' else ' ?g'} {{ {inner} }}",
                )[kind]
            )
        return " ".join(parts)

    def query(self) -> Query:
        """Return a query of any form, over any dataset."""
        chance = self.chance
        form = chance.choice(
            ("SELECT *", "SELECT *", "SELECT (COUNT(*) AS ?n)", "ASK", "CONSTRUCT { ?a :q ?b }")
        )
        data = chance.choice(("", "", "", "", f"FROM<{E}graph/g1>", f"FROM NAMED <{E}graph/g2>"))
        named = (f"{E}graph/g3", HIDDEN)
        default = (f"{E}graph/g{chance.randrange(4)}",) if chance.random() < 0.1 else ()
        where = "" if form == "ASK" else "WHERE"
        text = f"{PROLOGUE}{form}{data} {where} {{ {self.group()} }}"
        return Query(text, ("json", "nt"), default, named if chance.random() < 0.05 else ())


def answer(store: EmbeddedStore, query: Query) -> object:
    """Return what a store answers, without the order of rows; an error by its code."""
    try:
        result = store.answer(query)
    except QueryError as error:
        return error.code
    if result.kind == "graph":
        return sorted(result.body.splitlines())
    content = json.loads(result.body)
    rows = content.get("results", {}).get("bindings", [])
    return content.get("boolean"), sorted(json.dumps(row, sort_keys=True) for row in rows)


def test_random_queries_have_the_answers_of_one_store(file: Path, single: EmbeddedStore) -> None:
    """With and without named graphs, and a store that did not need them has not loaded them."""
    writer, limits = Writer(11), replace(LIMITS, rows=100_000, bytes=1 << 30)
    single.limits = limits
    union = EmbeddedStore.load(file, None, (HIDDEN,), limits)
    both = EmbeddedStore.load(file, None, (HIDDEN,), limits)
    both.load_named_graphs()
    counts = {True: 0, False: 0}
    for _ in range(240):
        query = writer.query()
        wanted = names_graphs(query, {HIDDEN})
        counts[wanted] += 1
        assert answer(both if wanted else union, query) == answer(single, query), query
    assert union._path is not None, "it holds the union alone"  # noqa: SLF001
    assert min(counts.values()) > 60, counts


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { GRAPH ?g { ?s ?p ?o } }",
        "SELECT * { graph<http://x.example/graph/g1>{ ?s ?p ?o } }",
        "SELECT * { OPTIONAL{?s ?p ?o}GRAPHx:g1 { ?s ?p ?o } }",
        "SELECT (COUNT(*) AS ?n) { FILTER(true)GRAPH ?g { ?s ?p ?o } }",
        "SELECT*FROM<http://x.example/graph/g1> { ?s ?p ?o }",
        "SELECT * FROM NAMED <http://x.example/graph/g1> { ?s ?p ?o }",
        "ASKFROMx:g1{ ?s ?p 2 }",
        "ASK { FILTER EXISTS { GRAPH ?g { ?s ?p ?o } } }",
        "DESCRIBE ?s { GRAPH g:g1 { ?s ?p ?o } }",
        "DESCRIBE <http://x.example/graph/g1> FROM <http://x.example/graph/g1>",
    ],
)
def test_every_way_to_name_a_graph_is_seen(file: Path, single: EmbeddedStore, text: str) -> None:
    """However it is written."""
    store = EmbeddedStore.load(file, None, (HIDDEN,), single.limits)
    query = Query(f"{PROLOGUE} PREFIX x: <{E}graph/> {text}", ("json", "nt"))
    assert names_graphs(query)
    assert answer(store, query) == answer(single, query)
    assert store._path is None, "it holds the named graphs"  # noqa: SLF001


@pytest.mark.parametrize(
    "text",
    [
        "# GRAPH comment\nCONSTRUCT WHERE { ?s ?p ?o }",
        "SELECT * { ?graph :from ?from ; :p0 'GRAPH ?g {' . # FROM\n }",
        "SELECT * { ?a :wasDerivedFrom <http://x.example/graph/g1> }",
        f"DESCRIBE <{E}t1> <{HIDDEN}>",
        "SELECT (COUNT(*) AS ?n) { ?s :p0/:p1* ?o }",
    ],
)
def test_a_query_that_names_no_graph_is_answered_by_the_union(
    file: Path, single: EmbeddedStore, text: str
) -> None:
    """Words in comments, texts, variables and addresses name none."""
    store = EmbeddedStore.load(file, None, (HIDDEN,), single.limits)
    query = Query(PROLOGUE + text, ("json", "nt"))
    assert not names_graphs(query)
    assert answer(store, query) == answer(single, query)
    assert store._path is not None, "it holds the union alone"  # noqa: SLF001


def test_documents_and_graphs_of_triples_are_those_of_one_store(
    file: Path, single: EmbeddedStore
) -> None:
    """Every statement with every graph, hidden things too."""
    union = EmbeddedStore.load(file, None, (HIDDEN,), LIMITS)
    for name in (*(f"t{n}" for n in range(9)), "graph/g1", "graph/shapes", "nobody"):
        assert union.describe(E + name, 3) == single.describe(E + name, 3)
    text = f"SELECT ?s ?p ?o ({GRAPHS_FUNCTION}(?s, ?p, ?o) AS ?g) {{ ?s ?p ?o }} ORDER BY ?s ?p ?o"
    rows = [json.loads(s.answer(Query(text), trusted=True).body) for s in (union, single)]
    assert rows[0] == rows[1]
    assert any(" " in row["g"]["value"] for row in rows[0]["results"]["bindings"])
    with pytest.raises(QueryError, match="urn:x-ogpld:graphs"):
        union.answer(Query(text))


@pytest.mark.parametrize("remembered", [0, 2, 8_192])
def test_labels_that_are_remembered_change_no_document(
    file: Path, single: EmbeddedStore, monkeypatch: pytest.MonkeyPatch, remembered: int
) -> None:
    """In whatever order things are asked for, hidden ones between; nor once the named graphs are there."""
    monkeypatch.setattr(describe, "_REMEMBERED", remembered)
    store = EmbeddedStore.load(file, None, (HIDDEN,), LIMITS)
    names = [*(f"t{n}" for n in range(9)), "graph/shapes", "graph/g1"]
    for name in (*names, *reversed(names)):
        assert store.describe(E + name, 3) == single.describe(E + name, 3)
    store.load_named_graphs()
    for name in names:
        assert store.describe(E + name, 3) == single.describe(E + name, 3)


@pytest.fixture(scope="module")
def pool(file: Path) -> Iterator[QueryService]:
    """A pool as it is served, its named graphs not loaded."""
    started = QueryService(
        PoolOptions(
            file, replace(LIMITS, deadline=20.0), workers=1, hidden_graphs=(HIDDEN,), named_idle=0.3
        )
    )
    started.start()
    yield started
    started.close()


def test_named_graphs_are_loaded_when_they_are_named(
    pool: QueryService, single: EmbeddedStore
) -> None:
    """And let go when nobody names any for a while; the state is told."""

    def state() -> str:
        named: str = pool.status()["stores"]["named graphs"]
        return named

    count = Query("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")
    pool.answer(Query("ASK { ?s ?p ?o }"))
    assert state() == "not loaded"
    for trusted in (False, True):
        assert pool.answer(count, trusted=trusted).body == single.answer(count).body
    assert state() == "loaded"
    deadline = time.monotonic() + 20
    while state() != "not loaded":
        assert time.monotonic() < deadline
        time.sleep(0.05)


class Slow:
    """A pool that takes its time to load, or cannot be loaded."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def start(self) -> None:
        """Load."""
        time.sleep(self.seconds)

    def close(self) -> None:
        """End."""


class Unfit(Slow):
    """A pool that the system has no descriptors for, the first time."""

    def start(self) -> None:
        """Load."""
        if not self.seconds:
            raise OSError(24, "Too many open files")


def test_graphs_that_could_not_be_loaded_are_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it was: callers are told, and a while later it is tried anew."""
    pools = [Unfit(0.0), Unfit(1.0)]
    second = SecondPool(lambda: pools.pop(0), 60)
    with pytest.raises(QueryStoppedError) as caught, second.use(20, CancelToken()):
        pass
    assert caught.value.limit == "restarting"
    assert second.state == "not loaded"
    monkeypatch.setattr(second, "_again", 0.0)
    with second.use(20, CancelToken()) as pool:
        assert pool.seconds == 1.0
    second.close()


def test_a_query_past_its_deadline_is_told_that_graphs_are_loading() -> None:
    """They load on, and the next one is answered."""
    second = SecondPool(lambda: Slow(0.5), 60)
    with pytest.raises(QueryStoppedError) as caught, second.use(0.05, CancelToken()):
        pass
    assert (caught.value.limit, caught.value.retry_after) == ("loading", 5)
    with second.use(20, CancelToken()) as pool:
        assert pool.seconds == 0.5
    second.close()
    assert second.state == "not loaded"


def test_what_the_site_asks_itself_names_no_graphs() -> None:
    """A page that did would load every named graph for its reader; links to queries and sizes may."""
    texts = {
        file.stem: file.read_text(encoding="utf-8")
        for file in Path(queries.__file__).parent.glob("*.rq")
    }
    named = {name for name, text in texts.items() if names_graphs(Query(text))}
    assert named == {"graph-content", "graph-size", "graph-sizes", "thing-statements"}
