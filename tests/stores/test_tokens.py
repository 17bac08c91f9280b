"""The tokeniser reads queries as the engine does, and never takes long."""

from __future__ import annotations

import contextlib
import time

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.corpus import Hostile, corpus

from ogpld.errors import QueryError, QuerySyntaxError
from ogpld.stores.guard import check
from ogpld.stores.tokens import replaced, scan

TRICKS = [
    case
    for case in corpus("http://127.0.0.1:1/")
    if "service" in case.name.lower() and "escaped" not in case.name
]
ENDLESS = ['"', '\\"""', '"""\\', "'''a", "a.", "a:", "_:a.", "1.", "<", "<a", "(", "?", "%", ". "]


def kinds(text: str) -> list[tuple[str, str]]:
    """Return kind and text of every token."""
    return [(token.kind, token.text) for token in scan(text)]


def test_less_than_follows_an_operand_inside_expressions_only() -> None:
    """As the engine reads it, not as the longest match would have it."""
    compared = kinds("ASK { FILTER(?a<?b&&?c>?d) }")
    assert ("symbol", "<") in compared
    assert not [t for t in compared if t[0] == "iri"]
    assert ("iri", "<x:b>") in kinds("ASK { ?a <x:b> (?c <x:b>) }")
    assert ("iri", "<x:b#c>") in kinds("SELECT (COUNT(DISTINCT <x:b#c>) AS ?n) {}")
    assert ("iri", "<x:b>") in kinds("ASK { VALUES (?a ?b) { (<x:a> <x:b>) } }")
    assert ("iri", "<x:b>") in kinds("DESCRIBE ?a <x:b> {}")


@pytest.mark.parametrize("case", TRICKS, ids=lambda case: case.name)
def test_what_hides_service_would_run(case: Hostile) -> None:
    """Each trick of the corpus is real: the engine takes it for a query."""
    assert pyoxigraph.Store().query(case.text) is not None


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("ASK { ?s ?p 'open }", 1, 13),
        ("ASK {\n ?s ?p ` }", 2, 8),
        ('ASK { ?s ?p """open" }', 1, 13),
    ],
)
def test_what_is_no_token_is_a_syntax_error(text: str, line: int, column: int) -> None:
    """With the place, counted from 1."""
    with pytest.raises(QuerySyntaxError) as caught:
        list(scan(text))
    assert (caught.value.line, caught.value.column) == (line, column)


def test_escapes_are_refused_outside_of_strings_and_iris() -> None:
    """With a code of their own."""
    for text in ("\\u0053ELECT * {}", "ASK { ?s ex:a\\u0041 ?o }"):
        with pytest.raises(QueryError) as caught:
            list(scan(text))
        assert caught.value.code == "query-escape"
    assert kinds("ASK { ?s <x:\\u0041> '\\u0041' }")


@pytest.mark.parametrize("piece", ENDLESS)
def test_no_text_takes_long(piece: str) -> None:
    """64 KiB of anything take a fraction of a second of CPU; a quadratic look would take many."""
    text = piece * (65_000 // len(piece))
    began = time.process_time()
    with contextlib.suppress(QueryError):
        check(text, 65_536)
    assert time.process_time() - began < 1.0


@given(st.text("{}()[]<>?$:ax1.;,|/^*+-!&=\"'\\\n #@_%", max_size=200))
def test_tokens_are_pieces_of_the_text_in_order(text: str) -> None:
    """Whatever brackets do, the tokeniser ends, and every token is where it says."""
    position = 0
    with contextlib.suppress(QueryError):
        for token in scan(text):
            assert token.start >= position
            assert text[token.start : token.end] == token.text
            position = token.end


def test_pieces_are_replaced_in_any_order() -> None:
    """An empty piece is a place to insert; those at one place keep their order, before what is taken out."""
    edits = [(4, 5, "E"), (1, 3, ""), (1, 1, "x"), (1, 1, "y"), (6, 6, "!")]
    assert replaced("abcdef", edits) == "axydEf!"
    assert replaced("abc", []) == "abc"
