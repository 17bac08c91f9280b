"""Draw a sample of what the catalogue describes, and ask for all addresses of those drawn.

A data set or distribution of which only some addresses were asked for could not be judged. Examinations
that are repeated draw the same ones.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain

from rdflib import Graph, URIRef
from rdflib.term import Node

from ogpld.doctor.terms import DCAT, RDF


def datasets(graph: Graph) -> list[Node]:
    """Return the data sets of a catalogue."""
    return sorted(set(graph.subjects(RDF.type, DCAT.Dataset)), key=str)


def distributions(graph: Graph) -> list[Node]:
    """Return the distributions of the data sets of a catalogue."""
    every = {d for node in datasets(graph) for d in graph.objects(node, DCAT.distribution)}
    return sorted(every, key=str)


def _evenly(nodes: Sequence[Node], number: int) -> list[Node]:
    """Return as many nodes from the middles of equal parts."""
    return [nodes[(2 * at + 1) * len(nodes) // (2 * number)] for at in range(number)]


def _draw(
    graph: Graph,
    name: URIRef,
    nodes: Collection[Node],
    most: int,
    other: AbstractSet[str] = frozenset(),
) -> list[Node]:
    """Return those of the nodes with the property whose addresses are to be asked for.

    At even distances of their order, in which those with fewer addresses come first: each number of
    addresses has its share, and one with very many does not use up the limit. No more are drawn than
    have as many addresses as the limit allows beyond those that are asked for anyway; but one is.
    """
    values = {node: sorted({str(o) for o in graph.objects(node, name)}) for node in nodes}
    order = sorted(
        (n for n in nodes if values[n]), key=lambda n: (len(values[n]), values[n], str(n))
    )
    number = len(set(chain.from_iterable(values.values())) - other)
    if number <= most:
        return order
    if most < 1:
        return []
    drawn = max(1, len(order) * most // number)
    while True:
        sample = _evenly(order, drawn)
        new = set(chain.from_iterable(values[n] for n in sample)) - other
        if len(new) <= most or drawn == 1:
            return sample
        drawn -= max(1, drawn // 20)


def judged_nodes(graph: Graph, name: URIRef, nodes: Sequence[Node], most: int) -> list[Node]:
    """Return those of the nodes that are judged by the addresses they have in a property.

    Those without one are judged in the same share as those that have one: both make the score.
    """
    having = {node for node in nodes if (node, name, None) in graph}
    drawn = _draw(graph, name, having, most)
    if len(drawn) == len(having):
        return list(nodes)
    lacking = [node for node in nodes if node not in having]
    judged = {*drawn, *_evenly(lacking, round(len(lacking) * len(drawn) / len(having)))}
    return [node for node in nodes if node in judged]


def _addresses(graph: Graph, name: URIRef, nodes: Collection[Node]) -> set[str]:
    return {
        str(o)
        for node in nodes
        for o in graph.objects(node, name)
        if isinstance(o, URIRef) and str(o).startswith(("http://", "https://"))
    }


def addresses(graph: Graph, name: URIRef, most: int) -> tuple[set[str], int]:
    """Return the addresses of a property to ask for, and how many there are.

    They are those by which distributions are judged; what no data set has as its distribution is asked
    for where the limit leaves something.
    """
    having = set(graph.subjects(name, None))
    scored = having.intersection(distributions(graph))
    drawn = _draw(graph, name, scored, most)
    first = {str(o) for node in drawn for o in graph.objects(node, name)}
    drawn += _draw(graph, name, having - scored, most - len(first), first)
    return _addresses(graph, name, drawn), len(_addresses(graph, name, having))
