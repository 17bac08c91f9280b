"""Parse what a server sends: Link headers, RDF in each form, JSON-LD with the contexts put in place."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from rdflib import Dataset, Graph
from rdflib.compare import isomorphic
from rdflib.term import BNode

from ogpld.doctor.client import Response
from ogpld.errors import ExaminationLimitError

#: RDF forms by media type: the suffix of their addresses and what rdflib calls them.
RDF_FORMS = {
    "text/turtle": ("ttl", "turtle"),
    "application/ld+json": ("jsonld", "json-ld"),
    "application/n-triples": ("nt", "nt"),
    "application/rdf+xml": ("rdf", "xml"),
}
#: Forms that have named graphs as well; event streams come in them.
_QUAD_FORMS = {"application/trig": "trig", "application/n-quads": "nquads"}
#: Names under which some servers send the same.
_ALIKE = {
    "application/json": "application/ld+json",
    "application/x-turtle": "text/turtle",
    "application/problem+json": "",
}
_LINK = re.compile(r"<([^>]*)>((?:\s*;\s*[\w!#$&+.^`|~*-]+\s*=\s*(?:\"[^\"]*\"|[^\s;,\"]+))*)")
_PARAMETER = re.compile(r";\s*([\w*-]+)\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))")
#: Contexts inside of contexts that are followed.
_DEPTH = 4


class UnreadableError(Exception):
    """A body is not what its type says; the message tells where."""


@dataclass(frozen=True, slots=True)
class HeaderLink:
    """One link of a Link header (RFC 8288), its target made absolute."""

    href: str
    rels: frozenset[str]
    parameters: dict[str, str] = field(default_factory=dict)


def links(reply: Response) -> list[HeaderLink]:
    """Return the links of an answer's header."""
    links_of_header = []
    for match in _LINK.finditer(reply.headers.get("link", "")):
        given = {m[1].lower(): m[2] or m[3] or "" for m in _PARAMETER.finditer(match[2])}
        rels = frozenset(given.pop("rel", "").split())
        links_of_header.append(HeaderLink(urljoin(reply.url, match[1]), rels, given))
    return links_of_header


def links_with_relation(reply: Response, rel: str) -> list[HeaderLink]:
    """Return the links of one relation."""
    return [link for link in links(reply) if rel in link.rels]


def context_addresses(document: Any) -> Iterator[str]:
    """Yield the addresses of contexts a JSON-LD document names."""
    if isinstance(document, list):
        for item in document:
            yield from context_addresses(item)
    elif isinstance(document, dict):
        for name, value in document.items():
            if name == "@context":
                yield from (v for v in _as_list(value) if isinstance(v, str))
            if isinstance(value, dict | list):
                yield from context_addresses(value)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _inline_contexts(
    document: Any, base: str, fetch: Callable[[str], Response], depth: int = 0
) -> Any:
    """Return a document with every context it names put in its place."""
    if depth > _DEPTH * 16:
        raise UnreadableError("JSON-LD nested deeper than is read")
    if isinstance(document, list):
        return [_inline_contexts(item, base, fetch, depth + 1) for item in document]
    if not isinstance(document, dict):
        return document
    made = {}
    for name, value in document.items():
        if name == "@context":
            parts = [_context(v, base, fetch) if isinstance(v, str) else v for v in _as_list(value)]
            made[name] = [p for part in parts for p in _as_list(part)]
        else:
            made[name] = _inline_contexts(value, base, fetch, depth + 1)
    return made


def _context(address: str, base: str, fetch: Callable[[str], Response]) -> Any:
    reply = fetch(urljoin(base, address))
    if not reply.ok:
        raise UnreadableError(f"its context {address} answers {reply.status_line}")
    try:
        context = json.loads(reply.body)["@context"]
    except (ValueError, TypeError, KeyError) as error:
        raise UnreadableError(f"its context {address} is no JSON with @context") from error
    if any(isinstance(part, str) for part in _as_list(context)):
        raise UnreadableError(f"its context {address} names further contexts")
    return context


def media_type(reply: Response) -> str:
    """Return the RDF media type an answer has, "" for another."""
    name = _ALIKE.get(reply.type, reply.type)
    return name if name in RDF_FORMS else ""


def read(reply: Response, fetch: Callable[[str], Response], *, form: str = "") -> Graph:
    """Return the graph of an answer; of a dataset, the union of its graphs.

    Args:
        reply: the answer.
        fetch: asks for a context.
        form: media type to read it as; that of its header if not given.

    Raises:
        UnreadableError: when it is no RDF of that form.
    """
    form = form or media_type(reply)
    if reply.type in _QUAD_FORMS:
        form = reply.type
    if form not in RDF_FORMS and form not in _QUAD_FORMS:
        raise UnreadableError(f"{reply.status_line} is no RDF")
    if reply.cut:
        raise UnreadableError("the body is longer than is read")
    text = reply.text
    if form == "application/rdf+xml" and "<!DOCTYPE" in text:
        raise UnreadableError("RDF/XML with a document type declaration is not read")
    graph = Dataset(default_union=True) if form in _QUAD_FORMS else Graph(bind_namespaces="none")
    name = _QUAD_FORMS.get(form) or RDF_FORMS[form][1]
    quiet = logging.getLogger("rdflib.term")
    before, quiet.level = quiet.level, logging.CRITICAL  # it warns of literals; we are not its log
    try:
        if form == "application/ld+json":
            text = json.dumps(_inline_contexts(json.loads(text), reply.url, fetch))
        graph.parse(data=text, format=name, publicID=reply.url)
    except (UnreadableError, ExaminationLimitError):
        raise
    except Exception as error:  # parsers of rdflib raise whatever comes
        line = str(error).strip().splitlines()[:1]
        raise UnreadableError(
            f"no {form}: {line[0][:160] if line else type(error).__name__}"
        ) from error
    finally:
        quiet.level = before
    return graph


def same(one: Graph, other: Graph) -> bool:
    """Say whether two graphs are isomorphic ; without blank nodes, whether they are equal."""
    if any(isinstance(term, BNode) for triple in one for term in triple):
        return isomorphic(one, other)
    return set(one) == set(other)
