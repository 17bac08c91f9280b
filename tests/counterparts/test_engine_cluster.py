"""Two Fusekis and a Virtuoso, listed or behind HAProxy: no read fails and none is wrong while they die and are filled."""

from __future__ import annotations

import gzip
import re
import threading
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox
import pytest
import requests
from support.engines import Engine, jena, virtuoso
from support.front_proxies import engines_proxy
from support.relay import Relay
from support.running import Server, free_port, start_server, stop_server, wait_for
from support.small import Small

from ogpld.cli import main
from ogpld.pipeline.push.push_parts import union_lines
from ogpld.release import ReleaseStore
from ogpld.release.release_store import PATCH

pytestmark = [pytest.mark.counterpart(name) for name in ("fuseki", "virtuoso", "haproxy")]
MEMBER = "<https://w3id.org/ogpld/ns#Member>"
ENGINES = ("one", "two", "virtuoso")
#: What a release answers, and no other: all its statements, and its members by their graphs.
SIGNATURE = f"""SELECT ?n ?m {{
{{ SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o }} }}
{{ SELECT (COUNT(DISTINCT ?x) AS ?m) {{ GRAPH ?g {{ ?x a {MEMBER} }} }} }} }}"""


#: How it stands in a request.
QUERY_TEXT = b"query=SELECT+%3Fn+%3Fm"


class Reader(threading.Thread):
    """Asks a server the same again and again.

    Attributes:
        answers: status, statements and members of each answer.
    """

    def __init__(self, server: Server, number: int) -> None:
        super().__init__(daemon=True)
        self.answers: list[tuple[int, ...]] = []
        self._server, self._number = server, number
        self._over = threading.Event()
        self.start()

    def run(self) -> None:
        """Ask until it is ended."""
        with requests.Session() as session:
            while not self._over.wait(0.2):
                text = f"{SIGNATURE} # {self._number} {len(self.answers)}"
                fields = {"query": text}
                headers = {"Accept": "application/sparql-results+json"}
                url = f"{self._server.url}/sparql"
                reply = session.post(url, data=fields, headers=headers, timeout=60)
                counts: list[int] = []
                if reply.status_code == 200:
                    [row] = reply.json()["results"]["bindings"]
                    counts = [int(row[name]["value"]) for name in ("n", "m")]
                self.answers.append((reply.status_code, *counts))

    def end(self) -> None:
        """Let the last answer come."""
        self._over.set()
        self.join(60)


