"""What a filter takes: every name that pages in some language give a value, and members by any of their names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from ogpld.config import Settings
from ogpld.language_tags import LANGUAGES
from ogpld.model import Model
from ogpld.model.facets import BOOLEAN, CODE
from ogpld.release import Release, ReleaseStore
from ogpld.search.index import SearchIndex, write_index
from ogpld.search.name_table import Name, named_things
from ogpld.search.typed_names import plain
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.current.value_names import code_names
from ogpld.web.http.http_messages import Request
from ogpld.web.http.problems import Problem
from ogpld.web.http.wordings import wording_of
from ogpld.web.lists.answer_list import answer_list
from ogpld.web.lists.facet_values import occurring
from ogpld.web.lists.list_index import facets
from ogpld.web.lists.list_request import read_list_request
from ogpld.web.pages.answer import answer
from ogpld.web.pages.chart_parameters import filter_value
from ogpld.web.pages.search_request import read_search

_NAMES = {"EST": ("Eesti", "Estonie", "Viro"), "NLD": ("Holland", "Pays-Bas", "Madalmaad")}


@pytest.fixture(scope="module")
def opened(release: Release, home: Path) -> Iterator[OpenRelease]:
    """The sample data with one worker."""
    current = OpenRelease.open(release, ReleaseStore(home), Settings(home=home, workers=1))
    yield current
    current.store.close()


def meant(opened: OpenRelease, segment: str, key: str, text: str) -> tuple[str, ...]:
    """Return the values that a text means as a filter of a list."""
    request = ReleaseRequest.plain(opened, f"/doc/{segment}", query_string={key: text})
    return read_list_request(request, segment).filters[key]


@pytest.mark.parametrize("segment", ["commitment", "member"])
def test_every_name_of_a_code_is_taken_in_every_language(opened: OpenRelease, segment: str) -> None:
    """As notations are; a name that several codes of the list have means all of these."""
    count = 0
    for key, facet in facets(opened, segment).items():
        scheme = opened.model.schemes.get(facet.definition.scheme)
        if facet.kind != CODE or not scheme:
            continue
        named: dict[str, set[str]] = defaultdict(set)
        for code in scheme.codes:
            for name in code_names(code):
                named[plain(name)].add(code.iri)
        for name, iris in named.items():
            assert iris <= set(meant(opened, segment, key, name)), (key, name)
            count += 1
    assert count > 10


def test_yes_and_no_are_taken_in_every_language(opened: OpenRelease) -> None:
    """As `true` and `false` are."""
    assert facets(opened, "commitment")["starred"].kind == BOOLEAN
    for value, texts in {
        "true": ("true", "yes", "Jah", "oui"),
        "false": ("no", "ei", "NON"),
    }.items():
        for text in texts:
            assert meant(opened, "commitment", "starred", text) == (value,)
    assert meant(opened, "commitment", "starred", "ei ole teada") == ("(unknown)",)


def test_a_name_means_one_code_of_a_list_in_whatever_language(model: Model) -> None:
    """Addresses mean the same to every reader, so no word may mean one thing in French and another in Estonian."""
    for scheme in model.schemes.values():
        meanings: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for code in scheme.codes:
            for name in {*code_names(code), code.label}:
                meanings[plain(name)][plain(code.label)].add(code.notation)
        several = {name: dict(codes) for name, codes in meanings.items() if len(codes) > 1}
        assert not several, scheme.notation


@pytest.mark.parametrize("key", list(_NAMES))
def test_a_member_is_taken_by_any_of_its_names(
    opened: OpenRelease, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In lists, in charts and comparisons, and in a search, alike."""
    named = {thing.iri: thing for thing in named_things(opened.release)}
    iri = opened.iris.thing("member", key).value
    named[iri].names += [Name(name, "", "other") for name in _NAMES[key]]
    write_index(tmp_path / "search.sqlite", named.values(), opened.release.id)
    monkeypatch.setattr(opened, "search_index", SearchIndex(tmp_path / "search.sqlite"))
    for name in (key, key.lower(), *_NAMES[key], iri):
        assert meant(opened, "commitment", "member", name) == (iri,), name
        assert filter_value("member", name, opened) == key
        request = Request.from_values("/search", query_string={"q": "open", "member": name})
        assert read_search(request, opened).member == key


def test_what_is_short_for_a_member_elsewhere_is_no_name(
    opened: OpenRelease, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be the code of another country: Spanish for the United Kingdom is Russia's."""
    named = {thing.iri: thing for thing in named_things(opened.release)}
    iri = opened.iris.thing("member", "EST").value
    named[iri].names += [Name("RU", "es", "other name"), Name("Viro", "fi", "other name")]
    write_index(tmp_path / "search.sqlite", named.values(), opened.release.id)
    monkeypatch.setattr(opened, "search_index", SearchIndex(tmp_path / "search.sqlite"))
    assert filter_value("member", "Viro", opened) == "EST"
    for text in ("RU", "ru"):
        with pytest.raises(Problem):
            filter_value("member", text, opened)


def test_a_name_that_a_chart_shows_is_taken_there(opened: OpenRelease) -> None:
    """Regions and policy areas in the languages of pages."""
    assert filter_value("region", "Euroopa", opened) == "europe"
    assert filter_value("policy-area", "avaandmed", opened) == "open-data"


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_the_page_of_an_error_says_the_names_of_pages(opened: OpenRelease, language: str) -> None:
    """What there is and what was meant in the language of the page; programs have notations."""
    called = {
        code.notation: wording_of(language).labels.get(code.iri, code.label)
        for code in opened.model.schemes["completion"].codes
    }
    wrong = f"{called['complete']}x"
    request = ReleaseRequest.plain(
        opened,
        "/doc/commitment",
        query_string={"completion": wrong, "lang": language},
        headers={"Accept": "text/html"},
    )
    html = answer(request, answer_list, "commitment", "").get_data(as_text=True)
    text = unescape(" ".join(re.sub(r"<[^>]*>", "", html.partition("<main")[2]).split()))
    for notation, name in called.items():
        assert f"{name} ({notation})" in text or name == notation
    hint = " ".join(wording_of(language).translations.gettext("Did you mean %(name)s?").split())
    assert hint % {"name": f"{called['complete']} (complete)"} in text
    with pytest.raises(Problem) as caught:
        read_list_request(request, "commitment")
    assert caught.value.members["suggestion"] == "complete"
    assert {*called} <= {*caught.value.members["available"]}


def test_what_is_no_name_of_a_code_is_refused(opened: OpenRelease) -> None:
    """Names of another list are none of this one."""
    for text in ("Euroopa", "Estonia", "täieliku"):
        with pytest.raises(Problem):
            meant(opened, "commitment", "completion", text)
    assert occurring(opened, "commitment", facets(opened, "commitment")["completion"])
