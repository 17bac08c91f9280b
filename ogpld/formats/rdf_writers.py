"""Turtle, N-Triples and RDF/XML, by the library's serialisers with our prefixes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ogpld import xml_output as wellformed
from ogpld.formats.statements import Statements
from ogpld.rdf import PREFIXES, Literal, Quad, Triple, serialise, term_text


def used_prefixes(
    triples: Sequence[Triple | Quad], prefixes: Mapping[str, str] = PREFIXES
) -> dict[str, str]:
    """Return the prefixes whose namespace occurs, so that small documents stay small.

    Args:
        triples: what is to be written.
        prefixes: namespaces by prefix, each ending in `/` or `#`.
    """
    iris = set()
    for triple in triples:
        value = triple.object
        iris |= {term_text(triple.subject), triple.predicate.value}
        iris.add(value.datatype.value if isinstance(value, Literal) else term_text(value))
    namespaces = {iri[: max(iri.rfind("/"), iri.rfind("#")) + 1] for iri in iris}
    text = "\n".join(("", *namespaces))  # no IRI has a line break
    return {prefix: namespace for prefix, namespace in prefixes.items() if f"\n{namespace}" in text}


def write_turtle(statements: Statements) -> bytes:
    """Write Turtle (W3C Recommendation 2014)."""
    return serialise(statements.triples, "ttl", used_prefixes(statements.triples))


def write_ntriples(statements: Statements) -> bytes:
    """Write N-Triples (W3C Recommendation 2014), one statement a line, sorted."""
    return serialise(statements.triples, "nt")


def write_rdfxml(statements: Statements) -> bytes:
    """Write RDF/XML (W3C Recommendation 2014).

    Raises:
        NotWritableError: where it cannot carry a statement.
    """
    return wellformed.write_rdfxml(statements.triples, used_prefixes(statements.triples))
