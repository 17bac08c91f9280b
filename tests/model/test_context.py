"""The JSON-LD context and everything else derived from the model."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
from support.linked import CONTEXT_IRI

from ogpld.model import Model
from ogpld.model.context import make_context
from ogpld.model.frames import make_frames
from ogpld.model.json_schema import schema_of, write_schema
from ogpld.model.tables import header
from ogpld.rdf import NS, SKOS

GOLDEN = Path(__file__).parent.parent / "golden"


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


@pytest.mark.parametrize("name", ["commitment", "member"])
def test_frames_and_schemas_do_not_drift(model: Model, name: str, *, update: bool) -> None:
    """What a change of the model does to framed JSON shows in review."""
    frame = make_frames(model, make_context(model)).by_name[name]
    golden(f"frame-{name}.jsonld", frame.document(CONTEXT_IRI).decode(), update=update)
    schema = write_schema(schema_of(frame, model, "http://localhost:8000/"))
    golden(f"schema-{name}.json", schema.decode(), update=update)


def test_every_class_has_a_frame_and_a_schema_that_is_one(model: Model) -> None:
    """Names are the segments of paths; no two classes share one."""
    frames = make_frames(model, make_context(model)).by_name
    assert {f.definition.name for f in frames.values()} == set(model.classes)
    assert set(model.by_segment) <= set(frames)
    for frame in frames.values():
        schema = schema_of(frame, model, "http://localhost:8000/")
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["$id"] == f"http://localhost:8000/schema/{frame.name}.json"


def test_the_frame_of_a_thing_is_that_of_its_most_special_class(model: Model) -> None:
    """An indicator is a concept too, and is framed as an indicator."""
    frames = make_frames(model, make_context(model))
    concept, indicator = SKOS("Concept").value, NS("Indicator").value
    for types, name in (
        ({concept, indicator}, "indicator"),
        ({concept}, "concept"),
        ({NS("Institution").value, "http://data.europa.eu/m8g/PublicOrganisation"}, "institution"),
    ):
        frame = frames.of(types)
        assert frame is not None
        assert frame.name == name
    assert frames.of({"http://xmlns.com/foaf/0.1/Document"}) is None


def test_codes_are_short_and_shadows_do_not_bite(model: Model) -> None:
    """A code spelt like a key must not become that key's IRI (JSON-LD 1.1 section 4.1.8)."""
    entry = make_context(model).body["indicator"]
    assert entry["@context"]["completion"].endswith("/code/indicator/completion")
