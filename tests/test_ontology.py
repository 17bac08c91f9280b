"""Hold ontology, shapes and code lists to each other and to the rules of ontology/README.md."""

from __future__ import annotations

import csv
import re
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from pyoxigraph import RdfFormat, parse
from rdflib import OWL, PROV, QB, RDF, RDFS, SH, SKOS, XSD, Graph, URIRef
from rdflib.collection import Collection

from ogpld.language_tags import LANGUAGES
from ogpld.model import Model, load_model
from ogpld.model.context import make_context
from ogpld.rdf import NS, SHAPES, parse_turtle_graph

ROOT = Path(__file__).resolve().parent.parent
ONTOLOGY = ROOT / "ontology"
CODELISTS = sorted((ONTOLOGY / "codelists").glob("*.csv"))
TURTLE = sorted([*ONTOLOGY.rglob("*.ttl"), *(ROOT / "shapes").glob("*.ttl")])
BASE = "http://localhost:8000/id/"
KINDS = {
    OWL.Class,
    OWL.ObjectProperty,
    OWL.DatatypeProperty,
    OWL.AnnotationProperty,
    QB.DataStructureDefinition,
}

#: Labels without words in the other languages of pages, English there; may only lose members.
UNLABELLED = {
    "Mainstreaming Participation",
    "Open Government Journey",
    "form of keys",
    "path segment",
    "reverse label",
    "reverse term",
}


@pytest.fixture(scope="module")
def model() -> Model:
    """The model as the program reads it."""
    return load_model(ONTOLOGY, ROOT / "shapes")


@pytest.fixture(scope="module")
def ontology() -> Graph:
    """ogp.ttl and external.ttl."""
    return parse_turtle_graph(sorted(ONTOLOGY.glob("*.ttl")))


@pytest.fixture(scope="module")
def shapes() -> Graph:
    """All files of shapes/."""
    return parse_turtle_graph(sorted((ROOT / "shapes").glob("*.ttl")))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def _paths(shapes: Graph, node: Any) -> set[URIRef]:
    """Return the properties a path is made of."""
    if isinstance(node, URIRef):
        return {node}
    if (node, RDF.first, None) in shapes:
        return {p for member in Collection(shapes, node) for p in _paths(shapes, member)}
    return {p for part in shapes.objects(node) for p in _paths(shapes, part)}


