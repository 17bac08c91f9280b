"""Results are counted on their bytes, exactly, and bounded while they are written."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogpld.errors import QueryError, QueryTooLargeError, UsageError
from ogpld.stores import Query
from ogpld.stores.embedded import EmbeddedStore
from ogpld.stores.limits import Limits
from ogpld.stores.result_writer import count_rows

FORMS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
TEXT = st.text('a"},{[]:<>\\&\r\n\t', max_size=8)


def quoted(text: str) -> str:
    """Return a literal, or UNDEF for the empty text."""
    return str(ox.Literal(text)) if text else "UNDEF"


def written(text: str, form: str) -> bytes:
    """Return what the engine writes, without any limit of ours."""
    results = ox.Store().query(text)
    assert isinstance(results, ox.QuerySolutions)
    return results.serialize(format=FORMS[form]) or b""


@given(st.lists(st.tuples(TEXT, TEXT), max_size=6))
def test_rows_are_counted_exactly_in_every_form(rows: list[tuple[str, str]]) -> None:
    """Rows are counted exactly for any values, line breaks and unbound cells among them."""
    values = " ".join(f"({quoted(a)} {quoted(b)})" for a, b in rows)
    text = f"SELECT ?a ?b {{ VALUES (?a ?b) {{ {values} }} }}"
    for form in FORMS:
        assert count_rows(written(text, form), form) == len(rows)


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_rows_without_variables_are_counted(rows: int) -> None:
    """A solution may bind nothing at all."""
    text = "SELECT * { VALUES () { " + "() " * rows + "} }"
    for form in FORMS:
        assert count_rows(written(text, form), form) == rows


def test_line_ends_in_values_survive_every_form() -> None:
    """A reader of each format gets the value back as it is."""
    store = EmbeddedStore()
    value = "a\r\nb\rc\nd"
    query = f"SELECT ?a {{ BIND({ox.Literal(value)} AS ?a) }}"
    as_json = json.loads(store.answer(Query(query, ("json", ""))).body)
    assert as_json["results"]["bindings"][0]["a"]["value"] == value
    root = ET.fromstring(store.answer(Query(query, ("xml", ""))).body)  # noqa: S314  (our own)
    assert [e.text for e in root.iter() if e.tag.endswith("literal")] == [value]
    text = store.answer(Query(query, ("csv", ""))).body.decode()
    assert list(csv.reader(io.StringIO(text, newline="")))[1] == [value]


def test_bytes_are_bounded_in_every_form() -> None:
    """One long value is enough; the error names the limit and how to page."""
    store = EmbeddedStore(Limits(bytes=1000, guard=False))
    long = "x" * 600
    for text in (
        f"SELECT * {{ BIND('{long}' AS ?a) BIND('{long}' AS ?b) }}",
        f"CONSTRUCT {{ <a:a> <a:b> '{long}', '{long}y' }} {{}}",
    ):
        for forms in (("json", "ttl"), ("xml", "nt"), ("csv", "rdf"), ("tsv", "")):
            with pytest.raises(QueryTooLargeError, match="1,000 bytes") as caught:
                store.answer(Query(text, forms))
            assert "OFFSET" in caught.value.hint


def test_triples_are_counted_once() -> None:
    """A graph is a set: what the query makes twice is one triple."""
    store = EmbeddedStore(Limits(rows=1, guard=False))
    text = "CONSTRUCT { <a:a> <a:b> 1 } { VALUES ?x { 1 2 3 4 } }"
    assert store.answer(Query(text)).rows == 1
    with pytest.raises(QueryTooLargeError, match="1 triples"):
        store.answer(Query("CONSTRUCT { <a:a> <a:b> ?x } { VALUES ?x { 1 2 } }"))


def test_what_rdf_11_cannot_say_is_refused() -> None:
    """Triple terms and text directions have no form in the formats we offer."""
    store = EmbeddedStore()
    for value in ("<<( <a:a> <a:b> <a:c> )>>", "'x'@en--ltr"):
        with pytest.raises(QueryError) as caught:
            store.answer(Query(f"CONSTRUCT {{ <a:a> <a:b> {value} }} {{}}"))
        assert caught.value.code == "query-rdf12"


def test_turtle_uses_our_prefixes() -> None:
    """Those of the one prefix table."""
    text = "CONSTRUCT { <a:a> <http://purl.org/dc/terms/title> 'x' } {}"
    assert b"dcterms:title" in EmbeddedStore().answer(Query(text)).body


def test_an_unknown_form_is_a_mistake_of_ours() -> None:
    """Negotiation belongs to the web layer."""
    with pytest.raises(UsageError):
        EmbeddedStore().answer(Query("ASK {}", ("yaml", "")))
