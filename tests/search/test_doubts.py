"""What no automatic match is made of, however high the score: other words and numbers, properties, names of many."""

from __future__ import annotations

from pathlib import Path

import pytest

from ogpld.search.candidates import Candidate, PropertyValue
from ogpld.search.index import SearchIndex, write_index
from ogpld.search.matcher import Matcher
from ogpld.search.name_table import Name, NamedThing

MEMBERS = {
    "EST": "Estonia",
    "LVA": "Latvia",
    "GEO": "Georgia",
    "USA": "United States",
    "ESMD": "Madrid, Spain",
    "ESP": "Spain",
}
TITLES = {
    "EE0001": "12. Register of beneficial owners of mining companies",
    "EE0002": "15. Collective petitions",
    "EE0003": "16. Collective petitions",
    "EE0004": "Draft law on the financing of parties",
    "EE0005": "Portal",
    "LV0001": "Open data",
    "LV0002": "Training for librarians about heraldic archives and seals",
    "LV0003": "2.2. Web sites of the ministries",
    "GE0001": "Access to information about rivers, lakes, fishing quotas and ferries",
    "GE0002": "Use of access to information about rivers, lakes, fishing quotas and ferries",
}
PLANS = {
    "EST01": ("Estonia action plan 2014", "1", "2014"),
    "EST02": ("Estonia action plan 2015-2017", "2", "2015"),
    "EST03": ("Estonia's Third OGP Action Plan 2017-2019", "3", "2017"),
    "LVA02": ("Latvia action plan 2015-2017", "2", "2015"),
}
BODIES = {
    "riigikogu": ("EST", "Riigikogu"),
    "archives": ("LVA", "National Archives"),
    "chancellery": ("LVA", "State Chancellery"),
    "university": ("EST", "University of Tartu"),
    "ogp": ("", "Open Government Partnership"),
}


def _things() -> list[NamedThing]:
    def thing(kind: str, key: str, member: str, text: str) -> NamedThing:
        iri = f"http://x.example/id/{kind.lower()}/{key}"
        return NamedThing(iri, kind, key, text, member, [Name(text, "en", "label")])

    members = {key: thing("Member", key, key, text) for key, text in MEMBERS.items()}
    members["ESMD"].names.append(Name("Madrid", "en", "other name"))
    members["EST"].addresses.append("http://www.wikidata.org/entity/Q191")
    of_titles = {"EE": "EST", "LV": "LVA", "GE": "GEO"}
    commitments = [thing("Commitment", k, of_titles[k[:2]], t) for k, t in TITLES.items()]
    for commitment in commitments:
        commitment.facts.append(("lead", "Ministry of Finance"))
    plans = []
    for key, (text, number, year) in PLANS.items():
        plans.append(thing("ActionPlan", key, key[:3], text))
        plans[-1].facts += [("planNumber", number), ("year", year)]
    bodies = [thing("Institution", key, member, text) for key, (member, text) in BODIES.items()]
    return [*members.values(), *commitments, *plans, *bodies]


