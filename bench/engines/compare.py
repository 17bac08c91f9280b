"""Compare servers that hold the same release.

    make bench

    python bench/engines/compare.py --home HOME [--only ogpld,oxigraph] [--quick] > bench/RESULTS.md
    python bench/engines/compare.py --home HOME --other CHECKOUT --other-home HOME2 --only ogpld,oxigraph

Answers are compared before anything is timed. Rounds are interleaved: in each, every server is asked in turn.
Ratios are medians of the ratios of a round: ours / theirs of requests a second, theirs / ours of times, so
that more is better for us in all tables. Needs `wrk` for load, and nginx for files; servers that are not here
are left out and named. ogpld runs as shipped: isolation, guard and limits on, budgets of one visitor off.
ogpld of another checkout takes part with a release that it has built of the same sources itself.
"""

from __future__ import annotations

import argparse
import collections
import datetime as dt
import http.client
import itertools
import os
import platform
import re
import shutil
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from answers import answer_of
from files import nginx_of
from loads import interleaved, load, ratio
from query_sets import JSON, KINDS, feature_queries
from servers import OTHER, SERVERS, Endpoint, Start, other_checkout, started
from statements import statements

from ogpld.release import Release, ReleaseStore

CONNECTIONS = (1, 8)
#: Queries of a round: more than a round of ours asks, so that none of them is one of the round before.
VARIANTS = 10_000
#: Seconds after which an answer is no longer waited for.
TOO_LONG = 30.0
#: Takes minutes for what others answer in milliseconds, which then disturbs them: it is asked when it is
#: named, and not every feature.
TOO_SLOW = "rdflib-endpoint"


def ask(endpoint: Endpoint, query: str, accept: str = JSON) -> tuple[bytes, float]:
    """Return an answer and its seconds."""
    parts = urlsplit(endpoint.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TOO_LONG)
    begin = time.perf_counter()
    try:
        connection.request("GET", f"{parts.path}?query={quote(query)}", headers={"Accept": accept})
        response = connection.getresponse()
        body = response.read()
    finally:
        connection.close()
    if response.status != http.client.OK:
        raise OSError(f"{response.status} {body[:80]!r}")
    return body, time.perf_counter() - begin


def differences(endpoints: Sequence[Endpoint], query: str, accept: str) -> dict[str, str]:
    """Return for each server whose answer is not that of most what is different, or its failure."""
    answers: dict[str, Any] = {}
    for endpoint in endpoints:
        try:
            answers[endpoint.name] = answer_of(ask(endpoint, query, accept)[0], accept)
        except (OSError, ValueError, KeyError, http.client.HTTPException) as error:
            answers[endpoint.name] = f"fails: {error}"[:100]
    good = [answer for answer in answers.values() if not isinstance(answer, str)]
    usual = max(good, key=good.count, default=None)
    return {name: _difference(a, usual) for name, a in answers.items() if a != usual}


def _difference(answer: Any, usual: Any) -> str:
    if isinstance(answer, str):
        return answer
    if isinstance(answer, collections.Counter) and isinstance(usual, collections.Counter):
        more, less = (answer - usual).total(), (usual - answer).total()
        return f"{answer.total():,} rows, {more:,} of them in no other answer, {less:,} not there"
    return f"{answer} instead of {usual}"


def _load_round(
    urls: Mapping[str, str],
    queries: Sequence[Sequence[str]],
    accept: str,
    connections: int,
    seconds: float,
    name: str,
    number: int,
) -> float:
    """Return the answers a second of a server to the queries of a round."""
    endpoint = urlsplit(urls[name]).path
    paths = [f"{endpoint}?query={quote(query)}" for query in queries[number]]
    return load(urls[name], paths, accept, connections, seconds)


