"""The names we ship are those of the packages they were taken from: all of them, and no others."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from support.programs import NODE, node, output, python
from support.running import ROOT

from ogpld.iris import slug
from ogpld.search.weighted_likeness import words

SOURCES = ROOT / "data/sources"
PACKAGES = [
    f"cldr-{name}" for name in ("core", "localenames-full", "subdivisions-full", "dates-full")
]
#: What the CLDR calls forms of a name besides the usual one.
KINDS = {"": "common", "-alt-short": "short", "-alt-variant": "variant"}

Name = tuple[str, str, str, str]


def rows(path: str) -> list[dict[str, str]]:
    """Return the rows of a table of the shipped data."""
    with (SOURCES / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def countries() -> dict[str, tuple[str, str]]:
    """Return key and name of the members that are countries, and of Kosovo, by two letters."""
    named = {
        r["iso2"] or r["ogp_code"][:2]: (r["ogp_code"] or r["iso3"], r["name"])
        for r in rows("members/members.csv")
        if r["iso2"] or r["ogp_code"] == "XKX"
    }
    assert len(named) == 77
    return named


@cache
def _read(path: str) -> Any:
    return json.loads((NODE / path).read_text(encoding="utf-8"))


def languages() -> set[str]:
    """Return the languages that are official in the whole of a member, as the CLDR writes them."""
    territories = _read("cldr-core/supplemental/territoryInfo.json")["supplemental"][
        "territoryInfo"
    ]
    official = {
        language.replace("_", "-")
        for code in countries()
        for language, facts in territories[code].get("languagePopulation", {}).items()
        if facts.get("_officialStatus") in {"official", "de_facto_official"}
    }
    return official - {"no"}  # it has what nb has


def _territories(language: str) -> dict[str, str]:
    path = f"cldr-localenames-full/main/{language}/territories.json"
    if not (NODE / path).is_file():
        return {}
    names: dict[str, str] = _read(path)["main"][language]["localeDisplayNames"]["territories"]
    return names


def _country_names() -> Iterator[Name]:
    """Yield each name once, however it is capitalised."""
    for language in languages():
        names = _territories(language)
        for code, (key, _) in countries().items():
            seen = set()
            for form, kind in KINDS.items():
                name = names.get(code + form, code)
                if name != code and name.casefold() not in seen:
                    seen.add(name.casefold())
                    yield key, name, language, kind


@pytest.mark.counterpart("cldr")
def test_names_of_countries_are_those_of_the_cldr() -> None:
    """Each name in each language, with its kind, but for the English one that OGP has too; no others."""
    node("cldr", *PACKAGES)
    table = rows("cldr-names/territory-names.csv")
    shipped = {(r["member"], r["name"], r["language"], r["kind"]) for r in table}
    assert len(shipped) == len(table) > 3000
    labels = dict(countries().values())
    named = {n for n in _country_names() if (n[1], n[2]) != (labels[n[0]], "en")}
    assert shipped == named


def _of_place(place: str, file: str) -> str:
    """Return what the file says of a subdivision or of the city of a time zone."""
    content = _read(file)
    if place.startswith("subdivision "):
        code, iso = place.removeprefix("subdivision ").split(", ISO 3166-2 ")
        assert code == iso.replace("-", "").lower()
        return str(content["subdivisions"]["localeDisplayNames"]["subdivisions"][code])
    zone = place.removeprefix("city of the time zone ")
    (main,) = content["main"].values()
    names = main["dates"]["timeZoneNames"]["zone"]
    for part in zone.split("/"):
        names = names[part]
    return str(names["exemplarCity"])


@pytest.mark.counterpart("cldr")
def test_names_of_places_are_those_of_the_cldr() -> None:
    """Each row has the name that its file gives for what it says the place is."""
    node("cldr", *PACKAGES)
    table = rows("cldr-places/place-names.csv")
    assert len(table) > 150
    for row in table:
        assert f"/{row['language']}/" in row["file"]
        assert _of_place(row["place"], row["file"]) == row["name"], row
        assert row["kind"] == "common"


_ISO = """
import json, pycountry
countries = {c.alpha_3: [c.numeric, c.alpha_2, c.name, getattr(c, "official_name", None),
                         getattr(c, "common_name", None)] for c in pycountry.countries}
