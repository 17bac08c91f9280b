"""Put what searches found into a query (docs/contract.md#text-search).

Who has the index of the release looks the searches up before a query is run; where the query runs there is
no file. Then VALUES with the hits stand where the searches stood, and the function `ogpld:search` is a look
into a set. What is found is whole, or the query is refused, or the query itself gave a limit.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import pyoxigraph as ox

from ogpld.errors import QuerySearchError
from ogpld.stores.empty_store import SEARCH_FUNCTION
from ogpld.stores.search_forms import Search, SearchPattern, Syntax
from ogpld.stores.search_patterns import SearchReading, read_searches
from ogpld.stores.tokens import place, refusal, replaced

#: IRI of a thing, score from 0 to 1, one of its names, language of that name ("" for none).
Hit = tuple[str, float, str, str]
#: Hits by how a text is read and the text; the best first.
Hits = Mapping[tuple[str, str], Sequence[Hit]]
#: Say whether the default graph of the release has a statement.
States = Callable[[ox.NamedNode, ox.NamedNode, ox.Literal], bool]
#: What the engine calls with the values of the arguments.
Function = Callable[..., ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None]


class NameLookup(Protocol):
    """What finds the names that have some words."""

    @property
    def properties(self) -> Collection[str]:
        """IRIs of the properties whose values are names."""

    def __call__(self, text: str, syntax: Syntax, most: int) -> Sequence[Hit]:
        """Return the names with the words of a text: one hit for each thing and name, the best first.

        Raises:
            QuerySearchError: for a text that cannot be looked for, or more than `most` hits.
        """


@dataclass(frozen=True, slots=True)
class SearchedQuery:
    """A query in which what was found has its place.

    Attributes:
        text: the query.
        functions: what it may call beside the functions of SPARQL.
    """

    text: str
    functions: dict[ox.NamedNode, Function] = field(default_factory=dict)


def look_up(
    text: str, base: str, lookup: NameLookup | None, *, searches: int, hits: int
) -> dict[tuple[str, str], Sequence[Hit]] | None:
    """Return what the searches of a query find, None for a query without any.

    Args:
        text: a query.
        base: IRI that relative ones are resolved against.
        lookup: finds names; None where there is no index.
        searches: searches that a query may have.
        hits: hits that each of them may have.

    Raises:
        QuerySearchError: for a search that is none, or past a bound.
        QueryError: for text that has no tokens.
    """
    reading = read_searches(text, base)
    if reading is None:
        return None
    if len(reading.searches) > searches:
        raise refusal(
            QuerySearchError,
            place(text, reading.searches[searches].start),
            f"the query has more than {searches:,} searches for words",
            "split it into several queries",
        )
    results: dict[tuple[str, str], Sequence[Hit]] = {}
    for search in reading.searches:
        if lookup is None:
            raise refusal(
                QuerySearchError,
                place(text, search.start),
                "there is no index of names here",
                "ask a server, or `ogpld query`",
            )
        if unknown := set(search.properties) - set(lookup.properties):
            raise refusal(
                QuerySearchError,
                place(text, search.start),
                f"{_named(unknown)} states no names that are looked through",
                f"there are {_named(lookup.properties)}",
            )
        key = (search.syntax, search.text)
        if key not in results:
            try:
                results[key] = lookup(search.text, search.syntax, hits)
            except QuerySearchError as error:
                where = place(text, search.start)
                raise refusal(QuerySearchError, where, error.message, error.hint) from None
    return results


def put_hits(text: str, base: str, hits: Hits, states: States) -> SearchedQuery:
    """Return a query with what its searches found.

    Args:
        text: a query.
        base: IRI that relative ones are resolved against.
        hits: what `look_up` returned for it.
        states: says whether the default graph of the release has a statement.
    """
    reading = read_searches(text, base)
    if reading is None:
        return SearchedQuery(text)
    edits = [(start, end, " ") for start, end in reading.deletions]
    edits += [
        (pattern.start, pattern.start, _values(pattern, _matching(pattern.search, hits, states)))
        for pattern in reading.patterns
    ]
    return SearchedQuery(replaced(text, edits), _functions(reading, hits))


def to_json(hits: Hits | None) -> list[Any] | None:
    """Return hits as a message has them."""
    return None if hits is None else [[*key, list(rows)] for key, rows in hits.items()]


def from_json(rows: list[Any] | None) -> dict[tuple[str, str], Sequence[Hit]] | None:
    """Return the hits of a message."""
    return None if rows is None else {(syntax, text): hits for syntax, text, hits in rows}


def _matching(search: Search, hits: Hits, states: States) -> Sequence[Hit]:
    """Return the hits of a search, of those names only that its properties state."""
    names = hits[search.syntax, search.text]
    if not search.properties:
        return names
    properties = [ox.NamedNode(iri) for iri in search.properties]
    return [
        hit
        for hit in names
        if any(states(ox.NamedNode(hit[0]), iri, _literal(hit)) for iri in properties)
    ]


def _values(pattern: SearchPattern, hits: Sequence[Hit]) -> str:
    """Return the solutions of a pattern as VALUES: distinct, the best first, as many as its limit."""
    rows: dict[tuple[str, str], Hit] = {}
    for hit in hits:
        name = str(_literal(hit)) if pattern.name else ""
        rows.setdefault((hit[0] if pattern.thing else "", name), hit)
    wanted = pattern.thing if pattern.thing.startswith("<") else ""
    variables = [term for term in (pattern.thing, pattern.score, pattern.name) if term]
    variables = variables[1:] if wanted else variables
    lines = []
    for (thing, name), hit in list(rows.items())[: pattern.search.limit]:
        if wanted and wanted != f"<{thing}>":
            continue
        cells = [f"<{thing}>"] if pattern.thing and not wanted else []
        cells += [f"{hit[1]:.2f}"] if pattern.score else []
        cells += [name] if pattern.name else []
        lines.append(f"({' '.join(cells)})")
    return f" VALUES ({' '.join(variables)}) {{ {' '.join(lines)} }} "


def _literal(hit: Hit) -> ox.Literal:
    return ox.Literal(hit[2], language=hit[3]) if hit[3] else ox.Literal(hit[2])


def _functions(reading: SearchReading, hits: Hits) -> dict[ox.NamedNode, Function]:
    """Return the function of searches, where the query calls it."""
    things = {
        search.text: {hit[0] for hit in hits[search.syntax, search.text]}
        for search in reading.searches
        if search.syntax == "beginnings"
    }

    def is_called(thing: ox.NamedNode | ox.BlankNode | ox.Literal, words: ox.Literal) -> ox.Literal:
        return ox.Literal(isinstance(thing, ox.NamedNode) and thing.value in things[words.value])

    return {ox.NamedNode(SEARCH_FUNCTION): is_called} if things else {}


def _named(iris: Collection[str]) -> str:
    return ", ".join(f"<{iri}>" for iri in sorted(iris))