class Cluster:
    """A small site, three engines with a relay each, and two servers that ask them, each in its way."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self.small = Small(folder)
        self.small.publish([*self.small.lines[:20], self.small.lines[-1]])
        self.ports = [free_port() for _ in ENGINES]
        for name in (*ENGINES, "proxy"):
            (folder / name).mkdir()
        self.engines: dict[int, Engine] = {}
        for number in range(len(ENGINES)):
            self.start(number)
        self._credentials = folder / "credentials"
        self._credentials.write_text(f"127.0.0.1:{self.ports[2]} basic dba dba\n")
        self._credentials.chmod(0o600)
        self.relays = [Relay(engine.address, QUERY_TEXT) for engine in self.engines.values()]
        assert self.push(*(engine.address for engine in self.engines.values())) == 0
        ports = [relay.port or 0 for relay in self.relays]
        balanced = stack.enter_context(engines_proxy(folder / "proxy", ports[:2], ports[2]))
        listed = " ".join(relay.address for relay in self.relays)
        self.servers = [self._serve("balanced", balanced), self._serve("listed", listed)]
        for server, states in zip(self.servers, ([True], [True] * 3), strict=True):
            wait_for(lambda server=server, states=states: stores(server) == states, 30)

    def push(self, *addresses: str) -> int:
        """Push the current release to engines; return the exit code."""
        options = [part for address in addresses for part in ("--to", address)]
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("OGPLD_STORE_CREDENTIALS", str(self._credentials))
            return main(["--home", str(self.small.home), "push", *options])

    def start(self, number: int) -> None:
        """Start an engine, for the first time or again."""
        folder, port = self._folder / ENGINES[number], self.ports[number]
        running = virtuoso(folder, port=port) if number == 2 else jena(folder, port, disk=True)
        self.engines[number] = self._stack.enter_context(running)

    def kill(self, number: int) -> None:
        """Kill an engine."""
        self.engines[number].process.kill()
        self.engines[number].process.wait()

    def signature(self) -> tuple[int, ...]:
        """Return what an answer of the current release is."""
        release = ReleaseStore(self.small.home).with_data()
        lines = union_lines(release)
        return (200, len(lines), sum(f"#type> {MEMBER}".encode() in line for line in lines))

    def _serve(self, name: str, store: str) -> Server:
        server = start_server(
            self.small.home, self._folder / f"{name}.log", store=store, workers=1, budget_seconds=0,
            budget_errors=0, client_queries=0, result_cache=0,
        )  # fmt: skip
        self._stack.callback(stop_server, server)
        return server


def stores(server: Server) -> list[bool]:
    """Return which stores a server asks."""
    states: list[bool] = server.get("/healthz").json()["pool"]["remote_stores"]
    return states


def takes_patches(cluster: Cluster) -> bool:
    """Load the first release under its own names, as a patch, then the next patch; say whether this is the second."""
    old, new = ReleaseStore(cluster.small.home).releases()
    lines = (b"A " + line for line in old.lines())
    first = b"".join([f'H id "{old.id}" .\nTX .\n'.encode(), *lines, b"TC .\n"])
    dataset = cluster.engines[0].address.removesuffix("/query")
    head = {"Content-Type": "application/rdf-patch"}
    for patch in (first, gzip.decompress((new.path / PATCH).read_bytes())):
        assert requests.patch(dataset, data=patch, headers=head, timeout=60).ok
    reply = requests.get(dataset, headers={"Accept": "application/n-quads"}, timeout=60)
    mine = (line for line in reply.content.splitlines() if b" <urn:x-ogpld:" not in line)
    return read_quads(b"\n".join(mine)) == read_quads(b"".join(new.lines()))


def read_quads(quads: bytes) -> set[ox.Quad]:
    """Read N-Quads, however their characters are written, without the shapes: their blank nodes get other labels."""
    read = ox.parse(quads, format=ox.RdfFormat.N_QUADS)
    return {quad for quad in read if not str(quad.graph_name).endswith("/graph/shapes>")}


def test_reads_go_on_while_engines_die_and_are_filled(capsys: pytest.CaptureFixture[str]) -> None:
    """Each dies under load, one in the midst of a push; the late ones get a difference, and none is asked before."""
    memory = Path("/dev/shm")  # noqa: S108  (TDB2 waits for the disk at each graph)
    with ExitStack() as stack:
        place = memory if memory.is_dir() else None
        folder = stack.enter_context(TemporaryDirectory(dir=place))
        cluster = Cluster(Path(folder), stack)
        _, two, three = cluster.relays
        readers = [Reader(server, n) for n, server in enumerate(cluster.servers * 2)]
        for reader in readers:
            stack.callback(reader.end)

        def go_on(answers: int = 8) -> None:
            wanted = [len(reader.answers) + answers for reader in readers]
            wait_for(
                lambda: all(len(r.answers) >= n for r, n in zip(readers, wanted, strict=True)), 60
            )

        first = cluster.signature()
        go_on()
        wait_for(lambda: min(relay.requests for relay in cluster.relays) > 2, 30)

        for number, relay in ((1, two), (2, three)):  # under load
            cluster.kill(number)
            go_on()
            before = relay.requests
            cluster.start(number)
            wait_for(lambda r=relay, before=before: r.requests > before + 2, 60)

        cluster.small.publish(cluster.small.lines[:20])
        second = cluster.signature()
        # in the midst of a push: some graphs are there, the union is about to be made
        dying = Relay(cluster.engines[1].address, b"POST /ds/update", lambda _: cluster.kill(1))
        assert cluster.push(cluster.engines[0].address, dying.address) == 75
        assert dying.requests, "it had begun"
        cluster.start(1)  # it is back, with the release before, as the Virtuoso has
        go_on()

        capsys.readouterr()
        writes = Relay(cluster.engines[1].address, b"UPDATE")
        assert cluster.push(writes.address, cluster.engines[2].address) == 0
        words = capsys.readouterr().out
        sent = re.findall(r"sent ([0-9,]+) statements: [0-9]+ graphs whole, 1 by difference", words)
        assert len(sent) == 2, words
        few = [int(number.replace(",", "")) * 4 < second[1] for number in sent]
        assert all(few), words
        for relay in (two, three):
            before = relay.requests
            wait_for(lambda r=relay, before=before: r.requests > before + 2, 60)
        go_on()
        for reader in readers:
            reader.end()
        assert takes_patches(cluster), "the data of the last release, no more and no less"
    assert {answer for reader in readers for answer in reader.answers} == {first, second}
    for reader in readers:
        turn = reader.answers.index(second)
        assert set(reader.answers[turn:]) == {second}, "the release in service, once and for all"
