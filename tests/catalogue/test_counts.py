"""VoID counts links to the same thing elsewhere, by site."""

from __future__ import annotations

from ogpld.catalogue.counts import Counts, void_quads
from ogpld.iris import Iris
from ogpld.rdf import NamedNode, Triple, term_text

BASE = "https://data.example.org/"
SAME, PAGE = "https://schema.org/sameAs", "http://xmlns.com/foaf/0.1/page"
WIKIDATA = "http://www.wikidata.org/"


def said(key: str, predicate: str, value: str) -> Triple:
    """Return a statement about a thing."""
    thing = NamedNode(f"{BASE}id/member/{key}")
    return Triple(thing, NamedNode(predicate), NamedNode(value))


def counted() -> Counts:
    """Return counts of two things linked to Wikidata, one of them to a page as well."""
    counts = Counts()
    counts.add([said("A", SAME, f"{WIKIDATA}entity/Q1"), said("A", PAGE, "https://a.example/")])
    counts.add([said("B", SAME, f"{WIKIDATA}entity/Q2"), said("B", SAME, "urn:b")])
    return counts


def test_links_are_counted_by_the_site_they_lead_to() -> None:
    """Only what says that a thing is the same elsewhere is a link between data sets."""
    assert counted().links == {(SAME, WIKIDATA): 2}


def test_a_linkset_says_from_where_to_where_and_how_many() -> None:
    """VoID 5: both targets, the property, the number."""
    told = {
        term_text(q.predicate).rpartition("#")[2]: term_text(q.object)
        for q in void_quads(Iris(BASE), counted())
        if term_text(q.subject).endswith("#links-schemaorg-sameAs-www-wikidata-org")
    }
    assert told["linkPredicate"] == SAME
    assert told["subjectsTarget"] == f"{BASE}dataset/ogpld"
    assert told["objectsTarget"] == f"{BASE}dataset/ogpld#site-www-wikidata-org"
    assert told["triples"] == "2"


def test_counts_are_read_back_and_follow_changes() -> None:
    """What was taken back to nothing is not described any more."""
    counts = Counts.read(void_quads(Iris(BASE), counted()))
    assert counts.links == {(SAME, WIKIDATA): 2}
    counts.add([said("A", SAME, f"{WIKIDATA}entity/Q1")], -1)
    counts.add([said("B", SAME, f"{WIKIDATA}entity/Q2")], -1)
    assert not [q for q in void_quads(Iris(BASE), counts) if "links-" in str(q.object)]


def test_vocabularies_are_those_of_the_terms_that_are_used() -> None:
    """A namespace is in the list because a statement uses it."""
    names = {
        term_text(q.object)
        for q in void_quads(Iris(BASE), counted())
        if term_text(q.predicate).endswith("#vocabulary")
    }
    assert names == {"https://schema.org/", "http://xmlns.com/foaf/0.1/"}
