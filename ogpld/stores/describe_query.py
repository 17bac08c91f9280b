"""What a DESCRIBE query asks for, found on its tokens.

SPARQL 1.1 section 16.4 leaves to the publisher what describes a thing; here it is what the release says in
the thing's document (docs/contract.md#documents), with all that points at the thing and without what the
document says of itself. The things are found by SELECT queries made from the same text, which leaves
prefixes, datasets and modifiers as the caller wrote them. Where a query names a data set, they are described
by its default graph.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from ogpld.stores import Query
from ogpld.stores.describe import Statement
from ogpld.stores.named_dataset import graph_names
from ogpld.stores.tokens import Token, scan

_PROLOGUE = frozenset({"PREFIX", "BASE", "VERSION"})
_TARGETS = frozenset({"iri", "name", "variable"})


@dataclass(frozen=True, slots=True)
class Described:
    """The SELECT queries that give the things; "" where there is none of the kind.

    Attributes:
        fixed: yields one solution with the IRIs the query names.
        select: yields the values of its variables.
        graphs: yields one solution with the graphs that FROM names as the default graph.
        has_dataset: whether FROM or FROM NAMED stands in the query.
    """

    fixed: str = ""
    select: str = ""
    graphs: str = ""
    has_dataset: bool = False


def read_describe(text: str) -> Described | None:
    """Return what a DESCRIBE query asks for, None for every other query.

    Raises:
        QuerySyntaxError: for text that has no tokens.
    """
    tokens = scan(text)
    verb = next((t for t in tokens if t.kind == "word" and t.keyword not in _PROLOGUE), None)
    if verb is None or verb.keyword != "DESCRIBE":
        return None
    targets: list[Token] = []
    rest: Token | None = None
    for token in tokens:
        if token.kind not in _TARGETS and token.text != "*":
            rest = token
            break
        targets.append(token)
    prologue = text[: verb.start]
    body = text[rest.start :] if rest else ""
    iris = [t.text for t in targets if t.kind in {"iri", "name"}]
    variables = [t.text for t in targets if t.kind == "variable" or t.text == "*"]
    has_pattern = rest is not None and any(
        t.text == "{"
        for t in scan(body)  # without a pattern no variable is ever bound
    )
    return Described(
        fixed=_constants(prologue, iris),
        graphs=_constants(prologue, _default_graphs(body)),
        has_dataset=rest is not None and rest.keyword == "FROM",
        select=f"{prologue} SELECT DISTINCT {' '.join(variables)} {body}"
        if variables and has_pattern
        else "",
    )


def described(
    wanted: Described,
    query: Query,
    iris: Callable[[Sequence[str]], list[str]],
    describe: Callable[
        [str, int, list[ox.NamedNode] | None], tuple[set[Statement], dict[str, int]]
    ],
    most: int,
) -> list[ox.Triple]:
    """Return what the documents of the things say, sorted; more than `most` where there is more.

    Args:
        wanted: what the query asks for.
        query: the query, with the data set of its request.
        iris: yields the IRIs that SELECT queries give, in order.
        describe: reads the document of a thing, with how many links, over a data set where one is named.
        most: how many statements an answer may have.

    Raises:
        QueryError: `dataset-iri`, for a graph of the request that is not an absolute IRI.
    """
    dataset = None
    if query.default_graphs or query.named_graphs:
        dataset = graph_names(query.default_graphs)
    elif wanted.has_dataset:
        dataset = [*map(ox.NamedNode, iris([wanted.graphs]))]
    triples: set[ox.Triple] = set()
    for iri in iris([wanted.fixed, wanted.select]):
        # a document may begin a list and name the rest; an answer is complete or an error
        statements, _ = describe(iri, most + 1, dataset)
        triples.update(quad.triple for quad, _ in statements)
        if len(triples) > most:
            break
    return sorted(triples, key=str)


def _constants(prologue: str, iris: Sequence[str]) -> str:
    """Return the query that yields IRIs as they are written, "" for none."""
    columns = " ".join(f"({iri} AS ?iri{number})" for number, iri in enumerate(iris))
    return f"{prologue} SELECT {columns} {{}}" if columns else ""


def _default_graphs(body: str) -> list[str]:
    """Return the graphs of the dataset clauses with which a text begins, but those of FROM NAMED."""
    graphs, tokens = [], iter(scan(body))
    while (token := next(tokens, None)) is not None and token.keyword == "FROM":
        graph = next(tokens, None)
        if graph is not None and graph.keyword == "NAMED":
            next(tokens, None)
        elif graph is not None:
            graphs.append(graph.text)
    return graphs
