"""A country and a topic find what belongs to the country, though no name has both."""

from __future__ import annotations

from pathlib import Path

import pytest

from ogpld.search.index import SearchIndex, write_index
from ogpld.search.matches import Match
from ogpld.search.name_table import Name, NamedThing
from ogpld.search.readings import MemberNames, readings, telling_words

BASE = "http://x.example/id/"
OPEN_DATA = "https://w3id.org/ogpld/code/policy-area/open-data"


def _member(key: str, *names: Name) -> NamedThing:
    return NamedThing(f"{BASE}member/{key}", "Member", key, names[0].text, key, list(names))


def _commitment(key: str, title: str, member: str, *codes: str) -> NamedThing:
    topics = [("policyArea", code) for code in codes]
    names = [Name(title, "en", "label")]
    return NamedThing(
        f"{BASE}commitment/{key}", "Commitment", key, title, member, names, topics=topics
    )


def _code(notation: str, *names: Name) -> NamedThing:
    iri = f"https://w3id.org/ogpld/code/policy-area/{notation}"
    return NamedThing(iri, "Concept", notation, names[0].text, "", list(names))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    """An index of a few things of three members."""
    things = [
        _commitment("EE1", "Open data portal", "EST"),
        _commitment("EE2", "Riigikogu transparency", "EST", OPEN_DATA),
        _commitment("EE3", "Roads", "EST"),
        _commitment("FR1", "Open data of cities", "FRA", OPEN_DATA),
        _commitment("FR2", "Challenges", "FRA"),
        _member("EST", Name("Estonia", "en", "label"), Name("Eesti", "et", "other name")),
        _member("FRA", Name("France", "en", "label"), Name("Prantsusmaa", "et", "other name")),
        _member("GBR", Name("United Kingdom", "en", "label"), Name("UK", "en", "other name")),
        _member("BGR", Name("Bulgaria", "en", "label")),
        _code(
            "open-data",
            Name("Open Data", "en", "label"),
            Name("Avaandmed", "et", "label"),
            Name("Données ouvertes", "fr", "label"),
        ),
        _code("roads", Name("Roads and rails", "en", "label")),
    ]
    path = tmp_path_factory.mktemp("subjects") / "search.sqlite"
    write_index(path, things, "1-0")
    return SearchIndex(path)


def _reasons(index: SearchIndex, text: str) -> list[tuple[str, str]]:
    matches: tuple[Match, ...] = index.search(text, limit=50).matches
    assert matches == index.suggest(text, limit=50)
    return [(match.key, match.reason) for match in matches]


@pytest.mark.parametrize(
    "text",
    [
        "open data estonia",
        "Estonia: open data",
        "Open data in Estonia",
        "open data Eesti",
        "estonian open data",
    ],
)
def test_a_member_narrows_what_the_rest_finds(index: SearchIndex, text: str) -> None:
    """First what is called so, then what carries a code of that name; nothing of other members."""
    assert _reasons(index, text) == [("EE1", "member"), ("EE2", "topic")]


@pytest.mark.parametrize("text", ["avaandmed eesti", "données ouvertes Estonia"])
def test_codes_are_known_in_every_language(index: SearchIndex, text: str) -> None:
    """The name by which a thing was found is that of its code, in the language that was written."""
    (match,) = index.search(text).matches
    assert (match.key, match.name, match.reason) == ("EE2", "Riigikogu transparency", "topic")
    assert match.topic in {"Avaandmed", "Données ouvertes"}


def test_a_code_and_those_that_carry_it(index: SearchIndex) -> None:
    """The code has the name, they do not: it comes first, and each thing once, by its best."""
    assert _reasons(index, "avaandmed") == [
        ("open-data", "same"),
        ("EE2", "topic"),
        ("FR1", "topic"),
    ]
    assert _reasons(index, "open data") == [
        ("open-data", "same"),
        ("EE1", "words"),
        ("FR1", "words"),
        ("EE2", "topic"),
    ]


