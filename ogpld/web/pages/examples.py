"""The examples of the ontology, cut to what shows one class or one property, as short Turtle."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ogpld.model import Model
from ogpld.rdf import CODE, OWL, RDF, Literal, NamedNode, Quad, parse_quads, term_text
from ogpld.web.pages.graphs import Graph, curie

#: Where the examples' things live; shown without it, as each deployment has a base of its own.
_BASE = "http://localhost:8000/id/"
#: Longest text an example repeats.
_LONG = 100


class Examples:
    """Statements of the examples and, for codes, of the code lists."""

    def __init__(self, folder: Path, model: Model) -> None:
        quads: list[Quad] = []
        for path in sorted(folder.glob("*.ttl")):
            quads += parse_quads(path.read_bytes(), "ttl")
        self._examples = Graph(quads)
        self._codes = Graph(model.quads)

    def of_class(self, iri: str) -> str:
        """Return the fullest example of a class, "" when there is none."""
        for graph in (self._examples, self._codes):
            things = graph.subjects(RDF("type"), iri)
            if things:
                chosen = max(things, key=lambda thing: len(graph.by_subject[thing]))
                return _block(chosen, graph.by_subject[chosen])
        return ""

    def of_property(self, iri: str) -> str:
        """Return one statement with a property, "" when there is none."""
        for graph in (self._examples, self._codes):
            for subject, quads in graph.by_subject.items():
                for quad in quads:
                    if quad.predicate.value == iri:
                        return f"{_short(subject)} {curie(iri)} {_term(quad.object)} ."
        return ""


def _block(subject: str, quads: Iterable[Quad]) -> str:
    """Return what is stated of one thing, its classes first."""
    values: dict[str, list[str]] = {}
    ordered = sorted(quads, key=lambda quad: (quad.predicate != RDF("type"), str(quad)))
    for quad in ordered:
        if quad.object == OWL("NamedIndividual"):
            continue
        name = "a" if quad.predicate == RDF("type") else curie(quad.predicate.value)
        values.setdefault(name, []).append(_term(quad.object))
    lines = [f"{name} {', '.join(terms)}" for name, terms in values.items()]
    return f"{_short(subject)} " + " ;\n    ".join(lines) + " ."


def _term(term: object) -> str:
    if isinstance(term, Literal):
        text = term.value
        if len(text) > _LONG:
            text = text[:_LONG].rsplit(" ", 1)[0] + "…"
        plain = '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
        if term.language:
            return f"{plain}@{term.language}"
        kind = curie(term.datatype.value)
        if kind in {"xsd:integer", "xsd:boolean"}:
            return text
        return plain if kind == "xsd:string" else f"{plain}^^{kind}"
    return _short(term_text(term)) if isinstance(term, NamedNode) else str(term)


def _short(iri: str) -> str:
    """Return an address the way people write it: with a prefix, one for each code list."""
    if iri in CODE:
        scheme, _, code = CODE.local(iri).partition("/")
        return f"{scheme}:{code}" if code else f"<{iri}>"
    if iri.startswith(_BASE):
        return f"<{iri.removeprefix(_BASE)}>"
    name = curie(iri)
    return name if name != iri and "/" not in name else f"<{iri}>"
