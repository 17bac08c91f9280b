"""Requests a second of `ogpld serve`, of `oxigraph serve` in memory and of nginx, interleaved.

    python bench/serving.py [--home var] [--oxigraph oxigraph] [--connections 1,8] [--rounds 3] [--seconds 2]

Needs `wrk` on the path; `oxigraph` (of PyPI) and nginx are measured where they are. Queries and addresses are
new to the server in every round, but for those named "again". Isolation and limits are on, the limits of one
client so high that nobody is refused. Printed are medians over rounds, and what ours is of the other's.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from peers import free_port, wait

from ogpld.release import Release, ReleaseStore

JSON, CSV, TTL = "application/sparql-results+json", "text/csv", "text/turtle"
_LIMITS = {
    "OGPLD_BUDGET_SECONDS": "100000",
    "OGPLD_BUDGET_REFILL": "100000",
    "OGPLD_BUDGET_PAGES": "100000",
    "OGPLD_BUDGET_PAGE_REFILL": "100000",
    "OGPLD_CLIENT_QUERIES": "64",
    "OGPLD_CLIENT_PAGES": "64",
}
_SCRIPT = """local lines, at = {}, 0
for line in io.lines("PATHS") do lines[#lines + 1] = line end
request = function()
  at = at % #lines + 1
  return wrk.format("GET", lines[at], { Accept = "ACCEPT" })
end
done = function(summary)
  local e = summary.errors
  io.write(string.format("FAILED %d\\n", e.connect + e.read + e.write + e.status + e.timeout))
end
"""
_NS = "PREFIX : <https://w3id.org/ogpld/ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
#: Queries by name: Accept, and the text with a thing, a member, and a number that makes it new.
QUERIES = {
    "point": (JSON, "SELECT ?p ?o WHERE { <THING> ?p ?o FILTER(?o != NUMBER) }"),
    "join": (
        JSON,
        (
            "SELECT ?c ?t ?v WHERE { ?plan :member <MEMBER> . ?c :plan ?plan ; rdfs:label ?t . "
            "?a :assesses ?c ; :value ?v FILTER(?v != NUMBER) } LIMIT 50"
        ),
    ),
    "construct": (
        TTL,
        (
            "CONSTRUCT { ?s ?p ?o . ?o rdfs:label ?l } WHERE { VALUES ?s { <THING> } "
            "?s ?p ?o FILTER(?o != NUMBER) OPTIONAL { ?o rdfs:label ?l } }"
        ),
    ),
    "group": (
        JSON,
        (
            "SELECT ?area (COUNT(?c) AS ?n) WHERE { ?c a :Commitment ; :policyArea ?area "
            "FILTER(?area != NUMBER) } GROUP BY ?area ORDER BY DESC(?n)"
        ),
    ),
    "contains": (
        JSON,
        (
            "SELECT ?c ?t WHERE { ?c a :Commitment ; rdfs:label ?t FILTER(CONTAINS(LCASE(STR(?t)), "
            '"zNUMBER")) } LIMIT 20'
        ),
    ),
    "rows-json": (
        JSON,
        "SELECT ?a ?c ?v WHERE { ?a :assesses ?c ; :value ?v FILTER(?v != NUMBER) } LIMIT 9000",
    ),
    "rows-csv": (
        CSV,
        "SELECT ?a ?c ?v WHERE { ?a :assesses ?c ; :value ?v FILTER(?v != NUMBER) } LIMIT 9000",
    ),
}

_HEAVY = frozenset({"group", "contains", "rows-json", "rows-csv"})


@dataclass
class Load:
    """What one round asks: addresses, one after another without end, and the form."""

    accept: str
    paths: Iterator[str]
    most: int


def query_loads(release: Release) -> dict[str, Load]:
    """Return the queries of the mix with things of a release in them; one of them asked again and again."""
    things, members = things_of(release, "commitment"), things_of(release, "member")
    loads = {
        name: Load(accept, _filled(text, things, members), 1_000 if name in _HEAVY else 50_000)
        for name, (accept, text) in QUERIES.items()
    }
    first = next(loads["point"].paths)
    loads["point again"] = Load(JSON, itertools.repeat(first), 1)
    return loads


def _filled(text: str, things: list[str], members: list[str]) -> Iterator[str]:
    """Return addresses of a query, each new, without end."""
    for n, thing, member in zip(
        itertools.count(1_000_000), itertools.cycle(things), itertools.cycle(members)
    ):
        query = _NS + text.replace("THING", thing).replace("MEMBER", member)
        yield f"?query={quote(query.replace('NUMBER', str(n)))}"


def things_of(release: Release, segment: str) -> list[str]:
    """Return the IRIs of the things of a class that a release has statements about."""
    start = f"<{release.manifest.base_iri}id/{segment}/"
    with gzip.open(release.data, "rt", encoding="utf-8") as lines:
        return sorted({line[1 : line.index(">")] for line in lines if line.startswith(start)})


def measure(url: str, load: Load, connections: int, seconds: int) -> float:
    """Return the requests a second that are answered."""
    with tempfile.TemporaryDirectory() as folder:
        base = re.sub(r"^https?://[^/]+", "", url)
        paths = Path(folder, "paths")
        paths.write_text(
            "".join(f"{base}{path}\n" for path in itertools.islice(load.paths, load.most)),
            encoding="utf-8",
        )
        script = Path(folder, "ask.lua")
        script.write_text(
            _SCRIPT.replace("PATHS", str(paths)).replace("ACCEPT", load.accept), encoding="utf-8"
        )
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s"]
        output = subprocess.run(
            [*command, "-s", str(script), url], capture_output=True, text=True, check=True
        ).stdout
    failed = re.search(r"FAILED (\d+)", output)
    if failed is None or int(failed[1]):
        print(f"  {url}: {failed and failed[1]} requests failed", file=sys.stderr)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", output)
    return float(rate[1]) if rate else 0.0


@contextmanager
def running(command: list[str], url: str, **environment: str) -> Iterator[int]:
    """Have a server run during a block; yields its process."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        command, stdout=quiet, stderr=quiet, env={**os.environ, **environment}
    )
    try:
        wait(url)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def start_peer(stack: ExitStack, program: str, release: Release) -> str:
    """Start Oxigraph in memory with the data of a release; return its endpoint."""
    port = free_port()
    command = [program, "serve", "--bind", f"127.0.0.1:{port}", "--union-default-graph"]
    stack.enter_context(running(command, f"http://127.0.0.1:{port}/"))
    with gzip.open(release.data) as data:
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/store",
            data=data.read(),
            headers={"Content-Type": "application/n-quads"},
        )
        urllib.request.urlopen(request, timeout=600).close()  # noqa: S310
    return f"http://127.0.0.1:{port}/query"


