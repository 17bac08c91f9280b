"""What the past costs: opening a release, asking it against asking the current one, its memory, a switch.

    python bench/past.py [--home var] [--rounds 200]

The home needs two releases with data (`ogpld build`, change a cell, `ogpld build`). A server process is
started. Asked in turns, from one client: small queries that were not asked before, and documents whose
answers are not kept. Then `current` is swung to and fro while a client asks all the time: how long it takes
until the other release answers, and how many requests failed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import threading
import time
import urllib.request
from collections import defaultdict
from pathlib import Path
from urllib.parse import quote

from bombs import ask, server

from ogpld.release import Release, ReleaseStore

_COMMITMENTS = "?c a <https://w3id.org/ogpld/ns#Commitment>"
_QUERY = f"SELECT ?c ?t {{{{ {_COMMITMENTS} ; <http://purl.org/dc/terms/title> ?t }}}} LIMIT {{0}}"


def timed(port: int, path: str) -> float:
    """Ask once and return the seconds; anything but 200 ends the run."""
    began = time.perf_counter()
    status, _ = ask(port, path)
    if status != 200:
        raise SystemExit(f"{path}: {status}")
    return time.perf_counter() - began


def memory(root: int) -> dict[int, int]:
    """Return the proportional memory of the processes below one, in bytes."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                parents[int(entry.name)] = int(
                    (entry / "stat").read_text().rpartition(")")[2].split()[1]
                )
            except OSError:
                continue
    found, todo = {}, [root]
    while todo:
        parent = todo.pop()
        children = [child for child, of in parents.items() if of == parent]
        todo += children
        for child in children:
            try:
                text = Path(f"/proc/{child}/smaps_rollup").read_text()
            except OSError:
                continue
            found[child] = next(
                int(x.split()[1]) * 1024 for x in text.splitlines() if x.startswith("Pss:")
            )
    return found


def asked(port: int, old: Release, rounds: int) -> dict[tuple[str, str], list[float]]:
    """Return the seconds of queries and documents, of the past and of now, in turns."""
    found = defaultdict(list)
    keys = _keys(port)
    for turn in range(rounds):
        for when, place in (("past", f"/release/{old.id}"), ("now", "")):
            query = quote(_QUERY.format(1 + turn))
            found["query", when].append(timed(port, f"{place}/sparql?query={query}"))
            key = keys[turn % len(keys)]
            path = f"{place}/doc/commitment/{key}.nt?turn={turn}"
            found["document", when].append(timed(port, path))
    return found


def _keys(port: int) -> list[str]:
    text = f"SELECT ?c {{ {_COMMITMENTS} }} ORDER BY ?c LIMIT 50"
    address = f"http://127.0.0.1:{port}/sparql?format=json&query={quote(text)}"
    with urllib.request.urlopen(address) as answer:
        rows = json.load(answer)["results"]["bindings"]
    return [row["c"]["value"].rpartition("/")[2] for row in rows]


def switched(
    port: int, release_store: ReleaseStore, to: list[Release], rounds: int
) -> tuple[list[float], int, int]:
    """Return the seconds of each switch, and how many requests were made beside and failed."""
    stop, made, failed = threading.Event(), 0, 0

    def visit() -> None:
        nonlocal made, failed
        while not stop.is_set():
            for path in ("/doc/commitment/EE0050.ttl", "/sparql?query=ASK%20%7B%7D"):
                made += 1
                try:
                    failed += ask(port, path)[0] != 200
                except OSError:
                    failed += 1
            time.sleep(0.01)  # a visitor, not a flood: what is measured is the switch

    visitor = threading.Thread(target=visit)
    visitor.start()
    seconds = []
    for turn in range(rounds):
        release = to[turn % 2]
        began = time.perf_counter()
        release_store.use(release)
        while _serving(port) != release.id:
            time.sleep(0.01)
        seconds.append(time.perf_counter() - began)
    stop.set()
    visitor.join()
    return seconds, made, failed


def _serving(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
        return str(json.load(answer)["release"])


def main() -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--home", type=Path, default=Path("var"))
    parser.add_argument("--rounds", type=int, default=200)
    options = parser.parse_args()
    release_store = ReleaseStore(options.home)
    current = release_store.current()
    kept = [r for r in release_store.releases() if not r.pruned and current and r.id != current.id]
    if current is None or not kept:
        raise SystemExit(f"{options.home} has no two releases with data")
    old = kept[-1]
    folder = {r.id: sum(p.stat().st_size for p in r.path.rglob("*") if p.is_file()) for r in kept}
    print(f"{old.manifest.quads} quads; a kept release takes {folder[old.id] / 1e6:.1f} MB on disk")
    with server(options.home, 2) as (port, process):
        before = memory(process)
        opened = timed(port, f"/release/{old.id}/sparql?query=ASK%20%7B%7D")
        after = memory(process)
        grown = sum(size for number, size in after.items() if number not in before)
        print(
            f"opening it {opened:.2f} s, memory {grown / 1e6:.0f} MB,"
            f" {grown / old.manifest.quads:.0f} bytes a quad"
        )
        found = asked(port, old, options.rounds)
        for kind in ("query", "document"):
            past, now = (statistics.median(found[kind, when]) for when in ("past", "now"))
            print(
                f"{kind:9} past {past * 1e3:.2f} ms  now {now * 1e3:.2f} ms  ratio {past / now:.2f}"
            )
        seconds, made, failed = switched(port, release_store, [old, current], 6)
        print(
            f"switch {statistics.median(seconds):.2f} s (median of {len(seconds)}),"
            f" {failed} of {made} requests failed"
        )
    release_store.use(current)


if __name__ == "__main__":
    main()
