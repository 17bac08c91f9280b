"""The compiled shapes find exactly what pySHACL finds: node, path, value, component, shape, severity."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path

import pytest
from support.oracle import Row, by_engine, by_pyshacl, checked_quads, read, shapes_graph
from support.running import ROOT

from ogpld.model import Model
from ogpld.rdf import DCTERMS, NS, RDF, RDFS, SCHEMA, XSD, Literal, NamedNode, Quad, parse_quads
from ogpld.release import Release
from ogpld.release.release_store import REPORT
from ogpld.shacl.shapes import Shapes

CASES = ROOT / "tests" / "shapes"


@pytest.fixture(scope="module")
def graph() -> list[Quad]:
    """Our shapes as a graph."""
    return shapes_graph()


@pytest.fixture(scope="module")
def shapes(graph: list[Quad]) -> Shapes:
    """Our shapes, compiled."""
    return read(graph)


def test_every_shape_of_ours_is_compiled(shapes: Shapes) -> None:
    """None is left to the slow validator without anybody noticing."""
    assert not shapes.delegated
    assert len(shapes.compiled) > 60


def test_cases_have_the_same_report(graph: list[Quad], shapes: Shapes, model: Model) -> None:
    """Every valid and invalid example, all in one graph with the code lists."""
    data = list(model.code_quads())
    for file in sorted(CASES.rglob("*.ttl")):
        data += parse_quads(file.read_bytes(), "ttl")
    ours, theirs = by_engine(data, shapes), by_pyshacl(data, graph, shapes)
    assert ours - theirs == set()
    assert theirs - ours == set()
    assert len(ours) > 100


# ---- planted faults ----


def planted(quads: list[Quad], number: int, seed: int) -> tuple[list[Quad], Counter[str]]:
    """Return the data with faults of many kinds in it, and how many of each."""
    chance = random.Random(seed)
    data = list(dict.fromkeys(quads))
    by_predicate: dict[str, list[int]] = {}
    for place, quad in enumerate(data):
        by_predicate.setdefault(quad.predicate.value, []).append(place)
    gone: set[int] = set()
    more: list[Quad] = []

    def one(predicate: NamedNode) -> Quad | None:
        places = [p for p in by_predicate.get(predicate.value, []) if p not in gone]
        if not places:
            return None
        place = chance.choice(places)
        gone.add(place)
        return data[place]

    def put(quad: Quad, value: NamedNode | Literal) -> None:
        more.append(Quad(quad.subject, quad.predicate, value, quad.graph_name))

    def again(predicate: NamedNode, value: Literal | NamedNode) -> bool:
        quad = one(predicate)
        if quad is None:
            return False
        more.append(quad)
        put(quad, value)
        return True

    def instead(predicate: NamedNode, value: Literal | NamedNode) -> bool:
        quad = one(predicate)
        if quad is None:
            return False
        put(quad, value)
        return True

    elsewhere = NamedNode("http://localhost:8000/id/commitment/XX9999")
    kinds = {
        "missing title": lambda: one(DCTERMS("title")) is not None,
        "missing member": lambda: one(NS("member")) is not None,
        "missing class": lambda: one(RDF("type")) is not None,
        "second status": lambda: again(NS("status"), elsewhere),
        "second title": lambda: again(DCTERMS("title"), Literal("Again", language="en")),
        "title without tag": lambda: instead(DCTERMS("title"), Literal("No tag")),
        "bad date": lambda: instead(SCHEMA("endDate"), Literal("soon")),
        "ends first": lambda: instead(NS("latestEnd"), Literal("1999-01-01", datatype=XSD("date"))),
        "bad id": lambda: instead(DCTERMS("identifier"), Literal("ee-1")),
        "code as text": lambda: instead(NS("value"), Literal("Complete")),
        "code of another list": lambda: instead(
            NS("value"), NamedNode("https://w3id.org/ogpld/code/region/africa")
        ),
        "points nowhere": lambda: instead(NS("plan"), elsewhere),
        "assesses nothing": lambda: instead(NS("assesses"), elsewhere),
        "value and reason": lambda: again(
            NS("noValue"), NamedNode("https://w3id.org/ogpld/code/no-value/not-reviewed")
        ),
        "text for a number": lambda: instead(NS("number"), Literal("first")),
        "label is a link": lambda: instead(RDFS("label"), elsewhere),
        "mail in a text": lambda: instead(
            NS("note"), Literal("ask somebody@example.org", language="en")
        ),
        "other indicator": lambda: instead(
            NS("indicator"), NamedNode("https://w3id.org/ogpld/code/indicator/starred")
        ),
        "other report": lambda: instead(NS("report"), elsewhere),
        "other member": lambda: instead(
            NS("member"), NamedNode("http://localhost:8000/id/member/FIN")
        ),
    }
    counted: Counter[str] = Counter()
    names = sorted(kinds)
    for turn in range(number):
        name = names[turn % len(names)]
        counted[name] += bool(kinds[name]())
    return [q for place, q in enumerate(data) if place not in gone] + more, counted


#: Graphs of the comparison set; pySHACL takes half a minute for them.
OTHERS = re.compile(r"/graph/(comparison/|derived/(bodies|(?!EST)[A-Z]{3,4}[0-9]{2})>)")


def test_planted_faults_have_the_same_report(
    graph: list[Quad], shapes: Shapes, release: Release
) -> None:
    """200 faults of 20 kinds in Estonia's data, among its own Warnings and Infos."""
    estonian = [q for q in checked_quads(release) if not OTHERS.search(str(q.graph_name))]
    data, counted = planted(estonian, 200, seed=3)
    assert len([kind for kind, number in counted.items() if number]) >= 18
    assert counted.total() >= 180
    ours, theirs = by_engine(data, shapes), by_pyshacl(data, graph, shapes)
    assert ours - theirs == set()
    assert theirs - ours == set()
    violations = {r for r in ours if r[5].endswith("Violation")}
    assert len(violations) >= 150
    assert len({r[3] for r in violations}) >= 8


