"""Two replicas behind nginx, with `deploy/nginx-replicas.conf`: both switch, each dies once, and nobody outside notices."""

from __future__ import annotations

import http.client
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from support.front_proxies import HOST, FrontProxy, front_proxy
from support.processes import descendants
from support.running import Server, environment, free_port, start_server, stop_server, wait_for
from support.small import Small

from ogpld.release import ReleaseStore

#: Addresses whose answers change with the release, each in one piece of some kilobytes.
PATHS = (
    "/doc/member/ALB.nt",
    "/doc/member/ALB.html",
    "/doc/member.csv",
    "/catalog.ttl",
    "/search?q=Albania&format=json",
    "/sparql?query=SELECT%20%2A%20%7B%20%3Chttp%3A%2F%2Flocalhost%3A8000%2Fid%2Fmember%2FALB%3E%20%3Fp%20%3Fo%20%7D%20ORDER%20BY%20%3Fp%20%3Fo",
)
#: Addresses of clients: nginx keeps each with one replica.
CLIENTS = tuple(f"127.0.0.{number}" for number in range(1, 5))


@dataclass
class Load:
    """Clients that ask through the proxy until they are stopped.

    Attributes:
        proxy: what they ask.
        bodies: answers by path, counted.
        faults: what was no answer with 200.
    """

    proxy: FrontProxy
    bodies: dict[str, Counter[bytes]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def ask(self, client: str, path: str) -> tuple[int, bytes]:
        """Ask once over a new connection; return status and body."""
        context = ssl.create_default_context(cafile=str(self.proxy.certificate))
        plain = socket.create_connection(("127.0.0.1", self.proxy.port), 30, (client, 0))
        connection = http.client.HTTPSConnection(HOST, timeout=30)
        connection.sock = context.wrap_socket(plain, server_hostname=HOST)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def run(self, client: str) -> None:
        """Ask as one client until the end."""
        while not self.ended.is_set():
            for path in PATHS:
                try:
                    status, body = self.ask(client, path)
                except (OSError, http.client.HTTPException) as error:
                    self.faults.append(f"{path}: {error!r}")
                    continue
                if status != 200:
                    self.faults.append(f"{path}: {status} {body[:200]!r}")
                else:
                    self.bodies.setdefault(path, Counter())[body] += 1
            self.ended.wait(0.5)

    @property
    def answers(self) -> int:
        """How many there were."""
        return sum(counts.total() for counts in dict(self.bodies).values())

    def goes_on(self, answers: int = 30) -> None:
        """Wait until so many more came."""
        before = self.answers
        wait_for(lambda: self.answers >= before + answers or self.faults, 60)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """The home that is built in, with its first release."""
    site = Small(tmp_path_factory.mktemp("origin"))
    publish(site, "one")
    return site


def publish(site: Small, name: str) -> None:
    """Publish a release in which one member has another name."""
    site.publish(line.replace("Albania,AL", f"Albania {name},AL") for line in site.lines)


def pull(home: Path, *urls: str) -> None:
    """Pull as an operator does."""
    done = subprocess.run(
        [sys.executable, "-m", "ogpld", "pull", *urls],
        env=environment(home, dumps=False), capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def start(home: Path, log: Path, port: int = 0) -> Server:
    """Start a server behind one proxy, which bounds nobody's work."""
    free = {"budget_seconds": 0, "budget_pages": 0}
    return start_server(home, log, port, proxies=1, workers=1, dumps=False, **free)


def kill(server: Server) -> None:
    """Kill a server with all its processes, as a machine that loses its power does."""
    for process in (server.process.pid, *descendants(server.process.pid)):
        with suppress(ProcessLookupError):
            subprocess.run(["kill", "-9", str(process)], check=False)
    server.process.wait()


@pytest.fixture
def servers() -> Iterator[list[Server]]:
    """Servers that are stopped at the end."""
    running: list[Server] = []
    yield running
    for server in running:
        stop_server(server)


def current(server: Server) -> str:
    """Return the id of the release that a server has in service."""
    return str(server.get("/releases/index.json").json()["current"])


def reference(server: Server) -> dict[str, bytes]:
    """Return what a server answers itself, with tags."""
    answers = {}
    for path in PATHS:
        response = server.get(path, headers={"Host": HOST})
        assert response.status_code == 200, (path, response.text[:300])
        answers[path] = response.content
        answers[f"tag of {path}"] = response.headers.get("ETag", "").encode()
    return answers


def test_a_switch_and_two_deaths_under_load(
    site: Small, servers: list[Server], tmp_path: Path
) -> None:
    """No request fails, no answer is of two releases, and the replica answers byte for byte as the origin does."""
    ports, home = [free_port(), free_port()], tmp_path / "replica"
    servers.append(start(site.home, tmp_path / "origin.log", ports[0]))
    pull(home, servers[0].url)
    servers.append(start(home, tmp_path / "replica.log", ports[1]))
    old = reference(servers[0])
    assert reference(servers[1]) == old
    folder = tmp_path / "nginx"
    folder.mkdir()
    with front_proxy("nginx", folder, *ports) as proxy:
        load = Load(proxy)
        threads = [threading.Thread(target=load.run, args=(client,)) for client in CLIENTS]
        for thread in threads:
            thread.start()
        try:
            load.goes_on()
            publish(site, "two")
            release = ReleaseStore(site.home).current_name()
            wait_for(lambda: current(servers[0]) == release, 60)
            pull(home, f"http://127.0.0.1:{free_port()}/", servers[0].url)
            wait_for(lambda: current(servers[1]) == release, 60)
            new = reference(servers[0])
            assert reference(servers[1]) == new
            load.goes_on()
            assert load.ask(CLIENTS[0], "/q/none")[0] == 404
            kill(servers.pop(0))
            load.goes_on()
            assert load.ask(CLIENTS[0], "/q/none")[0] == 502  # its register is away
            servers.append(start(site.home, tmp_path / "restarted.log", ports[0]))
            wait_for(lambda: load.ask(CLIENTS[0], "/q/none")[0] == 404, 60)
            time.sleep(
                6
            )  # nginx asks who failed again after fail_timeout, and counts it as alive then
            load.goes_on()
            kill(servers.pop(0))  # the other one: the restarted one answers for both
            load.goes_on()
        finally:
            load.ended.set()
            for thread in threads:
                thread.join()
    assert load.faults == []
    assert load.answers >= 120
    for path in PATHS:
        assert load.bodies[path].keys() == {old[path], new[path]}, path
        assert old[path] != new[path]
