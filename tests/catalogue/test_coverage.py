"""Sentences of what is held: whole in every language, with texts of sources marked as what they are."""

from __future__ import annotations

import tomllib

import pytest
from markupsafe import escape
from support.running import ROOT

from ogpld.catalogue.coverage import Coverage, MemberCoverage, PlanCoverage, SourceText
from ogpld.web.current.release_coverage import CoverageSentence
from ogpld.web.http.wordings import wording_of
from ogpld.wording import write_in

_TOPIC = SourceText("chosen by <topic>", "en")


def of_members(*held: int) -> Coverage:
    """Return what is held of members with so many commitments each, those of the first one selected."""
    selected = {_TOPIC: held[0]}
    return Coverage(
        {
            str(place): MemberCoverage(f"Member {place}", number, {} if place else selected)
            for place, number in enumerate(held)
        },
        {},
    )


@pytest.mark.parametrize(
    ("language", "held", "sentence"),
    [
        (
            "en",
            (1, 1200, 0),
            "1,201 commitments from 2 of the 3 members. 1 of them, from 1 member, are only a selection (chosen",
        ),
        (
            "et",
            (1, 1200, 0),
            "1 201 kohustust 2 liikmelt (kokku 3 liiget). Neist 1 (1 liige) on vaid valik (chosen",
        ),
        (
            "fr",
            (1, 1200, 0),
            "1 201 engagements de 2 des 3 membres. 1 d\u2019entre eux, de 1 membre, n\u2019en",
        ),
        ("en", (1,), "1 commitment of 1 member. 1 of them"),
        ("et", (1,), "1 kohustus (1 liige). Neist 1"),
        ("fr", (1,), "1 engagement de 1 membre. 1 d"),
        ("fr", (2, 3), "5 engagements de 2 membres. 2 d"),
    ],
)
def test_what_is_held_of_all(language: str, held: tuple[int, ...], sentence: str) -> None:
    """Commitments and members are counted in one sentence, which no other one is made of."""
    write_in(wording_of(language))
    text = str(of_members(*held)).replace("\N{NO-BREAK SPACE}", " ").replace("\u202f", " ")
    assert text.startswith(sentence)


@pytest.mark.parametrize(
    ("language", "one", "two"),
    [
        ("en", "1 of Kosovo's commitments", "2 of Kosovo's commitments"),
        ("et", "Kosovo: 1 kohustus", "Kosovo: 2 kohustust"),
        ("fr", "Kosovo : 1 engagement", "Kosovo : 2 engagements"),
    ],
)
def test_what_is_held_of_a_member(language: str, one: str, two: str) -> None:
    """One commitment is one."""
    write_in(wording_of(language))
    assert str(MemberCoverage("Kosovo", 1)).replace("\N{NO-BREAK SPACE}", " ") == one
    assert str(MemberCoverage("Kosovo", 2)).replace("\N{NO-BREAK SPACE}", " ") == two


def test_texts_of_sources_have_their_language() -> None:
    """On pages in another language; a sentence without markup has them as they are."""
    plan = PlanCoverage("Plan", "m", 1, 3, SourceText("OGP counts & adds", "en"))
    sentences = [
        (of_members(1), "chosen by &lt;topic&gt;", "chosen by <topic>"),
        (MemberCoverage("Kosovo", 1, {_TOPIC: 1}), "chosen by &lt;topic&gt;", "chosen by <topic>"),
        (plan, "OGP counts &amp; adds", "OGP counts & adds"),
    ]
    for language in ("en", "et", "fr"):
        write_in(wording_of(language))
        for held, html, text in sentences:
            sentence = CoverageSentence.of(held, "Name")
            assert text in sentence
            marked = html if language == "en" else f'<span lang="en">{html}</span>'
            for written in (sentence, sentence.behind("Other")):
                assert marked in escape(written)
                assert str(escape(written)).count("<") == (0 if language == "en" else 2)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "en",
            "2 of Kosovo's commitments, chosen by topic; percentages over these need not hold for all its commitments.",
        ),
        (
            "et",
            "Kosovo: 2 kohustust, teema järgi valitud; nende põhjal arvutatud osakaalud ei pruugi kehtida selle kõigi kohustuste kohta.",
        ),
        (
            "fr",
            "Kosovo : 2 engagements, par sélection thématique ; les pourcentages qu\u2019on en tire ne valent pas forcément pour tous ses engagements.",
        ),
    ],
)
def test_how_the_shipped_data_was_selected_is_said_in_the_language(
    language: str, sentence: str
) -> None:
    """A sentence in French ended in "chosen by topic : non destiné à des parts"."""
    write_in(wording_of(language))
    held = CoverageSentence.of(MemberCoverage("Kosovo", 2, {SourceText("chosen by topic"): 2}))
    plain = held.replace("\N{NO-BREAK SPACE}", " ").replace("\u202f", " ")
    assert plain == sentence
    assert "<" not in escape(held)


def test_every_shipped_selection_has_words() -> None:
    """One in a source.toml that is shipped is in the catalogues of all languages."""
    for path in sorted((ROOT / "data/sources").glob("*/source.toml")):
        text = tomllib.loads(path.read_text(encoding="utf-8")).get("selection", "")
        for language in ("et", "fr") if text else ():
            write_in(wording_of(language))
            assert SourceText(text).shown_language == language, path


def test_a_text_of_a_source_within_another_is_no_text_of_its_own() -> None:
    """Neither in another text nor in what marks one."""
    sentence = CoverageSentence("Kept by the span, en; kept")
    sentence.source_texts = tuple(SourceText(t, "en") for t in ("kept", "Kept by the span", "en"))
    html = str(escape(sentence))
    marked = ('<span lang="en">Kept by the span</span>', '<span lang="en">kept</span>')
    assert html == f'{marked[0]}, <span lang="en">en</span>; {marked[1]}'
