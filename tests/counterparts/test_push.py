"""A push into a real engine: whole or as it was, by difference, and a server that answers from it."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from support.engines import Engine, contract_release, oxigraph
from support.relay import Relay
from support.running import Server, start_server, stop_server, wait_for
from support.small import Small
from support.store_contract import BASE, QUADS, VISIBLE, contract_data

from ogpld.cli import main
from ogpld.errors import StoreFailedError
from ogpld.pipeline.progress import Progress
from ogpld.pipeline.push import push_release
from ogpld.pipeline.push.push_parts import parts_of
from ogpld.pipeline.push.push_release import Push
from ogpld.pipeline.push.store_state import read_state
from ogpld.release import Release
from ogpld.stores import Query
from ogpld.stores.remote.release_graphs import GRACE
from ogpld.stores.solutions import read_solutions

pytestmark = pytest.mark.counterpart("oxigraph-server")
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
RESULTS = "application/sparql-results+json"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One engine for the module."""
    with oxigraph(tmp_path_factory.mktemp("oxigraph")) as running:
        yield running


class _Releases:
    """Releases in a row, as a home has them."""

    def __init__(self, *releases: Release) -> None:
        self._releases = releases

    def releases(self) -> list[Release]:
        return list(self._releases)


def edition(folder: Path, number: int) -> Release:
    """Return a release in which one statement more is than in the one before."""
    more = [f'<{BASE}e{n}> <{BASE}edition> "{n}" <{BASE}graph/e> .\n' for n in range(number)]
    lines = sorted([*contract_data().splitlines(keepends=True), *more])
    return contract_release(folder, "".join(lines), number + 1)


def count(engine: Engine, release: Release) -> int:
    """Return how many statements the store says the release has."""
    with closing(engine.store(release)) as store:
        [[cell]] = read_solutions(store.answer(Query(COUNT)).body).rows
    assert cell is not None
    return int(cell.value)


def test_a_release_after_another_is_a_difference(engine: Engine, tmp_path: Path) -> None:
    """Equal graphs are shared, the union is made from that of the release before; old ones go later."""
    editions = [edition(tmp_path, number) for number in range(4)]
    releases: Any = _Releases(*editions)
    engine.push(editions[0], releases)
    done = engine.push(editions[1], releases)
    assert (done.changed, done.sent, done.lines) == (1, 1, 2), (
        "graph e whole, one line of the union"
    )
    assert [count(engine, editions[n]) for n in (0, 1)] == [len(VISIBLE), len(VISIBLE) + 1]
    engine.push(editions[2], releases)
    with pytest.raises(StoreFailedError, match="does not have release"):
        count(engine, editions[0])
    store = engine.store(editions[3])
    later = Push(
        store, editions[3], parts_of(editions[3], store.site), Progress(io.StringIO()),
        releases, lambda: push_release.time.time() + 2 * GRACE,
    ).run()  # fmt: skip
    store.close()
    assert later.dropped == 2, "its union and its description; what others have stays"
    assert [count(engine, editions[n]) - len(VISIBLE) for n in (2, 3)] == [2, 3]


def test_another_release_with_the_same_data_is_what_the_pointer_names(tmp_path: Path) -> None:
    """As where only its report is another; the release before stays in use."""
    with oxigraph(tmp_path) as engine:
        first, second = edition(tmp_path, 0), edition(tmp_path, 1)
        path = tmp_path / f"9-{second.manifest.digest[:12]}"
        shutil.copytree(second.path, path)
        again = Release(path, replace(second.manifest, sequence=9))
        engine.push(first)
        engine.push(second)
        done = engine.push(again)
        assert (done.moved, done.sent) == (True, 0)
        assert engine.push(again).moved is False
        with closing(engine.store(again)) as store:
            state = read_state(store, again)
        assert (state.fault, state.release) == ("", again.id)
        assert again.id != second.id
        assert count(engine, first) == len(VISIBLE)


def test_a_push_that_dies_leaves_what_was_there_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At every request that writes: the release before answers, and the next push ends it."""
    with oxigraph(tmp_path) as engine:
        first, second = edition(tmp_path, 0), edition(tmp_path, 30)
        engine.push(first)
        writes = 0
        original = Push._request  # noqa: SLF001  (where a kill may come)

        def dying(push: Push, method: str, *rest: Any) -> None:
            nonlocal writes
            writes += 1
            if writes > survives:
                raise KeyboardInterrupt
            original(push, method, *rest)

        monkeypatch.setattr(Push, "_request", dying)
        survives = -1
        while survives < 12:
            survives, writes = survives + 1, 0
            try:
                engine.push(second)
            except KeyboardInterrupt:
                assert count(engine, first) == len(VISIBLE)
                with pytest.raises(StoreFailedError):
                    count(engine, second)
            else:
                break
        assert survives >= 3, "graph, union, description and pointer are written one by one"
        assert count(engine, second) == len(VISIBLE) + 30
        assert engine.push(second).moved is False


def test_a_description_that_was_damaged_is_written_again(tmp_path: Path) -> None:
    """As the error says of it: push the release again."""
    with oxigraph(tmp_path) as engine:
        release = edition(tmp_path, 0)
        engine.push(release)
        with closing(engine.store(release)) as store:
            name = store.site.release(release.manifest.digest)
            text = f"DELETE {{ GRAPH <{name}> {{ ?s ?p ?o }} }} WHERE {{ GRAPH <{name}> {{ ?s ?p ?o }} }}"
            store.client.request(
                "POST",
                store.address.update,
                {"Content-Type": "application/sparql-update"},
                text.encode(),
                seconds=20,
            )
        with pytest.raises(StoreFailedError, match="ogpld push"):
            count(engine, release)
        with closing(engine.store(release)) as store:
            state = read_state(store, release)
        assert (state.reached, state.engine.lower()[:8]) == (True, "oxigraph")
        assert "describes 0 graphs" in state.fault
        assert engine.push(release).moved
        assert count(engine, release) == len(VISIBLE)
        with closing(engine.store(release)) as store:
            state = read_state(store, release)
            assert (state.fault, state.release) == ("", release.id)
            assert (state.statements, state.graphs) == (len(QUADS), 5)
            one = next(iter(store.graphs().named.values()))
            text = f"INSERT DATA {{ GRAPH <{one}> {{ <{BASE}x> <{BASE}x> <{BASE}x> }} }}"
            store.client.request(
                "POST", store.address.update, {"Content-Type": "application/sparql-update"},
                text.encode(), seconds=20,
            )  # fmt: skip
            assert "1 of " in read_state(store, release).fault


def test_what_is_not_there_after_a_push_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that takes a graph and keeps a part of it does not get the pointer."""
    with oxigraph(tmp_path) as engine:
        release = edition(tmp_path, 0)
        original = Push._put  # noqa: SLF001  (what is sent)

        def lossy(push: Push, method: str, name: str, body: bytes) -> None:
            rest = body.splitlines(keepends=True)[:-1] if ":graph:" in name else [body]
            original(push, method, name, b"".join(rest))

        monkeypatch.setattr(Push, "_put", lossy)
        with pytest.raises(StoreFailedError, match="its pointer was not moved"):
            engine.push(release)
        with pytest.raises(StoreFailedError):
            count(engine, release)


