"""JSON-LD in every shape against PyLD and rdflib, over all documents of the shipped data."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import jsonschema
import pytest
from pyld import jsonld
from support.linked import CONTEXT_IRI, Loader, loader, read_by_pyld, read_by_rdflib, unordered

from ogpld.errors import QueryTooLargeError
from ogpld.formats import FORMATS, Statements
from ogpld.formats.jsonld import write_jsonld
from ogpld.formats.profiles import COMPACTED, EXPANDED, FLATTENED, FRAMED
from ogpld.model import Model
from ogpld.model.context import Context, make_context
from ogpld.model.frames import Frame, Frames, make_frames
from ogpld.model.json_schema import schema_of
from ogpld.rdf import (
    HYDRA,
    RDF,
    RDFS,
    XSD,
    Literal,
    NamedNode,
    Triple,
    canonical_triples,
    parse_quads,
    read_triples,
    term_text,
)
from ogpld.release import Release
from ogpld.stores.embedded import EmbeddedStore

BASE = "http://localhost:8000/"
NS = "https://w3id.org/ogpld/ns#"
CODE = "https://w3id.org/ogpld/code/"
#: Whether processors that are slow read every document (`make faults`).
EVERY = bool(os.environ.get("OGPLD_FAULTS"))


@dataclass(frozen=True)
class Documents:
    """The documents of a release, as statements."""

    store: EmbeddedStore
    things: tuple[str, ...]
    model: Model
    context: Context
    frames: Frames

    def __iter__(self) -> Iterator[Statements]:
        return iter(self._all)

    @cached_property
    def varied(self) -> list[Statements]:
        """Those that differ in kind, each way of using properties twice, and every seventh of all.

        What a processor does with a document is decided by the properties on its nodes and by how often
        each stands there, not by the texts.
        """
        times: Counter[object] = Counter()
        chosen = []
        for number, statements in enumerate(self):
            used = Counter((t.subject, t.predicate, type(t.object)) for t in statements.triples)
            form = frozenset(
                (subject == NamedNode(statements.root), predicate, kind, count > 1)
                for (subject, predicate, kind), count in used.items()
            )
            times[form] += 1
            if times[form] <= 2 or number % 7 == 0:
                chosen.append(statements)
        return chosen

    @cached_property
    def _all(self) -> list[Statements]:
        return list(self._described())

    def _described(self) -> Iterator[Statements]:
        for iri in self.things:
            description = self.store.describe(iri, 100)
            triples = canonical_triples((), description.quads)
            types = {
                term_text(t.object)
                for t in read_triples(triples)
                if term_text(t.subject) == iri and t.predicate == RDF("type")
            }
            frame = self.frames.of(types)
            yield Statements(triples, iri, self.context, CONTEXT_IRI, frame=frame)

    @cached_property
    def contexts(self) -> dict[str, Any]:
        """The contexts that a processor may load."""
        return {self.context.address(CONTEXT_IRI): json.loads(self.context.document)}

    @property
    def load(self) -> Loader:
        """What PyLD loads them with."""
        return loader(self.contexts)


@pytest.fixture(scope="module")
def documents(model: Model, release: Release) -> Documents:
    """Every thing and every code of the shipped data."""
    beginnings = (f"<{BASE}id/".encode(), f"<{CODE}".encode())
    things = {
        line.split(b" ")[0].decode().strip("<>").split("#")[0]
        for line in release.lines()
        if line.startswith(beginnings)
    }
    context = make_context(model)
    store = EmbeddedStore.load(release.data)
    return Documents(store, tuple(sorted(things)), model, context, make_frames(model, context))


def shape(statements: Statements, profile: str) -> Any:
    """Return a document in one shape."""
    return json.loads(write_jsonld(replace(statements, profile=profile)))


def test_pyld_reads_every_document_in_every_shape_to_the_same_graph(documents: Documents) -> None:
    """Compacted, expanded and flattened are three spellings of what the Turtle says.

    Documents that differ in kind compacted, which is what is served when nobody asks, every document with
    OGPLD_FAULTS=1; every tenth also in the others, or every fifth.
    """
    load = documents.load
    assert len(documents.things) > 1500
    for number, statements in enumerate(documents if EVERY else documents.varied):
        for profile in (COMPACTED, EXPANDED, FLATTENED)[
            : 1 if number % (5 if EVERY else 10) else 3
        ]:
            graph = read_by_pyld(shape(statements, profile), load)
            assert graph == set(statements.triples), (statements.root, profile)


def test_rdflib_reads_documents_to_the_same_graph(documents: Documents) -> None:
    """A second processor; every ninth document, or every twenty-seventh, because it is slow."""
    context = next(iter(documents.contexts.values()))
    for statements in list(documents)[:: 9 if EVERY else 27]:
        for profile in (COMPACTED, EXPANDED, FLATTENED):
            written = write_jsonld(replace(statements, profile=profile))
            graph = read_by_rdflib(written, context)
            assert graph == set(statements.triples), (statements.root, profile)


def test_every_other_form_is_the_same_graph(documents: Documents) -> None:
    """Turtle, N-Triples and RDF/XML of the same statements."""
    for statements in list(documents)[::5]:
        for form in FORMATS:
            if form.name != "jsonld":
                graph = {q.triple for q in parse_quads(form.write(statements), form.name)}
                assert graph == set(statements.triples), (statements.root, form.name)


def test_framed_documents_are_what_pyld_frames(documents: Documents) -> None:
    """Our projection and JSON-LD Framing with our frame give the same JSON, and it is as promised.

    Every document is as the schema says; those that differ in kind are framed by PyLD too, which is slow.
    """
    options = {"documentLoader": documents.load}
    judges = {
        name: jsonschema.Draft202012Validator(schema_of(frame, documents.model, BASE))
        for name, frame in documents.frames.by_name.items()
    }
    seen = set()
    varied = {statements.root for statements in documents.varied}
    assert len(varied) > 300
    for statements in documents:
        assert statements.frame is not None, statements.root
        ours = shape(statements, FRAMED)
        judges[statements.frame.name].validate(ours)
        seen.add(statements.frame.name)
        if statements.root not in varied:
            continue
        frame = {**statements.frame.body(CONTEXT_IRI), "id": statements.root}
        theirs = jsonld.frame(shape(statements, FLATTENED), frame, options)
        assert unordered(ours) == unordered(theirs), statements.root
    assert {"commitment", "sub-commitment", "member", "person", "indicator"} <= seen


def test_flattened_is_what_pyld_flattens(documents: Documents) -> None:
    """One object a node, in every seventh document, or every twenty-first."""
    options = {"documentLoader": documents.load}
    for statements in list(documents)[:: 7 if EVERY else 21]:
        address = documents.context.address(CONTEXT_IRI)
        theirs = jsonld.flatten(shape(statements, COMPACTED), address, options)
        ours = shape(statements, FLATTENED)
        assert unordered(jsonld.expand(ours, options)) == unordered(
            jsonld.expand(theirs, options)
        ), statements.root


def test_what_may_repeat_is_always_an_array(documents: Documents) -> None:
    """The type of the value under a key never depends on how many there are."""
    kinds: dict[str, set[str]] = {}

    def see(value: Any) -> None:
        if isinstance(value, list):
            for inner in value:
                see(inner)
        elif isinstance(value, dict):
            for key, inner in value.items():
                kind = "array" if isinstance(inner, list) else "one"
                if isinstance(inner, dict) and "id" not in inner:  # a language map
                    kind = "texts" if any(isinstance(v, list) for v in inner.values()) else "text"
                kinds.setdefault(key, set()).add(kind)
                see(inner)

    for statements in documents:
        see({k: v for k, v in shape(statements, FRAMED).items() if k != "@context"})
    languages = {key for key in kinds if len(key.partition("-")[0]) in {2, 3, 5}}
    mixed = {
        key: kinds_of_value
        for key, kinds_of_value in kinds.items()
        if len(kinds_of_value) > 1 and key not in languages
    }
    assert not mixed
    assert kinds["type"] == kinds["policyAreas"] == kinds["plans"] == {"array"}
    assert (kinds["member"], kinds["territory"]) == ({"one"}, {"one"})
    assert (kinds["title"], kinds["leadText"]) == ({"text"}, {"texts"})


def test_an_inline_context_is_the_hosted_one(documents: Documents) -> None:
    """A document that brings its context along is read without any other."""
    statements = next(iter(documents))
    document = json.loads(write_jsonld(replace(statements, inline=True)))
    assert document["@context"] == next(iter(documents.contexts.values()))["@context"]
    assert read_by_pyld(document, loader({})) == set(statements.triples)


def a(name: str) -> NamedNode:
    """Return a made-up thing."""
    return NamedNode(f"{BASE}id/commitment/{name}")


HARD = [
    (RDFS("label"), Literal("One", language="en")),
    (RDFS("label"), Literal("Two", language="en")),
    (RDFS("label"), Literal("nobody says the language")),
    (NamedNode(f"{NS}member"), a("M1")),
    (NamedNode(f"{NS}member"), a("M2")),
    (NamedNode(f"{NS}member"), Literal("text where a thing is meant")),
    (NamedNode(f"{NS}completion"), NamedNode(f"{CODE}completion/complete")),
    (NamedNode(f"{NS}completion"), NamedNode("http://example.org/other")),
    (NamedNode(f"{NS}indicator"), NamedNode(f"{CODE}indicator/completion")),
    (NamedNode(f"{NS}assessor"), NamedNode(f"{CODE}assessor/title")),  # spelt like a key
    (NamedNode(f"{NS}value"), NamedNode(CODE)),
    (NamedNode(f"{NS}value"), NamedNode(f"{CODE}title")),
    (NamedNode(f"{NS}steps"), Literal("12345678901234567890", datatype=XSD("integer"))),
    (NamedNode(f"{NS}steps"), Literal("007", datatype=XSD("integer"))),
    (NamedNode(f"{NS}starred"), Literal("1", datatype=XSD("boolean"))),
    (NamedNode(f"{NS}starred"), Literal("true", datatype=XSD("boolean"))),
    (NamedNode(f"{NS}starred"), Literal("yes")),
    (NamedNode("https://schema.org/startDate"), Literal("2016", datatype=XSD("gYear"))),
    (NamedNode("https://schema.org/startDate"), Literal("2017", datatype=XSD("gYear"))),
    (NamedNode("https://schema.org/startDate"), Literal("2017", datatype=XSD("integer"))),
    (NamedNode("http://www.w3.org/ns/adms#identifier"), a("C1#id-1")),
    (NamedNode("http://www.w3.org/ns/adms#identifier"), Literal("not a part")),
    (HYDRA("collection"), NamedNode(f"{BASE}doc/assessment?assesses=C1")),
    (RDF("type"), NamedNode(f"{NS}Commitment")),
    (RDF("type"), NamedNode("http://example.org/Thing")),
]


def hard(documents: Documents, name: str = "commitment") -> Statements:
    """Return what a query may construct and no document of ours says."""
    triples = [Triple(a("C1"), predicate, value) for predicate, value in HARD]
    triples.append(Triple(a("C2"), NamedNode(f"{NS}continues"), a("C1")))
    total = Literal("123", datatype=XSD("integer"))
    triples.append(
        Triple(NamedNode(f"{BASE}doc/assessment?assesses=C1"), HYDRA("totalItems"), total)
    )
    frame: Frame = documents.frames.by_name[name]
    content = canonical_triples(triples)
    return Statements(content, "", documents.context, CONTEXT_IRI, frame=frame)


@pytest.mark.parametrize("profile", [COMPACTED, EXPANDED, FLATTENED])
def test_hard_values_keep_their_meaning(documents: Documents, profile: str) -> None:
    """Two values where one is allowed, wrong datatypes, codes spelt like keys: nothing is lost."""
    statements = hard(documents)
    document = shape(statements, profile)
    graph = read_by_pyld(document, documents.load)
    assert {str(t).replace('"007"', '"7"') for t in graph} == {
        str(t).replace('"007"', '"7"') for t in statements.triples
    }


def test_hard_values_are_framed_as_the_schema_says(documents: Documents) -> None:
    """What a query constructs keeps keys and cardinality as well."""
    document = shape(hard(documents), FRAMED)
    schema = schema_of(documents.frames.by_name["commitment"], documents.model, BASE)
    jsonschema.Draft202012Validator(schema).validate(document)
    (node,) = document["@graph"]
    assert node["member"] == a("M1").value
    assert {v.get("@id") for v in node[f"{NS}member"]} == {a("M2").value, None}
    iri = f"{BASE}doc/assessment?assesses=C1"
    assert node["hydra:collection"] == [{"id": iri, "hydra:totalItems": 123}]
    assert node["otherIdentifiers"] == [{"id": a("C1#id-1").value}]
    assert node["continuedBy"][0]["id"] == a("C2").value
    assert node["label"] == {"en": "One", "@none": "nobody says the language"}


def test_a_graph_made_to_grow_is_refused(documents: Documents) -> None:
    """Thousands of things that share one large part: the answer would be their product."""
    part = a("C1#id-1")
    notation = NamedNode("http://www.w3.org/2004/02/skos/core#notation")
    triples = [Triple(part, notation, Literal(str(n))) for n in range(3000)]
    for number in range(3000):
        thing = a(f"D{number}")
        triples.append(Triple(thing, RDF("type"), NamedNode(f"{NS}Commitment")))
        triples.append(Triple(thing, NamedNode("http://www.w3.org/ns/adms#identifier"), part))
    statements = replace(hard(documents), ntriples=canonical_triples(triples), profile=FRAMED)
    with pytest.raises(QueryTooLargeError):
        write_jsonld(statements)
    one = canonical_triples(t for t in triples if t.subject in {part, a("D1")})
    (node,) = json.loads(write_jsonld(replace(statements, ntriples=one)))["@graph"]
    assert len(node["otherIdentifiers"][0]) > 1


def test_the_schema_refuses_what_is_wrong(documents: Documents) -> None:
    """A schema that takes everything would prove nothing."""
    schema = schema_of(documents.frames.by_name["commitment"], documents.model, BASE)
    judge = jsonschema.Draft202012Validator(schema)
    iri = f"{BASE}id/commitment/EE0050"
    statements = next(thing for thing in documents if thing.root == iri)
    good = shape(statements, FRAMED)
    assert judge.is_valid(good)
    for change in (
        {"plans": good["plans"][0]},
        {"type": "Commitment"},
        {"type": ["Member"]},
        {"completion": "no-such-code"},
        {"starred": "false"},
        {"title": {"en": ["Riigikogu Transparency"]}},
        {"unheardOf": 1},
        {"assessments": [{"label": {"en": "without id"}}]},
    ):
        assert not judge.is_valid({**good, **change}), change
    for key in ("id", "type", "title", "member", "plans"):
        assert not judge.is_valid({k: v for k, v in good.items() if k != key}), key


def test_framing_without_a_frame_is_an_error(documents: Documents) -> None:
    """Nothing is framed by guessing."""
    statements = replace(next(iter(documents)), frame=None, profile=FRAMED)
    with pytest.raises(ValueError, match="no frame"):
        write_jsonld(statements)


def test_keys_stand_in_the_order_of_the_page(documents: Documents) -> None:
    """The order of keys is that of the shapes, whatever the order of the statements."""
    for statements in list(documents)[::50]:
        first = write_jsonld(replace(statements, profile=FRAMED))
        lines = statements.ntriples.splitlines(keepends=True)
        backwards = replace(statements, profile=FRAMED, ntriples=b"".join(lines[::-1]))
        names = [key for key in json.loads(first) if key != "@context"]
        assert names == [key for key in json.loads(write_jsonld(backwards)) if key != "@context"]
        assert names[:2] == ["id", "type"]
        assert statements.frame is not None
        order = statements.frame.order
        assert sorted(names, key=lambda name: order.get(name, len(order))) == names
