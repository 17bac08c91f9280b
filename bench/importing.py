"""OGP's commitments sheet: rows a second to quads, memory of a long table, rows a second to a release.

    python bench/importing.py SHEET.csv [--rounds 5] [--rows 600000]

Everything is measured in one run, in processes of their own and in turn, so that only ratios matter:

* A row of the 171-column sheet to quads, against a loop over csv.DictReader and rdflib that adds the same
  statements to a dataset with a graph for each plan. The loop is told beforehand what the cells mean, so
  it only reads, makes terms and adds them; a loop that worked that out would be slower.
* The memory that a table of many rows takes (the sheet again and again under other ids, its full texts
  left out to spare the disk), streamed.
* A whole build, from the file to a published release.
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any

import rdflib

from ogpld.config import Settings
from ogpld.iris import Iris
from ogpld.model import Model, load_model
from ogpld.paths import shipped
from ogpld.pipeline import Inputs, publish_sources
from ogpld.pipeline.progress import Progress
from ogpld.rdf import Literal, Quad, term_text
from ogpld.sources import open_rows
from ogpld.sources.description_check import check_descriptions
from ogpld.sources.fixes import read_fixes
from ogpld.sources.ledger import Ledger
from ogpld.sources.mapping import check_header, read_mapping
from ogpld.sources.reconciliation import Reconciliation
from ogpld.sources.row_context import Output
from ogpld.sources.rows import RowMapper
from ogpld.sources.source_description import Source, read_source
from ogpld.sources.units import left_out

KEY = "Commitment Unique Identifier"
FULL_TEXT = "Full Text"


def stream_source(
    source: Source,
    model: Model,
    iris: Iris,
    reconciliation: Reconciliation,
    table: Path,
) -> Iterator[list[Quad]]:
    """Yield the quads of each row of a source's only table, never holding more than a row.

    For measuring, and for tables too large for memory; a build keeps what it reads. Printed dates with
    two readings are their year, because what the whole table proves is not known.

    Raises:
        SourceError: for anything that makes the table unreadable.
    """
    described = source.tables[0]
    lines = read_mapping(source, model)[described.file]
    fixes = read_fixes(source.folder, [described.file])
    rows = open_rows(table, left_out(lines))
    first = next(rows)
    header = tuple(first.cells)
    check_header(table.name, header, lines, described, source.name)
    check_descriptions(source, {described.file: header}, {described.file: lines}, model)
    mapper = RowMapper(
        source.name,
        described,
        header,
        lines,
        model,
        iris,
        reconciliation,
        Ledger(),
        described.published,
    )
    output = Output()
    for row in fixes.mend(described.file, header, chain([first], rows)):
        output.clear()
        mapper.map(row, output)
        yield output.quads


def quads_of(sheet: Path, model: Model) -> Iterator[list[Quad]]:
    """Map the sheet as a build does, row by row."""
    source = read_source(shipped("data") / "sources/ogp-commitments")
    iris = Iris("http://localhost:8000/")
    return stream_source(source, model, iris, Reconciliation({}), sheet)


def ours(sheet: Path) -> tuple[float, int]:
    """Return seconds of processor time a row, and quads, of a file of several rounds of the sheet."""
    model = load_model()
    started, rows, quads = time.process_time(), 0, 0
    for found in quads_of(sheet, model):
        rows += 1
        quads += len(found)
    return (time.process_time() - started) / rows, quads


def plain(sheet: Path) -> tuple[float, int]:
    """Return the same of the loop over rdflib, which is told what each row says."""
    told = [[_told(q) for q in dict.fromkeys(found)] for found in quads_of(sheet, load_model())]
    started, dataset = time.process_time(), rdflib.Dataset()
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        for _, said in zip(csv.DictReader(file), told, strict=True):
            name, graph = "", dataset.default_graph
            for subject, predicate, value, place in said:
                if place != name:
                    name, graph = place, dataset.graph(rdflib.URIRef(place))
                graph.add((rdflib.URIRef(subject), rdflib.URIRef(predicate), _term(value)))
    return (time.process_time() - started) / len(told), sum(map(len, told))


def _told(quad: Quad) -> tuple[str, str, tuple[str, ...], str]:
    value = quad.object
    if isinstance(value, Literal):
        made: tuple[str, ...] = (value.value, value.language or "", value.datatype.value)
    else:
        made = (term_text(value),)
    return term_text(quad.subject), quad.predicate.value, made, term_text(quad.graph_name)


def _term(made: tuple[str, ...]) -> Any:
    if len(made) == 1:
        return rdflib.URIRef(made[0])
    if made[1]:
        return rdflib.Literal(made[0], lang=made[1])
    return rdflib.Literal(made[0], datatype=rdflib.URIRef(made[2]))


def peak(sheet: Path) -> tuple[float, int]:
    """Return seconds a row and peak memory in kB of a streamed table."""
    seconds, _ = ours(sheet)
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def build(sheet: Path) -> tuple[float, int]:
    """Return seconds and quads of a whole build into an empty home, shipped data included."""
    with tempfile.TemporaryDirectory() as home:
        started = time.perf_counter()
        inputs = Inputs(files={"ogp-commitments": sheet})
        published = publish_sources(inputs, Settings(home=Path(home)), Progress())
        if published.release is None:
            raise SystemExit("the gate refused the sheet")
        return time.perf_counter() - started, published.release.manifest.quads


def repeated(sheet: Path, target: Path, rows: int, *, texts: bool) -> None:
    """Write the sheet's rows under other ids until there are enough."""
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        header, *lines = csv.reader(file)
    drop = None if texts else header.index(FULL_TEXT)
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for number in range(rows):
            line = list(lines[number % len(lines)])
            line[header.index(KEY)] = f"{line[header.index(KEY)].rstrip('0123456789')}{number:07}"
            if drop is not None:
                line[drop] = ""
            writer.writerow(line)


def apart(work: Callable[[Path], tuple[float, int]], sheet: Path) -> tuple[float, int]:
    """Run one measurement in a process of its own."""
    # no multiprocessing.Pool: its workers are daemons, and a build starts processes of its own
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, sheet).result()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("sheet", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=600_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        some, many = Path(folder, "some.csv"), Path(folder, "many.csv")
        repeated(options.sheet, some, 5_580, texts=True)
        pairs = [(apart(ours, some), apart(plain, options.sheet)) for _ in range(options.rounds)]
        mine = statistics.median(own[0] for own, _ in pairs)
        theirs = statistics.median(other[0] for _, other in pairs)
        ratios = sorted(other[0] / own[0] for own, other in pairs)
        print(
            f"to quads: ogpld {1 / mine:,.0f} rows/s, rdflib loop {1 / theirs:,.0f} rows/s",
            end="; ",
        )
        print(f"ratio {theirs / mine:.1f} (rounds {ratios[0]:.1f} to {ratios[-1]:.1f})")
        repeated(options.sheet, many, options.rows, texts=False)
        seconds, memory = apart(peak, many)
        print(
            f"{options.rows:,} rows streamed: {1 / seconds:,.0f} rows/s, peak {memory / 1024:,.0f} MB"
        )
        took, quads = apart(build, options.sheet)
        print(f"to a release: {558 / took:,.0f} rows/s, {quads:,} quads in {took:.1f} s")


if __name__ == "__main__":
    main()
