"""Attack the HTTP edge at full size beside an honest client, and print a table of figures.

    python bench/soak.py [HOME [ATTACK ...]]

The server runs in a memory cgroup of 1 GiB where one can be made (as root), else in none: the table says so.
Attackers and the honest client come from one address, which is the harder case; `OTHERS=1` gives the
attackers their own. Exits with 1 where a target is missed.
"""

from __future__ import annotations

import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[1]
MEMORY = 1 << 30
#: Targets: bytes of the web process, seconds of the honest client's slowest percent.
MOST_RSS, MOST_P99 = 400_000_000, 1.0
HELD = 12.0
#: Settings of what a client may use, which would refuse attackers and the honest client at its address alike.
SHARES = (
    "BUDGET_SECONDS",
    "BUDGET_ERRORS",
    "BUDGET_PAGES",
    "CLIENT_QUERIES",
    "CLIENT_CHECKS",
    "CLIENT_PAGES",
)
BIG = f'SELECT ?s ("{"x" * 850}" AS ?x) {{ ?s ?p ?o }} LIMIT 9900'
NEW = 'SELECT ?s ("{}" AS ?x) {{ ?s ?p ?o }} LIMIT 9900'
HOST = "Host: 127.0.0.1\r\n"


def get(path: str, more: str = "") -> bytes:
    """Return a request."""
    return f"GET {path} HTTP/1.1\r\n{HOST}{more}\r\n".encode()


def post(path: str, length: int) -> bytes:
    """Return the head of an upload."""
    head = (
        f"POST {path} HTTP/1.1\r\n{HOST}Content-Type: text/csv\r\nContent-Length: {length}\r\n\r\n"
    )
    return head.encode()


class Attack:
    """Connections that are opened, given some bytes, and left."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.open: list[socket.socket] = []
        self.stopped = False

    def connect(self, count: int, payload: Callable[[int], bytes]) -> None:
        """Open connections and send; who is refused is not counted."""
        for number in range(count):
            if self.stopped:
                return
            try:
                channel = socket.socket()
                channel.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                channel.settimeout(2)
                if os.environ.get("OTHERS"):
                    channel.bind((f"127.0.1.{1 + number % 200}", 0))
                channel.connect(("127.0.0.1", self.port))
                self.open.append(channel)
                channel.settimeout(5)
                channel.sendall(payload(number))
            except OSError:
                continue

    def close(self) -> None:
        """Stop and close everything."""
        self.stopped = True
        for channel in self.open:
            channel.close()


def unread(attack: Attack) -> None:
    """200 readers of a kept answer of 9 MB who do not read."""
    attack.connect(200, lambda _: get(f"/sparql?query={quote(BIG)}"))


def unread_new(attack: Attack) -> None:
    """60 readers who do not read, each of an answer of its own."""
    attack.connect(60, lambda n: get(f"/sparql?query={quote(NEW.format(f'{n:03}' * 283))}"))


def pipelined(attack: Attack) -> None:
    """120 requests for the answer of 9 MB on one connection, unread."""
    attack.connect(1, lambda _: get(f"/sparql?query={quote(BIG)}") * 120)


def streams(attack: Attack) -> None:
    """Connections that begin to speak HTTP/2."""
    attack.connect(
        120, lambda _: b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])
    )


def documents(attack: Attack) -> None:
    """1,000 documents of 5 MB, the last byte missing."""
    attack.connect(1000, lambda _: post("/validate", 5_000_000) + b"x" * 4_999_999)


def bodies(attack: Attack) -> None:
    """1,000 bodies of 10 MB where none is taken."""
    attack.connect(1000, lambda _: post("/doc/x", 10_000_000) + b"x" * 9_999_999)


def chunks(attack: Attack) -> None:
    """1,000 uploads in chunks that never end."""
    head = f"POST /validate HTTP/1.1\r\n{HOST}Transfer-Encoding: chunked\r\n\r\n".encode()
    attack.connect(1000, lambda _: head + b"100000\r\n" + b"x" * 1_000_000)


def silent(attack: Attack) -> None:
    """3,000 connections that say nothing."""
    attack.connect(3000, lambda _: b"")


def heads(attack: Attack) -> None:
    """1,000 heads of 200 kB without an end."""
    attack.connect(1000, lambda _: f"GET /{'x' * 200_000}".encode())


ATTACKS = (unread, unread_new, pipelined, streams, documents, bodies, chunks, silent, heads)


def be_honest(port: int, seconds: float) -> None:
    """Ask for a page, a list, health and a query by turns; print times and failures as JSON."""
    requests = [
        get("/doc/commitment/EE0050.ttl", "Connection: close\r\n"),
        get("/healthz", "Connection: close\r\n"),
        get("/doc/commitment?limit=10", "Accept: text/csv\r\nConnection: close\r\n"),
        (
            f"POST /sparql HTTP/1.1\r\n{HOST}Connection: close\r\nContent-Length: 6\r\n"
            "Content-Type: application/sparql-query\r\n\r\nASK {}"
        ).encode(),
    ]
    times, failures, end = [], [], time.monotonic() + seconds
    while time.monotonic() < end:
        for request in requests:
            began = time.monotonic()
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=20) as channel:
                    channel.sendall(request)
                    answer = b"".join(iter(lambda: channel.recv(65536), b""))
                if not answer.startswith(b"HTTP/1.1 200"):
                    failures.append(answer[:80].decode("latin-1") or "nothing")
            except OSError as error:
                failures.append(repr(error))
            times.append(time.monotonic() - began)
        time.sleep(0.02)
    print(json.dumps({"times": times, "failures": failures}))


@contextmanager
def memory_group() -> Iterator[Path | None]:
    """Yield a cgroup of 1 GiB below our own, None where there can be none."""
    lines = Path("/proc/self/cgroup").read_text(encoding="ascii").splitlines()
    group = None
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers == "memory":
            group, limit = Path(f"/sys/fs/cgroup/memory{path}"), "memory.limit_in_bytes"
        elif not controllers and Path("/sys/fs/cgroup/cgroup.controllers").exists():
            group, limit = Path(f"/sys/fs/cgroup{path}"), "memory.max"
    place = group / f"soak-{os.getpid()}" if group else None
    try:
        if place is not None:
            place.mkdir()
            (place / limit).write_text(str(MEMORY), encoding="ascii")
    except OSError:
        place = None
    try:
        yield place
    finally:
        if place is not None and place.exists():
            time.sleep(1)
            place.rmdir()


def children(process: int) -> list[int]:
    """Return a process and all below it."""
    below = [process]
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, parent = entry.parent.name, entry.read_text().rpartition(")")[2].split()[1]
        except (OSError, IndexError):
            continue
        if parent == str(process):
            below += children(int(name))
    return below


def memory_of(process: int, field: str = "VmRSS") -> int:
    """Return bytes of a process, 0 when it is gone."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(s.split()[1]) * 1024 for s in status.splitlines() if s.startswith(field)), 0)


