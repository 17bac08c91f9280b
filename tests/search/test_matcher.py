"""The matcher says that a thing is meant only where it is sure."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from string import ascii_uppercase

import pytest

from ogpld.release import Release
from ogpld.search.candidates import PropertyValue
from ogpld.search.countries import OtherCountries, country_names, demonyms
from ogpld.search.index import SearchIndex, write_index
from ogpld.search.matcher import Matcher
from ogpld.search.name_table import Name, NamedThing, named_things
from ogpld.search.table_match import MatchRequest, match_table
from ogpld.search.weighted_likeness import (
    SAME_WORD,
    Weights,
    initials,
    likeness,
    word_likeness,
    words,
)


@pytest.fixture(scope="module")
def matcher(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    """The matcher of the sample data."""
    path = tmp_path_factory.mktemp("matcher") / "search.sqlite"
    write_index(path, named_things(release), release.id)
    return Matcher(SearchIndex(path))


@pytest.mark.parametrize(
    ("text", "class_name", "member", "key"),
    [
        ("Estonia", "Member", "", "EST"),
        ("Esotnia", "Member", "", "EST"),
        ("EE", "Member", "", "EST"),
        ("http://www.wikidata.org/entity/Q191", "Member", "", "EST"),
        ("Niger", "Member", "", ""),
        ("Iceland", "Member", "", ""),
        ("Nigar", "Member", "", ""),
        ("Ministry of Justice", "Institution", "", ""),
        ("Ministry of Justice", "Institution", "Estonia", "EST-ministry-of-justice"),
        ("Estonian Ministry of Justice", "Institution", "", "EST-ministry-of-justice"),
        ("Austrian Ministry of Justice", "Institution", "", ""),
        ("MoJ", "Institution", "", ""),
        ("MoJ", "Institution", "Estonia", "EST-ministry-of-justice"),
        ("Estonian MoJ", "Institution", "", "EST-ministry-of-justice"),
        ("MoJ", "Institution", "Latvia", ""),
        ("MoJ", "Institution", "Atlantis", ""),
        ("Latvian MoJ", "Institution", "", ""),
    ],
)
def test_what_is_meant(matcher: Matcher, text: str, class_name: str, member: str, key: str) -> None:
    """The key of the match, "" where nothing is sure."""
    properties = [PropertyValue("member", member)] if member else []
    candidates = matcher.match(text, classes=[class_name], properties=properties)
    assert "".join(c.key for c in candidates if c.match) == key


THIRD = "Third OGP Action Plan 2016-2018"
STRATEGY = "2035 Strategy Day pilot"


@pytest.mark.parametrize(
    ("text", "class_name", "key"),
    [
        (f"{{}} {THIRD}", "ActionPlan", "EST03"),
        (
            "{} End-Term Self-Assessment Report 2016-2018",
            "Report",
            "EST03-end-of-term-self-assessment",
        ),
        (f"{{}} {STRATEGY}", "Milestone", "EE0054-m1-2-4"),
    ],
)
@pytest.mark.parametrize(
    "country", ["Estonia's", "Latvia's", "Georgia's", "Russia's", "Esotnia's", ""]
)
def test_what_is_called_after_its_country(
    matcher: Matcher, text: str, class_name: str, key: str, country: str
) -> None:
    """It is meant where that country is named, and not by the name of another, of no member, or without.

    Of a plan the country, the years and the number are all that there is to say: Georgia has such a one.
    """
    candidates = matcher.match(text.format(country), classes=[class_name])
    assert candidates
    meant = {"Estonia's": key, "Georgia's": "GEO03" if text.endswith(THIRD) else ""}.get(country)
    assert [c.key for c in candidates if c.match] == ([meant] if meant else [])


@pytest.mark.parametrize(
    ("text", "class_name"),
    [
        ("Access to e-services for non-residents", "Cluster"),
        ("New co-creation methods and tools", "SubCommitment"),
        ("Compliance of Riigikogu open data with the principles of open data", "Commitment"),
    ],
)
@pytest.mark.parametrize("country", ["Latvian", "Russian", "Russia", "Palestine", "Brunei"])
def test_another_country_in_front_of_a_name_without_one(
    matcher: Matcher, text: str, class_name: str, country: str
) -> None:
    """It takes two fifths of the score, as a member that is given does."""
    candidates = matcher.match(f"{country} {text}", classes=[class_name], limit=50)
    assert not any(c.match for c in candidates)
    features = dict(candidates[0].features) if candidates else {"member": 0.0}
    assert features["member"] == 0.0


@pytest.mark.parametrize(
    ("country", "member", "sure"),
    [("Estonia", "Estonia", ["EST03"]), ("Estonia", "Latvia", []), ("Latvia", "Estonia", [])],
)
def test_text_and_given_member_agree(
    matcher: Matcher, country: str, member: str, sure: list[str]
) -> None:
    """What names one member and is given with another is not sure, whichever is right."""
    given = [PropertyValue("member", member)]
    candidates = matcher.match(f"{country}'s {THIRD}", classes=["ActionPlan"], properties=given)
    assert candidates[0].key == "EST03"
    assert [c.key for c in candidates if c.match] == sure


def test_a_name_may_mention_another_country(tmp_path: Path) -> None:
    """Its own words are no reason against it, nor is `USA`, which is a country only in capitals."""
    titles = ["Learn from Latvia", "Exchange of data with the USA", "Join the Russian archives"]
    usa = [Name("United States", "en", "label"), Name("USA", "en", "other name")]
    rows: list[tuple[str, str, str, list[Name]]] = [
        ("Member", "EST", "EST", [Name("Estonia", "en", "label")]),
        ("Member", "LVA", "LVA", [Name("Latvia", "en", "label")]),
        ("Member", "USA", "USA", usa),
    ]
    rows += [
        ("Commitment", f"EE{n}", "EST", [Name(title, "en", "title")])
        for n, title in enumerate(titles)
    ]
    path = tmp_path / "search.sqlite"
    things = [
        NamedThing(f"http://x.example/{key}", kind, key, names[0].text, member, names)
        for kind, key, member, names in rows
    ]
    write_index(path, things, "r")
    matcher = Matcher(SearchIndex(path))
    estonia = [PropertyValue("member", "EST")]
    for n, title in enumerate(titles):
        candidates = matcher.match(title, properties=estonia)
        assert [c.key for c in candidates if c.match] == [f"EE{n}"]


ABBREVIATIONS = [
    ("en", "UK", "GBR"),
    ("es", "RU", "GBR"),
    ("fr", "R.-U.", "GBR"),
    ("fil", "U.S.", "USA"),
    ("id", "AS", "USA"),
    ("fr", "É.-U.", "USA"),
    ("tr", "Fas", "MAR"),
    ("ko", "한국", "KOR"),
]


@pytest.fixture(scope="module")
def countries(tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    """A matcher that knows members by name, codes and what they are called for short."""
    names = {
        "GBR": [Name("United Kingdom", "en", "label"), Name("GB", "", "code")],
        "USA": [Name("United States", "en", "label"), Name("US", "", "code")],
        "MAR": [Name("Morocco", "en", "label"), Name("MA", "", "code")],
        "KOR": [Name("Republic of Korea", "en", "label"), Name("KR", "", "code")],
    }
    for language, text, key in ABBREVIATIONS:
        names[key].append(Name(text, language, "other name"))
    things = [
        NamedThing(f"http://x.example/id/member/{key}", "Member", key, own[0].text, key, own)
        for key, own in names.items()
    ]
    path = tmp_path_factory.mktemp("countries") / "search.sqlite"
    write_index(path, things, "r")
    return Matcher(SearchIndex(path))


def test_two_letters_are_codes_before_they_are_abbreviations(countries: Matcher) -> None:
    """Of all there are only codes of members and `UK` mean one; Spanish for the kingdom is Russia's code."""
    meant = {
        text: candidate.key
        for text in map("".join, product(ascii_uppercase, repeat=2))
        for candidate in countries.match(text, classes=["Member"])
        if candidate.match
    }
    assert meant == {"GB": "GBR", "UK": "GBR", "US": "USA", "MA": "MAR", "KR": "KOR"}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        *[("uk", "GBR"), ("U.K.", "GBR"), ("U.S.", "USA"), ("한국", "KOR"), ("KOR", "KOR")],
        *[("RU", ""), ("R.-U.", ""), ("É.-U.", ""), ("EU", ""), ("Fas", ""), ("RUS", "")],
    ],
)
def test_abbreviations(countries: Matcher, text: str, key: str) -> None:
    """English ones and codes name a member, as text and as given member; others' only outside of Latin script."""
    assert "".join(c.key for c in countries.match(text) if c.match) == key
    assert countries.member_key(text) == key


