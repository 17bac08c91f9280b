"""VoID counts links to the same thing elsewhere, by linkset."""

from __future__ import annotations

from ogpld.catalogue.void_counts import VoidCounts, void_quads
from ogpld.iris import Iris
from ogpld.linksets import Linkset
from ogpld.rdf import NamedNode, Triple, term_text

BASE = "https://data.example.org/"
SAME, PAGE = "https://schema.org/sameAs", "http://xmlns.com/foaf/0.1/page"
WIKIDATA = "http://www.wikidata.org/"
MEMBERS = Linkset("member-wikidata", SAME, f"{WIKIDATA}entity/")


def statement(key: str, predicate: str, value: str) -> Triple:
    """Return a statement about a thing."""
    thing = NamedNode(f"{BASE}id/member/{key}")
    return Triple(thing, NamedNode(predicate), NamedNode(value))


def counted() -> VoidCounts:
    """Return counts of two things linked to Wikidata, one of them to a page as well."""
    return VoidCounts.of(
        [
            {
                statement("A", SAME, f"{WIKIDATA}entity/Q1"),
                statement("A", PAGE, "https://a.example/"),
            },
            {statement("B", SAME, f"{WIKIDATA}entity/Q2"), statement("B", SAME, "urn:b")},
        ]
    )


def nothing_else(subject: str) -> set[Triple]:
    """Say nothing more of a subject than what is counted."""
    del subject
    return set()


def test_links_are_counted_by_linkset() -> None:
    """Only what says that a thing is the same elsewhere is a link between data sets."""
    assert counted().links == {MEMBERS: 2}


def test_a_linkset_says_from_where_to_where_and_how_many() -> None:
    """VoID 5: both targets, the property, the number."""
    linkset = {
        term_text(q.predicate).rpartition("#")[2]: term_text(q.object)
        for q in void_quads(Iris(BASE), counted(), nothing_else)
        if term_text(q.subject) == f"{BASE}graph/reconciled/member-wikidata"
    }
    assert linkset["linkPredicate"] == SAME
    assert linkset["subjectsTarget"] == f"{BASE}dataset/ogpld"
    assert linkset["objectsTarget"] == f"{BASE}dataset/ogpld#site-wikidata"
    assert linkset["triples"] == "2"


def test_counts_are_read_back_and_follow_changes() -> None:
    """The description leaves its own counts again; what was taken back to nothing is not described."""
    quads = void_quads(Iris(BASE), counted(), nothing_else)
    counts = VoidCounts.read(quads)
    counts.join(quads, nothing_else, -1)
    assert (counts.triples, counts.subjects, counts.links) == (4, 2, {MEMBERS: 2})
    counts.add({statement("A", SAME, f"{WIKIDATA}entity/Q1")}, -1)
    counts.add({statement("B", SAME, f"{WIKIDATA}entity/Q2")}, -1)
    left = void_quads(Iris(BASE), counts, nothing_else)
    assert not [q for q in left if "/reconciled/" in str(q.object)]


def test_the_description_counts_itself() -> None:
    """Statements, subjects and each property are those of the data and the description together."""

    def others(subject: str) -> set[Triple]:
        return {rest} if subject == rest.subject.value else set()

    rest = Triple(
        NamedNode(f"{BASE}dataset/ogpld"), NamedNode(PAGE), NamedNode("https://b.example/")
    )
    counts = counted()
    counts.add({rest})
    quads = void_quads(Iris(BASE), counts, others)
    counts = VoidCounts.read(quads)
    assert counts.triples == len(quads) + 5
    assert counts.subjects == len({q.subject for q in quads}) + 2, (
        "one of them is described already"
    )
    assert counts.properties[PAGE] == 3, "one of them is the description's own"
    by_property = [q for q in quads if q.predicate.value.endswith("#propertyPartition")]
    assert counts.properties[by_property[0].predicate.value] == len(by_property)


def test_vocabularies_are_those_of_the_terms_that_are_used() -> None:
    """A namespace is in the list because a statement uses it."""
    names = {
        term_text(q.object)
        for q in void_quads(Iris(BASE), counted(), nothing_else)
        if term_text(q.predicate).endswith("#vocabulary")
    }
    assert {"https://schema.org/", "http://xmlns.com/foaf/0.1/"} < names
    assert "https://w3id.org/ogpld/ns#" not in names