@pytest.mark.parametrize("text", ["open data", "avaandmed", "open data estonia"])
def test_all_are_counted_and_can_be_paged_through(index: SearchIndex, text: str) -> None:
    """By class and in all, with the scores in order, whatever found them."""
    whole = index.search(text, limit=50)
    assert whole.total == len(whole.matches) == sum(whole.counts.values())
    pages = [index.search(text, limit=1, offset=n).matches for n in range(whole.total)]
    assert sum(pages, ()) == whole.matches
    assert [m.score for m in whole.matches] == sorted(
        (m.score for m in whole.matches), reverse=True
    )
    of_class = index.search(text, classes=("Commitment",), limit=50)
    assert of_class.matches == tuple(m for m in whole.matches if m.class_name == "Commitment")


@pytest.mark.parametrize("text", ["estonia", "Eesti", "in Estonia", "UK", "of France"])
def test_a_member_alone_is_a_name(index: SearchIndex, text: str) -> None:
    """Not everything that belongs to it is a match."""
    ((_, reason),) = _reasons(index, text)
    assert reason in {"same", "words"}


def test_joining_words_make_no_search_fail(index: SearchIndex) -> None:
    """Where no name has them, the others are enough; the name is not the text then."""
    assert _reasons(index, "the portal of open data") == [("EE1", "words")]
    assert telling_words("of the") == "of the"
    assert [reading.words for reading in readings("Où et quand")][-1] == "quand"


def test_what_is_alike_stands_in_for_nothing_alone(index: SearchIndex) -> None:
    """Where something has the words nothing alike follows, and no word is another with half of its letters."""
    assert _reasons(index, "estonai") == [("EST", "similar")]
    assert _reasons(index, "eesti") == [("EST", "same")]
    for text in ("ungari", "allemagne", "fr9"):
        assert not index.search(text).matches, text


def test_what_is_alike_is_of_the_member_too(index: SearchIndex) -> None:
    """A slip in the topic does not lead to other countries."""
    assert _reasons(index, "opne data Estonia") == [("EE1", "similar")]
    assert _reasons(index, "chalenges France") == [("FR2", "similar")]


def test_topics_of_a_text(index: SearchIndex) -> None:
    """The member, and each code with the number of its commitments."""
    member, (topic,) = index.subject("avaandmed estonia")
    assert (member, topic.iri, topic.property, topic.number) == ("EST", OPEN_DATA, "policyArea", 1)
    member, (topic,) = index.subject("open data")
    assert (member, topic.number) == ("", 2)
    assert index.subject("roads and rails in france") == ("FRA", ())
    assert index.topics([OPEN_DATA]) == {OPEN_DATA: topic}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("open data UK", ("GBR", "open data")),
        ("open data uk", ("", "open data uk")),
        ("Agadir, Morocco: roads", ("agadir-morocco", "roads")),
        ("roads Morocco", ("MAR", "roads")),
        ("roads Niger", ("", "roads Niger")),
        ("Morocco", ("", "Morocco")),
        ("", ("", "")),
    ],
)
def test_members_inside_of_texts(text: str, expected: tuple[str, str]) -> None:
    """The longest name, short ones in capitals alone, and none that several have."""
    names = MemberNames(
        [
            ("GBR", "uk", "UK"),
            ("MAR", "morocco", "Morocco"),
            ("agadir-morocco", "agadir morocco", "Agadir, Morocco"),
            ("NER", "niger", "Niger"),
            ("NGA", "niger", "Niger"),
        ]
    )
    assert names.inside(text) == expected


def test_nothing_is_lost_without_topics(tmp_path: Path) -> None:
    """An index without codes is asked as any."""
    write_index(tmp_path / "search.sqlite", [_member("EST", Name("Estonia", "en", "label"))], "1-0")
    assert _reasons(SearchIndex(tmp_path / "search.sqlite"), "estonia") == [("EST", "same")]