def descriptors(process: int) -> int:
    """Return how many files and sockets a process has open."""
    try:
        return len(list(Path(f"/proc/{process}/fd").iterdir()))
    except OSError:
        return 0


def web_process(main: int) -> int:
    """Return the process that answers."""
    for process in children(main):
        line = Path(f"/proc/{process}/cmdline").read_bytes()
        if b"web_process" in line:
            return process
    return 0


def wait_for_server(port: int) -> None:
    """Wait until it answers."""
    for _ in range(600):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as channel:
                channel.sendall(get("/healthz", "Connection: close\r\n"))
                if channel.recv(100).startswith(b"HTTP/1.1 200"):
                    return
        except OSError:
            pass
        time.sleep(0.1)
    sys.exit("the server does not answer")


def attack_once(port: int, main: int, run: Callable[[Attack], None]) -> tuple[str, bool]:
    """Run one attack beside the honest client; return its line of the table, and whether targets hold."""
    before = web_process(main)
    quiet = descriptors(before)
    attack, peak = Attack(port), 0
    honest = subprocess.Popen(
        [sys.executable, __file__, "--honest", str(port), str(HELD)], stdout=subprocess.PIPE
    )
    worker = threading.Thread(target=run, args=(attack,), daemon=True)
    worker.start()
    while honest.poll() is None:
        peak = max(peak, memory_of(before))
        time.sleep(0.1)
    alive = max(descriptors(before) - quiet, 0)
    attack.stopped = True
    worker.join()
    attack.close()
    output, _ = honest.communicate()
    requests = json.loads(output)
    times, failures = requests["times"], requests["failures"]
    p99 = sorted(times)[int(len(times) * 0.99)]
    survived = web_process(main) == before
    good = survived and peak < MOST_RSS and p99 < MOST_P99 and not failures
    line = (
        f"{run.__name__:<12} {len(attack.open):>6} {alive:>6} {peak / 1e6:>8.0f} "
        f"{statistics.median(times) * 1000:>7.1f} {p99 * 1000:>8.1f} "
        f"{max(times) * 1000:>8.1f} {len(times):>7} {len(failures):>6} "
        f"{'yes' if survived else 'NO':>8}"
    )
    for failure in failures[:3]:
        line += f"\n    {failure!r}"
    return line, good


def main() -> int:
    """Run all attacks."""
    if sys.argv[1:2] == ["--honest"]:
        be_honest(int(sys.argv[2]), float(sys.argv[3]))
        return 0
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    chosen = [run for run in ATTACKS if not sys.argv[2:] or run.__name__ in sys.argv[2:]]
    with tempfile.TemporaryDirectory() as scratch, memory_group() as group:
        home = sys.argv[1] if sys.argv[1:] else f"{scratch}/home"
        program = [sys.executable, "-m", "ogpld", "--home", home]
        if not (Path(home) / "current").exists():
            subprocess.run([*program, "build"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]

        def enter() -> None:
            if group is not None:
                (group / "cgroup.procs").write_text(str(os.getpid()), encoding="ascii")

        server = subprocess.Popen(
            [*program, "serve", "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, **{f"OGPLD_{name}": "0" for name in SHARES}},
            preexec_fn=enter,  # noqa: PLW1509  (no threads yet)
        )
        try:
            wait_for_server(port)
            Attack(port).connect(1, lambda _: get(f"/sparql?query={quote(BIG)}"))
            time.sleep(3)
            subprocess.run(
                [sys.executable, __file__, "--honest", str(port), "0.1"],
                check=True,
                stdout=subprocess.DEVNULL,
            )
            bound = f"{MEMORY >> 20} MiB" if group else "no cgroup could be made"
            print(
                f"memory of the server: {bound}; web process at rest "
                f"{memory_of(web_process(server.pid)) / 1e6:.0f} MB; times in ms"
            )
            print(
                f"{'attack':<12} {'opened':>6} {'alive':>6} {'peak MB':>8} {'p50':>7} {'p99':>8} "
                f"{'max':>8} {'asked':>7} {'failed':>6} {'survived':>8}"
            )
            results = []
            for run in chosen:
                line, good = attack_once(port, server.pid, run)
                results.append(good)
                print(line, flush=True)
            killed = group and next(
                (f for f in ("memory.events", "memory.oom_control") if (group / f).exists()), None
            )
            if group and killed:
                print((group / killed).read_text(encoding="ascii").replace("\n", "; "))
        finally:
            server.terminate()
            server.wait(40)
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
