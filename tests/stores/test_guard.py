"""The lexical guard: each bound trips just past itself, decoys pass, nothing makes it slow."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.corpus import corpus

from ogpld.errors import QueryError, QueryForbiddenError, QueryTooComplexError, QueryTooLargeError
from ogpld.stores.guard import check
from ogpld.stores.limits import GuardLimits

LIMIT = 65_536


def fits(text: str, limits: GuardLimits | None = None) -> bool:
    """Say whether the guard lets a query pass."""
    try:
        check(text, LIMIT, limits)
    except QueryTooComplexError:
        return False
    return True


@pytest.mark.parametrize(
    ("bound", "make"),
    [
        ("depth", lambda n: "SELECT * " + "{" * n + "}" * n),
        ("calls", lambda n: "SELECT * { BIND(" + "STR(" * (n - 0) + "1" + ")" * n + " AS ?x) }"),
        ("unary", lambda n: "SELECT * { FILTER(" + "!" * n + "true) }"),
        ("triples", lambda n: "SELECT * { " + "?s ?p ?o . " * n + "}"),
        ("path", lambda n: "SELECT * { ?s <a:a>" + "/<a:a>" * n + " ?o }"),
        ("clauses", lambda n: "SELECT * { {}" + " UNION {}" * n + " }"),
        ("values", lambda n: "SELECT * { VALUES ?x { " + "1 " * n + "} }"),
        ("tokens", lambda n: "SELECT *" + " ?x" * (n - 2)),
    ],
)
def test_each_bound_trips_just_past_itself(bound: str, make: object) -> None:
    """At the bound a query passes, one more is refused."""
    limits = GuardLimits(**{"depth": 30, "calls": 30, bound: 6})
    assert fits(make(6), limits)  # type: ignore[operator]
    assert not fits(make(7), limits)  # type: ignore[operator]


def test_what_stands_in_values_is_counted_once() -> None:
    """Its terms have a bound of their own; the blocks are tokens."""
    limits = GuardLimits(tokens=12, values=100)
    assert fits("ASK { VALUES (?x ?y) { " + '(1 "a"@en) ' * 50 + "} }", limits)
    assert not fits("ASK { " + "VALUES ?x { } " * 3 + "}", limits)


@pytest.mark.parametrize(
    "decoy",
    [
        "PREFIX SERVICE: <http://x.example/> SELECT * { ?s SERVICE:x ?o }",
        "SELECT ?service $load { ?service ?p $load }",
        'SELECT * { ?s ?p "SERVICE <http://x/> { LOAD }" }',
        "SELECT * { ?s <http://x.example/SERVICE/LOAD> ?o } # SERVICE <http://x/>",
        'SELECT * { ?s ?p """DROP ALL; "x" SERVICE""" }',
        "SELECT * { ?s ?p ?o FILTER(?o < 3 && ?o > 1) }",
        'SELECT * { ?s ?p "\\u0041" }',
        "PREFIX insert: <a:> ASK { insert:x ?p ?o }",
    ],
)
def test_decoys_pass(decoy: str) -> None:
    """Words in names, variables, strings, IRIs and comments mean nothing."""
    assert check(decoy, LIMIT).kind == "solutions"


@pytest.mark.parametrize("case", [c for c in corpus() if c.guarded], ids=lambda c: c.name)
def test_hostile_queries_are_refused_with_their_status(case: object) -> None:
    """Before any engine sees them."""
    with pytest.raises(QueryError) as caught:
        check(case.text, LIMIT)  # type: ignore[attr-defined]
    assert caught.value.status in case.expect  # type: ignore[attr-defined]


def test_a_long_text_is_too_large() -> None:
    """413 with a code of its own."""
    with pytest.raises(QueryTooLargeError) as caught:
        check("#" * (LIMIT + 1), LIMIT)
    assert (caught.value.code, caught.value.status) == ("query-too-large", 413)


def test_updates_hide_nowhere() -> None:
    """After comments and prologues, in any case."""
    for text in (
        "# x\nPREFIX a: <a:>\nbase <b:> insert data {}",
        "clear all",
        "with <a:b> delete {}",
    ):
        with pytest.raises(QueryForbiddenError):
            check(text, LIMIT)


@given(st.text(max_size=300))
def test_any_text_is_looked_at_to_the_end(text: str) -> None:
    """The guard answers or refuses; it never fails."""
    with contextlib.suppress(QueryError):
        check(text, LIMIT)
