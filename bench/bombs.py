"""What other visitors notice of bombs, and what a query costs in the pool.

    python bench/bombs.py [--home var] [--seconds 15] [--rounds 3]

A server process is started. Visitors ask for documents, kept answers and small queries; in turns
nobody else is there, and four clients send one query after another that runs until its deadline. Prints
the median and the 99th percentile of each kind of request, quiet and beside bombs, and their ratio.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

BOMB = "SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != {0}) }}"
THING = "http://localhost:8000/id/commitment/EE0050"
KINDS = ("document", "not modified", "kept answer", "small query")
BOMBS = 4


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(home: Path, workers: int) -> Iterator[tuple[int, int]]:
    """Start a server and yield its port and process number."""
    port = free_port()
    settings = {
        "OGPLD_BUDGET_SECONDS": "0",
        "OGPLD_BUDGET_ERRORS": "0",
        "OGPLD_QUERY_DEADLINE": "5",
        "OGPLD_WORKERS": str(workers),
    }
    with subprocess.Popen(
        [sys.executable, "-m", "ogpld", "--home", str(home), "serve", "--port", str(port)],
        env={**os.environ, **settings},
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            for _ in range(300):
                try:
                    ask(port, "/healthz")
                    break
                except OSError:
                    time.sleep(0.1)
            yield port, process.pid
        finally:
            process.terminate()
            process.wait()


def ask(
    port: int, path: str, headers: dict[str, str] | None = None, client: int = 1
) -> tuple[int, str]:
    """Ask once on a connection of its own, from 127.0.0.`client`; return status and ETag."""
    own = (
        None if client == 1 else (f"127.0.0.{client}", 0)
    )  # where it is said, finding a port takes time
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=own)
    try:
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.getheader("ETag") or ""
    finally:
        connection.close()


def visit(port: int, seconds: float, times: dict[str, list[float]], fresh: Iterator[int]) -> None:
    """Be a visitor for some seconds, and note how long each request took, in milliseconds."""
    document = "/doc/commitment/EE0050.ttl"
    kept = "/sparql?query=" + quote("SELECT ?k (COUNT(*) AS ?n) { ?s a ?k } GROUP BY ?k")
    _, tag = ask(port, document)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        small = f"SELECT * {{ <{THING}> ?p ?o FILTER(?o != {next(fresh)}) }}"
        for kind, path, headers in (
            ("document", document, {}),
            ("not modified", document, {"If-None-Match": tag}),
            ("kept answer", kept, {}),
            ("small query", f"/sparql?query={quote(small)}", {}),
        ):
            began = time.perf_counter()
            status, _ = ask(port, path, headers)
            if status < 400:
                times[kind].append((time.perf_counter() - began) * 1000)
            else:
                times[f"{kind} refused"].append(0)
        time.sleep(0.005)


def bomb(port: int, stop: threading.Event, fresh: Iterator[int], client: int) -> None:
    """Send bombs, one after another, as a client who has nothing to do with the visitors."""
    while not stop.is_set():
        ask(port, "/sparql?query=" + quote(BOMB.format(next(fresh))), client=client)


def measured(port: int, seconds: float, bombs: int, fresh: Iterator[int]) -> dict[str, list[float]]:
    """Return the times of two visitors beside a number of bombers."""
    stop = threading.Event()
    bombers = [
        threading.Thread(target=bomb, args=(port, stop, fresh, number + 2))
        for number in range(bombs)
    ]
    for thread in bombers:
        thread.start()
    time.sleep(0.5 if bombs else 0)
    times: dict[str, list[float]] = defaultdict(list)
    visitors = [
        threading.Thread(target=visit, args=(port, seconds, times, fresh)) for _ in range(2)
    ]
    for thread in visitors:
        thread.start()
    for thread in visitors:
        thread.join()
    stop.set()
    for thread in bombers:
        thread.join()
    return times


def p99(values: list[float]) -> float:
    """Return the 99th percentile."""
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.99))]


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--home", type=Path, default=Path("var"))
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=0)
    options = parser.parse_args()
    fresh = itertools.count()
    found: dict[str, dict[int, list[list[float]]]] = defaultdict(lambda: defaultdict(list))
    with server(options.home, options.workers) as (port, _):
        for _ in range(options.rounds):
            for bombs in (0, BOMBS):
                for kind, values in measured(port, options.seconds, bombs, fresh).items():
                    found[kind][bombs].append(values)
    print(
        f"{'request':<14}{'quiet p50':>10}{'p99':>8}{'bombs p50':>11}{'p99':>8}{'p99 ratio':>11}  ms"
    )
    for kind in KINDS:
        quiet, beside = found[kind][0], found[kind][BOMBS]
        row = [statistics.median(statistics.median(v) for v in group) for group in (quiet, beside)]
        tail = [statistics.median(p99(v) for v in group) for group in (quiet, beside)]
        print(
            f"{kind:<14}{row[0]:>10.2f}{tail[0]:>8.2f}{row[1]:>11.2f}{tail[1]:>8.2f}"
            f"{tail[1] / tail[0]:>11.2f}"
        )
    refused = {k: sum(len(v) for v in g[BOMBS]) for k, g in found.items() if "refused" in k}
    print(f"refused beside bombs: {refused or 'none'}")


if __name__ == "__main__":
    main()
