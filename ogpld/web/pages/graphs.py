"""A graph of a release as the vocabulary pages read it: by subject, and from value to subject.

For graphs that say how the data is to be read (ontology, shapes, code lists, examples), which are
small; never for the data itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ogpld.language_tags import nearest_label
from ogpld.queries import load
from ogpld.rdf import DCTERMS, OWL, PREFIXES, RDF, Literal, NamedNode, Quad, parse_quads, term_text
from ogpld.stores import Query
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.pages.links import outside_host
from ogpld.web.pages.tables import Value

_FIRST, _REST = RDF("first"), RDF("rest")


class Graph:
    """Statements by subject; blank nodes are named like everything else."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.by_subject: dict[str, list[Quad]] = {}
        self._by_value: dict[tuple[str, str], list[str]] = {}
        for quad in sorted(quads, key=str):
            subject, value = term_text(quad.subject), term_text(quad.object)
            self.by_subject.setdefault(subject, []).append(quad)
            self._by_value.setdefault((quad.predicate.value, value), []).append(subject)

    def terms(self, subject: str, predicate: NamedNode) -> list[object]:
        """Return the objects of a property."""
        return [q.object for q in self.by_subject.get(subject, ()) if q.predicate == predicate]

    def texts(self, subject: str, predicate: NamedNode) -> list[str]:
        """Return the objects of a property as text: IRIs, names of blank nodes, texts."""
        literals = (q for q in self.by_subject.get(subject, ()) if q.predicate == predicate)
        return list(dict.fromkeys(term_text(q.object) for q in literals))

    def text(self, subject: str, predicate: NamedNode) -> str:
        """Return the text of a property for a reader of English, else its first IRI, "" for none."""
        values = self.terms(subject, predicate)
        if texts := [value for value in values if isinstance(value, Literal)]:
            return nearest_label(texts).value
        return next((value.value for value in values if isinstance(value, NamedNode)), "")

    def subjects(self, predicate: NamedNode, value: str) -> list[str]:
        """Return what has a value."""
        return list(dict.fromkeys(self._by_value.get((predicate.value, value), ())))

    def items(self, head: str) -> Iterator[str]:
        """Yield the members of a list."""
        seen = set()
        while head and head != RDF("nil").value and head not in seen:
            seen.add(head)
            yield from self.texts(head, _FIRST)
            head = next(iter(self.texts(head, _REST)), "")

    def deprecated(self, subject: str) -> bool:
        """Say whether a term or code is out of use, or another has come in its place."""
        replaced = self.texts(subject, DCTERMS("isReplacedBy"))
        return bool(replaced) or "true" in self.texts(subject, OWL("deprecated"))


def read_graph(serving: OpenRelease, name: str) -> Graph:
    """Return the ontology or the shapes of the release in service, kept while there is room."""

    def read() -> Graph:
        query = Query(load("graph"), ("", "nt"), default_graphs=(serving.iris.graph(name).value,))
        return Graph(parse_quads(serving.store.answer(query, trusted=True).body, "nt"))

    return serving.cached(("graph", name), read)


def curie(iri: str) -> str:
    """Return a term with our prefix for its vocabulary, else the whole IRI."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and iri != namespace:
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def outside(iri: str) -> Value:
    """Return a link to a term of another vocabulary; only http and https addresses lead anywhere."""
    return Value(curie(iri), iri if outside_host(iri) else "", language="")