def start_nginx(stack: ExitStack, folder: Path, body: bytes) -> str:
    """Start nginx with one file; return its address."""
    port = free_port()
    (folder / "thing.ttl").write_bytes(body)
    (folder / "nginx.conf").write_text(
        f"user root; daemon off; worker_processes 1; pid {folder}/pid; error_log /dev/null; events {{}}\n"
        f"http {{ access_log off; sendfile on; types {{ {TTL} ttl; }} server {{ listen 127.0.0.1:{port};"
        f" root {folder}; }} }}\n",
        encoding="utf-8",
    )
    url = f"http://127.0.0.1:{port}/thing.ttl"
    stack.enter_context(
        running(["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)], url)
    )
    return url


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--home", default="var")
    parser.add_argument("--oxigraph", default="oxigraph")
    parser.add_argument("--connections", default="1,8")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--only", default="", help="names of loads, with commas between")
    arguments = parser.parse_args()
    release = ReleaseStore(Path(arguments.home)).current()
    if release is None:
        raise SystemExit(f"there is no release in {arguments.home}")
    only = set(filter(None, arguments.only.split(",")))
    with ExitStack() as stack:
        port = free_port()
        command = [sys.executable, "-m", "ogpld", "serve", "--port", str(port)]
        ours = f"http://127.0.0.1:{port}"
        stack.enter_context(running(command, f"{ours}/livez", OGPLD_HOME=arguments.home, **_LIMITS))
        peer = ""
        if shutil.which(arguments.oxigraph):
            peer = start_peer(stack, arguments.oxigraph, release)
        arms = {name: (f"{ours}/sparql", peer, load) for name, load in query_loads(release).items()}
        arms |= document_arms(stack, release, ours)
        for name, (mine, other, load) in arms.items():
            if only and name not in only:
                continue
            for connections in map(int, arguments.connections.split(",")):
                report(name, mine, other, load, connections, arguments)


def document_arms(
    stack: ExitStack, release: Release, ours: str
) -> dict[str, tuple[str, str, Load]]:
    """Return loads of documents: each once, one again and again beside nginx, things that redirect."""
    base = release.manifest.base_iri
    paths = ["/" + iri.removeprefix(base) for iri in things_of(release, "assessment")]
    paths = [path for path in paths if path.count("/") == 3]
    documents = iter([path.replace("/id/", "/doc/") + ".ttl" for path in paths])
    again = next(documents)
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    nginx = ""
    if shutil.which("nginx"):
        body = urllib.request.urlopen(ours + again, timeout=30).read()  # noqa: S310
        nginx = start_nginx(stack, folder, body)
    once = len(paths) // 12
    return {
        "document": (ours, "", Load(TTL, documents, once)),
        "redirect": (ours, "", Load(TTL, iter(paths), once)),
        "document again": (ours + again, nginx, Load(TTL, itertools.repeat(""), 1)),
    }


def report(
    name: str, mine: str, other: str, load: Load, connections: int, arguments: argparse.Namespace
) -> None:
    """Measure one load on both servers in turn, and print a line."""
    rates: dict[str, list[float]] = {mine: [], **({other: []} if other else {})}
    for number in range(arguments.rounds):
        for url in sorted(rates, reverse=bool(number % 2)):
            rates[url].append(measure(url, load, connections, arguments.seconds))
    line = f"{name:15} {connections:3} conn. {statistics.median(rates[mine]):9.0f}/s"
    if other:
        parts = [a / b for a, b in zip(rates[mine], rates[other], strict=True) if b]
        line += f" {statistics.median(rates[other]):9.0f}/s {statistics.median(parts):6.2f}"
    print(line, flush=True)


if __name__ == "__main__":
    main()