@pytest.mark.parametrize("text", ["233", " 233", "EE", "ee"])
def test_codes_of_a_country_are_identifiers(matcher: Matcher, text: str) -> None:
    """Of two letters, three letters and three digits."""
    for candidates in (
        matcher.match(text, classes=["Member"]),
        matcher.match("", classes=["Member"], properties=[PropertyValue("identifier", text)]),
    ):
        assert [(c.key, c.score, c.match, c.reason) for c in candidates] == [
            ("EST", 100.0, True, "identifier")
        ]


def test_zeros_in_front_of_a_country_number_may_be_lost(matcher: Matcher) -> None:
    """Spreadsheets lose them; elsewhere a short number is no country's."""
    for text in ("008", "8", "08"):
        assert [c.key for c in matcher.match(text, classes=["Member"]) if c.match] == ["ALB"]
        assert matcher.holds(
            "http://localhost:8000/id/member/ALB", PropertyValue("identifier", text)
        )
    assert not any(c.match for c in matcher.match("8"))


def test_initials_are_a_reason_of_their_own(matcher: Matcher) -> None:
    """They name candidates that nobody decided on, and are initials only in capitals."""
    candidates = matcher.match("MoJ", classes=["Institution"])
    assert ("EST-ministry-of-justice", "initials", 60.0, False) in {
        (c.key, c.reason, c.score, c.match) for c in candidates
    }
    assert not any(c.reason == "initials" for c in matcher.match("moj", classes=["Institution"]))


