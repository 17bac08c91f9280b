"""Hold the tables of dumps to the statements they were made of: split(join(x)) = x in every cell.

Tables are read as anybody reads them, with the separators their metadata tells; a column that this version
of the program does not make is passed over.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

from ogpld.dumps.content import Content
from ogpld.dumps.csvw import FILE
from ogpld.dumps.dump_cells import DumpTable
from ogpld.dumps.dump_index import FOLDER, DumpIndex
from ogpld.dumps.tabular import values_of
from ogpld.dumps.thing_reader import things
from ogpld.errors import ReleaseError
from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.release import Release

_HINT = "remove its folder dump and run: ogpld build"


def verify_tables(release: Release, index: DumpIndex) -> None:
    """Compare each cell of the tables of a release's dumps with the data beside them.

    Raises:
        ReleaseError: naming file, row and column of the first cell that says something else.
    """
    model, iris = release.model(), release.iris
    for name in index.datasets:
        place = release.path / FOLDER / name
        if (place / FILE).exists() and (place / "data.nq.gz").exists():
            with ExitStack() as files:
                _verify(release, place, model, iris, files)


def _verify(release: Release, place: Path, model: Model, iris: Iris, files: ExitStack) -> None:
    """Compare the tables of one dataset, all of them in one reading of its data."""
    metadata = json.loads((place / FILE).read_text("utf-8"))
    separators = {
        table["url"].removesuffix(".csv"): {
            column["titles"]: column.get("separator", "")
            for column in table["tableSchema"]["columns"]
            if "titles" in column
        }
        for table in metadata["tables"]
    }
    tables: dict[str, tuple[DumpTable, Iterator[dict[str, str]]]] = {}
    for definition in model.classes.values():
        path = place / f"{DumpTable(model, definition, iris, Content('')).name}.csv"
        if path.exists():
            content = Content(f"{iris.base}id/", languages=_languages(separators[path.stem], model))
            file = files.enter_context(path.open(encoding="utf-8", newline=""))
            tables[definition.iri] = (
                DumpTable(model, definition, iris, content),
                csv.DictReader(file),
            )
    left_out = frozenset(iris.graph(name) for name in ("ontology", "shapes"))
    data = files.enter_context(gzip.GzipFile(place / "data.nq.gz"))
    for whole in things(data):
        thing = whole.without(left_out)
        for kind in thing.types if thing else ():
            if thing and kind in tables:
                table, rows = tables[kind]
                row = next(rows, {})
                parts = dict(
                    zip(table.header, table.parts(thing.iri, values_of(thing)), strict=True)
                )
                wrong = _wrong(row, parts, separators[table.name])
                if wrong:
                    raise ReleaseError(
                        f"{release.id}: {FOLDER}/{place.name}/{table.name}.csv, column {wrong}: the cell of "
                        f"{thing.iri} does not give back what the data says",
                        hint=_HINT,
                    )


def _languages(columns: Mapping[str, str], model: Model) -> dict[str, set[str]]:
    """Return the languages of texts that a table has columns for, by property."""
    languages: dict[str, set[str]] = {}
    iris = {term.key: iri for iri, term in model.terms.items()}
    for name in columns:
        key, at, tag = name.partition("@")
        if at and key in iris:
            languages.setdefault(iris[key], set()).add(tag)
    return languages


def _wrong(
    row: Mapping[str, str], parts: Mapping[str, list[str]], separators: Mapping[str, str]
) -> str:
    """Return the first column whose cell does not split into its values, "" when all do."""
    if not row:
        return "key"
    for name, values in parts.items():
        if name not in row:
            continue
        cell, between = row[name], separators.get(name, "")
        split = cell.split(between) if between and cell else [cell] if cell else []
        if split != values:
            return name
    return ""
