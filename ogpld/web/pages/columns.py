"""From which columns of the sources each indicator was read, as the mapping of a source says."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from ogpld.model import Model
from ogpld.rdf import NS
from ogpld.release import Release
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.pages.words import Reference, code_reference, list_of
from ogpld.wording import gettext as _


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a source table that an indicator is read from; `phase` tells two of them apart.

    Attributes:
        renamed: whether the column is named after another indicator, which this one follows.
    """

    table: Reference
    name: str
    phase: str
    dimension: str
    renamed: bool = False


def read_columns(release: Release, model: Model) -> Mapping[str, tuple[Column, ...]]:
    """Return the columns of source tables by the indicator that is read from them."""
    columns_by_property: dict[str, list[Column]] = {}
    for path in sorted(release.path.glob("sources/*/mapping.csv")):
        source = path.parent.name
        for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))):
            how, _, phase = row["how"].partition(":")
            if how != "assess" or not (path.parent / row["table"]).is_file():
                continue  # a table that is described, but was not given
            place = f"/source/{quote(source)}/{quote(row['table'])}"
            for order, term in enumerate(row["term"].split("|")):
                indicator, _, dimension = term.strip().partition("/")
                column = Column(
                    table=Reference(f"{source}/{row['table']}", place),
                    name=row["column"],
                    phase=code_reference(model, list_of(model, "phase"), phase.split()[0]).text,
                    dimension=code_reference(model, list_of(model, "dimension"), dimension).text,
                    renamed=order > 0,
                )
                columns_by_property.setdefault(indicator, []).append(column)
    return {indicator: tuple(columns) for indicator, columns in columns_by_property.items()}


def notes_of(serving: OpenRelease, sources: Collection[str]) -> Mapping[str, str]:
    """Return which shortcuts some sources have under another name, by the IRI of the property.

    Args:
        serving: the release.
        sources: names of the sources that speak of a thing.
    """
    columns = serving.cached("columns", lambda: read_columns(serving.release, serving.model))
    notes = {}
    for window in serving.model.windows:
        for column in columns.get(window.indicator, ()):
            source = column.table.text.partition("/")[0]
            if window.shortcut and column.renamed and source in sources:
                notes[NS(window.shortcut).value] = _(
                    "taken from the column %(column)s of %(table)s",
                    column=column.name,
                    table=column.table.text,
                )
    return notes