def kinds_table(
    endpoints: Sequence[Endpoint], release: Release, rounds: int, seconds: float
) -> Iterator[str]:
    """Yield the table of the seven kinds of question: every query new, and the same one again and again."""
    things = [release.iris.thing("commitment", key).value for key in keys_of(release, "commitment")]
    members = [release.iris.thing("member", key).value for key in keys_of(release, "member")]
    others = [e.name for e in endpoints[1:]]
    yield f"| question | connections | ogpld, answers a second | {_beside(others)} |"
    yield "|" + "---|" * (3 + len(others))
    notes = []
    for kind in KINDS:
        (example,) = kind.queries(things, members, range(1))
        apart = differences(endpoints, example, kind.accept)
        notes += [f"* {kind.name}: {name}: {text}" for name, text in apart.items()]
        starts = itertools.count(1, VARIANTS)
        for again in (False, True):
            for connections in CONNECTIONS:
                _say(f"{kind.name}, {connections} connections{', kept' if again else ''}")
                queries = [
                    [example]
                    if again
                    else list(kind.queries(things, members, range(start, start + VARIANTS)))
                    for start in itertools.islice(starts, rounds)
                ]
                urls = {e.name: e.url for e in endpoints}
                ask_all = partial(_load_round, urls, queries, kind.accept, connections, seconds)
                figures = interleaved(list(urls), ask_all, rounds)
                name = f"{kind.name}{', the same again' if again else ''}"
                yield _rates(name, connections, figures, others)
    yield ""
    yield "Answers that differ from those of most:" if notes else "All answers were equal."
    yield ""
    yield from notes


def features_table(endpoints: Sequence[Endpoint], rounds: int) -> Iterator[str]:
    """Yield the table of features: milliseconds of ours, and theirs / ours."""
    yield "| feature | ogpld, ms | " + " | ".join(f"{e.name} / ogpld" for e in endpoints[1:]) + " |"
    yield "|" + "---|" * (1 + len(endpoints))
    notes, ratios = [], {e.name: list[float]() for e in endpoints[1:]}
    by_name = {e.name: e for e in endpoints}
    for feature, query in feature_queries().items():
        _say(feature)
        apart = differences(endpoints, query, JSON if "CONSTRUCT {" not in query else "text/turtle")
        notes += [f"* {feature}: {name}: {text}" for name, text in apart.items()]
        able = [e.name for e in endpoints if not apart.get(e.name, "").startswith("fails")]
        numbers = itertools.count()
        accept = JSON if "CONSTRUCT {" not in query else "text/turtle"
        figures = interleaved(
            able,
            lambda name, _: ask(by_name[name], _new(query, next(numbers)), accept)[1],  # noqa: B023
            rounds,
        )
        ours = figures.get("ogpld", [])
        cells = []
        for endpoint in endpoints[1:]:
            theirs = figures.get(endpoint.name, [])
            cell = ratio(theirs, ours) if ours and theirs else "-"
            if cell != "-":
                ratios[endpoint.name].append(float(cell))
            cells.append(cell + (" (another answer)" if endpoint.name in apart and theirs else ""))
        shown = f"{1000 * statistics.median(ours):.1f}" if ours else "-"
        yield f"| {feature.replace('|', chr(92) + '|')} | {shown} | " + " | ".join(cells) + " |"
    yield ""
    for name, values in ratios.items():
        if values:
            better = sum(value > 1 for value in values)
            yield (
                f"* {name}: median {statistics.median(values):.2f}, worst {min(values):.2f}, "
                f"best {max(values):.2f}; ogpld is quicker at {better} of {len(values)}"
            )
    yield ""
    yield "Answers that differ from those of most:" if notes else "All answers were equal."
    yield ""
    yield from notes


def _new(query: str, number: int) -> str:
    """Return a query with variables of other names, so that nobody answers by heart."""
    return re.sub(r"\?([a-z]\w*)", rf"?\1_{number}", query)