@pytest.mark.parametrize("path", TURTLE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_both_rdf_libraries_read_the_same(path: Path) -> None:
    """A file one of them reads differently would change with the engine."""
    by_rdflib = Graph().parse(path, format="turtle", publicID=BASE)
    by_oxigraph = {q.triple for q in parse(path.read_bytes(), RdfFormat.TURTLE, base_iri=BASE)}
    assert len(by_rdflib) == len(by_oxigraph)


def test_the_ontology_says_what_it_is(ontology: Graph) -> None:
    """Harvesters read title, version and prefix from the header."""
    header = URIRef(NS.iri)
    vann = "http://purl.org/vocab/vann/"
    assert (header, RDF.type, OWL.Ontology) in ontology
    assert str(ontology.value(header, OWL.versionInfo)) == "1.2.0"
    assert str(ontology.value(header, URIRef(vann + "preferredNamespacePrefix"))) == "ogpld"
    assert str(ontology.value(header, URIRef(vann + "preferredNamespaceUri"))) == NS.iri


def test_every_term_is_labelled_explained_and_placed(ontology: Graph) -> None:
    """A term page without words helps nobody."""
    ours = {s for s in ontology.subjects() if str(s) in NS and str(s) != NS.iri}
    # components are parts of a structure, named because published data has no blank nodes
    ours -= set(ontology.subjects(RDF.type, QB.ComponentSpecification))
    for term in sorted(ours, key=str):
        assert set(ontology.objects(term, RDF.type)) & KINDS, f"{term} is declared nowhere"
        for predicate in (RDFS.label, RDFS.comment):
            texts: list[Any] = list(ontology.objects(term, predicate))
            tags = [text.language for text in texts]
            assert tags.count("en") == 1 and len(set(tags)) == len(tags), f"{term} {predicate}"
        comment = str(ontology.value(term, RDFS.comment))
        label = next(text for text in ontology.objects(term, RDFS.label) if text.language == "en")
        assert comment.endswith("."), term
        assert comment.rstrip(".").casefold() != str(label).casefold(), term
        assert ontology.value(term, RDFS.isDefinedBy) == URIRef(NS.iri), term
    assert len(ours) < 150  # a hash vocabulary is one document


def test_what_pages_show_is_called_something_in_every_language_of_pages(model: Model) -> None:
    """Or it stands among what has no label yet: nobody is sure of its words, or it is new."""
    labels: dict[str, set[str]] = {}
    for label in model.labels:
        labels.setdefault(label.english, set()).add(label.language)
    definitions = model.classes.values()
    every = {
        *(definition.label for definition in definitions),
        *(p.name for definition in definitions for p in definition.properties),
        *(text for term in model.terms.values() for text in (term.label, term.reverse_label)),
        *(group.label for group in model.groups.values()),
        *(scheme.label for scheme in model.schemes.values()),
        *(
            code.label
            for scheme in model.schemes.values()
            if scheme.kind != "IndicatorWindow"  # composed of words that have labels
            for code in scheme.codes
        ),
    } - {""}
    others = LANGUAGES.keys() - {"en"}
    lacking = {text for text in every if labels.get(text, set()) < others}
    assert lacking >= UNLABELLED
    # a term that somebody adds is shown in English until it has a word; the others keep theirs
    assert len(lacking - UNLABELLED) < len(every) / 50
    assert {label.language for label in model.labels} == others


def test_one_english_label_has_one_word_in_a_language(model: Model) -> None:
    """Pages look labels up by the English one; where that is that of two things, by the thing."""
    words: dict[tuple[str, str], set[str]] = {}
    for label in model.labels:
        words.setdefault((label.english, label.language), set()).add(label.text)
    # a member withdraws, a commitment is withdrawn
    assert {key for key, texts in words.items() if len(texts) > 1} == {("Withdrawn", "et")}


def test_labels_are_the_words_of_the_interface(model: Model) -> None:
    """What a text of pages calls something, the model calls the same."""
    differing = {}
    for language in LANGUAGES.keys() - {"en"}:
        po = ROOT / "ogpld/web/locale" / language / "LC_MESSAGES/messages.po"
        catalogue = read_po(BytesIO(po.read_bytes()), locale=language)
        for label in model.labels:
            message = catalogue.get(label.english) if label.language == language else None
            word = str(message.string) if message else ""
            if word and word.casefold() != label.text.casefold():
                differing[label.english, language] = (word, label.text)
    # another meaning: of lists, of statements, of a whole; the number of a plan; parts of sentences
    meanings = {"Complete", "None", "Number", "Numbers", "Subject", "number", "replaced by"}
    assert {english for english, _ in differing} <= meanings, differing


def test_the_numbers_of_reports_are_a_data_cube(ontology: Graph, model: Model) -> None:
    """Each component is declared as what it is, and a property of printed totals."""
    structure = URIRef(NS.iri + "PrintedTotals")
    kinds = {
        QB.dimension: QB.DimensionProperty,
        QB.measure: QB.MeasureProperty,
        QB.attribute: QB.AttributeProperty,
    }
    triples = {
        (str(term), way)
        for component in ontology.objects(structure, QB.component)
        for way in kinds
        for term in ontology.objects(component, way)
    }
    assert {way for _, way in triples} == set(kinds)
    for term, way in triples:
        assert (URIRef(term), RDF.type, kinds[way]) in ontology
    defined = {p.iri: p for p in model.classes["PrintedTotal"].properties}
    assert {term for term, _ in triples} == defined.keys() - {
        str(QB.dataSet),
        str(PROV.wasDerivedFrom),
    }
    required = {term for term, way in triples if way != QB.attribute}
    assert all(defined[term].min_count == 1 for term in required)


def test_properties_with_codes_in_the_cube_name_their_list(ontology: Graph, model: Model) -> None:
    """Every dimension with codes (RDF Data Cube, IC-5), and the attribute likewise."""
    component = {o for p in (QB.dimension, QB.attribute) for o in ontology.objects(None, p)}
    coded = {p for p in component if (p, RDFS.range, SKOS.Concept) in ontology}
    assert len(coded) == 2
    schemes = {scheme.iri for scheme in model.schemes.values()}
    for term in coded:
        assert (term, RDF.type, QB.CodedProperty) in ontology
        assert {str(o) for o in ontology.objects(term, QB.codeList)} <= schemes
        assert len(list(ontology.objects(term, QB.codeList))) == 1


def test_properties_whose_values_are_terms_are_annotations(ontology: Graph) -> None:
    """Reserved words name no class of things in OWL 2 DL (Structural Specification, section 5.1)."""
    for prop, kind in ontology.subject_objects(RDFS.range):
        if (prop, RDF.type, OWL.ObjectProperty) in ontology:
            assert not str(kind).startswith((str(RDF), str(RDFS), str(OWL))), prop


def test_every_property_of_a_shape_has_an_entry(ontology: Graph, shapes: Graph) -> None:
    """Labels and JSON-LD keys come from ogp.ttl and external.ttl."""
    used = {p for node in shapes.objects(None, SH.path) for p in _paths(shapes, node)}
    declared = {p for p in used if (p, RDFS.label, None) in ontology}
    assert used - declared - {RDF.nil} == set()
    others = {p for p in declared if str(p) not in NS}
    assert {p for p in others if not ontology.value(p, URIRef(NS("term").value))} == set()


def test_every_property_of_ours_is_used_or_about_graphs(ontology: Graph, shapes: Graph) -> None:
    """A property no shape knows is checked by nothing."""
    used = {p for node in shapes.objects(None, SH.path) for p in _paths(shapes, node)}
    of_graphs = {
        "howRead",
        "taxonomyVersion",
        "complete",
        "covers",
        "leavesOut",
        "selection",
        "publisherName",
    }
    for kind in (OWL.ObjectProperty, OWL.DatatypeProperty):
        for term in ontology.subjects(RDF.type, kind):
            assert term in used or NS.local(str(term)) in of_graphs, term


def test_every_class_has_a_shape(ontology: Graph, shapes: Graph, model: Model) -> None:
    """What no shape targets would be published unchecked."""
    for term in ontology.subjects(RDF.type, OWL.Class):
        assert (None, SH.targetClass, term) in shapes, term
        assert model.classes[NS.local(str(term))].shape == SHAPES(NS.local(str(term))).value


def test_every_class_with_pages_has_an_example(ontology: Graph) -> None:
    """The example is the shortest explanation of a class."""
    examples = parse_turtle_graph(sorted((ONTOLOGY / "examples").glob("*.ttl")))
    paged = set(ontology.subjects(URIRef(NS("pathSegment").value)))
    assert paged
    for term in paged:
        name = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", NS.local(str(term))).lower()
        assert (ONTOLOGY / "examples" / f"{name}.ttl").is_file(), name
        assert (None, RDF.type, term) in examples


def test_keys_are_unique_over_everything(model: Model) -> None:
    """Class names, keys and reverse keys share one JSON-LD context."""
    reverse = [term.reverse_key for term in model.terms.values() if term.reverse_key]
    keys = Counter([*(term.key for term in model.terms.values()), *reverse, *model.classes])
    assert [key for key, number in keys.items() if number > 1] == []
    assert make_context(model).body
    for term in model.terms.values():
        assert bool(term.reverse_key) == bool(term.reverse_label), term.iri


def test_schema_org_is_https_everywhere() -> None:
    """One of the two forms, or half the queries miss."""
    for path in TURTLE:
        assert "http://schema.org" not in path.read_text(encoding="utf-8"), path


def test_no_closeness_between_classes_or_properties(ontology: Graph) -> None:
    """SKOS mapping relations would make concepts of them."""
    mapping = (SKOS.closeMatch, SKOS.exactMatch, SKOS.broadMatch, SKOS.narrowMatch)
    assert not [p for p in mapping if (None, p, None) in ontology]
    assert not list(ontology.subject_objects(OWL.sameAs))


def test_property_shapes_say_what_pages_need(shapes: Graph, model: Model) -> None:
    """Every property a class shows has name, description, message, place and group."""
    groups = set(model.groups)
    for definition in model.classes.values():
        for prop in definition.properties:
            node = URIRef(prop.shape)
            assert prop.name, prop.shape
            assert prop.description.endswith("."), prop.shape
            assert prop.group in groups, prop.shape
            assert (node, SH.message, None) in shapes, prop.shape
        orders = Counter(prop.order for prop in definition.properties)
        assert max(orders.values()) == 1, f"{definition.name}: two properties in one place"


def test_shapes_are_named(shapes: Graph) -> None:
    """Only what stands in a list, in sh:not or in a path may have no name."""
    for kind in (SH.NodeShape, SH.PropertyShape, SH.SPARQLConstraint):
        for node in shapes.subjects(RDF.type, kind):
            assert str(node) in SHAPES, node


def test_no_shape_compares_years(shapes: Graph) -> None:
    """Engines do not agree on the order of gYear; bounds and cycles are compared instead."""
    comparing = (SH.lessThan, SH.lessThanOrEquals)
    bounds = {URIRef(NS(name).value) for name in ("earliestStart", "latestEnd")}
    for predicate in comparing:
        for node, other in shapes.subject_objects(predicate):
            assert {shapes.value(node, SH.path), other} <= bounds


def test_contact_data_is_looked_for_in_every_text(shapes: Graph, model: Model) -> None:
    """A property that takes a text and is not on the list could carry an address out."""
    texts = {str(RDF.langString), str(XSD.string)}
    rule = URIRef(SHAPES("no-contact-data").value)
    checked = set(map(str, shapes.objects(rule, SH.targetSubjectsOf)))
    closed = {
        str(shapes.value(node, SH.path))
        for predicate in (SH.pattern, SH["in"])
        for node in shapes.subjects(predicate)
    }
    closed.add(str(OWL.versionInfo))
    for definition in model.classes.values():
        for prop in definition.properties:
            if set(prop.datatypes) & texts and prop.iri not in closed:
                assert prop.iri in checked, prop.iri


@pytest.mark.parametrize("path", CODELISTS, ids=lambda path: path.stem)
def test_code_list_rows_are_unique_and_complete(path: Path) -> None:
    """A label or spelling that means two codes could not be read."""
    rows = _rows(path)
    assert rows
    spellings: Counter[str] = Counter()
    for row in rows:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["notation"]), row
        assert row["prefLabel@en"], row
        others = row.get("altLabel@en", "").split(" | ")
        texts = {row["notation"], row["prefLabel@en"], *others} - {""}
        spellings.update({text.casefold() for text in texts})
        assert all(cell == cell.strip() for cell in row.values()), row
    assert [text for text, number in spellings.items() if number > 1] == []