former = [[c.name, getattr(c, "official_name", None)] for c in pycountry.historic_countries]
places = {s.code: s.name for s in pycountry.subdivisions}
print(json.dumps({"countries": countries, "former": former, "places": places}))
"""


@pytest.fixture(scope="module")
def iso() -> dict[str, Any]:
    """What pycountry has of ISO 3166."""
    facts: dict[str, Any] = json.loads(output([python("pycountry", "clients"), "-c", _ISO]))
    return facts


@pytest.mark.counterpart("pycountry")
def test_codes_and_names_of_iso_3166(iso: dict[str, Any]) -> None:
    """Two letters and number of each country; each name is one of the list, as its kind says."""
    by_key = {}
    for row in rows("members/members.csv"):
        if row["iso3"]:
            facts = iso["countries"][row["iso3"]]
            assert [row["iso_numeric"], row["iso2"]] == facts[:2]
            by_key[row["ogp_code"] or row["iso3"]] = facts
    for row in rows("iso-names/iso-names.csv"):
        _, _, name, official, usual = by_key[row["member"]]
        wanted = {official} if row["kind"] == "official" else {name, usual}
        assert row["name"] in wanted, row
    for row in rows("iso-names/place-names.csv"):
        assert iso["places"][row["code"]] == row["name"]


@pytest.mark.counterpart("pycountry")
def test_names_of_the_world_are_those_of_iso_3166(iso: dict[str, Any]) -> None:
    """Every name of a country, in the order of the standard or as people read it; former ones are of 3166-3."""
    text = (ROOT / "ogpld/search/country-names.csv").read_text(encoding="utf-8")
    shipped: dict[str, set[str]] = {}
    for row in csv.DictReader(text.splitlines()):
        shipped.setdefault(row["standard"], set()).add(row["name"])
    present = {name for facts in iso["countries"].values() for name in facts[2:] if name}
    former = {name for names in iso["former"] for name in names if name}
    assert present <= shipped["ISO 3166-1"] <= present | set(map(_read_out, present))
    assert shipped["ISO 3166-3"] <= former | set(map(_read_out, former))


@pytest.mark.counterpart("cldr")
@pytest.mark.counterpart("pycountry")
def test_usual_names_of_the_world_are_those_of_the_cldr(iso: dict[str, Any]) -> None:
    """What English calls the countries of ISO 3166 that are no members, where the standard does not call them so."""
    node("cldr", *PACKAGES)
    text = (ROOT / "ogpld/search/country-names.csv").read_text(encoding="utf-8")
    table = list(csv.DictReader(text.splitlines()))
    standard = {words(row["name"]) for row in table if row["standard"] != "CLDR"}
    names, members = _territories("en"), countries()
    usual = {
        names[code + form]
        for _, code, *_ in iso["countries"].values()
        for form in KINDS
        if code not in members and code + form in names
    }
    shipped = {row["name"] for row in table if row["standard"] == "CLDR"}
    assert shipped == {name for name in usual if words(name) not in standard}


def _read_out(name: str) -> str:
    """Return `Bolivia, Plurinational State of` as people read it."""
    head, _, rest = name.partition(", ")
    return f"{rest} {head}" if rest else name


@pytest.mark.counterpart("pycountry")
def test_what_a_place_is_said_to_be_is_in_iso_3166(iso: dict[str, Any]) -> None:
    """The subdivision that a member is taken for is called as the member, in the member's country."""
    members = {
        r["ogp_code"] or slug(r["name"]): (r["name"], r["parent_country"])
        for r in rows("members/members.csv")
    }
    iso2 = {r["name"]: r["iso2"] for r in rows("members/members.csv")}
    for row in rows("cldr-places/place-names.csv"):
        if row["place"].startswith("subdivision "):
            name, country = members[row["member"]]
            code = row["place"].rpartition(" ")[2]
            assert code.startswith(f"{iso2[country]}-")
            assert iso["places"][code] in name


def test_each_place_that_is_printed_with_its_country_has_a_name_without_it() -> None:
    """Whoever looks for Austin finds "Austin, United States"."""
    names = {
        r["name"]
        for path in ("other-names/member-names.csv", "cldr-places/place-names.csv")
        for r in rows(path)
    }
    local = [r for r in rows("members/members.csv") if r["parent_country"]]
    assert len(local) == 19
    for row in local:
        assert row["name"].rpartition(", ")[0] in names
