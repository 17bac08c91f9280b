"""The tables of other names: a name once, of a thing that is described, with a kind of the list."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from ogpld.iris import slug
from ogpld.language_tags import language_tag_problem

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "data" / "sources"
#: Table, column of the thing, language where the table has no column for it.
TABLES = (
    ("cldr-names/territory-names.csv", "member", ""),
    ("iso-names/iso-names.csv", "member", "en"),
    ("other-names/member-names.csv", "member", ""),
    ("other-names/body-names.csv", "body", ""),
)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _names() -> list[tuple[str, str, str, str]]:
    """Return thing, language, name and kind of every row."""
    return [
        (row[thing], language or row["language"], row["name"], row["kind"])
        for table, thing, language in TABLES
        for row in _rows(SOURCES / table)
    ]


def test_a_name_has_one_row() -> None:
    """Two rows that are written alike would be one thing with two kinds."""
    places = [(thing, language.lower(), slug(name)) for thing, language, name, _ in _names()]
    assert len(places) == len(set(places))
    assert all(part for place in places for part in place)


def test_kinds_and_languages_are_sound() -> None:
    """Every kind is a code of the list, every language a well-formed tag."""
    codes = {row["notation"] for row in _rows(ROOT / "ontology/codelists/name-kind.csv")}
    assert {kind for *_, kind in _names()} <= codes
    assert not [tag for _, tag, *_ in _names() if language_tag_problem(tag)]


def test_names_are_of_things_that_are_described() -> None:
    """Members and bodies come from their own tables."""
    members = {
        row["ogp_code"] or row["iso3"] or slug(row["name"])
        for row in _rows(SOURCES / "members/members.csv")
    }
    bodies = {
        row["key"]
        for table in ("institutions/institutions.csv", "comparison/bodies.csv")
        for row in _rows(SOURCES / table)
    }
    assert {thing for thing, *_ in _names()} <= members | bodies


@pytest.mark.parametrize(
    ("name", "member"),
    [
        ("Eesti", "EST"),
        ("Lettland", "LVA"),
        ("UK", "GBR"),
        ("FYROM", "MKD"),
        ("Ivory Coast", "CIV"),
        ("Holland", "NLD"),
        ("Kyrgyzstan", "KGZ"),
        ("South Korea", "KOR"),
        ("Republic of Estonia", "EST"),
    ],
)
def test_spellings_of_researchers_name_one_member(name: str, member: str) -> None:
    """A spelling leads to its member and to no other."""
    assert {thing for thing, _, text, _ in _names() if text == name} == {member}


def test_every_country_has_three_codes() -> None:
    """Numeric codes are three digits, with their zeros, and no two countries share one."""
    codes = [row["iso_numeric"] for row in _rows(SOURCES / "members/members.csv") if row["iso3"]]
    assert all(len(code) == 3 and code.isdigit() for code in codes)
    assert len(codes) == len(set(codes))
