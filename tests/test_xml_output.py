"""What goes out as XML is XML, and says the same as the other forms; what cannot be written is refused."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from types import SimpleNamespace

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib.compare import isomorphic

from ogpld.catalogue.atom import feed
from ogpld.errors import NotWritableError
from ogpld.iris import Iris
from ogpld.rdf import RDF, BlankNode, Literal, NamedNode, Triple, parse_quads, serialise
from ogpld.release.changes import CREATE, Change
from ogpld.stores import Query
from ogpld.stores.embedded import EmbeddedStore
from ogpld.xml_output import fault_of, is_element_name, write_rdfxml

S, P = NamedNode("http://example.org/s"), NamedNode("http://example.org/p")
EX = "http://example.org/"
NO_NAMES = [
    f"{EX}123", f"{EX}a/", f"{EX}a#", f"{EX}p(x)", f"{EX}a:", "urn:", f"{EX}-", "http://www.w3.org/2000/xmlns/a",
    *(RDF(name).value for name in ("li", "Description", "about", "bagID", "aboutEach", "RDF", "ID")),
]  # fmt: skip


def same(triples: list[Triple]) -> None:
    """Hold RDF/XML to N-Triples, as rdflib reads both."""
    body = write_rdfxml(triples)
    assert fault_of(body) is None
    written = rdflib.Graph().parse(data=body, format="xml")
    assert isomorphic(written, rdflib.Graph().parse(data=serialise(triples, "nt"), format="nt")), (
        body.decode()
    )


@pytest.mark.parametrize("iri", NO_NAMES)
def test_a_property_without_a_name_is_refused(iri: str) -> None:
    """406 naming it, alone and among others."""
    assert not is_element_name(iri)
    for more in ([], [Triple(S, P, Literal("x"))]):
        with pytest.raises(NotWritableError, match="cannot be written in RDF/XML") as caught:
            write_rdfxml([*more, Triple(S, NamedNode(iri), Literal("x"))])
        assert (caught.value.status, caught.value.code) == (406, "xml-name")
        assert f"<{iri}>" in caught.value.message


@pytest.mark.parametrize("iri", NO_NAMES)
@pytest.mark.parametrize("node", [S, BlankNode("1"), BlankNode("a.b")])
def test_a_class_without_a_name_stands_in_rdf_type(iri: str, node: NamedNode | BlankNode) -> None:
    """First, last, or alone; blank nodes get names that XML has."""
    kind = Triple(node, RDF("type"), NamedNode(iri))
    other = Triple(node, RDF("type"), NamedNode(f"{EX}Thing"))
    link = Triple(S, P, node)
    for triples in ([kind], [kind, other, link], [link, other, kind]):
        same(triples)


@pytest.mark.parametrize(
    "iri", [f"{EX}1a", f"{EX}é·x", f"{EX}a%20b", "urn:x", f"{EX}?a=1&b=2#c", f"{EX}a-1.2"]
)
def test_a_property_with_a_name_is_written(iri: str) -> None:
    """Wherever its name begins."""
    same([Triple(S, NamedNode(iri), Literal("x"))])


BAD = [chr(c) for c in (0, 1, 8, 0x0B, 0x0C, 0x1F, 0xFFFE, 0xFFFF)]


@pytest.mark.parametrize("character", BAD)
def test_a_text_that_xml_cannot_hold_is_refused(character: str) -> None:
    """Naming the property, the thing and the character; Turtle has it."""
    triple = Triple(S, P, Literal(f"a{character}b"))
    with pytest.raises(NotWritableError, match=f"U\\+{ord(character):04X}") as caught:
        write_rdfxml([triple])
    assert (caught.value.status, caught.value.code) == (406, "xml-text")
    assert P.value in caught.value.message
    assert {q.triple for q in parse_quads(serialise([triple], "ttl"), "ttl")} == {triple}
    assert {q.triple for q in parse_quads(serialise([triple], "nt"), "nt")} == {triple}


@given(st.text(max_size=12))
def test_any_text_is_written_whole_or_refused(text: str) -> None:
    """Line ends and blanks included."""
    triple = Triple(S, P, Literal(text))
    try:
        body = write_rdfxml([triple])
    except NotWritableError:
        return
    [value] = rdflib.Graph().parse(data=body, format="xml").objects()
    assert str(value) == text


@pytest.mark.parametrize("character", BAD)
def test_results_that_xml_cannot_hold_are_refused(character: str) -> None:
    """Naming row and variable; JSON, CSV and TSV have them."""
    store = EmbeddedStore()
    escape = f"\\u{ord(character):04X}"
    text = f'SELECT ?é ?b {{ VALUES (?é ?b) {{ ("x" "y") ("z" "a{escape}") }} }}'
    with pytest.raises(NotWritableError, match=r"\?b in row 2") as caught:
        store.answer(Query(text, ("xml", "")))
    assert (caught.value.status, caught.value.code) == (406, "xml-text")
    for form in ("json", "csv", "tsv"):
        assert store.answer(Query(text, (form, ""))).rows == 2


def test_results_that_xml_can_hold_are_sent() -> None:
    """With names of variables that are no names of XML."""
    answer = EmbeddedStore().answer(Query('SELECT ("<&>\\r" AS ?1é) {}', ("xml", "")))
    [value] = ET.fromstring(answer.body).iter("{http://www.w3.org/2005/sparql-results#}literal")  # noqa: S314  (ours)
    assert value.text == "<&>\r"


def test_news_of_odd_names_is_a_feed() -> None:
    """A reader of news sees U+FFFD; one name does not take the feed away."""
    release = SimpleNamespace(id="1-a", manifest=SimpleNamespace(created="2026-11-28T00:00:00Z"))
    change = Change(f"{EX}id/member/A", CREATE, "odd\x01\ufffe & <name>")
    body = feed(Iris(EX), "data \x0b", [(release, change)])  # type: ignore[list-item]
    assert fault_of(body) is None
    assert "odd\ufffd\ufffd &amp; &lt;name&gt;".encode() in body
