"""SERVICE clauses are seen for what they are, and solutions mean the same in their place."""

from __future__ import annotations

import pytest

from ogpld.errors import QueryForbiddenError, QuerySyntaxError
from ogpld.rdf import parse_quads
from ogpld.stores import Query, guard
from ogpld.stores.embedded import EmbeddedStore
from ogpld.stores.service_clauses import Solutions, prologue_of, service_clauses, with_solutions

PLACE = "<http://a.example/sparql>"


def test_a_clause_is_taken_apart() -> None:
    """Endpoint, SILENT, group; words in strings, comments and names are none."""
    text = f"""PREFIX ex: <http://e/service>
        SELECT ("SERVICE <x> {{" AS ?x) {{ # SERVICE <y> {{}}
          service {PLACE} {{ ?s ex:p "}}" . {{ ?s ?q ?r }} }}
          SERVICE SILENT<http://b/>{{}} }}"""
    first, second = service_clauses(text)
    assert (first.endpoint, first.silent, second.silent) == ("http://a.example/sparql", False, True)
    assert first.group.strip() == '?s ex:p "}" . { ?s ?q ?r }'
    assert second.group == ""
    assert first.where == (3, 11)
    query = first.query(prologue_of(text, "http://base/"), 10)
    assert query.startswith("BASE <http://base/>\nPREFIX ex:")
    assert query.endswith("LIMIT 11")
    assert [*service_clauses(query)] == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("SELECT * { SERVICE ?e { ?s ?p ?o } }", "one endpoint"),
        ("SELECT * { SERVICE ex:e { ?s ?p ?o } }", "one endpoint"),
        ("SELECT * { SERVICE SILENT SILENT <e:e> { } }", "one endpoint"),
        ("SELECT * { SERVICE }", "one endpoint"),
        ("SERVICE", "one endpoint"),
        (f"SELECT * {{ SERVICE {PLACE} {{ SERVICE {PLACE} {{ }} }} }}", "another SERVICE"),
        (f"SELECT * {{ ?s ?p ?o FILTER NOT EXISTS {{ SERVICE {PLACE} {{ }} }} }}", "EXISTS"),
        (f"SELECT * {{ FILTER EXISTS {{ {{ SERVICE {PLACE} {{ }} }} }} }}", "EXISTS"),
        (f"SELECT * {{ {f'SERVICE {PLACE} {{}}' * 5} }}", "more than 4"),
    ],
)
def test_what_cannot_be_answered_is_refused(text: str, what: str) -> None:
    """With what stands where."""
    with pytest.raises(QueryForbiddenError, match=what):
        service_clauses(text)


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT * {{\n SERVICE {PLACE} {{ ?s ?p ?o",
        f"SELECT * {{\n SERVICE {PLACE} {{ {{ ?s ?p ?o }}",
        f"SELECT * {{ SERVICE <e:e> {{ }}\n SERVICE {PLACE} {{ ?s ?p ( ?o }}",
    ],
)
def test_a_clause_without_end_is_refused(text: str) -> None:
    """At its place: no endpoint is asked for a query that is none."""
    with pytest.raises(QuerySyntaxError, match="group of SERVICE has no end") as caught:
        service_clauses(text)
    assert (caught.value.line, caught.value.column) == (2, 2)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICEex:e { } }",
        "SELECT * { SERVICESILENT <e:e> { } }",
        "SELECT * { SERVICE:e { } }",
        "ASK { ASERVICE <e:e> {} }",
    ],
)
def test_the_guard_refuses_words_that_the_engine_reads_as_service(text: str) -> None:
    """Also where SERVICE itself passes."""
    with pytest.raises(QueryForbiddenError):
        guard.check(text, 1_000, services=True)


def test_service_passes_the_guard_only_where_it_is_answered() -> None:
    """And the answer is never kept."""
    text = f"SELECT * {{ SERVICE {PLACE} {{ ?s ?p ?o }} }}"
    assert not guard.check(text, 1_000, services=True).stable
    with pytest.raises(QueryForbiddenError):
        guard.check(text, 1_000)


DATA = "@prefix : <http://e/> . :a :p 1 . :b :p 2 . :c :q 3 ."


@pytest.mark.parametrize(
    ("group", "solutions", "expected"),
    [
        ("{ ?s :p ?n } CLAUSE", Solutions(("n",), (("1",), ("1",))), ["a,1", "a,1"]),
        ("?s :p ?n CLAUSE", Solutions(("n", "m"), (("2", "UNDEF"),)), ["b,2"]),
        ("?s ?p ?n OPTIONAL { CLAUSE FILTER(?x > 5) }", Solutions(("x",), (("9",),)), ["a,1", "b,2", "c,3"]),
        ("?s :p ?n MINUS { CLAUSE }", Solutions(("n",), (("1",),)), ["b,2"]),
        ("{ ?s :q ?n } UNION { CLAUSE }", Solutions(("n",), (("7",),)), [",7", "c,3"]),
        ("?s :p ?n CLAUSE", Solutions((), ()), []),
        ("?s :p ?n CLAUSE", Solutions((), ((), ())), ["a,1", "a,1", "b,2", "b,2"]),
        ("?s :p ?n CLAUSE", Solutions(), ["a,1", "b,2"]),
        ("{ SELECT ?s ?n { ?s :p ?n CLAUSE } }", Solutions(("s",), (("<http://e/b>",),)), ["b,2"]),
    ],
)  # fmt: skip
def test_solutions_mean_what_the_clause_means(
    group: str, solutions: Solutions, expected: list[str]
) -> None:
    """A join, with as many rows; no variables and no rows are two things."""
    clause = f"SERVICE {PLACE} {{ ?never ?seen ?here }}"
    text = "PREFIX : <http://e/> SELECT ?s ?n {" + group.replace("CLAUSE", clause) + "}"
    written = with_solutions(text, service_clauses(text), [solutions])
    assert "SERVICE" not in written
    store = EmbeddedStore.of_union(parse_quads(DATA, "ttl"))
    body = store.answer(Query(written, ("csv", ""))).body.decode().replace("http://e/", "")
    assert sorted(body.split()[1:]) == sorted(expected)