@pytest.mark.parametrize(
    ("name", "shortened"),
    [
        ("Ministry of Justice", {"mj", "moj"}),
        ("Ministry of the Interior", {"mi", "moi", "mti", "moti"}),
        ("Praxis", set()),
        ("", set()),
    ],
)
def test_initials(name: str, shortened: set[str]) -> None:
    """Small words count or do not; one word has none."""
    assert initials(words(name)) == shortened


def test_adjectives_of_several_countries_name_none() -> None:
    """A Congolese ministry may be that of either country."""
    assert demonyms()[("estonian",)] == "EST"
    assert ("congolese",) not in demonyms()


def test_words_that_may_be_the_same() -> None:
    """Those looked up by length and first letter are all that are alike enough."""
    vocabulary = ["estonia", "latvia", "lithuania", "information", "transparency", "open", "7"]
    given = ["esotnia", "estona", "latvija", "xithuania", "nformation", "transparancy", "opn", "8"]
    given += ["niformation", "xtransparency", "ransparensy", "informotian", "xnformatoin", "pen"]
    weights = Weights([(word,) for word in vocabulary])
    for word in given:
        alike = {other: word_likeness(word, other) for other in vocabulary}
        assert weights.like(word) == {w: value for w, value in alike.items() if value >= SAME_WORD}


def test_what_is_not_enough_alike_costs_little() -> None:
    """A figure below what is wanted may be any lower one, and what reaches it is exact."""
    names = [words("Ministry of Justice"), words("Ministry of Finance"), words("Parliament")]
    weights = Weights(names)
    for one, other in product(names, names):
        exact = likeness(one, other, weights)
        for least in (0.3, 0.84, 0.95):
            value = likeness(one, other, weights, least)
            assert value == exact if exact >= least else value < least