def test_index_and_files_agree() -> None:
    """Every list has a row of the index, every row its file or the list it is a version of."""
    index = _rows(ONTOLOGY / "codelists" / "index.csv")
    files = {row["file"] for row in index if row["file"]}
    assert files == {path.name for path in CODELISTS} - {"index.csv"}
    for row in index:
        assert bool(row["file"]) != bool(row["versionOf"]), row


def test_broader_codes_are_in_the_list() -> None:
    """A parent that is not there would be a dead link."""
    rows = _rows(ONTOLOGY / "codelists" / "policy-area.csv")
    notations = {row["notation"] for row in rows}
    for row in rows:
        assert set(filter(None, row["broader"].split(" | "))) <= notations, row


def test_windows_lie_inside_their_indicators(model: Model) -> None:
    """First and last cycle of an indicator are those of all its windows together."""
    indicators = {row["notation"]: row for row in _rows(ONTOLOGY / "codelists" / "indicator.csv")}
    for notation, row in indicators.items():
        windows = model.windows_of(notation)
        assert windows, notation
        last = None if any(w.last is None for w in windows) else max(w.last or 0 for w in windows)
        assert int(row["firstCycle"]) == min(w.first for w in windows), notation
        assert row["lastCycle"] == ("" if last is None else str(last)), notation
    assert {window.indicator for window in model.windows} == set(indicators)


def test_shortcuts_are_properties_of_commitments(model: Model) -> None:
    """What the code lists name must exist; yes and no become true and false."""
    commitment = model.classes["Commitment"]
    for window in model.windows:
        if not window.shortcut:
            continue
        prop = commitment.property(NS(window.shortcut).value)
        assert prop is not None, window
        scale = model.scales[window.indicator]
        if prop.scheme == "ogp-value":
            continue
        assert (str(XSD.boolean) in prop.datatypes) == (scale == "yes-no"), window
        assert scale in {"yes-no", prop.scheme}, window
