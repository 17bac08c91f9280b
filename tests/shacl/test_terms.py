"""Terms are judged as they were written, and numbers of any size by their value, on every path."""

from __future__ import annotations

import pytest
import rdflib
from support.strategies import HEAD, quads_of

from ogpld.errors import GateRefusedError
from ogpld.rdf import Literal, NamedNode, Quad, parse_quads, quads_to_graph, serialise
from ogpld.shacl.shape_reader import read_shapes
from ogpld.shacl.validation_results import report_graph
from ogpld.shacl.validator import compiled_results, validate
from ogpld.stores.as_written import as_written, engine_form, stand_in
from ogpld.stores.validation_store import ValidationStore
from ogpld.validate.documents import read_document

#: Forces a shape to pySHACL: it refers to itself.
RECURSIVE = "; sh:property [ sh:path :never ; sh:node :S ]"
#: Values of :n, a constraint on it, and the values at fault.
CASES: list[tuple[str, str, list[str]]] = [
    ('"20x8"^^xsd:gYear ; :z 4.0', "sh:datatype xsd:gYear", ['"20x8"^^xsd:gYear']),
    ('"2018"^^xsd:gYear ; :z 4.0', "sh:datatype xsd:gYear", []),
    ('"2018+00:00"^^xsd:gYear', "sh:datatype xsd:gYear", []),
    ('"010"^^xsd:integer', 'sh:pattern "^0"', []),
    ('"010"^^xsd:integer', 'sh:pattern "^1"', ['"010"^^xsd:integer']),
    ('"1"^^xsd:boolean', 'sh:pattern "^true$"', ['"1"^^xsd:boolean']),
    ("4.10", "sh:minLength 4", []),
    ('"1e0"^^xsd:double', "sh:maxLength 3", []),
    ('"1"^^xsd:boolean', "sh:in ( true )", ['"1"^^xsd:boolean']),
    ('"01"^^xsd:integer, 1', "sh:in ( 1 )", ['"01"^^xsd:integer']),
    ('"01"^^xsd:integer, 1', 'sh:in ( "01"^^xsd:integer )', ["1"]),
    ('"01"^^xsd:integer', 'sh:hasValue "01"^^xsd:integer', []),
    ('"5"^^xsd:byte', "sh:datatype xsd:byte", []),
    ('"5"^^xsd:byte', "sh:datatype xsd:integer", ['"5"^^xsd:byte']),
    ('"300"^^xsd:byte', "sh:datatype xsd:byte", ['"300"^^xsd:byte']),
    ('"2018-02-30"^^xsd:date', "sh:datatype xsd:date", ['"2018-02-30"^^xsd:date']),
    ('"2018-02-03+00:00"^^xsd:date', "sh:datatype xsd:date", []),
    ('"12018-02-03"^^xsd:date', "sh:datatype xsd:date", []),
    (
        '"2020-01-01T00:00:00.000Z"^^xsd:dateTime',
        'sh:minInclusive "2020-01-01T00:00:00Z"^^xsd:dateTime',
        [],
    ),
    ("12345678901234567890", "sh:minInclusive 0", []),
    ("-12345678901234567890", "sh:minInclusive 0", ["-12345678901234567890"]),
    ("12345678901234567890", "sh:maxInclusive 12345678901234567889", ["12345678901234567890"]),
    ("5", "sh:maxExclusive 12345678901234567890123456789", []),
    ("0.12345678901234567891", "sh:minExclusive 0.1234567890123456789", []),
    ("0.12345678901234567891", "sh:maxInclusive 0.1234567890123456789", ["0.12345678901234567891"]),
    ('"18446744073709551615"^^xsd:unsignedLong', "sh:minInclusive 9223372036854775807", []),
    ('"INF"^^xsd:double', "sh:minInclusive 12345678901234567890", []),
    ('"NaN"^^xsd:double', "sh:minInclusive 0", ['"NaN"^^xsd:double']),
    ('"+INF"^^xsd:double', "sh:minInclusive 0", []),
    ('"abc"^^xsd:integer', "sh:minInclusive 0", ['"abc"^^xsd:integer']),
    ('"a"', "sh:minInclusive 0", ['"a"']),
    ("12345678901234567890 ; :m 12345678901234567891", "sh:lessThan :m", []),
    (
        "12345678901234567891 ; :m 12345678901234567890",
        "sh:lessThanOrEquals :m",
        ["12345678901234567891"],
    ),
    ('"01"^^xsd:integer ; :m 1', "sh:equals :m", ['"01"^^xsd:integer', "1"]),
    ('"01"^^xsd:integer ; :m 1', "sh:disjoint :m", []),
    ('"01"^^xsd:integer ; :m "01"^^xsd:integer', "sh:disjoint :m", ['"01"^^xsd:integer']),
    ('"01"^^xsd:integer, 1', "sh:maxCount 1", [""]),
    ('"01"^^xsd:integer, 1', "sh:minCount 2", []),
    ('"a"@en, "a"@sr-Latn, "b"@SR-latn', "sh:uniqueLang true", [""]),
    ('"a"@sr-Latn, "b"@zh-Hant-TW', 'sh:languageIn ( "sr" "zh-hant" )', []),
    ('"a"@x-easy', 'sh:languageIn ( "x-easy" )', []),
    ('"a"@de-Latn-DE', 'sh:languageIn ( "de-DE" )', ['"a"@de-latn-de']),
    ('"a"@eng', 'sh:languageIn ( "en" )', ['"a"@eng']),
]
#: Where rdflib differs: it orders a text and a number, and knows no year past 9999.
NOT_PYSHACL = {'"a"', '"12018-02-03"^^xsd:date'}