def test_a_release_has_no_violation(shapes: Shapes, release: Release) -> None:
    """What is published passed the gate; its Warnings and Infos are among the planted faults above."""
    results: set[Row] = by_engine(checked_quads(release), shapes)
    assert results
    assert not any(r[5].endswith("Violation") for r in results)


def test_the_suite_reads_what_the_gate_reads(release: Release) -> None:
    """The graphs left out are those about the data."""
    assert Path(release.path, REPORT).exists()
    assert len(checked_quads(release)) > 7_000


_MANY_TARGETS = """
    @prefix sh: <http://www.w3.org/ns/shacl#> .
    @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
    @prefix : <urn:x:> .
    :Shape a sh:NodeShape ;
        sh:targetSubjectsOf :a , :b , :c , :d , :e ;
        sh:property [ sh:path :a ; sh:pattern "^[a-z]+$" ; sh:message "m" ] ,
            [ sh:path :text ; sh:pattern "^[a-z]+$" ; sh:minCount 1 ; sh:message "m" ] ,
            [ sh:path :number ; sh:datatype xsd:integer ; sh:maxCount 1 ; sh:message "m" ] .
"""


@pytest.mark.parametrize(
    ("facts", "faults"),
    [
        # what is no focus node may have any value
        ("""@prefix : <urn:x:> . :n :text "N 1" ; :number "x" . :m :a "m" ; :text "m" .""", 0),
        ("""@prefix : <urn:x:> . :n :text "N 1" . :m :a "m" ; :b 1 ; :text "M 1" , "m" .""", 1),
        ("""@prefix : <urn:x:> . :m :a "M" ; :text "M" ; :number 1 , 2 , "x" .""", 4),
        ("""@prefix : <urn:x:> . :m :c "M" .""", 1),
    ],
)
def test_many_kinds_of_targets(facts: str, faults: int) -> None:
    """Values are looked at without the way to them first, and count for focus nodes alone."""
    rules = list(parse_quads(_MANY_TARGETS.encode(), "ttl"))
    data = list(parse_quads(facts.encode(), "ttl"))
    read_rules = read(rules)
    ours = by_engine(data, read_rules)
    assert ours == by_pyshacl(data, rules, read_rules)
    assert len(ours) == faults
