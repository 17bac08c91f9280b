"""Turtle, N-Triples and RDF/XML, by the library's serialisers with our prefixes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from ogpld import xml_output as wellformed
from ogpld.formats.statements import Statements
from ogpld.rdf import PREFIXES, RDF, XSD, rewrite

_LANGUAGE = re.compile(rb'"@[^ "]+ \.$', re.MULTILINE)


def used_prefixes(triples: bytes, prefixes: Mapping[str, str] = PREFIXES) -> dict[str, str]:
    """Return the prefixes whose namespace occurs, so that small documents stay small.

    Args:
        triples: what is to be written, as `canonical_triples` returns it.
        prefixes: namespaces by prefix, each ending in `/` or `#`, none beginning as another.
    """
    names = set(_in_namespaces(tuple(prefixes.values())).findall(triples))
    namespaces = {name.decode() for name in names}
    # datatypes that N-Triples does not write
    if b'" .\n' in triples:
        namespaces.add(XSD.iri)
    if _LANGUAGE.search(triples):
        namespaces.add(RDF.iri)
    return {prefix: iri for prefix, iri in prefixes.items() if iri in namespaces}


@lru_cache(8)
def _in_namespaces(namespaces: tuple[str, ...]) -> re.Pattern[bytes]:
    """Return what finds the namespace of each IRI in N-Triples; texts and other IRIs are passed over."""
    by_site: dict[str, list[str]] = {}  # tried site by site, which takes half the time
    for namespace in namespaces:
        site, slash, rest = re.split("(?<=[^:/])(/)", namespace, maxsplit=1)
        by_site.setdefault(re.escape(site + slash), []).append(re.escape(rest))
    choices = "|".join(f"{site}(?:{'|'.join(rests)})" for site, rests in by_site.items())
    return re.compile(f'".*"|<(?:({choices})|[^>]*>)'.encode())


def write_turtle(statements: Statements) -> bytes:
    """Write Turtle (W3C Recommendation 2014)."""
    return rewrite(statements.ntriples, "ttl", used_prefixes(statements.ntriples))


def write_ntriples(statements: Statements) -> bytes:
    """Write N-Triples (W3C Recommendation 2014), one statement a line, sorted."""
    return statements.ntriples


def write_rdfxml(statements: Statements) -> bytes:
    """Write RDF/XML (W3C Recommendation 2014).

    Raises:
        NotWritableError: where it cannot carry a statement.
    """
    return wellformed.write_rdfxml(statements.triples, used_prefixes(statements.ntriples))