@pytest.mark.parametrize("member", ["", "Estonia", "Latvia"])
def test_few_candidates_are_the_first_of_many(matcher: Matcher, member: str) -> None:
    """What is left out early is none of those that are asked for."""
    properties = [PropertyValue("member", member)]
    for text in (
        "Ministry of Justise",
        "Estonian ministry of justice",
        "Ministry of Justice of Estonia",
    ):
        every = matcher.match(text, properties=properties, limit=50)
        assert every
        for limit in (1, 2, 5):
            assert matcher.match(text, properties=properties, limit=limit) == every[:limit]


def test_a_wrong_member_lowers_and_does_not_exclude(matcher: Matcher) -> None:
    """A table's column of members may be what is wrong: a person is shown the body, and gets no id."""
    rows = [["Ministry of Justice", member] for member in ("Latvia", "Atlantis", "Estonia", "")]
    request = MatchRequest("Institution", "Institution", "name", "member")
    table = match_table(matcher, ["name", "member"], rows, request, codes={})
    answers = [dict(zip(table.header, row, strict=True)) for row in table.rows]
    assert [row["ogpld_match"] for row in answers] == ["unsure", "unsure", "yes", "unsure"]
    assert [row["ogpld_score"] for row in answers[:3]] == ["60", "60", "100"]
    assert [bool(row["ogpld_id"]) for row in answers] == [False, False, True, False]
    assert [cell.row for cell in table.cells("unsure", 1)] == [2]


@pytest.mark.parametrize("text", ["EE0050", "ee0050", "http://localhost:8000/id/commitment/EE0050"])
def test_an_identifier_in_a_row_of_another_member(matcher: Matcher, text: str) -> None:
    """Is no certainty: key and column disagree, and a person is to say which is wrong."""
    rows = [[text, member] for member in ("Latvia", "Atlantis", "Estonia", "EE", "")]
    request = MatchRequest("Commitment", "Commitment", "name", "member")
    table = match_table(matcher, ["name", "member"], rows, request, codes={})
    answers = [dict(zip(table.header, row, strict=True)) for row in table.rows]
    assert [row["ogpld_match"] for row in answers] == ["unsure"] * 2 + ["yes"] * 3
    assert [row["ogpld_score"] for row in answers] == ["60"] * 2 + ["100"] * 3
    assert [row["ogpld_key"] for row in answers] == [""] * 2 + ["EE0050"] * 3
    assert {row["ogpld_reason"] for row in answers[:2]} == {"perhaps EE0050 (identifier)"}


def test_an_identifier_of_two_members(tmp_path: Path) -> None:
    """The column of members tells which of them is meant."""
    path = tmp_path / "search.sqlite"
    members = [("EST", "Estonia"), ("LVA", "Latvia")]
    names = {key: [Name(label, "en", "label")] for key, label in members}
    things = [
        NamedThing(f"http://x.example/id/member/{key}", "Member", key, label, key, names[key])
        for key, label in members
    ]
    things += [
        NamedThing(
            f"http://x.example/id/commitment/{key}-7",
            "Commitment",
            f"{key}-7",
            f"Seventh of {label}",
            key,
            [Name(f"Seventh of {label}", "en", "title"), Name("C7", "", "identifier")],
        )
        for key, label in members
    ]
    write_index(path, things, "r")
    rows = [["C7", "Latvia"], ["C7", ""], ["C7", "Atlantis"]]
    request = MatchRequest("Commitment", "Commitment", "name", "member")
    table = match_table(Matcher(SearchIndex(path)), ["name", "member"], rows, request, codes={})
    answers = [dict(zip(table.header, row, strict=True)) for row in table.rows]
    assert [row["ogpld_key"] for row in answers] == ["LVA-7", "", ""]
    assert [row["ogpld_match"] for row in answers] == ["yes", "unsure", "unsure"]
    assert answers[0]["ogpld_second"] == "EST-7 Seventh of Estonia (60)"


def test_a_tie_with_another_country() -> None:
    """A slip of both a member's name and another country's is no member's: rounding tips no tie."""
    text, weights = ("ileland",), Weights([("ireland",)], country_names())
    least = likeness(text, ("ireland",), weights)
    assert OtherCountries([("ireland",)]).are_like(text, least, weights)
    assert not OtherCountries([("ireland",), ("iceland",)]).are_like(text, least, weights)
