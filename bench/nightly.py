"""Half an hour of everything at once: does memory stay flat, and does every normal request get its answer?

    python bench/nightly.py [--minutes 30] [--home HOME --sources DATA] [--figures nightly.json]

A server answers visitors (documents, lists, catalogue, kept questions, new queries) while a release is
published each minute, one bomb follows another, and slow clients hold connections. Without `--home` small
data is built in a folder of its own. A request has failed where its status is another than it should be and
no limit that is told (429 or 503 with `Retry-After`), or where the connection was cut. Memory is the
proportional set size of all processes of the server, what they share counted once: medians of the first and
the last quarter, after a fifth of the time in which caches fill; and the slope of each process that is there
throughout (those of a release end with it) in the last two thirds. All figures go to a file as JSON. Exits
with 1 where a request failed or memory grew. bench/NIGHTLY.md keeps those of a whole run.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from os import environ
from pathlib import Path
from urllib.parse import quote, urlsplit

from bombs import BOMB, free_port
from soak import SHARES, children, descriptors, wait_for_server

ROOT = Path(__file__).resolve().parents[1]
#: Sources of the small data.
SMALL = ("members", "institutions", "estonia")
VISITORS, SLOW = 3, 20
#: Seconds between samples of memory, between releases, between bombs; seconds a visitor waits.
SAMPLE, RELEASE, BOMB_PAUSE, PAUSE = 15.0, 60.0, 5.0, 0.05
#: What memory may have grown by at the end: a share, and bytes that are noise.
MOST_GROWTH, NOISE = 0.15, 40_000_000
#: Bytes a minute that a process may grow by in the last two thirds: caches that are not full yet do so.
MOST_SLOPE = 1_000_000
#: Statuses of normal requests, and those that tell a limit where they come with `Retry-After`.
GOOD, LIMITS = frozenset({200, 302, 303, 304}), frozenset({429, 503})
FORMS = ("text/turtle", "application/ld+json", "text/html", "application/n-triples")
PAGES = (
    *("/", "/catalog", "/feed.atom", "/releases", "/ldes", "/healthz"),
    *("/ns", "/code", "/sitemap.xml"),
)
NEW = "SELECT ?p ?o WHERE {{ <{thing}> ?p ?o FILTER(STRLEN(STR(?o)) < {number}) }}"
THINGS = """SELECT ?s { ?s a ?c
  FILTER(CONTAINS(STR(?s), "/id/commitment/") || CONTAINS(STR(?s), "/id/action-plan/")) } LIMIT 400"""
KEPT = "SELECT ?c (COUNT(?s) AS ?n) WHERE { ?s a ?c } GROUP BY ?c"


@dataclass
class Figures:
    """What was measured; times in seconds, memory in bytes."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statuses: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    samples: list[dict[str, float]] = field(default_factory=list)
    processes: list[dict[int, int]] = field(default_factory=list)
    releases: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def ask(
    port: int, path: str, accept: str = "*/*", seconds: float = 120
) -> http.client.HTTPResponse:
    """Ask once on a connection of its own, and read the whole answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        connection.request("GET", path, headers={"Accept": accept})
        answer = connection.getresponse()
        answer.body = answer.read()  # type: ignore[attr-defined]
        return answer
    finally:
        connection.close()


def things(port: int) -> list[str]:
    """Return IRIs of commitments and plans that every release has."""
    answer = ask(port, f"/sparql?query={quote(THINGS)}&format=json")
    rows = json.loads(answer.body)["results"]["bindings"]  # type: ignore[attr-defined]
    return [row["s"]["value"] for row in rows]


def requests(iris: list[str], seed: int) -> Iterator[tuple[str, str, str]]:
    """Yield kind, path and `Accept` of normal requests, for ever."""
    rng, number = random.Random(seed), seed * 10_000_000
    while True:
        number += 1
        thing = rng.choice(iris)
        path = urlsplit(thing).path
        yield "document", path.replace("/id/", "/doc/"), rng.choice(FORMS)
        yield "thing", path, "*/*"
        page = f"limit={rng.randint(1, 20)}&page={rng.randint(1, 2)}"
        yield "list", f"/doc/commitment?{page}", rng.choice(FORMS)
        yield "page", rng.choice(PAGES), "*/*"
        yield "kept query", f"/sparql?query={quote(KEPT)}", "application/sparql-results+json"
        yield "new query", f"/sparql?query={quote(NEW.format(thing=thing, number=number))}", "*/*"


class Soak:
    """The load on one server.

    Args:
        port: of the server.
        figures: where it is noted what happened.
    """

    def __init__(self, port: int, figures: Figures) -> None:
        self.port, self.figures = port, figures
        self.ended = threading.Event()

    def count(self, kind: str, path: str, accept: str = "*/*") -> None:
        """Ask, and note what came of it."""
        began = time.monotonic()
        try:
            answer = ask(self.port, path, accept)
        except (OSError, http.client.HTTPException) as error:
            outcome, failed = f"{kind}: {type(error).__name__}", True
        else:
            told = answer.status in LIMITS and answer.getheader("Retry-After") is not None
            outcome = f"{kind}: {answer.status}{' with Retry-After' if told else ''}"
            # a bomb is refused as it deserves; of normal requests only what is told
            failed = answer.status not in GOOD and not told
            failed = failed and (
                kind != "bomb" or answer.status == http.client.INTERNAL_SERVER_ERROR
            )
        with self.figures.lock:
            self.figures.times[kind].append(time.monotonic() - began)
            self.figures.statuses[outcome] += 1
            if failed:
                self.figures.failures.append(f"{outcome} {path[:200]} {accept}")

    def visit(self, iris: list[str], seed: int) -> None:
        """Be a visitor."""
        for kind, path, accept in requests(iris, seed):
            if self.ended.wait(PAUSE):
                return
            self.count(kind, path, accept)

    def bomb(self) -> None:
        """Send one query after another that runs until its deadline."""
        number = 0
        while not self.ended.wait(BOMB_PAUSE):
            number += 1
            self.count("bomb", f"/sparql?query={quote(BOMB.format(number))}")

    def dawdle(self) -> None:
        """Hold connections: heads that never end, and answers that are hardly read."""
        channels: list[socket.socket] = []
        while not self.ended.wait(1):
            while len(channels) < SLOW:
                with suppress(OSError):
                    channel = socket.create_connection(("127.0.0.1", self.port), 5)
                    begin = "GET /doc/commitment.nt HTTP/1.1\r\nHost: localhost\r\n"
                    channel.sendall(
                        f"{begin}{'' if len(channels) % 2 else chr(13) + chr(10)}".encode()
                    )
                    channels.append(channel)
                    continue
                break
            for number, channel in enumerate([*channels]):
                try:
                    if number % 2:
                        channel.sendall(b"X: y\r\n")
                    elif not channel.recv(64):
                        raise OSError
                except OSError:
                    channel.close()
                    channels.remove(channel)
        for channel in channels:
            channel.close()

    def measure(self, process: int, began: float) -> None:
        """Note the memory of all processes."""
        while not self.ended.wait(SAMPLE):
            memory = {number: proportional(number) for number in children(process)}
            self.figures.samples.append(
                {
                    "second": round(time.monotonic() - began),
                    "pss": sum(memory.values()),
                    "processes": len(memory),
                    "descriptors": sum(map(descriptors, memory)),
                }
            )
            self.figures.processes.append(memory)


def proportional(process: int) -> int:
    """Return the proportional set size of a process, 0 when it is gone."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(x.split()[1]) * 1024 for x in text.splitlines() if x.startswith("Pss:")), 0)


