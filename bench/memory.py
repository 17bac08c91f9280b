"""What a served home takes of memory after a mixed load: proportional set size, process by process.

    python bench/memory.py --home HOME [--seconds 30] [--port 8899] [--graphs]

The proportional set size (PSS) of a page is its size divided by the number of processes that have it, so the
sum over all processes of the service is what the service takes. The load is pages, documents in several
forms, lists with filters, whole lists, the catalogue, searches and callers' queries, eight at a time, each
for another thing, so that caches fill as they do in service. `--graphs` adds queries that name graphs.
Prints MB before and after; "own" is what a process shares with nobody and has written to.
"""

from __future__ import annotations

import argparse
import gzip
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ogpld.release import ReleaseStore

OGPLD = "PREFIX ogpld: <https://w3id.org/ogpld/ns#> PREFIX dct: <http://purl.org/dc/terms/> "
QUERIES = (
    "SELECT ?k (COUNT(*) AS ?n) { ?s a ?k } GROUP BY ?k",
    OGPLD + "SELECT ?p (COUNT(*) AS ?n) { ?s ogpld:plan ?p } GROUP BY ?p",
    OGPLD + 'SELECT ?s { ?s dct:title ?t FILTER(CONTAINS(LCASE(STR(?t)), "budget")) }',
    OGPLD + "SELECT * { ?a ogpld:assesses ?c ; ogpld:value ?v . ?c ogpld:plan ?p } LIMIT 9000",
    "SELECT * { ?s ?p ?o } LIMIT 9000",
)
GRAPH_QUERIES = (
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
    "SELECT ?g { GRAPH ?g { ?s a ?k } } LIMIT 100",
)
PATHS = (
    *(
        "/",
        "/doc/commitment",
        "/doc/member",
        "/doc/action-plan",
        "/doc/assessment",
        "/compare",
        "/chart",
    ),
    *(
        "/doc/commitment?page=2",
        "/doc/commitment?q=budget",
        "/doc/commitment.csv",
        "/doc/member.csv",
    ),
    *(
        "/doc/assessment.csv",
        "/doc/commitment.jsonld",
        "/catalog.ttl",
        "/catalog.jsonld",
        "/catalog",
    ),
    *(
        "/.well-known/void",
        "/ns",
        "/ns.ttl",
        "/codebook",
        "/claims",
        "/release/current",
        "/queries",
    ),
    *("/suggest?prefix=open", "/release/current/validation", "/harvest", "/ldes", "/feed.atom"),
)
FORMS = (
    "text/html",
    "text/turtle",
    "application/ld+json",
    "application/json",
    "application/n-triples",
)
#: Settings that bound what one client may ask; this one is eight.
UNBOUNDED = (
    *("budget_seconds", "budget_errors", "budget_pages"),
    *("client_queries", "client_pages", "client_fragments"),
)
_WORKERS = 8


def processes(parent: int) -> Iterator[int]:
    """Yield a process and all below it."""
    yield parent
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == parent:
                yield from processes(int(entry.name))


def sizes(process: int) -> tuple[float, float]:
    """Return the proportional set size of a process and what is its own, in MB."""
    text = Path(f"/proc/{process}/smaps_rollup").read_text()
    values = {
        name: int(size) for name, size in re.findall(r"^(\w+):\s+(\d+) kB", text, re.MULTILINE)
    }
    return values["Pss"] / 1024, values["Private_Dirty"] / 1024


def role(process: int) -> str:
    """Say what a process of the service is."""
    words = Path(f"/proc/{process}/cmdline").read_bytes().decode().split("\0")
    module = next((word for word in words if word.startswith("ogpld.")), "")
    return module.rpartition(".")[2] or "ogpld serve"


def show(parent: int, when: str) -> float:
    """Print the processes and return their sum in MB."""
    total = 0.0
    print(f"{when:<34}{'PSS':>8}{'own':>8}   MB")
    for process in processes(parent):
        pss, own = sizes(process)
        total += pss
        print(f"  {role(process):<32}{pss:8.1f}{own:8.1f}")
    print(f"  {'all':<32}{total:8.1f}", flush=True)
    return total


def requests(home: Path, *, graphs: bool) -> list[tuple[str, str]]:
    """Return addresses and media types of the load, in the order they are asked."""
    release = ReleaseStore(home).current()
    if release is None:
        sys.exit("build a release first: ogpld build")
    base = release.manifest.base_iri.rstrip("/")
    things: dict[str, None] = {}
    with gzip.open(release.data, "rt", encoding="utf-8") as file:
        for line in file:
            subject = line[1 : line.index(">")]
            if "/id/" in subject and "#" not in subject:
                things[subject.removeprefix(base)] = None
    every = list(things)[:: max(1, len(things) // 3000)]
    loads = [(path, "text/html") for path in PATHS]
    for number, thing in enumerate(every):
        loads.append((thing, FORMS[number % len(FORMS)]))
        if number % 10 == 0:
            texts = (*QUERIES, *(GRAPH_QUERIES if graphs else ()))
            text = f"{texts[number // 10 % len(texts)]} # {number}"
            loads.append(
                (f"/sparql?query={urllib.parse.quote(text)}", "application/sparql-results+json")
            )
        if number % 15 == 0:
            loads.append((PATHS[number // 15 % len(PATHS)], "text/html"))
    return loads


def ask(site: str, path: str, accept: str) -> int:
    """Ask once and return the status."""
    request = urllib.request.Request(  # noqa: S310  (our own server)
        site + path, headers={"Accept": accept, "Accept-Encoding": "gzip"}
    )
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.read()
        return error.code


def load(site: str, wanted: list[tuple[str, str]], seconds: float) -> dict[int, int]:
    """Ask for everything until the time is over, and return how often each status came."""
    statuses: dict[int, int] = {}
    until = time.monotonic() + seconds

    def one(request: tuple[str, str]) -> int:
        return ask(site, *request) if time.monotonic() < until else 0

    with ThreadPoolExecutor(_WORKERS) as threads:
        for status in threads.map(one, wanted):
            statuses[status] = statuses.get(status, 0) + 1
    return statuses


def main() -> None:
    """Serve, ask and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--port", type=int, default=8899)
    parser.add_argument("--graphs", action="store_true")
    options = parser.parse_args()
    command = [sys.executable, "-m", "ogpld", "--home", str(options.home), "serve"]
    site = f"http://127.0.0.1:{options.port}"
    environment = {**os.environ, **{f"OGPLD_{name.upper()}": "0" for name in UNBOUNDED}}
    process = subprocess.Popen(
        [*command, "--port", str(options.port)], stderr=subprocess.DEVNULL, env=environment
    )
    try:
        while True:
            try:
                ask(site, "/healthz", "*/*")
                break
            except OSError:
                if process.poll() is not None:
                    sys.exit(f"no server at {site}")
                time.sleep(0.2)
        wanted = requests(options.home, graphs=options.graphs)
        before = show(process.pid, "when it serves")
        print("answers by status:", load(site, wanted, options.seconds))
        after = show(process.pid, "after the load")
        print(f"grown by {after - before:.1f} MB")
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
