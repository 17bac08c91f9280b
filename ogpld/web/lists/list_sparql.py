"""A list as the SPARQL query that gives its things: the same filters, to go on from there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ogpld.model.facets import CODE, THING, Facet
from ogpld.rdf import Literal, compact, prologue
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.lists.list_index import class_of, facets
from ogpld.web.lists.list_request import UNKNOWN, ListRequest

#: Parameters that a query says, and the order, which it need not.
_OF_QUERIES = frozenset({"all", "q", "sort", "type"})


def list_query(serving: OpenRelease, list_request: ListRequest) -> str:
    """Return a query whose `?thing` are the things of the list; "" for one that SPARQL cannot say.

    That is a list of what changed since a time: the change log is not in the data. The order is not said.
    """
    if list_request.names() - _OF_QUERIES:
        return ""
    definition = class_of(serving, list_request.name)
    beginning = Literal(f"{serving.iris.base}id/{definition.segment}/")
    by_key = facets(serving, list_request.name)
    lines = [
        f"  ?thing a {compact(definition.iri)} .",
        f"  FILTER(STRSTARTS(STR(?thing), {beginning}))",
    ]
    if list_request.text:
        lines.append(f"  FILTER(ogpld:search(?thing, {Literal(list_request.text)}))")
    for number, (key, wanted) in enumerate(list_request.filters.items()):
        together = key in list_request.all_of
        lines += _filter(by_key[key], wanted, f"?v{number}", together=together)
    lines.append('  OPTIONAL { ?thing rdfs:label ?label . FILTER(LANG(?label) = "en") }')
    lines.append("  OPTIONAL { ?thing rdfs:label ?label }")
    body = "\n".join(lines)
    return f"{prologue(body)}SELECT DISTINCT ?thing ?label WHERE {{\n{body}\n}}\nORDER BY ?thing\n"


def _filter(facet: Facet, wanted: Sequence[str], variable: str, *, together: bool) -> Iterator[str]:
    """Yield the lines that leave what has one of the values, or all of them."""
    path = "|".join("/".join(map(compact, steps)) for steps in facet.paths)
    values = [value for value in wanted if value != UNKNOWN]
    yield f"  # {facet.title}"
    if facet.first and together:  # it has one value
        yield "  FILTER(false)"
    elif facet.first:
        yield from _first(facet, variable)
        none = [f"!BOUND({variable})"] if len(values) < len(wanted) else []
        one_of = [_is_one_of(facet, values, variable)] if values else []
        yield f"  FILTER({' || '.join([*none, *one_of])})"
    elif together:
        if len(values) < len(wanted):  # nothing has a value and has none
            yield "  FILTER(false)"
        for number, value in enumerate(values):
            yield from _one_of(facet, path, [value], f"{variable}_{number}")
    elif not values:
        yield f"  FILTER NOT EXISTS {{ {_has(facet, path, variable)} }}"
    elif len(values) < len(wanted):
        yield f"  OPTIONAL {{ {_has(facet, path, variable)} }}"
        yield f"  FILTER(!BOUND({variable}) || {_is_one_of(facet, values, variable)})"
    else:
        yield from _one_of(facet, path, values, variable)


def _has(facet: Facet, path: str, variable: str) -> str:
    """Return the patterns that bind each value."""
    of_class = f" . {variable} a {compact(facet.of_class)}" if facet.of_class else ""
    return f"?thing {path} {variable}{of_class}"


def _first(facet: Facet, variable: str) -> Iterator[str]:
    """Yield the lines that bind the value to which the first way leads that leads to one."""
    each = [f"{variable}_{number}" for number in range(len(facet.paths))]
    for steps, one in zip(facet.paths, each, strict=True):
        yield f"  OPTIONAL {{ ?thing {'/'.join(map(compact, steps))} {one} }}"
    yield f"  BIND(COALESCE({', '.join(each)}) AS {variable})"


def _one_of(facet: Facet, path: str, values: Sequence[str], variable: str) -> Iterator[str]:
    if facet.kind in {CODE, THING}:
        yield f"  VALUES {variable} {{ {' '.join(map(compact, values))} }}"
        yield f"  ?thing {path} {variable} ."
    else:
        yield f"  ?thing {path} {variable} . FILTER({_is_one_of(facet, values, variable)})"


def _is_one_of(facet: Facet, values: Sequence[str], variable: str) -> str:
    if facet.kind in {CODE, THING}:
        return f"{variable} IN ({', '.join(map(compact, values))})"
    return f"STR({variable}) IN ({', '.join(str(Literal(value)) for value in values)})"
