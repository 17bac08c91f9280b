"""Texts that mean the same have one fingerprint; answers that change are known."""

from __future__ import annotations

import pytest

from ogpld.stores.fingerprint import fingerprint


def test_blanks_comments_and_case_of_keywords_do_not_count() -> None:
    """What a formatter changes changes nothing."""
    one = fingerprint("select  ?a { ?a a <x:y> # c\n\t} LIMIT 10")
    assert one == fingerprint("SELECT ?a{?a a<x:y>}limit 10")
    assert (one.kind, one.stable) == ("solutions", True)


@pytest.mark.parametrize(
    "other",
    [
        "SELECT ?A { ?A a <x:y> } LIMIT 10",
        "SELECT ?a { ?a a <x:Y> } LIMIT 10",
        "SELECT ?a { ?a a <x:y> } LIMIT 11",
        'SELECT ?a { ?a a "<x:y>" } LIMIT 10',
        "SELECT ?a { ?a a <x:y> . } LIMIT 10",
    ],
)
def test_what_may_change_the_answer_counts(other: str) -> None:
    """Variables, IRIs, numbers, kinds of terms."""
    assert fingerprint(other).text != fingerprint("SELECT ?a { ?a a <x:y> } LIMIT 10").text


def test_strings_count_as_they_are() -> None:
    """Blanks and words inside them are data."""
    texts = ['ASK { ?s ?p "a  b" }', 'ASK { ?s ?p "a b" }', 'ASK { ?s ?p "A B" }']
    assert len({fingerprint(text).text for text in texts}) == 3


@pytest.mark.parametrize(
    ("text", "kind", "stable"),
    [
        ("ASK {}", "solutions", True),
        ("PREFIX a: <a:> DESCRIBE a:b", "graph", True),
        ("SELECT (NOW() AS ?n) {}", "solutions", False),
        ("SELECT (rand() AS ?n) {}", "solutions", False),
        ("SELECT ?n { BIND(StrUUID() AS ?n) }", "solutions", False),
        ("SELECT ?n { BIND(BNODE() AS ?n) }", "solutions", False),
        ("SELECT ?now { ?now ?uuid 'NOW()' }", "solutions", True),
        ("CONSTRUCT { ?s ?p [] } WHERE { ?s ?p ?o }", "graph", False),
        ("CONSTRUCT { ?s ?p (1) } WHERE { ?s ?p ?o }", "graph", False),
        ("CONSTRUCT { ?s ?p _:x } WHERE { ?s ?p ?o }", "graph", False),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o, [] }", "graph", True),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "graph", True),
        ("CONSTRUCT WHERE { [] ?p ?o }", "graph", False),
        ("construct from <x:g> where { ?s ?p _:b }", "graph", False),
        ("CONSTRUCT FROM NAMED <x:g> WHERE { ?s ?p (1) }", "graph", False),
        ("CONSTRUCT { ?s ?p ?o } FROM <x:g> WHERE { ?s ?p ?o, [] }", "graph", True),
        ("DROP ALL", "", False),
        ("SELECT * { \u0000", "", False),
    ],
)
def test_kind_and_stability_are_told(text: str, kind: str, *, stable: bool) -> None:
    """A later run must give the same answer, or nothing may keep it."""
    result = fingerprint(text)
    assert (result.kind, result.stable) == (kind, stable)
