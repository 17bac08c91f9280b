"""Several engines behind one address: an answer counts only of one that was seen to have the release."""

from __future__ import annotations

import io
import itertools
import json
import re
from collections.abc import Iterator
from contextlib import closing, suppress
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

import pytest
from support.hostile_store import HostileStore, answer

from ogpld.errors import StoreFailedError, StoreIncompleteError
from ogpld.pipeline.progress import Progress
from ogpld.pipeline.push.push_parts import ReleaseParts
from ogpld.pipeline.push.push_release import Push
from ogpld.stores import Query
from ogpld.stores.remote.engine_rules import server_name
from ogpld.stores.remote.release_graphs import HeldGraphs, HeldRelease, SiteGraphs
from ogpld.stores.remote.remote_store import RemoteStore
from ogpld.stores.remote.store_address import StoreAddress

BASE, DIGEST = "http://x.example/", "ab"
SITE = SiteGraphs(BASE)
GRAPHS = HeldGraphs(SITE.content("cd"), {}, {SITE.content("cd"): 7})
RELEASE = HeldRelease(DIGEST, "1-ab", "current", 0.0, 1)


class Balancer(HostileStore):
    """Hands requests to engines in turn, or to the one that is named where it heeds names.

    Attributes:
        holding: engines that have the release; the others answer from nothing.
        kinds: what engines call themselves, "Hostile" where nothing is said.
        engines: the engine of each query of a caller.
    """

    def __init__(self, *holding: str, heeds: bool = True) -> None:
        self.holding, self.heeds = set(holding), heeds
        self.kinds: dict[str, str] = {}
        self.engines: list[str] = []
        self._turn = itertools.cycle(["one", "two"])
        super().__init__(lambda connection: connection.sendall(self._answer(self.requests[-1])))

    def _answer(self, request: bytes) -> bytes:
        named = re.search(rb"(?im)^ogpld-engine: (\w+)", request)
        engine = named[1].decode() if named and self.heeds else next(self._turn)
        [text] = parse_qs(request.partition(b"\r\n\r\n")[2].decode())["query"]
        lines: list[str] = []
        if SITE.pointer in text or SITE.release(DIGEST) in text:
            if engine in self.holding:
                lines = SITE.description(GRAPHS)
                if SITE.pointer in text:
                    lines = SITE.pointer_lines([RELEASE])
            rows = [re.findall(r'[<"]([^>"]*)[>"]', line) for line in lines]
            return self._rows([*"spo"], rows, engine)
        if "GROUP BY" in text:  # what a push looks at first
            return self._rows(["of", "n"], [], engine)
        self.engines.append(engine)
        return self._rows(["n"], [["7" if engine in self.holding else "0"]], engine)

    def _rows(self, columns: list[str], rows: list[list[str]], engine: str) -> bytes:
        bindings = [
            {
                name: {"type": "literal", "value": cell}
                for name, cell in zip(columns, row, strict=True)
            }
            for row in rows
        ]
        server = f"Server: {self.kinds.get(engine, 'Hostile')}"
        value: dict[str, Any] = {"head": {"vars": columns}, "results": {"bindings": bindings}}
        return answer(json.dumps(value).encode(), f"Ogpld-Engine: {engine}", server)


def store_at(balancer: Balancer) -> RemoteStore:
    """Return a store at a balancer."""
    return RemoteStore(StoreAddress.read(balancer.address), BASE, DIGEST)


def counts(store: RemoteStore, number: int) -> Iterator[str]:
    """Ask a number of queries one after the other."""
    for each in range(number):
        body = store.answer(Query(f"SELECT (COUNT(*) AS ?n) {{ ?s ?p {each} }}"), trusted=True).body
        yield json.loads(body)["results"]["bindings"][0]["n"]["value"]


