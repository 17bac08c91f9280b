"""What every store has to do, as one list of behaviours, and the data they are asked of.

A behaviour is a function of a store that raises AssertionError. Where an engine differs, docs/engines.md has
a row; the tests hold that table to what is met.
Long because every behaviour of the contract stands here.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from ogpld.errors import (
    CancelledError,
    QueryError,
    QueryForbiddenError,
    QueryStoppedError,
    QuerySyntaxError,
    QueryTooLargeError,
    StoreFailedError,
)
from ogpld.stores import Answer, CancelToken, Query, Store
from ogpld.stores.solutions import read_solutions
from support.running import ROOT
from support.sample_store import BASE, LABEL, sample

XSD = "http://www.w3.org/2001/XMLSchema#"
PREFIXES = (
    f"PREFIX : <{BASE}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX xsd: <{XSD}> "
)
LONG = "long text " * 3_000


def contract_data() -> str:
    """Return sorted N-Quads: the sample, literals of every kind, a ring, a statement of two graphs."""
    more = [
        f'<{BASE}t1> <{BASE}number> "1"^^<{XSD}integer>',
        f'<{BASE}t2> <{BASE}number> "2"^^<{XSD}integer>',
        f'<{BASE}t3> <{BASE}number> "10"^^<{XSD}integer>',
        f'<{BASE}t1> <{BASE}decimal> "0.5"^^<{XSD}decimal>',
        f'<{BASE}t1> <{BASE}double> "1.5E0"^^<{XSD}double>',
        f'<{BASE}t1> <{BASE}date> "2024-02-29"^^<{XSD}date>',
        f'<{BASE}t1> <{BASE}year> "2019"^^<{XSD}gYear>',
        f'<{BASE}t1> <{BASE}flag> "true"^^<{XSD}boolean>',
        f'<{BASE}t1> <{BASE}moment> "2024-01-01T00:00:00Z"^^<{XSD}dateTime>',
        f'<{BASE}t1> <{BASE}address> "https://x.example/a?b=c"^^<{XSD}anyURI>',
        f'<{BASE}t1> <{BASE}name> "Õhk"@et',
        f'<{BASE}t1> <{BASE}name> "Air"@en',
        f'<{BASE}t1> <{BASE}name> "Air"',
        f'<{BASE}t1> <{BASE}lines> "a\\nb\\tc \\"d\\" \\\\ e"',
        f'<{BASE}t1> <{BASE}return> "a\\rb"',
        f'<{BASE}t1> <{BASE}picture> "😀 ¾"',
        f'<{BASE}t1> <{BASE}zeros> "007"^^<{XSD}integer>',
        f'<{BASE}t1> <{BASE}half> "0.50"^^<{XSD}decimal>',
        f'<{BASE}t1> <{BASE}long> "{LONG}"',
        f"<{BASE}t1> <{BASE}next> <{BASE}t2>",
        f"<{BASE}t2> <{BASE}next> <{BASE}t3>",
        f"<{BASE}t3> <{BASE}next> <{BASE}t1>",
        f"<{BASE}t1> <{BASE}at> <{BASE}place/%C3%95hk?a=1&b=2#c>",
    ]
    lines = sample().splitlines() + [f"{line} <{BASE}graph/c> ." for line in more]
    lines += [f'<{BASE}t1> {LABEL} "Twice" <{BASE}graph/{graph}> .' for graph in "cd"]
    return "\n".join(sorted(lines)) + "\n"


QUADS = list(ox.parse(contract_data(), format=ox.RdfFormat.N_QUADS))
HIDDEN = f"{BASE}graph/shapes"
VISIBLE = {quad.triple for quad in QUADS if quad.graph_name != ox.NamedNode(HIDDEN)}

Check = Callable[[Store], None]


@dataclass(frozen=True)
class Behaviour:
    """One line of the contract."""

    name: str
    check: Check


def ask(store: Store, text: str, **more: Any) -> Answer:
    """Ask a query with the prefixes of the contract."""
    return store.answer(Query(PREFIXES + text, **more))


def table(store: Store, text: str, **more: Any) -> list[tuple[str, ...]]:
    """Return the rows of a query, terms as N-Triples has them, sorted."""
    rows = read_solutions(ask(store, text, **more).body).rows
    return sorted(tuple("" if cell is None else str(cell) for cell in row) for row in rows)


def _rows(text: str, *expected: tuple[str, ...], **more: Any) -> Check:
    def check(store: Store) -> None:
        assert table(store, text, **more) == sorted(expected)

    return check


def _values(text: str, *expected: str, **more: Any) -> Check:
    """Compare the values of one column, whatever their datatypes."""

    def check(store: Store) -> None:
        rows = read_solutions(ask(store, text, **more).body).rows
        assert sorted("" if row[0] is None else row[0].value for row in rows) == sorted(expected)

    return check


def _size(expected: int, **more: Any) -> Check:
    return _values("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", str(expected), **more)


def _yes(text: str, *, no: bool = False) -> Check:
    def check(store: Store) -> None:
        assert json.loads(ask(store, text).body)["boolean"] is not no

    return check


def _refused(text: str, error: type[QueryError], code: str = "", **more: Any) -> Check:
    def check(store: Store) -> None:
        try:
            ask(store, text, **more)
        except error as caught:
            assert not code or caught.code == code, caught.code
        else:
            raise AssertionError("it was answered")

    return check


def _form(form: str, beginning: bytes) -> Check:
    def check(store: Store) -> None:
        answer = ask(store, "SELECT ?n { :t1 :name ?n }", forms=(form, ""))
        assert (answer.kind, answer.form, answer.rows) == ("solutions", form, 3)
        assert answer.body.startswith(beginning)

    return check


def _boolean_form(form: str) -> Check:
    def check(store: Store) -> None:
        answer = ask(store, "ASK { :t1 ?p ?o }", forms=(form, ""))
        assert answer.kind == "boolean"
        assert answer.form == form
        assert answer.rows is None
        assert b"true" in answer.body

    return check


def _graph(text: str, form: str, rows: int) -> Check:
    def check(store: Store) -> None:
        answer = ask(store, text, forms=("", form))
        assert (answer.kind, answer.form, answer.rows) == ("graph", form, rows)

    return check


def _ordered(store: Store) -> None:
    rows = read_solutions(ask(store, "SELECT ?n { ?s :number ?n } ORDER BY DESC(?n)").body).rows
    assert [row[0].value for row in rows if row[0]] == ["10", "2", "1"]


def _columns(store: Store) -> None:
    content = json.loads(ask(store, "SELECT * { ?s :number ?o . ?s ?p ?o }").body)
    assert content["head"]["vars"] == ["s", "o", "p"]


def _paged(store: Store) -> None:
    pages = [
        table(store, f"SELECT ?c {{ ?c :plan ?p }} ORDER BY ?c LIMIT 5 OFFSET {start}")
        for start in (0, 5, 10)
    ]
    assert [len(page) for page in pages] == [5, 5, 2]
    assert len({row for page in pages for row in page}) == 12


def _place(store: Store) -> None:
    try:
        store.answer(Query("SELECT * {\n  ?s ?p }"))
    except QuerySyntaxError as error:
        assert error.line == 2
    else:
        raise AssertionError("it was answered")


def _description(store: Store) -> None:
    description = store.describe(f"{BASE}id/plan/P1", 3)
    text = description.quads.decode()
    assert description.incoming == {f"{BASE}plan": 12}
    assert "P1#total> <http://x.example/count>" in text
    assert f"commitment/C3> <{BASE}plan>" in text
    assert f"commitment/C10> <{BASE}plan>" not in text
    assert '"Commitment 2"@en' in text


def _graph_names(store: Store) -> None:
    lines = store.describe(f"{BASE}t1", 0).quads.decode().splitlines()
    assert f'<{BASE}t1> {LABEL} "Twice" <{BASE}graph/c> .' in lines
    assert f'<{BASE}t1> {LABEL} "Twice" <{BASE}graph/d> .' in lines
    assert not any("urn:x-ogpld" in line for line in lines)


def _nothing_described(store: Store) -> None:
    assert not store.describe(f"{BASE}unknown", 3).quads
    assert not store.describe("no iri", 3).quads


def _hidden_described(store: Store) -> None:
    assert b"Hidden" in store.describe(f"{BASE}hidden", 3).quads


def _cancelled(store: Store) -> None:
    token = CancelToken()
    token.cancel()
    try:
        store.answer(Query("ASK { ?s ?p ?o }"), token=token)
    except CancelledError:
        return
    raise AssertionError("it was answered")


def _late(store: Store) -> None:
    many = " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(9))
    # it takes time and no memory: nothing is kept, and the filter is of the first and the last
    never = 'FILTER(CONCAT(STR(?s0), STR(?s8)) = "")'
    query = Query(f"SELECT (COUNT(*) AS ?n) {{ {many} {never} }}", deadline=0.5)
    try:
        store.answer(query)
    except QueryStoppedError as error:
        assert error.limit == "deadline"
        return
    raise AssertionError("it was answered")


def _after(store: Store) -> None:
    _late(store)
    end = time.monotonic() + 10
    while time.monotonic() < end:  # an engine may go on for a while with what nobody waits for
        with suppress(QueryStoppedError):
            return _size(len(VISIBLE))(store)
    raise AssertionError("the next is not answered")


_GRAPHS = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
_A, _B, _C = (f"{BASE}graph/{name}" for name in "abc")

BEHAVIOURS = [
    Behaviour(name, check)
    for name, check in (
        # the dataset
        ("the default graph is the union, each statement once", _size(len(VISIBLE))),
        ("hidden graphs are no part of it", _yes("ASK { :hidden ?p ?o }", no=True)),
        ("hidden graphs can be named", _yes(f"ASK {{ GRAPH <{HIDDEN}> {{ :hidden ?p ?o }} }}")),
        ("default-graph-uri names the default graph", _size(3, default_graphs=(_A,))),
        ("several make a union", _size(27, default_graphs=(_A, _B))),
        ("named-graph-uri alone leaves no default graph", _size(0, named_graphs=(_A,))),
        ("an unknown graph is empty", _size(0, default_graphs=(f"{BASE}none",))),
        ("FROM names the default graph",
         _values(f"SELECT (COUNT(*) AS ?n) FROM <{_A}> {{ ?s ?p ?o }}", "3")),
        ("parameters win over FROM",
         _values(f"SELECT (COUNT(*) AS ?n) FROM <{_A}> {{ ?s ?p ?o }}", "24", default_graphs=(_B,))),
        ("FROM NAMED names what GRAPH sees",
         _values(f"SELECT DISTINCT ?g FROM NAMED <{_A}> {{ GRAPH ?g {{ ?s ?p ?o }} }}", _A)),
        ("GRAPH with a name", _values(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{_A}> {{ ?s ?p ?o }} }}", "3")),
        ("GRAPH with a prefixed name",
         _values("PREFIX g: <http://x.example/graph/> SELECT (COUNT(*) AS ?n) { GRAPH g:b { ?s ?p ?o } }", "24")),
        ("GRAPH with an unknown name", _yes("ASK { GRAPH :none { ?s ?p ?o } }", no=True)),
        ("GRAPH with a variable gives the names of the release",
         _values(f"SELECT ?g {{ {{ {_GRAPHS} }} }}", _A, _B, _C, f"{BASE}graph/d", HIDDEN)),
        ("GRAPH with a variable that is bound",
         _values(f"SELECT ?n {{ VALUES ?g {{ <{_A}> }} GRAPH ?g {{ ?s :count ?n }} }}", "12")),
        ("GRAPH with a variable used in it",
         _values("SELECT ?g { GRAPH ?g { ?s ?p ?g } }")),
        ("two GRAPH clauses are joined",
         _values("SELECT ?g { GRAPH ?g { :t1 rdfs:label ?l } GRAPH :none { } }")),
        ("GRAPH in a SELECT * adds no columns",
         _rows("SELECT * { GRAPH ?g { ?s :count ?n } }",
               (f"<{_A}>", f"<{BASE}id/plan/P1#total>", '"12"'))),
        ("GRAPH inside of OPTIONAL",
         _values("SELECT ?g { :t2 :number ?n OPTIONAL { GRAPH ?g { :t2 :none ?x } } }", "")),
        ("a name of the store is none of the release",
         _yes('ASK { GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g), "urn:x-ogpld:")) }', no=True)),
        # terms
        ("IRIs with escapes and parts stay",
         _rows("SELECT ?o { :t1 :at ?o }", (f"<{BASE}place/%C3%95hk?a=1&b=2#c>",))),
        ("languages stay", _rows('SELECT ?n { :t1 :name ?n FILTER(LANG(?n) != "") }',
                                 ('"Õhk"@et',), ('"Air"@en',))),
        ("a text is not the same text with a language", _rows('SELECT ?s { ?s :name "Air" }', (f"<{BASE}t1>",))),
        ("line ends, tabs and quotes stay",
         _values("SELECT ?o { :t1 :lines ?o }", 'a\nb\tc "d" \\ e')),
        ("a carriage return stays", _values("SELECT ?o { :t1 :return ?o }", "a\rb")),
        ("characters outside of the BMP stay", _values("SELECT ?o { :t1 :picture ?o }", "😀 ¾")),
        ("a long text stays whole", _values("SELECT ?o { :t1 :long ?o }", LONG)),
        ("integers keep their datatype", _rows("SELECT ?o { :t2 :number ?o }", (f'"2"^^<{XSD}integer>',))),
        ("decimals keep their datatype", _rows("SELECT ?o { :t1 :decimal ?o }", (f'"0.5"^^<{XSD}decimal>',))),
        ("doubles keep their value",
         _yes("ASK { :t1 :double ?o FILTER(?o = 1.5e0 && DATATYPE(?o) = xsd:double) }")),
        ("dates stay", _rows("SELECT ?o { :t1 :date ?o }", (f'"2024-02-29"^^<{XSD}date>',))),
        ("years stay", _rows("SELECT ?o { :t1 :year ?o }", (f'"2019"^^<{XSD}gYear>',))),
        ("moments stay", _rows("SELECT ?o { :t1 :moment ?o }", (f'"2024-01-01T00:00:00Z"^^<{XSD}dateTime>',))),
        ("booleans stay", _rows("SELECT ?o { :t1 :flag ?o }", (f'"true"^^<{XSD}boolean>',))),
        ("addresses stay",
         _rows("SELECT ?o { :t1 :address ?o }", (f'"https://x.example/a?b=c"^^<{XSD}anyURI>',))),
        ("leading zeros stay", _rows("SELECT ?o { :t1 :zeros ?o }", (f'"007"^^<{XSD}integer>',))),
        ("trailing zeros stay", _rows("SELECT ?o { :t1 :half ?o }", (f'"0.50"^^<{XSD}decimal>',))),
        # the language
        ("ORDER BY compares numbers by value", _ordered),
        ("LIMIT and OFFSET page without gaps", _paged),
        ("columns of SELECT * stand as they are named", _columns),
        ("DISTINCT", _values("SELECT DISTINCT ?p { ?c :plan ?p }", f"{BASE}id/plan/P1")),
        ("OPTIONAL leaves cells empty",
         _values("SELECT ?n { :t2 :number ?x OPTIONAL { :t2 :name ?n } }", "")),
        ("UNION", _values("SELECT ?o { { :t1 :number ?o } UNION { :t2 :number ?o } }", "1", "2")),
        ("MINUS", _values("SELECT ?s { ?s :number ?n MINUS { ?s :next :t1 } }", f"{BASE}t1", f"{BASE}t2")),
        ("NOT EXISTS",
         _values("SELECT ?s { ?s :number ?n FILTER NOT EXISTS { ?s :name ?x } }", f"{BASE}t2", f"{BASE}t3")),
        ("VALUES with UNDEF",
         _values("SELECT ?n { VALUES (?s ?x) { (:t1 UNDEF) (:none 1) } ?s :number ?n }", "1")),
        ("BIND", _values("SELECT ?m { :t2 :number ?n BIND(?n * 3 AS ?m) }", "6")),
        ("a sub-SELECT with LIMIT", _values("SELECT ?n { { SELECT ?n { ?s :number ?n } ORDER BY ?n LIMIT 1 } }", "1")),
        ("COUNT over nothing is 0", _values("SELECT (COUNT(*) AS ?n) { :none ?p ?o }", "0")),
        ("SUM, MIN and MAX",
         _rows("SELECT (SUM(?n) AS ?a) (MIN(?n) AS ?b) (MAX(?n) AS ?c) { ?s :number ?n }",
               tuple(f'"{n}"^^<{XSD}integer>' for n in (13, 1, 10)))),
        ("GROUP BY and HAVING",
         _values("SELECT ?p { ?c :plan ?p } GROUP BY ?p HAVING(COUNT(?c) = 12)", f"{BASE}id/plan/P1")),
        ("GROUP_CONCAT with a separator",
         _values('SELECT (GROUP_CONCAT(STR(?n); SEPARATOR="+") AS ?x) { VALUES ?n { 4 4 } }', "4+4")),
        ("a path of one or more steps goes round a ring",
         _values("SELECT ?x { :t1 :next+ ?x }", f"{BASE}t1", f"{BASE}t2", f"{BASE}t3")),
        ("a path backwards and a sequence", _values("SELECT ?x { :t1 ^:next/^:next ?x }", f"{BASE}t2")),
        ("a path of no steps or one", _values("SELECT ?x { :t2 :next? ?x }", f"{BASE}t2", f"{BASE}t3")),
        ("regular expressions", _values('SELECT ?o { :t1 :name ?o FILTER(REGEX(STR(?o), "^Õ")) }', "Õhk")),
        ("REPLACE with groups", _values('SELECT (REPLACE("ab", "(a)(b)", "$2$1") AS ?x) {}', "ba")),
        ("STRLEN counts characters", _values('SELECT (STRLEN("Õ😀") AS ?x) {}', "2")),
        ("LANGMATCHES", _values('SELECT ?n { :t1 :name ?n FILTER(LANGMATCHES(LANG(?n), "ET")) }', "Õhk")),
        ("IF and COALESCE",
         _values("SELECT (COALESCE(?none, IF(1 < 2, 7, 8)) AS ?x) {}", "7")),
        ("an error in FILTER is false", _yes("ASK { :t1 :name ?n FILTER(?n + 1 > 0) }", no=True)),
        ("dates are compared by value",
         _yes('ASK { :t1 :date ?d FILTER(?d > "2024-02-28"^^xsd:date && ?d < "2024-03-01"^^xsd:date) }')),
        ("a cast", _values('SELECT (xsd:integer("12") + 1 AS ?x) {}', "13")),
        ("relative names are resolved against the base",
         _values("SELECT ?n { <t2> :number ?n }", "2", base=BASE)),
        ("BASE in the query", _values(f"BASE <{BASE}> SELECT ?n {{ <t2> :number ?n }}", "2")),
        # forms
        ("solutions as JSON", _form("json", b'{"head"')),
        ("solutions as XML", _form("xml", b"<?xml")),
        ("solutions as CSV", _form("csv", b"n\r\n")),
        ("solutions as TSV", _form("tsv", b"?n\n")),
        *((f"booleans as {form.upper()}", _boolean_form(form)) for form in ("json", "xml", "csv", "tsv")),
        ("CONSTRUCT as Turtle", _graph("CONSTRUCT WHERE { ?c :plan ?p }", "ttl", 12)),
        ("CONSTRUCT as N-Triples", _graph("CONSTRUCT { ?p :of ?c } WHERE { ?c :plan ?p }", "nt", 12)),
        ("CONSTRUCT as RDF/XML", _graph("CONSTRUCT { ?p :of ?c } { ?c :plan ?p }", "rdf", 12)),
        ("CONSTRUCT gives each triple once", _graph("CONSTRUCT { ?p a :Plan } { ?c :plan ?p }", "nt", 1)),
        ("CONSTRUCT of nothing is empty", _graph("CONSTRUCT { ?s ?p ?o } { ?s :none ?o . ?s ?p ?o }", "nt", 0)),
        ("DESCRIBE gives the document", _graph("DESCRIBE <http://x.example/id/plan/P1>", "nt", 27)),
        ("DESCRIBE of a variable", _graph("DESCRIBE ?x { ?x :count ?n }", "nt", 3)),
        # refusals
        ("a syntax error has its line", _place),
        ("an undeclared prefix is refused", _refused("ASK { ?s nope:p ?o }", QuerySyntaxError)),
        ("SERVICE is refused",
         _refused("SELECT * { SERVICE <http://x.example/> { ?s ?p ?o } }", QueryForbiddenError)),
        ("an update is refused", _refused("INSERT DATA { :a :b :c }", QueryError)),
        ("an unknown function is refused",
         _refused("ASK { FILTER(<http://x.example/f>(1)) }", QueryError, "query-unknown-function")),
        ("what is no IRI names no dataset", _refused("ASK {}", QueryError, default_graphs=("not an iri",))),
        ("what is no IRI names no dataset of a document", _refused(
            "DESCRIBE :t1", QueryError, "dataset-iri", default_graphs=("not an iri",))),
        ("a row past the limit is an error",
         _refused("SELECT * { ?s ?p ?o }", QueryTooLargeError)),
        ("rows up to the limit are all there", _values(
            "SELECT (COUNT(*) AS ?n) { SELECT * { ?s ?p ?o } LIMIT 50 }", "50")),
        ("a triple past the limit is an error",
         _refused("CONSTRUCT WHERE { ?s ?p ?o }", QueryTooLargeError)),
        # documents
        ("a document has parts, labels and counted links", _description),
        ("a document names the graphs of the release", _graph_names),
        ("nothing is said of what is not there", _nothing_described),
        ("a hidden thing is described when it is asked for", _hidden_described),
    )
]  # fmt: skip
#: Those that need an end from outside, which a store in this process has not.
STOPPABLE = [
    Behaviour("a cancelled query is not asked", _cancelled),
    Behaviour("a query past its deadline is an error, and the next is answered", _after),
]


def outcome(store: Store, behaviour: Behaviour) -> str:
    """Return `kept`, `differs`, or `refused` where the store says that it cannot."""
    try:
        behaviour.check(store)
    except AssertionError:
        return "differs"
    except StoreFailedError:
        return "refused"
    return "kept"


def differences() -> dict[str, dict[str, str]]:
    """Return the table of docs/engines.md: by behaviour and column what a store does."""
    text = (ROOT / "docs/engines.md").read_text(encoding="utf-8")
    lines = text[text.index("| behaviour | ours |") :].partition("\n\n")[0].splitlines()
    head, _, *rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
    return {row[0]: dict(zip(head[1:], row[1:], strict=True)) for row in rows}


def documented(behaviour: Behaviour, column: str) -> str:
    """Return what docs/engines.md says a store does."""
    return differences().get(behaviour.name, {}).get(column, "kept")
