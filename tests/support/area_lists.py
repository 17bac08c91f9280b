"""The policy areas of commitments, read by the standard library alone: codes, what means the same, lists that have them."""

from __future__ import annotations

from collections.abc import Iterable

from support.running import ROOT
from support.source_tables import QueriedRelease, Row, read

AREAS = ROOT / "ontology/codelists/policy-area.csv"
#: Members of the European Union, as of 2020.
EU = frozenset(
    [
        "AUT",
        "BEL",
        "BGR",
        "HRV",
        "CYP",
        "CZE",
        "DNK",
        "EST",
        "FIN",
        "FRA",
        "DEU",
        "GRC",
        "HUN",
        "IRL",
        "ITA",
        "LVA",
        "LTU",
        "LUX",
        "MLT",
        "NLD",
        "POL",
        "PRT",
        "ROU",
        "SVK",
        "SVN",
        "ESP",
        "SWE",
    ]
)


def labels_of_areas() -> dict[str, str]:
    """Return codes of areas by every spelling, small letters."""
    spelt = {}
    for row in read(AREAS):
        if row["inScheme"] == "policy-area-2016":
            continue  # some are called as areas of today; the Explorer's tags are read as codes
        names = [row["prefLabel@en"], *row["altLabel@en"].split(" | ")]
        spelt.update({name.casefold(): row["notation"] for name in names if name})
    return spelt


def areas(data: QueriedRelease, key: str) -> set[str]:
    """Return the codes of the areas of a commitment."""
    spelt = labels_of_areas()
    return {spelt.get(label.casefold(), label) for label in data.tables.areas[key]}


def parts(row: Row, column: str) -> set[str]:
    """Return the values of a cell of the list of areas."""
    return set(row[column].split(" | ")) - {""}


def meaning(codes: Iterable[str]) -> set[str]:
    """Return codes with those that mean the same, whichever of both says so."""
    pairs = {(row["notation"], same) for row in read(AREAS) for same in parts(row, "exactMatch")}
    codes = set(codes)
    return codes | {b for a, b in pairs if a in codes} | {a for a, b in pairs if b in codes}


def narrower(area: str) -> set[str]:
    """Return the codes of the areas that lie in one."""
    return {row["notation"] for row in read(AREAS) if area in parts(row, "broader")}


def lists(codes: Iterable[str]) -> set[str]:
    """Return the lists that have any of some codes."""
    wanted = set(codes)
    return {
        name for row in read(AREAS) if row["notation"] in wanted for name in parts(row, "inScheme")
    }


def tagged_after_others(data: QueriedRelease, wanted: Iterable[str]) -> set[str]:
    """Return the commitments of which no tag is of a list that has all wanted codes, and none is one of these.

    A list has a code also by another name that means the same.
    """
    codes = set(wanted)
    having = set.intersection(*(lists(meaning({code})) for code in codes))
    return {
        key
        for key in data.tables.rows
        if not (tags := areas(data, key)) & meaning(codes) and not lists(tags) & having
    }
