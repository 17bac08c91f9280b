"""The pages of the vocabulary and the shapes: a stranger finds everything, and no link is dead.

What pages must say is read here from the Turtle files by other code than ours.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
import rdflib
from rdflib import DCTERMS, OWL, RDF, RDFS, SH, SKOS
from support.pages import BROWSER, cells, codelist, lists, page, pages, words
from support.pages import read as whole
from support.running import Server

from ogpld.language_tags import LANGUAGES
from ogpld.model import Model
from ogpld.rdf import NS, PREFIXES, Literal, NamedNode, Quad, parse_quads
from ogpld.release import Release
from ogpld.release.packed_files import unpacked
from ogpld.release.release_store import REPORT
from ogpld.web.pages.examples import Examples
from ogpld.web.pages.graphs import Graph
from ogpld.web.pages.vocabulary import vocabulary

NAMESPACE = "https://w3id.org/ogpld/ns#"
SHAPES = "https://w3id.org/ogpld/shapes#"
CODES = "https://w3id.org/ogpld/code/"

#: Severities as pages call them.
WORDS = {"Violation": "Violation", "Warning": "Warning", "Info": "Remark"}


def turtle(*folders: Path) -> rdflib.Graph:
    """Return the Turtle files of folders as one graph."""
    graph = rdflib.Graph()
    for folder in folders:
        for path in folder.glob("*.ttl"):
            graph.parse(path)
    return graph


@pytest.fixture(scope="module")
def ontology(root: Path) -> rdflib.Graph:
    """The ontology, by rdflib."""
    return turtle(root / "ontology")


@pytest.fixture(scope="module")
def shapes(root: Path) -> rdflib.Graph:
    """The shapes, by rdflib."""
    return turtle(root / "shapes")


# ---- /ns ----


def test_every_term_is_defined_at_its_anchor(server: Server, ontology: rdflib.Graph) -> None:
    """The anchor is the local name; label and definition stand there."""
    _, content = pages(server, "/ns")
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    terms = {t for kind in kinds for t in ontology.subjects(RDF.type, kind) if NAMESPACE in str(t)}
    assert len(terms) > 100
    for term in terms:
        name = str(term).removeprefix(NAMESPACE)
        text = words(content.texts[name])
        assert name in text
        assert words(str(ontology.value(term, RDFS.comment))) in text
        assert str(ontology.value(term, RDFS.label)).lower() in text.lower()


def test_terms_tell_how_they_relate_to_others(server: Server, ontology: rdflib.Graph) -> None:
    """Every alignment leads to the term of the other vocabulary."""
    _, content = pages(server, "/ns")
    number = 0
    for predicate in (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.seeAlso):
        for term, other in ontology.subject_objects(predicate):
            if str(term).startswith(NAMESPACE):
                assert str(other) in content.hrefs[str(term).removeprefix(NAMESPACE)]
                number += 1
    assert number > 20


def test_terms_tell_which_classes_use_them_and_how_often(
    server: Server, shapes: rdflib.Graph
) -> None:
    """The cardinality is that of the property shape, in words; the class leads to its rule."""
    _, content = pages(server, "/ns")
    expected = {
        (True, 1): "required, exactly one",
        (False, 1): "optional, at most one",
        (True, None): "required, ",
        (False, None): "optional, ",
    }
    seen = set()
    for shape in shapes.subjects(SH.name, None):
        path = str(shapes.value(shape, SH.path))
        owners = list(shapes.subjects(SH.property, shape))
        if not path.startswith(NAMESPACE) or not owners:
            continue
        least = int(str(shapes.value(shape, SH.minCount) or 0)) > 0
        most = shapes.value(shape, SH.maxCount)
        key = (least, int(str(most)) if most is not None else None)
        section = path.removeprefix(NAMESPACE)
        assert expected[key] in content.texts[section], shape
        assert f"/shapes#{str(shape).removeprefix(SHAPES)}" in content.hrefs[section]
        seen.add(key)
    assert seen == set(expected)


def test_the_versions_are_told(
    server: Server, ontology: rdflib.Graph, shapes: rdflib.Graph
) -> None:
    """Version and version IRI of the ontology, version of the shapes."""
    about = rdflib.URIRef(NAMESPACE)
    text = pages(server, "/ns")[1].texts[""]
    assert f"{ontology.value(about, OWL.versionInfo)}" in text
    assert f"{ontology.value(about, OWL.versionIRI)}" in text
    assert f"{ontology.value(about, DCTERMS.description)}" in words(text)
    version = shapes.value(rdflib.URIRef(SHAPES.rstrip("#")), OWL.versionInfo)
    assert f"version {version}" in pages(server, "/shapes")[1].texts[""]


def test_the_version_iri_leads_to_the_ontology(server: Server, ontology: rdflib.Graph) -> None:
    """By its path here, in the form that is asked for; another version is told which there is."""
    version_iri = str(ontology.value(rdflib.URIRef(NAMESPACE), OWL.versionIRI))
    path = version_iri.removeprefix("https://w3id.org/ogpld")
    turtle = {"Accept": "text/turtle"}
    answer = server.get(path, headers=turtle, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/ns")
    there = server.get(f"{path}?page=2", headers={"Accept": BROWSER}, allow_redirects=False)
    assert there.headers["Location"] == "/ns?page=2"
    answer = server.get(path, headers=turtle, allow_redirects=True)
    assert answer.content == server.get("/ns.ttl").content
    other = server.get("/ns/0.9.0", headers=turtle)
    assert (other.status_code, other.json()["code"]) == (404, "not-found")
    assert path in other.json()["hint"]


@pytest.mark.parametrize("path", ["/ns.ttl", "/shapes.ttl"])
def test_a_document_is_one_ontology_that_is_served(server: Server, path: str) -> None:
    """One header a graph (OWL 2 Mapping to RDF Graphs, 3.1.2), and what it names can be had."""
    graph = rdflib.Graph().parse(data=server.get(path).text, format="turtle")
    (header,) = graph.subjects(RDF.type, OWL.Ontology)
    assert str(header).rstrip("#").rpartition("/")[2] == path[1:-4]


def test_the_header_says_what_labels_there_are(server: Server) -> None:
    """Its notes stand in the published document, which has English labels alone."""
    graph = rdflib.Graph().parse(data=server.get("/ns.ttl").text, format="turtle")
    labels: list[Any] = list(graph.objects(None, RDFS.label))
    assert {label.language for label in labels} == {"en"}
    (note,) = graph.objects(rdflib.URIRef(NAMESPACE), SKOS.editorialNote)
    assert "English ones alone" in note
    (note,) = graph.objects(rdflib.URIRef(NAMESPACE), SKOS.changeNote)
    assert "Labels in" not in note


def test_examples_are_turtle_and_say_what_the_files_say(root: Path, model: Model) -> None:
    """Each can be copied: it parses with our prefixes, and states nothing of its own."""
    folder = root / "ontology" / "examples"
    examples = Examples(folder, model)
    stated = {str(quad.triple) for quad in model.quads}
    for path in folder.glob("*.ttl"):
        stated |= {str(quad.triple) for quad in parse_quads(path.read_bytes(), "ttl")}
    head = "@base <http://localhost:8000/id/> .\n"
    prefixes = {**PREFIXES, **{name: f"{CODES}{name}/" for name in model.schemes}}
    head += "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes.items())
    turtles = [examples.of_class(iri) for iri in model.by_class_iri if iri in NS]
    turtles += [examples.of_property(iri) for iri in model.terms]
    assert len([text for text in turtles if text]) > 100
    for text in filter(None, turtles):
        triples = {str(quad.triple) for quad in parse_quads(head + text, "ttl")}
        assert triples
        if "…" not in text:
            assert triples <= stated


def test_a_deprecated_term_says_what_to_use_instead(model: Model, tmp_path: Path) -> None:
    """It stays at its anchor, marked, with its replacement."""
    old, new = NS("theme"), NS("note")
    quads = [
        Quad(old, NamedNode(str(OWL.deprecated)), Literal("true")),
        Quad(old, NamedNode(str(DCTERMS.isReplacedBy)), new),
    ]
    content = vocabulary(Graph(quads), model, Examples(tmp_path, model), {})
    entries = {p.term.anchor: p.term for group in content.groups for p in group.properties}
    assert entries["theme"].deprecated
    assert [r.href for r in entries["theme"].replaced_by] == ["/ns#note"]
    assert not entries["note"].deprecated


# ---- /shapes ----


def test_every_named_shape_has_its_anchor_and_its_message(
    server: Server, shapes: rdflib.Graph
) -> None:
    """Node and property shapes, core and SPARQL alike; queries and headings have anchors too."""
    reader, content = pages(server, "/shapes")
    kinds = (SH.NodeShape, SH.PropertyShape, SH.SPARQLConstraint, SH.PropertyGroup)
    named = {
        str(shape).removeprefix(SHAPES)
        for kind in kinds
        for shape in shapes.subjects(RDF.type, kind)
        if str(shape).startswith(SHAPES)
    }
    assert len(named) > 300
    assert named <= set(reader.ids), "each anchor is at the bare address, or a link to it is"
    text = words(content.texts[""])
    for message in shapes.objects(None, SH.message):
        assert words(str(message)) in text


def test_rules_say_how_bad_a_breach_is(server: Server, shapes: rdflib.Graph) -> None:
    """The severity stands with the message, as a word."""
    _, content = pages(server, "/shapes")
    seen = set()
    for shape, severity in shapes.subject_objects(SH.severity):
        text = content.texts[str(shape).removeprefix(SHAPES)]
        seen.add(str(severity).rpartition("#")[2])
        assert WORDS[str(severity).rpartition("#")[2]] in text
    assert seen == {"Warning", "Info"}
    assert "Violation" in content.texts["Commitment-title"]


def test_rules_stand_with_their_class(server: Server) -> None:
    """What is about commitments alone is in their section, demands and pattern in words."""
    _, content = pages(server, "/shapes")
    section = content.texts["Commitment"]
    for name in ("Commitment-title", "Commitment-star", "Commitment-title-long"):
        assert name in section
    assert "Commitment-star" not in content.texts["Milestone"]
    assert "Required, at most one in each language" in words(section)
    assert "^[A-Z]{2,3}[0-9]{4}$" in section
    assert "from 2011 to 2100" in content.texts["ActionPlan"]
    assert "one of: first, last" in words(content.texts["Code"])
    assert "Action plan" in words(content.texts["Assessment"]).partition("Assesses")[2]


def test_findings_are_counted_rule_by_rule(server: Server, release: Release) -> None:
    """As many as the report has; the link leads to the first of them."""
    report = json.loads(unpacked(release.path / REPORT))
    # what was noticed while tables were read (an unseen character) has no rule of the shapes
    numbers = Counter(f["shape"] for f in report["findings"] if f["shape"])
    assert numbers
    _, content = pages(server, "/shapes")
    for shape, number in numbers.items():
        name = shape.removeprefix(SHAPES)
        assert re.search(rf"\b{number} findings?\b", words(content.texts[name])), name
        href = next(h for h in content.hrefs[name] if h.startswith("/release/"))
        moved = server.get(href.partition("#")[0], headers={"Accept": BROWSER})
        target = urljoin(href, moved.headers["Location"])
        _, target_page = page(server, target)
        assert f"/shapes#{name}" in target_page.hrefs[href.partition("#")[2]]
    stated_numbers = re.findall(r"(\d+) findings?\b", content.texts[""])
    assert sum(map(int, stated_numbers)) == sum(numbers.values())
    for severity, number in Counter(f["severity"] for f in report["findings"]).items():
        assert cells(content)[WORDS[severity]][-1] == str(number)


# ---- all of them ----


@pytest.mark.parametrize("path", ["/ns", "/shapes"])
def test_a_number_of_a_page_means_the_same_in_every_language(server: Server, path: str) -> None:
    """The switch between languages leads from each page to the same sections."""
    anchors: dict[str, list[list[str]]] = {}
    for language in LANGUAGES:
        anchors[language] = []
        count = 0
        while not count or len(anchors[language]) < count:
            number = len(anchors[language]) + 1
            query = {"page": str(number), "lang": language}
            answer = server.get(path, params=query, headers={"Accept": BROWSER})
            assert answer.status_code == 200
            assert len(answer.content) <= 100_000
            content = answer.text.partition("<main")[2].partition("</main>")[0]
            anchors[language].append(re.findall(r' id="([^"]+)"', content))
            last = re.findall(r"page=(\d+)", content)
            count = max(count, *map(int, last))
    assert len(anchors["en"]) > 2
    assert all(there == anchors["en"] for there in anchors.values())


def test_no_link_of_these_pages_is_dead(server: Server, root: Path) -> None:
    """Every page of every code is there, and every address and anchor these pages lead to.

    Documents that point at a code, its other forms and its charts are followed for one code of each list:
    for every code that would be thousands of pages of things.
    """
    todo = ["/ns", "/shapes", "/code"]
    todo += [f"/code/{line['notation']}" for line in codelist(root, "index")]
    todo += [f"/code/{name}/{row['notation']}" for name, rows in lists(root) for row in rows]
    ids: dict[str, set[str]] = {}
    seen: set[str] = set()
    wanted: dict[str, str] = {}
    for path in todo:
        reader = whole(server.get(path, headers={"Accept": BROWSER}).text)
        todo += [reader.next] if reader.next else []
        ids[path] = set(reader.ids)
        targets = dict.fromkeys(urljoin(path, href) for href in reader.hrefs)
        of_code = {
            t for t in targets if t.startswith("/doc/") or "?" in t or "." in t.rpartition("/")[2]
        }
        of_list = path.rpartition("/")[0]
        for target in targets if of_list not in seen else targets.keys() - of_code:
            if not urlsplit(target).netloc and not target.startswith("/sparql?"):
                wanted.setdefault(target, path)
        if of_code:
            seen.add(of_list)
    assert len(wanted) > 500
    for target, path in sorted(wanted.items()):
        place, _, fragment = target.partition("#")
        if place not in ids:
            answer = server.get(place, headers={"Accept": BROWSER}, allow_redirects=True)
            assert answer.status_code == 200, (target, path)
            ids[place] = set(re.findall(r'id="([^"]+)"', answer.text))
        assert not fragment or fragment in ids[place], (target, path)