def documents_table(
    endpoints: Sequence[Endpoint], release: Release, nginx: str | None, rounds: int, seconds: float
) -> Iterator[str]:
    """Yield the table of documents: kept ones beside nginx with the same files, and others.

    Args:
        endpoints: ours, and that of another checkout if there is one.
        release: ours.
        nginx: the program.
        rounds: how many.
        seconds: of load in each.
    """
    keys = keys_of(release, "commitment")
    kept = [f"/doc/commitment/{key}.ttl" for key in keys[:50]]
    sites = {e.name: f"http://{urlsplit(e.url).netloc}" for e in endpoints}
    others = [*list(sites)[1:], "nginx with the same files"]
    yield f"| documents | connections | ogpld, answers a second | {_beside(others)} |"
    yield "|" + "---|" * (3 + len(others))
    with tempfile.TemporaryDirectory() as folder:
        for path in kept:
            file = Path(folder) / path[1:]
            file.parent.mkdir(parents=True, exist_ok=True)
            with urllib.request.urlopen(sites[endpoints[0].name] + path, timeout=30) as answer:  # noqa: S310
                file.write_bytes(answer.read())
        with nginx_of(nginx, Path(folder)) as files:
            urls = {**sites, **({others[-1]: files} if files else {})}
            for connections in CONNECTIONS:
                _say(f"documents, {connections} connections")
                figures = interleaved(
                    list(urls),
                    lambda name, _: load(urls[name], kept, "*/*", connections, seconds),  # noqa: B023
                    rounds,
                )
                yield _rates("Turtle, kept", connections, figures, others)
    # every address once: what is not kept has to be made
    fresh = {
        "Turtle, each the first time": [
            f"/doc/assessment/{k}.ttl" for k in keys_of(release, "assessment")
        ],
        "JSON-LD, each the first time": [f"/doc/commitment/{key}.jsonld" for key in keys],
        "a thing, which redirects": [f"/id/commitment/{key}" for key in keys],
    }
    for name, paths in fresh.items():
        for number, connections in enumerate(CONNECTIONS):
            part = paths[number :: len(CONNECTIONS)]
            figures = {s: [load(url, part, "*/*", connections, 1)] for s, url in sites.items()}
            yield _rates(name, connections, figures, others)


def _beside(names: Sequence[str]) -> str:
    return " | ".join(f"ogpld / {name}" for name in names)


def _rates(
    name: str, connections: int, figures: Mapping[str, list[float]], others: Sequence[str]
) -> str:
    """Return a line with the answers a second of the first, and its ratios to others."""
    first = next(iter(figures.values()))
    cells = [ratio(first, figures[other]) if other in figures else "-" for other in others]
    return f"| {name} | {connections} | {statistics.median(first):,.0f} | {' | '.join(cells)} |"


def memory(endpoints: Sequence[Endpoint]) -> Iterator[str]:
    """Yield the table of memory: the proportional set size of each server's processes."""
    yield "| server | MB, all its processes |"
    yield "|---|---|"
    parents: dict[int, int] = {}
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            stat = (place / "stat").read_text().rpartition(")")[2].split()
            parents[int(place.name)] = int(stat[1])
    for endpoint in endpoints:
        family = {endpoint.process}
        while more := {p for p, parent in parents.items() if parent in family} - family:
            family |= more
        total = 0
        for process in family:
            with suppress(OSError):
                text = Path(f"/proc/{process}/smaps_rollup").read_text()
                total += sum(map(int, re.findall(r"(?m)^Pss:\s+(\d+)", text)))
        yield f"| {endpoint.name} | {total / 1024:,.0f} |"


def keys_of(release: Release, kind: str) -> list[str]:
    """Return the keys of the things of a kind."""
    beginning = b"<" + release.iris.thing(kind, "x").value[:-1].encode()
    keys = {
        line[len(beginning) :].partition(b">")[0].decode()
        for line in release.lines()
        if line.startswith(beginning)
    }
    return sorted(key for key in keys if "#" not in key and "/" not in key)


def _say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)