@pytest.fixture(scope="module")
def matcher(tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    """A matcher of a few things."""
    path = tmp_path_factory.mktemp("doubts") / "search.sqlite"
    write_index(path, _things(), "r")
    return Matcher(SearchIndex(path))


def _candidates(matcher: Matcher, text: str, kind: str, **given: str) -> list[Candidate]:
    properties = [PropertyValue(name, value) for name, value in given.items()]
    return matcher.match(text, classes=[kind], properties=properties)


def _key(matcher: Matcher, text: str, kind: str, **given: str) -> str:
    return "".join(c.key for c in _candidates(matcher, text, kind, **given) if c.match)


@pytest.mark.parametrize(
    ("text", "given", "key"),
    [
        ("Georgia", {"member": "USA"}, ""),
        ("Georgia", {"member": "Atlantis"}, ""),
        ("Georgia", {"member": "Georgia"}, "GEO"),
        ("Madrid", {"member": "Georgia"}, ""),
        ("Madrid", {"member": "Spain"}, "ESMD"),
        ("Madrid", {"member": "ESMD"}, "ESMD"),
        ("Estonia", {"plan": "LVA02"}, ""),
        ("Estonia", {"plan": "EST03"}, "EST"),
        ("Estonia", {"plan": "9"}, "EST"),
        ("Estonia", {"year": "1999"}, ""),
        ("Estonia", {"year": "2016"}, "EST"),
        ("Estonia", {"year": "2040"}, "EST"),
        ("Latvia", {"year": "2014"}, ""),
        ("Estonia", {"lead": "Ministry of Finance"}, "EST"),
    ],
)
def test_properties_of_members(
    matcher: Matcher, text: str, given: dict[str, str], key: str
) -> None:
    """A member is of itself and of its country; it has plans, of which not all may be there, and no lead."""
    candidates = _candidates(matcher, text, "Member", **given)
    assert "".join(c.key for c in candidates if c.match) == key
    features = dict(candidates[0].features)
    assert [v for k, v in features.items() if k != "name"] in ([], [100.0 if key else 0.0])


@pytest.mark.parametrize(
    ("name", "value"),
    [("member", "Latvia"), ("lead", "Ministry of Defence"), ("identifier", "EE0004")],
)
@pytest.mark.parametrize(
    "text", ["12. Register of beneficial owners of mining companies", "EE0001"]
)
def test_no_property_may_contradict(matcher: Matcher, text: str, name: str, value: str) -> None:
    """Neither a name nor an identifier makes up for it."""
    assert _key(matcher, text, "Commitment", member="EST") == "EE0001"
    given = {"member": "EST", name: value}
    candidates = _candidates(matcher, text, "Commitment", **given)
    assert candidates
    assert "EE0001" not in [c.key for c in candidates if c.match]


@pytest.mark.parametrize(
    ("text", "kind", "identifier", "match"),
    [
        ("Georgia", "Member", "EST", False),
        ("Atlantis", "Member", "EST", False),
        ("Estonia", "Member", "EST", True),
        ("Estnia", "Member", "EST", True),
        ("EST", "Member", "http://www.wikidata.org/entity/Q191", True),
        ("Estonia", "Member", "ZZZ", False),
        ("Draft law on the financing of parties", "Commitment", "EE0001", False),
        ("Register of beneficial owners", "Commitment", "EE0001", True),
        ("Estonia action plan 2015-2017", "ActionPlan", "EST03", False),
    ],
)
def test_an_identifier_and_a_name(
    matcher: Matcher, text: str, kind: str, identifier: str, *, match: bool
) -> None:
    """A name that is not like that of the thing, or is that of another, leaves it to a person."""
    candidates = _candidates(matcher, text, kind, identifier=identifier)
    assert any(c.match for c in candidates) == match
    first = candidates[0]
    if first.reason == "identifier":
        features = dict(first.features)
        assert features["identifier"] == 100.0
        assert ("name" in features) == (text != "EST")
        assert first.score == (100.0 if match else 60.0)


@pytest.mark.parametrize(
    ("text", "given", "key"),
    [
        ("Register of beneficial owners of mining companies", {"member": "EST"}, "EE0001"),
        ("REGISTER OF BENEFICIAL OWNERS OF MINING COMPANIES", {"member": "EST"}, "EE0001"),
        (
            "Commitment 12: Register of benefical owners of mining companies",
            {"member": "EST"},
            "EE0001",
        ),
        ("12. Register of beneficial owners <br/>of mining companies", {"member": "EST"}, "EE0001"),
        ("13. Register of beneficial owners of mining companies", {"member": "EST"}, ""),
        ("Repeal of 12. Register of beneficial owners of mining companies", {"member": "EST"}, ""),
        ("Failure of the register of beneficial owners of mining companies", {"member": "EST"}, ""),
        ("Register of beneficial owners of fishing companies", {"member": "EST"}, ""),
        ("No register of beneficial owners of mining companies", {"member": "EST"}, ""),
        ("Register of unbeneficial owners of mining companies", {"member": "EST"}, ""),
        ("15. Collective petitions", {"member": "EST"}, "EE0002"),
        ("16. Collective petitions", {"member": "EST"}, "EE0003"),
        ("Collective petitions", {"member": "EST"}, ""),
        ("22 Websites of the ministries", {"member": "LVA"}, "LV0003"),
        ("Draft law on the financing of political parties", {"member": "EST"}, ""),
        ("Portals", {"member": "EST"}, "EE0005"),
        ("Postal", {"member": "EST"}, "EE0005"),
        ("Poster", {"member": "EST"}, ""),
        ("Open data", {"member": "LVA"}, "LV0001"),
        ("Open data", {}, ""),
        ("Training for librarians about heraldic archives and seals", {}, "LV0002"),
        ("Access to information about rivers, lakes, fishing quotas and ferries", {}, "GE0001"),
    ],
)
def test_titles(matcher: Matcher, text: str, given: dict[str, str], key: str) -> None:
    """Numbers agree, no word is another or stands in front, and few words are a title of many members."""
    assert _key(matcher, text, "Commitment", **given) == key


def test_a_title_inside_that_of_another_member(tmp_path: Path) -> None:
    """All of its words in another member's title: whose it is nobody can tell."""
    things = _things()
    title = "More access to information about rivers, lakes, fishing quotas and ferries"
    names = [Name(title, "en", "label")]
    things.append(NamedThing("http://x.example/o", "Commitment", "LV0009", title, "LVA", names))
    path = tmp_path / "search.sqlite"
    write_index(path, things, "r")
    matcher = Matcher(SearchIndex(path))
    assert _key(matcher, TITLES["GE0001"], "Commitment") == ""
    assert _key(matcher, TITLES["GE0001"], "Commitment", member="Georgia") == "GE0001"


@pytest.mark.parametrize(
    ("text", "given", "key"),
    [
        ("Riigikogu", {}, "riigikogu"),
        ("Riigikogud", {}, "riigikogu"),
        ("Riigikohus", {}, ""),
        ("Riigikohus", {"member": "EST"}, ""),
        ("National Archives", {}, ""),
        ("National Archive", {}, ""),
        ("National Archives", {"member": "LVA"}, "archives"),
        ("National Archives (NA)", {"member": "LVA"}, "archives"),
        ("National Archives of Latvia", {}, "archives"),
        ("State Chancelllery", {}, ""),
        ("University of Tartu", {}, "university"),
        ("Open Government Partnership (OGP)", {}, "ogp"),
    ],
)
def test_bodies(matcher: Matcher, text: str, given: dict[str, str], key: str) -> None:
    """Words that any country's body may be called by want the member; one word is another with two slips."""
    assert _key(matcher, text, "Institution", **given) == key


@pytest.mark.parametrize(
    ("text", "given", "key"),
    [
        ("Estonia NAP 3", {}, "EST03"),
        ("Estonia Action Plan 2", {}, "EST02"),
        ("Third National Action Plan of Estonia", {}, "EST03"),
        ("3rd Action Plan", {"member": "EST"}, "EST03"),
        ("Estonian OGP action plan 2017-19", {}, "EST03"),
        ("Estonia 2017/2019", {}, "EST03"),
        ("Estonia action plan 2014\N{EN DASH}2015", {}, "EST01"),
        ("2", {"member": "Latvia"}, "LVA02"),
        ("Action plan 2", {}, ""),
        ("Estonia action plan 2013-2015", {}, ""),
        ("Estonia action plan 2016-2018", {}, ""),
        ("Estonia action plan 2013-2014", {}, ""),
        ("Estonia Action Plan 4", {}, ""),
        ("Estonia third action plan 2015-2017", {}, ""),
        ("Estonia energy action plan 2015-2017", {}, ""),
        ("Estonia NAP 3", {"plan": "EST02"}, ""),
        ("Estonia NAP 3", {"member": "Latvia"}, ""),
        ("Estonia and Latvia action plan 2015-2017", {}, ""),
        ("Estonia action plan 2015", {}, "EST02"),
        ("Estonia action plan 2017", {}, ""),
    ],
)
def test_plans(matcher: Matcher, text: str, given: dict[str, str], key: str) -> None:
    """Member and number, or years, are what a plan is called; years of no plan or of two are none."""
    assert _key(matcher, text, "ActionPlan", **given) == key


@pytest.mark.parametrize(
    ("text", "kind", "key"),
    [
        ("Q191", "Member", "EST"),
        ("wd:Q191", "Member", "EST"),
        ("https://www.wikidata.org/wiki/Q191", "Member", "EST"),
        ("http://x.example/doc/commitment/EE0001?lang=et", "Commitment", "EE0001"),
        ("http://x.example/doc/commitment/EE0001.ttl", "Commitment", "EE0001"),
        ("EE 0001", "Commitment", "EE0001"),
        ("ee-0001", "Commitment", "EE0001"),
        ("ee1", "Commitment", "EE0001"),
        ("EE 1", "Commitment", ""),
        ("EE00011", "Commitment", ""),
        ("EE0001b", "Commitment", ""),
        ("AP_EST3", "ActionPlan", "EST03"),
        ("Q19", "Member", ""),
        ("Estonia (EST)", "Member", "EST"),
        ("Georgia (USA)", "Member", ""),
    ],
)
def test_identifiers_as_people_write_them(matcher: Matcher, text: str, kind: str, key: str) -> None:
    """What `extend` and the address bar give comes back, and a key may have a blank or lack zeros."""
    assert _key(matcher, text, kind) == key