def terms(written: list[str]) -> list[str]:
    """Values at fault as N-Triples, "" for none."""
    quads = [quads_of(f"{HEAD} :a :n {text} .")[0] if text else None for text in written]
    return sorted("" if quad is None else str(quad.object) for quad in quads)


def faults(data: str, rule: str, more: str = "") -> list[str]:
    """What a report graph gives as values."""
    shapes = f":S a sh:NodeShape ; sh:targetNode :a ; sh:property [ sh:path :n ; {rule} ] {more} ."
    outcome = validate(quads_of(f"{HEAD} :a :n {data} ."), quads_of(HEAD + shapes))
    assert bool(outcome.delegated) == bool(more)
    text = serialise([quad.triple for quad in report_graph(outcome.results)], "nt")
    values = [q.object for q in parse_quads(text, "nt") if q.predicate.value.endswith("#value")]
    missing = [""] * (len(outcome.results) - len(values))
    assert {f.value_term for f in (r.finding() for r in outcome.results) if f.value_term} == {
        str(value) for value in values
    }
    return sorted([*missing, *map(str, values)])


@pytest.mark.parametrize(("data", "rule", "wrong"), CASES)
def test_the_compiled_engine_judges_terms(data: str, rule: str, wrong: list[str]) -> None:
    """The values at fault, as the data has them; nothing goes to pySHACL."""
    assert faults(data, rule) == terms(wrong)


@pytest.mark.parametrize(("data", "rule", "wrong"), [c for c in CASES if c[0] not in NOT_PYSHACL])
def test_pyshacl_judges_the_same_terms(data: str, rule: str, wrong: list[str]) -> None:
    """Delegated shapes get unmended literals."""
    assert faults(data, rule, RECURSIVE) == terms(wrong)


def test_a_query_sees_what_is_written() -> None:
    """SPARQL-based constraints with odd literals go to pySHACL, the rest does not."""
    select = "SELECT $this ?value { $this :n ?value FILTER(STR(?value) = '010') }"
    query = f'sh:sparql [ sh:select "{select}" ; sh:prefixes : ]'
    declared = ': sh:declare [ sh:prefix "" ; sh:namespace "http://example.org/"^^xsd:anyURI ] .'
    shapes = quads_of(
        f"{HEAD} :S a sh:NodeShape ; sh:targetNode :a ; {query} . {declared} "
        ":T a sh:NodeShape ; sh:targetNode :a ; sh:property [ sh:path :n ; sh:maxCount 1 ] ."
    )
    outcome = validate(quads_of(HEAD + ':a :n "010"^^xsd:integer .'), shapes)
    assert [str(r.value) for r in outcome.results] == terms(['"010"^^xsd:integer'])
    assert [d.node for d in outcome.delegated] == [NamedNode("http://example.org/S")]
    assert outcome.compiled == 1