def publish(program: list[str], sources: Path, lines: list[str], number: int) -> None:
    """Publish a release that has the last member, or has not."""
    table = sources / "members/members.csv"
    table.write_text("".join(lines[: len(lines) - number % 2]), encoding="utf-8")
    subprocess.run(
        [*program, "build", "--sources", str(sources), "--allow-shrink"],
        check=True, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**environ, "OGPLD_DUMPS": "false"},
    )  # fmt: skip


def growth(samples: list[dict[str, float]]) -> tuple[float, float]:
    """Return the median memory of the first and of the last quarter, after a fifth in which caches fill."""
    values = [sample["pss"] for sample in samples[len(samples) // 5 :]]
    quarter = max(1, len(values) // 4)
    return statistics.median(values[:quarter]), statistics.median(values[-quarter:])


def slopes(figures: Figures) -> list[dict[str, float]]:
    """Return of each process that was there throughout its memory at the start, after a third and at the end.

    `slope` is by how many bytes a minute it grew in the last two thirds, as least squares have it.
    """
    rows: list[dict[str, float]] = []
    third = len(figures.processes) // 3
    seconds = [sample["second"] for sample in figures.samples[third:]]
    for process in sorted(set.intersection(*map(set, figures.processes))):
        memory = [each[process] for each in figures.processes]
        line = statistics.linear_regression(seconds, memory[third:])
        rows.append(
            {
                "start": memory[0],
                "third": memory[third],
                "end": memory[-1],
                "slope": line.slope * 60,
            }
        )
    return rows


def run(program: list[str], sources: Path, minutes: float) -> Figures:
    """Serve, load, publish; return the figures."""
    lines = (sources / "members/members.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    publish(program, sources, lines, 0)
    figures, port = Figures(), free_port()
    server = subprocess.Popen(
        [*program, "serve", "--port", str(port)],
        cwd=ROOT,
        env={**environ, **{f"OGPLD_{name}": "0" for name in SHARES}},
    )
    try:
        wait_for_server(port)
        soak, began = Soak(port, figures), time.monotonic()
        iris = things(port)
        threads = [
            *(threading.Thread(target=soak.visit, args=(iris, n)) for n in range(VISITORS)),
            threading.Thread(target=soak.bomb),
            threading.Thread(target=soak.dawdle),
            threading.Thread(target=soak.measure, args=(server.pid, began)),
        ]
        for thread in threads:
            thread.start()
        try:
            while (left := began + minutes * 60 - time.monotonic()) > 0:
                due = began + (figures.releases + 1) * RELEASE - time.monotonic()
                time.sleep(min(left, max(0.0, due)))
                if time.monotonic() < began + minutes * 60:
                    publish(program, sources, lines, figures.releases + 1)
                    figures.releases += 1
        finally:
            soak.ended.set()
            for thread in threads:
                thread.join()
    finally:
        server.terminate()
        status = server.wait(60)
    if status:
        figures.failures.append(f"the server ended with {status}")
    return figures


def report(figures: Figures, path: Path, minutes: float) -> bool:
    """Write the figures, print a table of them, and say whether the targets hold."""
    first, last = growth(figures.samples)
    stay = slopes(figures)
    flat = last - first < max(NOISE, first * MOST_GROWTH)
    flat = flat and all(row["slope"] < MOST_SLOPE for row in stay)
    content = {
        "minutes": minutes,
        "releases": figures.releases,
        "pss_start": first,
        "pss_end": last,
        "statuses": dict(sorted(figures.statuses.items())),
        "seconds": {k: {"p50": statistics.median(t), "p99": sorted(t)[int(len(t) * 0.99)], "max": max(t)}
                    for k, t in sorted(figures.times.items())},
        "failures": figures.failures,
        "processes_that_stay": stay,
        "samples": figures.samples,
    }  # fmt: skip
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    print(f"{minutes:g} minutes, {figures.releases} releases, {len(figures.failures)} failures")
    print(f"memory of all processes: {first / 1e6:.0f} MB, at the end {last / 1e6:.0f} MB")
    for row in stay:
        sizes = ", ".join(f"{row[name] / 1e6:.0f}" for name in ("start", "third", "end"))
        print(f"a process that stays: {sizes} MB, {row['slope'] / 1e6:+.2f} MB a minute at last")
    for kind, times in sorted(figures.times.items()):
        values = sorted(times)
        print(
            f"{kind:<12} {len(values):>7} requests, p50 {statistics.median(values) * 1000:>7.1f} ms, "
            f"p99 {values[int(len(values) * 0.99)] * 1000:>8.1f} ms"
        )
    for outcome, count in sorted(figures.statuses.items()):
        print(f"    {outcome:<40} {count:>7}")
    for failure in figures.failures[:10]:
        print(f"    failed: {failure}")
    return flat and not figures.failures


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--home", type=Path, help="a home, with --sources of its data")
    parser.add_argument("--sources", type=Path, help="a copy of the sources: it is written to")
    parser.add_argument("--figures", type=Path, default=Path("nightly.json"), metavar="FILE")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        sources = options.sources or Path(scratch) / "data/sources"
        if not options.sources:
            for name in SMALL:
                shutil.copytree(ROOT / "data/sources" / name, sources / name)
        home = options.home or Path(scratch) / "home"
        program = [sys.executable, "-m", "ogpld", "--home", str(home)]
        figures = run(program, sources, options.minutes)
    return 0 if report(figures, options.figures, options.minutes) else 1


if __name__ == "__main__":
    sys.exit(main())
