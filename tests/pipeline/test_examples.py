"""What query editors and language models read in the graph: example queries and VoID by class."""

from __future__ import annotations

import csv
import io

import pytest

from ogpld.queries.named import load_named
from ogpld.release import Release
from ogpld.stores import Query
from ogpld.stores.embedded import EmbeddedStore

PREFIXES = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <https://schema.org/>
PREFIX void: <http://rdfs.org/ns/void#>
"""


@pytest.fixture(scope="module")
def store(release: Release) -> EmbeddedStore:
    """The shipped data, shapes hidden as on the endpoint."""
    hidden = (f"{release.manifest.base_iri}graph/shapes",)
    return EmbeddedStore.load(release.data, release.manifest.quads, hidden)


def rows(store: EmbeddedStore, text: str) -> list[dict[str, str]]:
    """Return an answer."""
    body = store.answer(Query(PREFIXES + text, ("csv", ""))).body.decode()
    return list(csv.DictReader(io.StringIO(body, newline="")))


def test_every_question_is_an_example_that_runs(store: EmbeddedStore) -> None:
    """With comment, target and prefixes, as SIB's editor asks for them."""
    examples = rows(
        store,
        """SELECT ?example ?comment ?query ?target WHERE {
          ?example a sh:SPARQLExecutable, sh:SPARQLSelectExecutable ; rdfs:comment ?comment ;
            sh:select ?query ; schema:target ?target ; sh:prefixes/sh:declare/sh:prefix "ogpld" }""",
    )
    assert {row["example"].rpartition("/")[2] for row in examples} == set(load_named())
    assert {row["target"] for row in examples} == {"http://localhost:8000/sparql"}
    for row in examples:
        assert store.answer(Query(row["query"], ("csv", ""))).kind == "solutions"


def test_prefixes_are_declared(store: EmbeddedStore) -> None:
    """Each with its namespace, as an editor reads them."""
    prefixes = rows(store, "SELECT ?prefix ?iri { [] sh:prefix ?prefix ; sh:namespace ?iri }")
    assert {"ogpld", "skos", "dcterms"} <= {row["prefix"] for row in prefixes}


def test_properties_are_counted_by_class(store: EmbeddedStore) -> None:
    """The numbers are those of the data, whatever the description adds to it."""
    rows_of_counts = rows(
        store,
        """SELECT ?class ?property ?triples WHERE {
          ?part void:class ?class ; void:propertyPartition [ void:property ?property ; void:triples ?triples ] }""",
    )
    counts = {(row["class"], row["property"]): int(row["triples"]) for row in rows_of_counts}
    ns = "https://w3id.org/ogpld/ns#"
    for name, property_ in (("Commitment", f"{ns}plan"), ("Assessment", f"{ns}assesses")):
        counted = rows(
            store,
            f"SELECT (COUNT(*) AS ?n) {{ ?s a <{ns}{name}> ; <{property_}> ?o }}",
        )
        assert counts[f"{ns}{name}", property_] == int(counted[0]["n"])