def test_no_answer_is_of_an_engine_that_lacks_the_release() -> None:
    """Each is asked of another one; once the engine has it, it is asked as well."""
    with closing(Balancer("one")) as balancer, closing(store_at(balancer)) as store:
        assert list(counts(store, 6)) == ["7"] * 6
        assert balancer.engines.count("two") <= 1, "it is known after the first time"
        balancer.holding.add("two")
        store.look_around()
        store.look_at_late()  # as the watch of a server does
        assert store.engines.holding() == {"one", "two"}
        assert list(counts(store, 4)) == ["7"] * 4
        assert {*balancer.engines[-4:]} == {"one", "two"}
        balancer.holding.clear()
        with pytest.raises(StoreIncompleteError, match="does not have release"):
            store.look_around()


def test_an_engine_that_filled_up_meanwhile_is_asked_again() -> None:
    """Its first answer may have been from a part of the graphs."""
    with closing(Balancer("one")) as balancer, closing(store_at(balancer)) as store:
        store.look("one")
        queries, original = balancer.engines, balancer._answer  # noqa: SLF001  (at the moment in between)

        def filling(request: bytes) -> bytes:
            reply = original(request)
            if queries and queries[-1] == "two":
                balancer.holding.add("two")
            return reply

        balancer._answer = filling  # type: ignore[method-assign]  # noqa: SLF001
        assert list(counts(store, 3)) == ["7"] * 3
        assert "two" in queries


def test_a_query_goes_to_an_engine_that_is_right_about_it() -> None:
    """Engines of two kinds behind one address: each kind has rules of its own."""
    forms = {
        "SELECT ?n { ?s <http://x.example/p>+ ?n }": {"one"},
        "SELECT ?n { ?s (<http://x.example/p>|<http://x.example/q>)? ?n }": {"two"},
        "CONSTRUCT { ?s ?p ?n } { ?s <http://x.example/p>+ ?n }": {"one"},
        "DESCRIBE ?n { ?s <http://x.example/p>+ ?n }": {"one"},
        "SELECT ?n { ?s ?p ?n }": {"one", "two"},
    }
    with closing(Balancer("one", "two")) as balancer, closing(store_at(balancer)) as store:
        balancer.kinds = {"one": "oxigraph/0.5", "two": "Virtuoso/07.20"}
        for _ in range(2):
            store.look_around()
        for text, right in forms.items():
            balancer.engines.clear()
            for _ in range(4):
                with suppress(StoreFailedError):  # rows are no triples
                    store.answer(Query(text), trusted=True)
            assert {*balancer.engines} == right, text
        balancer.engines.clear()
        with pytest.raises(StoreFailedError, match="is not right about"):
            store.answer(Query("SELECT ?n { ?s <http://x.example/p>* ?n }"), trusted=True)
        assert balancer.engines == []


def test_a_balancer_that_heeds_no_name_is_an_error() -> None:
    """It is said what to mend; nothing of an answer in doubt is used."""
    with closing(Balancer("one", heeds=False)) as balancer, closing(store_at(balancer)) as store:
        with pytest.raises(StoreFailedError) as caught:
            for _ in range(3):
                assert list(counts(store, 1)) == ["7"]
        assert caught.value.code == "store-incomplete"


def test_nobody_pushes_through_a_balancer() -> None:
    """One of its engines would be filled."""
    release: Any = SimpleNamespace(manifest=SimpleNamespace(digest=DIGEST))
    with closing(Balancer("one", "two")) as balancer, closing(store_at(balancer)) as store:
        push = Push(store, release, ReleaseParts(GRAPHS, {}), Progress(io.StringIO()))
        with pytest.raises(StoreFailedError, match="is a balancer") as caught:
            push.run()
        assert "each engine" in str(caught.value.hint)
        assert all(b"POST /query" in request for request in balancer.requests)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("", "RDF4J in a server"),
        ("Jetty(9.4)", "RDF4J in Jetty(9.4)"),
        ("Virtuoso/07.20", "Virtuoso/07.20"),
        ("Oxigraph/0.5.13", "Oxigraph/0.5.13"),
    ],
)
def test_an_engine_that_says_what_it_is_is_no_other_for_its_address(header: str, name: str) -> None:
    """A balancer may hand the path of RDF4J's REST API on to engines of other kinds."""
    assert server_name(header, "http://localhost/rdf4j-server/repositories/ogp") == name
