"""Engines as libraries, each in a process of its own, without a server: one query for each feature.

    python bench/engines/libraries.py --home HOME --python DIR/bin/python

DIR is an environment that has those of `pyoxigraph`, `oxilite` and `sparq-rdf` that are to be compared;
pyoxigraph is ours and the measure. Answers are compared before they are timed; the ratio is theirs / ours of
the medians of rounds that alternate. What came of it: docs/decisions/0023-pyoxigraph-stays-the-engine.md.
"""

from __future__ import annotations

import argparse
import collections
import json
import re
import statistics
import subprocess
import sys
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, Self

from answers import answer_of
from query_sets import feature_queries
from statements import statements

from ogpld.release import ReleaseStore

#: What each process runs: it reads a query a line as JSON, and answers with milliseconds and an answer.
_PROCESS = """
import json, sys, time
name, path = sys.argv[1:]
begin = time.perf_counter()
if name == "sparq":
    import sparq
    graph = sparq.Graph.load(path, "ntriples")
    def run(query, form):
        return json.dumps({"boolean": graph.ask(query)}) if form == "ASK" else graph.query_json(query)
else:
    import importlib
    library = importlib.import_module(name)
    store = library.Store()
    store.bulk_load(path=path, format=library.RdfFormat.N_TRIPLES)
    if name == "pyoxigraph":
        store.optimize()
    def run(query, form):
        return store.query(query).serialize(format=library.QueryResultsFormat.JSON).decode()
memory = next(l for l in open("/proc/self/status") if l.startswith("VmRSS")).split()[1]
print(json.dumps([time.perf_counter() - begin, int(memory) / 1024]), flush=True)
for line in sys.stdin:
    query, form, wanted = json.loads(line)
    begin = time.perf_counter()
    try:
        answer, error = run(query, form), None
    except BaseException as problem:
        answer, error = "", f"{type(problem).__name__}: {problem}"[:100]
    seconds = time.perf_counter() - begin
    print(json.dumps([seconds, answer if wanted else "", error]), flush=True)
"""


class Library:
    """An engine in a process of its own.

    Args:
        name: of its module.
        python: of the environment that has it.
        triples: the file it loads.

    Raises:
        OSError: when it is not there.
    """

    def __init__(self, name: str, python: str, triples: Path) -> None:
        self.name = name
        self._process = subprocess.Popen(
            [python, "-c", _PROCESS, name, str(triples)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.seconds, self.megabytes = self._read()

    def _read(self) -> Any:
        assert self._process.stdout is not None  # noqa: S101  (it is a pipe)
        line = self._process.stdout.readline()
        if not line:
            raise OSError(f"{self.name} ended")
        return json.loads(line)

    def ask(self, query: str, *, wanted: bool = False) -> tuple[float, str, str | None]:
        """Return seconds, the answer if wanted, and the error if any."""
        form = "ASK" if re.search(r"^ASK", query, re.MULTILINE) else "SELECT"
        assert self._process.stdin is not None  # noqa: S101
        self._process.stdin.write(json.dumps([query, form, wanted]) + "\n")
        self._process.stdin.flush()
        seconds, answer, error = self._read()
        return seconds, answer, error

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Self:
        return self


def _apart(answer: str, error: str | None, usual: Any) -> str:
    """Return how an answer differs, "" when it does not."""
    if error:
        return f"fails: {error}"
    rows = answer_of(answer.encode(), "")
    if rows == usual:
        return ""
    if isinstance(rows, collections.Counter) and isinstance(usual, collections.Counter):
        more, less = (rows - usual).total(), (usual - rows).total()
        return f"{more:,} rows in no answer of ours, {less:,} of ours not there"
    return f"{rows} instead of {usual}"


def main() -> None:
    """Write the table to standard output."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--home", type=Path, default=Path("var"))
    parser.add_argument(
        "--python", default=sys.executable, help="of the environment with the engines"
    )
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    release = ReleaseStore(options.home).current()
    if release is None:
        raise SystemExit(f"no release in {options.home}: run ogpld build")
    with statements(release) as triples, ExitStack() as stack:
        libraries = []
        for name in ("pyoxigraph", "oxilite", "sparq"):
            try:
                library = Library(name, options.python, triples)
            except OSError as error:
                if name == "pyoxigraph":
                    raise SystemExit(f"{options.python} has no pyoxigraph") from error
                print(f"left out: {error}", file=sys.stderr)
            else:
                libraries.append(stack.enter_context(closing(library)))
        _compare(libraries, options.rounds)


def _compare(libraries: list[Library], rounds: int) -> None:
    ours, *others = libraries
    print("| | " + " | ".join(library.name for library in libraries) + " |")
    print("|---|" + "---|" * len(libraries))
    print("| load, s | " + " | ".join(f"{library.seconds:.1f}" for library in libraries) + " |")
    print(
        "| memory, MB | " + " | ".join(f"{library.megabytes:.0f}" for library in libraries) + " |\n"
    )
    print(
        "| feature | pyoxigraph, ms | "
        + " | ".join(f"{o.name} / pyoxigraph" for o in others)
        + " |"
    )
    print("|---|---|" + "---|" * len(others))
    notes: list[str] = []
    ratios: dict[str, list[float]] = {other.name: [] for other in others}
    for feature, query in feature_queries().items():
        if "CONSTRUCT {" in query:  # not every library has graphs as text
            continue
        usual = answer_of(ours.ask(query, wanted=True)[1].encode(), "")
        apart = {o.name: _apart(*o.ask(query, wanted=True)[1:], usual) for o in others}
        notes += [f"* {feature}: {name}: {text}" for name, text in apart.items() if text]
        able = [ours, *(o for o in others if not apart[o.name].startswith("fails"))]
        times: dict[str, list[float]] = {library.name: [] for library in able}
        for number in range(rounds):
            for library in able if number % 2 == 0 else reversed(able):
                times[library.name].append(library.ask(query)[0])
        own = statistics.median(times[ours.name])
        cells = []
        for other in others:
            if other.name not in times:
                cells.append("-")
                continue
            ratio = statistics.median(times[other.name]) / own
            ratios[other.name].append(ratio)
            cells.append(f"{ratio:.2f}" + (" (another answer)" if apart[other.name] else ""))
        name = feature.replace("|", "\\|")
        print(f"| {name} | {1000 * own:.1f} | " + " | ".join(cells) + " |", flush=True)
    print()
    for name, values in ratios.items():
        slower = sum(value > 2 for value in values)
        print(
            f"* {name}: median {statistics.median(values):.2f}, best {min(values):.3f}, worst "
            f"{max(values):.1f}; more than twice as slow at {slower} of {len(values)}"
        )
    print(
        "\n".join(
            ["", "Answers that differ:", "", *notes] if notes else ["", "All answers were equal."]
        )
    )


if __name__ == "__main__":
    main()