def test_the_gate_calculates_with_values_and_reports_terms() -> None:
    """It has no place for pySHACL: queries see values, their results name the data's terms."""
    select = "SELECT $this ?value { $this :n ?value FILTER(?value > 9) }"
    query = f'sh:sparql [ sh:select "{select}" ; sh:prefixes : ]'
    declared = ': sh:declare [ sh:prefix "" ; sh:namespace "http://example.org/"^^xsd:anyURI ] .'
    shapes = f"{HEAD} :S a sh:NodeShape ; sh:targetNode :a ; {query} . {declared}"
    bench = ValidationStore()
    bench.add(quads_of(HEAD + ':a :n "010"^^xsd:integer, "09"^^xsd:integer, 11 .'))
    results = compiled_results(bench, read_shapes(quads_of(shapes)).compiled)
    assert sorted(str(r.value) for r in results) == terms(['"010"^^xsd:integer', "11"])


def test_a_date_that_pyshacl_cannot_hold_is_refused() -> None:
    """The gate refuses a date that pySHACL would wrongly call ill-typed."""
    with pytest.raises(GateRefusedError, match=r"12018-02-03.* is a time that pySHACL cannot hold"):
        faults('"12018-02-03"^^xsd:date', "sh:datatype xsd:date", RECURSIVE)


XSD = "http://www.w3.org/2001/XMLSchema#"
DOCUMENTS = {
    "ttl": f'<http://e/a> <http://e/n> "010"^^<{XSD}integer> .',
    "trig": f'<http://e/g> {{ <http://e/a> <http://e/n> "010"^^<{XSD}integer> }}',
    "nt": f'<http://e/a> <http://e/n> "010"^^<{XSD}integer> .',
    "nq": f'<http://e/a> <http://e/n> "010"^^<{XSD}integer> <http://e/g> .',
    "rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
    f'<rdf:Description rdf:about="http://e/a"><e:n rdf:datatype="{XSD}integer">010</e:n>'
    "</rdf:Description></rdf:RDF>",
    "jsonld": '{"@id":"http://e/a","http://e/n":{"@value":"010","@type":"' + XSD + 'integer"}}',
}


@pytest.mark.parametrize("form", DOCUMENTS)
@pytest.mark.parametrize("more", ["", "; sh:property [ sh:path :never ; sh:node <http://e/S> ]"])
def test_forms_survive_every_syntax(form: str, more: str) -> None:
    """`010` is read, judged and reported as `010`."""
    data = read_document(DOCUMENTS[form].encode(), form, base="http://b/", context=None)
    shapes = quads_of(
        f"{HEAD} <http://e/S> a sh:NodeShape ; sh:targetNode <http://e/a> ; "
        f'sh:property [ sh:path <http://e/n> ; sh:pattern "^1" ] {more} .'
    )
    (result,) = validate(data, shapes).results
    assert str(result.value) == f'"010"^^<{XSD}integer>'


def test_rdflib_gets_terms_as_written() -> None:
    """Literals that rdflib normalises arrive unchanged; those it always collapses are an error."""
    forms = ["01^integer", "4.0^decimal", "1^boolean", "1e0^double", "2018-01-01+00:00^date"]
    pairs = [form.split("^") for form in forms]
    node = NamedNode("http://e/a")
    literals = [Literal(text, datatype=NamedNode(XSD + name)) for text, name in pairs]
    graph = quads_to_graph(Quad(node, node, literal) for literal in literals)
    assert {str(o) for o in graph.objects()} == {text for text, _ in pairs}
    assert rdflib.NORMALIZE_LITERALS
    with pytest.raises(ValueError, match="as it is written"):
        quads_to_graph([Quad(node, node, Literal("a  b", datatype=NamedNode(XSD + "token")))])


def test_a_stand_in_stands_for_its_literal_alone() -> None:
    """A literal that looks like a stand-in gets one of its own; canonical forms need none."""
    byte = Literal("5", datatype=NamedNode(XSD + "byte"))
    stored = stand_in(byte)
    assert stored != byte
    assert as_written(stored) == byte
    assert as_written(stand_in(stored)) == stored
    assert engine_form(stored) == stored
    for term in (Literal("a"), Literal("a", language="en"), Literal(5), NamedNode("http://e/")):
        assert stand_in(term) is term


def test_the_workbench_forgets_stand_ins() -> None:
    """Statements with odd literals are removed with their subject."""
    bench = ValidationStore()
    bench.add(quads_of(HEAD + ":a :n 4.0 . :b :n 5.0 ."))
    bench.forget([NamedNode("http://example.org/a")])
    rows = bench.rows("SELECT ?value { ?node ?property ?value }")
    assert [str(value) for (value,) in rows] == terms(["5.0"])
    assert len(bench) == 2  # as written, and as the engine has it
