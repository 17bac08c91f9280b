"""How fast the gate is: against its bound, against pySHACL and pyrudof, and after one change.

    python bench/validation.py [--rounds 3] [--slow-rounds 1] [--skip pyrudof]

Every measurement is a process of its own on the same files, in turn; medians are printed. The
comparison uses our shapes without SPARQL-based constraints, because pyrudof has none, with 200
planted faults. pyrudof is no dependency: `pip install pyrudof` beside ogpld. Absolute times mean
nothing on another machine; ratios do.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from grown import write

from ogpld.config import Settings
from ogpld.paths import shipped
from ogpld.pipeline import Inputs, publish_sources
from ogpld.pipeline.progress import Progress
from ogpld.rdf import SH, Quad, parse_quads, quads_to_graph, serialise
from ogpld.release import ReleaseStore

SMALL, LARGE = 50_000, 500_000
PLANTED = 200


def shapes_quads(*, core: bool) -> list[Quad]:
    """Our shapes; with `core` without SPARQL-based constraints."""
    found: list[Any] = []
    for file in sorted(shipped("shapes").glob("*.ttl")):
        found += parse_quads(file.read_bytes(), "ttl")
    return [quad for quad in found if not (core and quad.predicate == SH("sparql"))]


def data_quads(file: Path) -> list[Any]:
    """The data as triples."""
    return list(parse_quads(file.read_bytes(), "nq"))


# ---- one measurement, in a process of its own ----


def with_engine(file: Path, *, core: bool) -> dict[str, Any]:
    """Ours: load, compile, check."""
    from ogpld.rdf import parse_file
    from ogpld.shacl.shape_reader import read_shapes
    from ogpld.shacl.validator import compiled_results
    from ogpld.stores.validation_store import ValidationStore

    shapes = read_shapes(shapes_quads(core=core))
    start = time.process_time()
    bench = ValidationStore()
    with file.open("rb") as content:
        bench.add(parse_file(content, "nq"))
    loaded = time.process_time()
    results = compiled_results(bench, shapes.compiled)
    return told(start, loaded, len(results), {str(r.focus) for r in results})


def with_pyshacl(file: Path, *, core: bool) -> dict[str, Any]:
    """PySHACL over rdflib's memory store."""
    import pyshacl
    from rdflib import SH as RSH

    shapes = quads_to_graph(shapes_quads(core=core))
    start = time.process_time()
    data = quads_to_graph(data_quads(file))
    loaded = time.process_time()
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes)
    head = next(report.subjects(None, RSH.ValidationReport))
    nodes = list(report.objects(head, RSH.result))
    return told(start, loaded, len(nodes), {report.value(n, RSH.focusNode).n3() for n in nodes})


def with_pyrudof(file: Path, *, core: bool) -> dict[str, Any]:
    """Pyrudof's native engine."""
    import pyrudof  # type: ignore[import-not-found]

    session = pyrudof.Rudof(pyrudof.RudofConfig())
    with tempfile.TemporaryDirectory() as folder:
        shapes = Path(folder, "shapes.ttl")
        shapes.write_bytes(
            serialise(
                [q.triple if isinstance(q, Quad) else q for q in shapes_quads(core=core)], "ttl"
            )
        )
        data = Path(folder, "data.nt")
        data.write_bytes(serialise(data_quads(file), "nt"))
        start = time.process_time()
        session.read_data(data, pyrudof.RDFFormat.NTriples)
        session.read_shacl(shapes, pyrudof.ShaclFormat.Turtle)
        loaded = time.process_time()
        report = session.validate_shacl()
    return told(start, loaded, len(report), set())


def told(start: float, loaded: float, results: int, nodes: set[str]) -> dict[str, Any]:
    """Return what a measurement found."""
    return {
        "load": loaded - start,
        "check": time.process_time() - loaded,
        "results": results,
        "nodes": len(nodes),
        "peak_mb": peak_mb(),
    }


def peak_mb() -> float:
    """Return the most memory this process had; `ru_maxrss` would remember its parent's."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    (peak,) = (line.split()[1] for line in lines if line.startswith("VmHWM"))
    return int(peak) / 1024


def incremental(file: Path) -> dict[str, Any]:
    """One plan's assessments change: what asking again takes, and pySHACL on the plan alone."""
    import pyshacl

    from ogpld.rdf import NS, Literal
    from ogpld.shacl.shape_reader import read_shapes
    from ogpld.shacl.validator import compiled_results
    from ogpld.stores.validation_store import ValidationStore
    from ogpld.validate.gate import PreviousFindings, changed_findings

    graph = shapes_quads(core=False)
    shapes = read_shapes(graph)
    data = list(dict.fromkeys(Quad(q.subject, q.predicate, q.object) for q in data_quads(file)))
    plan = next(q.object for q in data if q.predicate == NS("plan") and "EST03" in str(q.object))
    commitments = {q.subject for q in data if q.predicate == NS("plan") and q.object == plan}
    about = {q.subject for q in data if q.predicate == NS("assesses") and q.object in commitments}
    mine = commitments | about | {plan}
    touched = [q for q in data if q.subject in mine]
    added = [
        Quad(s, NS("note"), Literal("changed", language="en"))
        for s in mine
        if not isinstance(s, Literal)
    ]
    before = ValidationStore()
    before.add(data)
    findings = tuple(r.finding() for r in compiled_results(before, shapes.compiled))
    after = ValidationStore()
    after.add([*data, *added])
    times = []
    gc.disable()  # as a build does
    for _ in range(5):
        start = time.process_time()
        found = changed_findings(after, shapes, PreviousFindings(findings, (*added, *touched), ()))
        times.append(time.process_time() - start)
    reach = mine
    for _ in range(2):  # the plan and two steps of what it points to
        reach = reach | {q.object for q in data if q.subject in reach}
    subset = quads_to_graph([q for q in data if q.subject in reach])
    rules = quads_to_graph(graph)
    start = time.process_time()
    pyshacl.validate(subset, shacl_graph=rules)
    slow = time.process_time() - start
    return {
        "changed": len(added) + len(touched),
        "statements_for_pyshacl": len(subset),
        "findings": len(set(found)),
        "again_ms": 1000 * statistics.median(times),
        "pyshacl_ms": 1000 * slow,
    }


