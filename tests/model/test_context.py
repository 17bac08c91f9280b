"""The JSON-LD context and everything else derived from the model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pyld import jsonld

from ogpld.formats import FORMATS, Statements
from ogpld.model import Model
from ogpld.model.context import make_context
from ogpld.model.tables import header
from ogpld.rdf import Triple, parse_quads
from ogpld.release import Release
from ogpld.stores.embedded import EmbeddedStore

GOLDEN = Path(__file__).parent.parent / "golden"
CONTEXT_IRI = "http://localhost:8000/context.jsonld"


def golden(name: str, text: str, *, update: bool) -> None:
    """Hold a derived text to the reviewed one; `--golden` renews it."""
    path = GOLDEN / name
    if update:
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, (
        f"{name} changed; look at the difference, then run: pytest --golden"
    )


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be renewed."""
    return bool(request.config.getoption("--golden"))


def test_the_context_does_not_drift(model: Model, *, update: bool) -> None:
    """A change of ontology or shapes shows in review what it does to the context."""
    golden("context.jsonld", make_context(model).document.decode(), update=update)


def test_the_table_headers_do_not_drift(model: Model, *, update: bool) -> None:
    """The same for the CSV headers of every class with pages."""
    names = sorted(d.name for d in model.classes.values() if d.segment)
    lines = [f"{name}: {','.join(header(model, name))}" for name in names]
    golden("headers.txt", "\n".join(lines) + "\n", update=update)


def expanded(document: dict[str, Any], context: dict[str, Any]) -> set[Triple]:
    """Return the triples PyLD finds in a document; nothing is fetched."""

    def load(url: str, _options: object) -> dict[str, Any]:
        assert url == CONTEXT_IRI
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            "document": context,
        }

    quads = jsonld.to_rdf(document, {"format": "application/n-quads", "documentLoader": load})
    return {quad.triple for quad in parse_quads(quads.encode(), "nq")}


def test_every_document_is_the_same_graph_in_every_form(model: Model, release: Release) -> None:
    """PyLD, an independent processor, reads our projection to the graph the Turtle has."""
    store = EmbeddedStore.load(release.data)
    context = make_context(model)
    body = json.loads(context.document)
    things = sorted(
        {
            line.split(b" ")[0].decode().strip("<>").split("#")[0]
            for line in release.lines()
            if line.startswith(b"<http://localhost:8000/id/")
        }
    )
    for iri in things[::5]:
        description = store.describe(iri, 100)
        triples = sorted({q.triple for q in parse_quads(description.quads, "nq")}, key=str)
        statements = Statements(triples, iri, context, CONTEXT_IRI)
        for form in FORMATS:
            written = form.write(statements)
            if form.name == "jsonld":
                assert expanded(json.loads(written), body) == set(triples), iri
            else:
                found = {q.triple for q in parse_quads(written, form.name)}
                assert found == set(triples), (iri, form.name)


def test_codes_are_short_and_shadows_do_not_bite(model: Model) -> None:
    """A code spelt like a key must not become that key's IRI (ontology.md section 6, trap)."""
    entry = make_context(model).body["indicator"]
    assert entry["@context"]["completion"].endswith("/code/indicator/completion")