def ask(server: Server, query: str) -> tuple[int, list[dict[str, str]]]:
    """Return the status of a query, and its rows."""
    fields, headers = {"query": query}, {"Accept": RESULTS}
    answer = requests.post(f"{server.url}/sparql", data=fields, headers=headers, timeout=30)
    if answer.status_code != 200:
        return answer.status_code, []
    rows = answer.json()["results"]["bindings"]
    return 200, [{name: term["value"] for name, term in row.items()} for row in rows]


MEMBERS = """SELECT (COUNT(DISTINCT ?m) AS ?n) (COUNT(DISTINCT ?g) AS ?graphs)
{ ?m a <https://w3id.org/ogpld/ns#Member> . GRAPH ?g { ?m a <https://w3id.org/ogpld/ns#Member> } }"""


def test_a_server_answers_from_stores_whichever_of_them_dies(tmp_path: Path) -> None:
    """No read fails when one is killed, and each answer is of the release that is in service."""
    small = Small(tmp_path)
    small.publish(small.lines)
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    with oxigraph(folders[0]) as one, oxigraph(folders[1]) as two:
        relay = Relay(one.address)
        addresses = [relay.address, two.address]
        small.run("push", *(part for address in addresses for part in ("--to", address)))
        server = start_server(
            small.home, tmp_path / "log", store=" ".join(addresses), budget_seconds=0, budget_errors=0,
            client_queries=0, result_cache=0,
        )  # fmt: skip
        try:
            _while_one_dies(server, small, one, two, relay)
        finally:
            stop_server(server)
            relay.close()


def _stores(server: Server) -> list[bool]:
    states: list[bool] = server.get("/healthz").json()["pool"]["remote_stores"]
    return states


def _while_one_dies(server: Server, small: Small, one: Engine, two: Engine, relay: Relay) -> None:
    wait_for(lambda: _stores(server) == [True, True], 20)
    before, (status, [row]) = relay.requests, ask(server, MEMBERS)
    assert status == 200
    assert relay.requests > before, "the store was asked"
    assert ask(server, "SELECT * { SERVICE <http://x.example/> { ?s ?p ?o } }")[0] == 403
    assert ask(server, "SELECT * { ?s ?p")[0] == 400
    members = int(row["n"])
    assert members == len(small.lines) - 1
    with ThreadPoolExecutor(4) as threads:
        answers = [threads.submit(ask, server, f"{MEMBERS} # {number}") for number in range(60)]
        one.process.kill()
        results = [answer.result() for answer in answers]
    assert [status for status, _ in results] == [200] * 60
    assert {rows[0]["n"] for _, rows in results} == {str(members)}
    wait_for(lambda: _stores(server) == [False, True], 20)
    problems = server.get("/healthz").json()["problems"]
    assert [each["code"] for each in problems if each["code"] == "stores"] == ["stores"]
    assert "127.0.0.1" not in json.dumps(problems)
    small.publish(small.lines[:-1])  # the stores do not have it yet: our own workers answer
    wait_for(lambda: ask(server, MEMBERS)[1][0]["n"] == str(members - 1), 60)
    small.run("push", "--to", two.address)
    wait_for(lambda: _stores(server) == [False, True], 20)
    assert ask(server, MEMBERS)[1][0]["n"] == str(members - 1)
    targets = {
        each["address"]: each for each in json.loads((small.home / "targets.json").read_text())
    }
    assert targets[two.address]["release"] != targets[relay.address]["release"]
    assert main(["--home", str(small.home), "doctor", "--stores"]) == 2
    port = int(one.address.rpartition(":")[2].partition("/")[0])
    with oxigraph(small.home.parent / "one", port):  # late: it has the release before
        assert main(["--home", str(small.home), "doctor", "--stores"]) == 1
        small.run("push", "--to", relay.address)
        wait_for(lambda: _stores(server) == [True, True], 20)
        assert main(["--home", str(small.home), "doctor", "--stores"]) == 0
        before = relay.requests
        assert ask(server, MEMBERS)[1][0]["n"] == str(members - 1)
        assert relay.requests > before
