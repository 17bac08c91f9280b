"""Things without a title of their own have a name that is made of what is known about them."""

from __future__ import annotations

import pytest

from ogpld.model import Model
from ogpld.rdf import DCTERMS, NS, RDF, RDFS, SCHEMA, SKOS, Literal, NamedNode, Quad, english
from ogpld.sources.fact_index import FactIndex
from ogpld.sources.labels import labels_of

_BASE = "http://localhost:8000/id/"
_GRAPH = NamedNode("http://localhost:8000/graph/test/EST05")


def _node(path: str) -> NamedNode:
    return NamedNode(_BASE + path)


def _quads(titles: dict[str, Literal]) -> list[Quad]:
    """Return what is said of a cluster of a plan without a title, and of its commitments."""
    cluster, plan, member = _node("irm-cluster/C"), _node("action-plan/EST05"), _node("member/EST")
    statements = [
        (cluster, RDF("type"), NS("Cluster")),
        (cluster, NS("plan"), plan),
        (plan, NS("member"), member),
        (plan, NS("cycle"), Literal("2022")),
        (plan, SCHEMA("endDate"), Literal("2024-06-30")),
        (member, SKOS("prefLabel"), english("Estonia")),
    ]
    for key, title in titles.items():
        commitment = _node(f"commitment/{key}")
        statements += [(commitment, NS("cluster"), cluster), (commitment, DCTERMS("title"), title)]
    return [Quad(*statement, _GRAPH) for statement in statements]


@pytest.mark.parametrize(
    ("titles", "label"),
    [
        (
            {"EE2": english("Budgets"), "EE1": english("Open data"), "EE3": english("Lobbying")},
            "Open data and 2 more (Estonia action plan 2022-2024)",
        ),
        ({"EE1": english("Open data")}, "Open data (Estonia action plan 2022-2024)"),
        (
            {"EE1": Literal("Avaandmed", language="et")},
            "EE1 (Estonia action plan 2022-2024)",
        ),
        ({}, "C"),
    ],
)
def test_a_cluster_without_a_title(model: Model, titles: dict[str, Literal], label: str) -> None:
    """It is called by its first commitment, how many more there are, and its plan."""
    facts, cluster = FactIndex.of(_quads(titles)), f"{_BASE}irm-cluster/C"
    together = facts.subjects_by(NS("cluster")).get(cluster, ())
    made = [(name, value) for name, value, _ in labels_of(cluster, facts, model, {}, together)]
    assert made == [(RDFS("label"), english(label))]


def test_a_cluster_of_which_only_some_commitments_are_held(model: Model) -> None:
    """All that a source names for it count."""
    cluster = f"{_BASE}irm-cluster/C"
    named = [
        Quad(NamedNode(cluster), NS("commitmentId"), Literal(f"EE000{number}"), _GRAPH)
        for number in (1, 2, 3)
    ]
    facts = FactIndex.of([*_quads({"EE1": english("Open data")}), *named])
    together = facts.subjects_by(NS("cluster")).get(cluster, ())
    [(_, value, _)] = labels_of(cluster, facts, model, {}, together)
    assert value == english("Open data and 2 more (Estonia action plan 2022-2024)")
