"""A server's life: a new release without a failed request, drain on SIGTERM, nobody left behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from support.running import (
    ROOT,
    Server,
    environment,
    free_port,
    patient,
    start_server,
    stop_server,
    wait_for,
)
from support.sample_data import copy_sample

from ogpld.cli import main
from ogpld.release import ReleaseStore

pytestmark = pytest.mark.usefixtures("without_dumps")

SLOW = "SELECT (COUNT(*) AS ?n) { ?a <https://w3id.org/ogpld/ns#reportKind> ?b . ?c ?d ?e . FILTER(?a != ?e) }"
#: A query without an end in sight.
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def children(process: int) -> set[int]:
    """Return all processes below one."""
    pids = set()
    for entry in Path("/proc").iterdir():
        try:
            parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
        except (OSError, IndexError):
            continue
        if entry.name.isdigit() and parent == str(process):
            pids |= {int(entry.name)} | children(int(entry.name))
    return pids


def running(process: int) -> bool:
    """Say whether a process runs (a zombie does not)."""
    try:
        return (Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]) not in "ZX"
    except OSError:
        return False


@pytest.fixture
def place(home: Path, tmp_path: Path) -> Path:
    """A home of its own."""
    target = tmp_path / "home"
    shutil.copytree(home, target, symlinks=True)
    return target


@pytest.fixture
def own(request: pytest.FixtureRequest, place: Path, tmp_path: Path) -> Server:
    """A server of its own."""
    bounds = {"client_queries": 0, "budget_seconds": 0}
    server = start_server(place, tmp_path / "log", query_deadline=30, drain=40, **bounds)
    request.addfinalizer(lambda: stop_server(server))
    return server


def test_a_service_has_a_session_to_itself(own: Server) -> None:
    """Within it priorities count: between the web process and its workers, and not against our shell."""
    processes = children(own.process.pid)
    assert len({os.getsid(process) for process in processes}) == 1
    assert os.getsid(processes.pop()) != os.getsid(own.process.pid)


def during(work: Callable[[], None], server: Server) -> list[str]:
    """Return what went wrong for requests made all along some work."""
    stop = threading.Event()
    wrong: list[str] = []
    count = [0]

    def ask() -> None:
        with requests.Session() as session:
            while not stop.is_set():
                for path in (
                    "/doc/commitment/EE0050.ttl",
                    "/sparql?query=ASK%20%7B%7D",
                    "/healthz",
                ):
                    try:
                        answer = session.get(server.url + path, timeout=10)
                        count[0] += 1
                        if answer.status_code != 200:
                            wrong.append(f"{path} {answer.status_code} {answer.text[:200]}")
                    except requests.RequestException as error:
                        wrong.append(f"{path} {error!r}")

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        work()
    finally:  # threads that go on asking would keep the whole run from ending
        stop.set()
        for thread in threads:
            thread.join()
    assert count[0] > 20
    return wrong


def test_a_new_release_is_taken_up_without_a_failed_request(
    own: Server, place: Path, tmp_path: Path
) -> None:
    """Build beside, swing `current`, roll back, all under load; SIGHUP does no harm."""
    data = tmp_path / "data"
    copy_sample(data)
    table = data / "sources/members/status.csv"
    table.write_text(table.read_text().replace("reported by press only", "reported by the press"))

    def publish() -> None:
        assert main(["--home", str(place), "build", "--sources", str(data)]) == 0
        second = ReleaseStore(place).current_name()
        assert second is not None
        assert second.startswith("2-")
        own.process.send_signal(signal.SIGHUP)
        wait_for(lambda: own.get("/healthz").json()["release"] == second)
        assert "reported by the press" in own.get("/doc/member/GEO.ttl").text
        assert main(["--home", str(place), "releases", "use", "1"]) == 0
        wait_for(lambda: own.get("/healthz").json()["release"].startswith("1-"))

    tag = own.get("/doc/commitment/EE0050.ttl").headers["ETag"]
    assert during(publish, own) == []
    assert own.get("/doc/commitment/EE0050.ttl").headers["ETag"] == tag
    assert own.process.poll() is None


def test_a_damaged_release_is_not_taken_up(own: Server, place: Path) -> None:
    """The good one goes on being served, loudly."""
    good = ReleaseStore(place).current()
    assert good is not None
    bad = place / "releases" / "2-damaged"
    shutil.copytree(good.path, bad)
    (bad / "data.nq.gz").write_bytes((bad / "data.nq.gz").read_bytes()[:-100])
    (place / ".swing").symlink_to(Path("releases") / bad.name)
    (place / ".swing").replace(place / "current")
    wait_for(lambda: "cannot be served" in own.log.read_text())
    assert own.get("/healthz").json()["release"] == good.id
    assert own.get("/doc/commitment/EE0050.ttl").status_code == 200


def test_sigterm_drains(own: Server) -> None:
    """Requests under way are answered, the exit code is 0, no process stays."""
    below = children(own.process.pid)
    assert len(below) >= 3
    results: list[int | str] = []

    def ask() -> None:
        try:
            answer = requests.get(f"{own.url}/sparql", params={"query": SLOW}, timeout=60)
            results.append(answer.status_code)
        except requests.RequestException as error:
            results.append(repr(error))

    threads = [threading.Thread(target=ask) for _ in range(10)]
    for thread in threads:
        thread.start()

    def all_arrived() -> bool:
        pool = own.get("/healthz").json()["pool"]
        return bool(pool["busy"] + pool["queued"] + len(results) >= len(threads))

    wait_for(all_arrived)
    own.process.terminate()
    for thread in threads:
        thread.join()
    assert results == [200] * 10
    assert own.process.wait(30) == 0
    wait_for(lambda: not any(running(p) for p in below), 3)


def test_a_query_that_takes_longer_than_the_drain_is_ended(place: Path, tmp_path: Path) -> None:
    """The server ends in time and by itself, though a query is under way."""
    server = start_server(place, tmp_path / "log", query_deadline=60, drain=1, budget_seconds=0)
    results: list[str] = []

    def ask() -> None:
        try:
            answer = requests.get(f"{server.url}/sparql", params={"query": ENDLESS}, timeout=60)
            results.append(str(answer.status_code))
        except requests.RequestException:
            results.append("cut")

    thread = threading.Thread(target=ask)
    try:
        below = children(server.process.pid)
        thread.start()
        wait_for(lambda: server.get("/healthz").json()["pool"]["busy"] == 1)
        server.process.terminate()
        assert server.process.wait(30) == 0  # 1 where its parent had to kill it
        thread.join()
        assert results == ["cut"]
        wait_for(lambda: not any(running(p) for p in below), 3)
    finally:
        stop_server(server)


def test_nobody_outlives_a_killed_server(own: Server) -> None:
    """SIGKILL: every process below is gone soon."""
    below = children(own.process.pid)
    own.process.kill()
    own.process.wait()
    wait_for(lambda: not any(running(p) for p in below), 5)


def test_there_must_be_something_to_serve(tmp_path: Path) -> None:
    """An empty home is an error that says what to do."""
    result = subprocess.run(
        [sys.executable, "-m", "ogpld", "serve"],
        env=environment(tmp_path),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert result.returncode == 1
    assert "run: ogpld build" in result.stderr


@pytest.mark.parametrize(
    ("limit", "words"), [("-n 24", "limit of open files"), ("-v 600000", "limit of address space")]
)
def test_limits_that_are_too_low_are_said(home: Path, limit: str, words: str) -> None:
    """In a sentence, by a server that ends at once."""
    began = time.monotonic()
    done = subprocess.run(
        [
            "sh",
            "-c",
            f'ulimit {limit} && exec "$0" -m ogpld serve --port "$1"',
            sys.executable,
            str(free_port()),
        ],
        env=environment(home),
        capture_output=True,
        text=True,
        check=False,
        timeout=patient(40),
    )
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert time.monotonic() - began < patient(15)


def test_two_servers_do_not_share_a_port(own: Server, place: Path) -> None:
    """The second is told at once."""
    result = subprocess.run(
        [sys.executable, "-m", "ogpld", "serve", "--port", own.url.rpartition(":")[2]],
        env=environment(place),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert result.returncode == 2
    assert "cannot listen on 127.0.0.1" in result.stderr


def test_slow_queries_take_a_while(own: Server) -> None:
    """The query the drain test relies on is neither instant nor too slow."""
    began = time.monotonic()
    assert own.get("/sparql", params={"query": SLOW}).status_code == 200
    assert 0.01 < time.monotonic() - began < patient(5)
