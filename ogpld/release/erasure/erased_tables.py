"""The published tables of a release without the cells that an erased statement or thing was read from.

A cell is emptied whole, also where only a part of it was erased: the rest would say what is missing. A row
whose things all go is emptied whole. Rows keep their numbers, so that the addresses of all others stay true.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ogpld.csv_rows import csv_text
from ogpld.rdf import PROV, RDF, RDFS
from ogpld.release.erasure.erasure_scope import Scope, plain
from ogpld.release.lookup import thing_of

_FROM = f"<{PROV('wasDerivedFrom').value}>".encode()
_PLACE = re.compile(r"([^/]+)/([^#/]+)#(?:row=(\d+)|cell=(\d+),(\d+))")
#: Properties that are not read from the one cell that an assessment is read from.
_NOT_READ = {_FROM, f"<{RDFS('label').value}>".encode(), f"<{RDF('type').value}>".encode()}
#: The tables that say what columns mean; their rows are numbered like those of others.
_MAPPING = "mapping.csv"


@dataclass(slots=True)
class _Places:
    """Where the things of an erasure were read from, in one release, by source and table.

    Attributes:
        rows: rows that describe a thing that loses something, with the properties it loses.
        whole: rows that describe only things that go.
        cells: row and column, both from 1, of cells that give a single thing.
    """

    rows: dict[tuple[str, str], dict[int, set[str]]] = field(default_factory=dict)
    whole: dict[tuple[str, str], set[int]] = field(default_factory=dict)
    cells: dict[tuple[str, str], set[tuple[int, int]]] = field(default_factory=dict)


def _places(lines: Iterable[bytes], scope: Scope) -> _Places:
    """Return the places of what is erased, as the lines of a release say."""
    places = _Places()
    beginning = f"<{scope.base}source/".encode()
    concerned: dict[bytes, set[str]] = {}
    cell_values: set[bytes] = set()
    for triple in scope.direct:
        subject, predicate, value = triple.split(b" ", 2)
        concerned.setdefault(thing_of(subject), set()).add(predicate[1:-1].decode())
        if predicate not in _NOT_READ and not value.startswith(f"<{scope.base}id/".encode()):
            cell_values.add(thing_of(subject))
    things: dict[tuple[str, str, int], set[bytes]] = {}
    for thing, match in _origins(lines, beginning):
        source, file, row, cell_row, column = match.groups()
        table = source, file
        things.setdefault((source, file, int(row or cell_row)), set()).add(thing)
        goes = scope.concerns(thing[1:-1].decode())
        if thing not in concerned and not goes:
            continue
        if row:
            names = places.rows.setdefault(table, {}).setdefault(int(row), set())
            names |= concerned.get(thing, set())
        elif goes or thing in cell_values:
            places.cells.setdefault(table, set()).add((int(cell_row), int(column)))
    for (source, file, number), described in things.items():
        if all(scope.concerns(thing[1:-1].decode()) for thing in described):
            places.whole.setdefault((source, file), set()).add(number)
    return places


def _origins(lines: Iterable[bytes], beginning: bytes) -> Iterator[tuple[bytes, re.Match[str]]]:
    """Yield things with the row or cell each was read from, as `_PLACE` matches it."""
    for line in lines:
        if _FROM in line and beginning in line:
            subject, predicate, value = line.rsplit(b" ", 2)[0].split(b" ", 2)
            match = _PLACE.fullmatch(value[len(beginning) : -1].decode())
            if predicate == _FROM and match is not None:
                yield thing_of(subject), match


@dataclass(frozen=True, slots=True)
class ErasedTables:
    """The tables that change.

    Attributes:
        contents: the new bytes by `{source}/{file}`.
        cells: file, row and name of the column of every cell that was emptied.
    """

    contents: dict[str, bytes]
    cells: frozenset[tuple[str, int, str]]


def erased_tables(
    folder: Path, lines: Iterable[bytes], scope: Scope, terms: Mapping[str, str]
) -> ErasedTables:
    """Return the tables of a release that hold what is erased, without it.

    Args:
        folder: the folder `sources` of the release.
        lines: the lines of the release that say where things were read from, before the erasure.
        scope: what is erased.
        terms: by IRI of a property the name that mappings have for it.
    """
    places = _places(lines, scope)
    contents, cells = {}, set()
    for path in sorted(folder.glob("*/*.csv")):
        source, file = path.parent.name, path.name
        columns = _columns(path.with_name(_MAPPING), file, terms)
        text = path.read_text(encoding="utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline="")))
        emptied = set(_emptied(rows, places, (source, file), columns, scope))
        if emptied:
            header = rows[0]
            for row, column in emptied:
                name = header[column - 1] if column <= len(header) else str(column)
                cells.add((file, row, name))
                rows[row - 1][column - 1] = ""
            contents[f"{source}/{file}"] = _written(rows, text)
    return ErasedTables(contents, frozenset(cells))


def _columns(mapping: Path, file: str, terms: Mapping[str, str]) -> Mapping[str, set[str]]:
    """Return by IRI of a property the columns of a table that give it, as the mapping says."""
    try:
        with mapping.open(encoding="utf-8-sig", newline="") as opened:
            lines = list(csv.DictReader(opened))
    except OSError:
        return {}
    by_term: dict[str, set[str]] = {}
    for line in lines:
        if (line.get("table") or "") == file:
            for term in (line.get("term") or "").split("|"):
                by_term.setdefault(term, set()).add(line.get("column") or "")
    return {iri: by_term.get(name, set()) for iri, name in terms.items()}


def _emptied(
    rows: list[list[str]],
    places: _Places,
    table: tuple[str, str],
    columns: Mapping[str, set[str]],
    scope: Scope,
) -> Iterator[tuple[int, int]]:
    """Yield row and column, from 1, of the cells that are to be emptied and are not empty."""
    described, whole = places.rows.get(table, {}), places.whole.get(table, set())
    single = places.cells.get(table, set())
    header = rows[0] if rows else []
    keys = {plain(iri.rpartition("/")[2]) for iri in scope.things}
    for number, row in enumerate(rows[1:], 2):
        names = {c for iri in described.get(number, ()) for c in columns.get(iri, ())}
        for place, cell in enumerate(row, 1):
            if not cell:
                continue
            column = header[place - 1] if place <= len(header) else ""
            if (
                (number in whole and number in described)
                or (number, place) in single
                or column in names
                or scope.texts.within(cell)
                or (number in described and (scope.local.within(cell) or plain(cell) in keys))
            ):
                yield number, place


def _written(rows: list[list[str]], text: str) -> bytes:
    """Return a table as CSV, its lines ended as they were."""
    end = "\r\n" if "\r\n" in text.partition("\n")[0] + "\n" else "\n"
    return csv_text(rows, end).encode()