ENGINES = {"ogpld": with_engine, "pyshacl": with_pyshacl, "pyrudof": with_pyrudof}


def measured(*arguments: str) -> dict[str, Any]:
    """Measure once, in a process of its own."""
    command = [sys.executable, __file__, "--one", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"failed": done.stderr.strip().splitlines()[-1:]}
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def one(arguments: list[str]) -> None:
    """Be such a process."""
    what, file, *rest = arguments
    if what == "incremental":
        print(json.dumps(incremental(Path(file))))
    else:
        print(json.dumps(ENGINES[what](Path(file), core=rest == ["core"])))


def medians(rows: list[dict[str, Any]]) -> dict[str, float]:
    """Return the median of every figure."""
    whole = [row for row in rows if "failed" not in row]
    return {name: statistics.median(row[name] for row in whole) for name in (whole or [{}])[0]}


def compare(file: Path, rounds: int, slow_rounds: int, skipped: list[str]) -> None:
    """Print the comparison on one file."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in ENGINES if name not in skipped}
    for turn in range(rounds):
        for name, found in rows.items():
            if name != "pyshacl" or turn < slow_rounds:
                found.append(measured(name, str(file), "core"))
    ours = medians(rows["ogpld"])
    for name, found in rows.items():
        figures = medians(found)
        if not figures:
            print(f"  {name:8} {found[0]}")
            continue
        ratio = figures["check"] / ours["check"]
        print(
            f"  {name:8} check {figures['check']:8.2f} s  load {figures['load']:6.2f} s  "
            f"results {figures['results']:.0f}  peak {figures['peak_mb']:.0f} MB  "
            f"{ratio:6.1f} x ogpld  ({len(found)} rounds)"
        )


def main() -> None:
    """Print the whole table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--slow-rounds", type=int, default=1)
    parser.add_argument("--skip", action="append", default=[])
    parser.add_argument("--one", nargs="+")
    options = parser.parse_args()
    if options.one:
        one(options.one)
        return
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        publish_sources(Inputs(), Settings(home=home), Progress())
        release = ReleaseStore(home).current()
        assert release is not None  # noqa: S101
        faulty, small, large = (home / f"{name}.nq" for name in ("faulty", "small", "large"))
        sizes = [
            write(release.path, SMALL, faulty, PLANTED),
            write(release.path, SMALL, small),
            write(release.path, LARGE, large),
        ]
        print(f"{sizes[0]:,} quads, {PLANTED} planted faults, shapes without sh:sparql:")
        compare(faulty, options.rounds, options.slow_rounds, options.skip)
        slow = [measured("pyshacl", str(small)) for _ in range(options.slow_rounds)]
        tens = [
            (measured("ogpld", str(small)), measured("ogpld", str(large)))
            for _ in range(options.rounds)
        ]
        few, many = medians([a for a, _ in tens]), medians([b for _, b in tens])
        print(f"all shapes, {sizes[1]:,} and {sizes[2]:,} quads:")
        print(
            f"  check {few['check']:.2f} s and {many['check']:.2f} s (bound 10 s), "
            f"growth x{many['check'] / few['check']:.1f}; load {many['load']:.2f} s; "
            f"peak {many['peak_mb']:.0f} MB (bound 400 MB)"
        )
        pyshacl = medians(slow)
        print(
            f"  pySHACL on {sizes[1]:,} quads, all shapes: check {pyshacl['check']:.1f} s, "
            f"x{pyshacl['check'] / few['check']:.0f}; results {pyshacl['results']:.0f} and "
            f"{few['results']:.0f}"
        )
        for name, file in (("small", small), ("large", large)):
            again = medians([measured("incremental", str(file)) for _ in range(options.rounds)])
            print(
                f"one plan changed, {name}: {again['changed']:.0f} statements, asked again in "
                f"{again['again_ms']:.0f} ms (bound 100 ms); pySHACL on "
                f"{again['statements_for_pyshacl']:.0f} statements {again['pyshacl_ms']:.0f} ms, "
                f"x{again['pyshacl_ms'] / again['again_ms']:.0f}"
            )


if __name__ == "__main__":
    main()
