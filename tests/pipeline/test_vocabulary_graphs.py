"""What of the model is data: terms and codes with their labels, but not the words of pages."""

from __future__ import annotations

import shutil
from pathlib import Path

from support.running import ROOT

from ogpld.iris import Iris
from ogpld.model import load_model
from ogpld.pipeline.vocabulary_graphs import code_quads, vocabulary_quads
from ogpld.rdf import CODE, NS, RDFS, SKOS, Literal


def _languages(quads: object, thing: object, predicate: object) -> set[str | None]:
    return {
        q.object.language
        for q in quads  # type: ignore[attr-defined]
        if (q.subject, q.predicate) == (thing, predicate) and isinstance(q.object, Literal)
    }


def test_labels_in_languages_of_pages_are_no_data(tmp_path: Path) -> None:
    """Estonian and French ones stay in the files; one that a site of its own adds in Finnish is data."""
    ontology = shutil.copytree(ROOT / "ontology", tmp_path / "ontology")
    regions = ontology / "codelists/region.csv"
    head, europe = (
        regions.read_text("utf-8").splitlines()[0],
        "europe,Europe,,Euroopa,Europe,Eurooppa",
    )
    regions.write_text(f"{head},prefLabel@fi\n{europe}\n", "utf-8")
    iris = Iris("https://data.example.org/")
    codes = list(code_quads(load_model(ontology, ROOT / "shapes"), iris))
    for predicate in (SKOS("prefLabel"), RDFS("label")):
        assert _languages(codes, CODE("region/europe"), predicate) == {"en", "fi"}
    terms = list(vocabulary_quads(ontology, ROOT / "shapes", iris))
    assert _languages(terms, NS("Commitment"), RDFS("label")) == {"en"}