def options_of() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--home", type=Path, default=Path("var"), help="with a release (var)")
    parser.add_argument(
        "--only",
        default=",".join(name for name in SERVERS if name != TOO_SLOW),
        help=f"servers, ogpld first (all that are here but {TOO_SLOW})",
    )
    parser.add_argument("--bin", default="", help="folder of their programs, beside the path")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=2, help="of load in a round (2)")
    parser.add_argument(
        "--quick", action="store_true", help="one short round, to see that it works"
    )
    parser.add_argument("--tables", default="kinds,documents,features")
    parser.add_argument("--other", type=Path, metavar="CHECKOUT", help="of ogpld, to take part")
    parser.add_argument("--other-home", type=Path, metavar="HOME", help="that CHECKOUT has built")
    options = parser.parse_args()
    if options.quick:
        options.rounds = options.seconds = 1
    if not shutil.which("wrk"):
        parser.error("wrk makes the load and is not here: apt-get install wrk")
    if options.other and options.other_home is None:
        parser.error("--other needs --other-home, a home that it has built")
    return options


def servers_of(options: argparse.Namespace) -> dict[str, Start]:
    """Return what starts the servers that are to take part."""
    names = [name.strip() for name in options.only.split(",")]
    if unknown := [name for name in names if name not in SERVERS]:
        raise SystemExit(f"no such server: {', '.join(unknown)}; there are {', '.join(SERVERS)}")
    first, *rest = [(name, SERVERS[name]) for name in names]
    if options.other:
        rest.insert(0, (OTHER, other_checkout(options.other, options.other_home)))
    return dict([first, *rest])


def print_head(
    release: Release, triples: Path, endpoints: Sequence[Endpoint], options: argparse.Namespace
) -> None:
    """Print what is compared."""
    count = sum(1 for _ in triples.open("rb"))
    today, cores = dt.datetime.now(dt.UTC).date(), os.cpu_count()
    print(f"# Servers compared\n\n{today}, release {release.id}, {count:,} statements,")
    print(f"{cores} cores, Python {platform.python_version()}; ", end="")
    print(f"{options.rounds} rounds of {options.seconds:g} s.")
    print("Made by `make bench`; how: the head of `bench/engines/compare.py`.\n")
    for endpoint in endpoints:
        print(f"* {endpoint.name}: {endpoint.version}")
    absent = [n for n in SERVERS if not any(e.name.lower().startswith(n) for e in endpoints)]
    if absent:
        print(f"* not here: {', '.join(absent)}")


def main() -> None:
    """Write the tables to standard output."""
    options = options_of()
    release = ReleaseStore(options.home).current()
    if release is None:
        raise SystemExit(f"no release in {options.home}: run ogpld build")
    path = os.pathsep.join(filter(None, [options.bin, os.environ["PATH"], "/usr/sbin"]))
    rounds, seconds, tables = options.rounds, options.seconds, options.tables.split(",")
    with (
        statements(release) as triples,
        started(servers_of(options), release, options.home, triples, path) as endpoints,
    ):
        print_head(release, triples, endpoints, options)
        if "kinds" in tables:
            print("\n## Questions people ask, every query new\n")
            _print(kinds_table(endpoints, release, rounds, seconds))
        if "documents" in tables and endpoints[0].name == "ogpld":
            print("\n## Documents\n")
            nginx = shutil.which("nginx", path=path)
            ours = [e for e in endpoints if e.name in {"ogpld", OTHER}]
            _print(documents_table(ours, release, nginx, rounds, seconds))
        print("\n## Memory after this\n")
        _print(memory(endpoints))
        if "features" in tables:
            print("\n## One query for each feature of SPARQL 1.1, one at a time\n")
            _print(features_table([e for e in endpoints if e.name != TOO_SLOW], rounds))


def _print(lines: Iterator[str]) -> None:
    for line in lines:
        print(line, flush=True)


if __name__ == "__main__":
    main()
