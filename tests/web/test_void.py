"""Counts that descriptions state are those that a query at the endpoint counts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rdflib import FOAF, RDF, VOID, Graph, Namespace, URIRef
from support.running import Server

BASE = "http://localhost:8000/"
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
WHOLE = URIRef(f"{BASE}dataset/ogpld")


def rows(server: Server, query: str, endpoint: str = "/sparql") -> list[dict[str, str]]:
    """Return the rows of a query, a text for each variable."""
    accept = {"Accept": "application/sparql-results+json"}
    answer = server.get(endpoint, params={"query": query}, headers=accept)
    assert answer.status_code == 200, answer.text
    bindings = answer.json()["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in bindings]


def number(server: Server, counted: str, pattern: str, endpoint: str = "/sparql") -> int:
    """Count what fits a pattern."""
    [row] = rows(server, f"SELECT (COUNT({counted}) AS ?n) {{ {pattern} }}", endpoint)
    return int(row["n"])


@pytest.fixture(scope="module", params=["dumped_server", "sheet_server"])
def counted(request: pytest.FixtureRequest) -> Server:
    """A server over the shipped data, and one over OGP's sheet as well."""
    server: Server = request.getfixturevalue(request.param)
    return server


def described(server: Server, path: str) -> Graph:
    """Return a description in Turtle."""
    answer = server.get(path, headers={"Accept": "text/turtle"})
    assert answer.status_code == 200
    return Graph().parse(data=answer.text, format="turtle")


def stated(graph: Graph, subject: object, name: str) -> int:
    """Return a number that a description states."""
    return int(str(graph.value(subject, VOID[name])))  # type: ignore[arg-type]


def endpoints(server: Server) -> Iterator[str]:
    """Yield the endpoint, and that of the release by its name."""
    yield "/sparql"
    yield f"/release/{server.get('/healthz').json()['release']}/sparql"


def test_catalogue_and_dataset_are_two_things(counted: Server) -> None:
    """What is inverse functional in FOAF has a value with one thing only."""
    graph = described(counted, "/catalog") + described(counted, "/.well-known/void")
    for prop in (FOAF.homepage, FOAF.isPrimaryTopicOf, FOAF.mbox, FOAF.logo):
        owners: dict[object, set[object]] = {}
        for subject, value in graph.subject_objects(prop):
            owners.setdefault(value, set()).add(subject)
        assert all(len(subjects) == 1 for subjects in owners.values()), (prop, owners)
    assert graph.value(URIRef(f"{BASE}catalog"), FOAF.homepage) == URIRef(BASE)


def test_the_whole_dataset(counted: Server) -> None:
    """Statements, subjects, classes and properties, of the release in service and of each release."""
    void = described(counted, "/.well-known/void")
    for endpoint in endpoints(counted):
        for name, what, pattern in (
            ("triples", "*", "?s ?p ?o"),
            ("distinctSubjects", "DISTINCT ?s", "?s ?p ?o"),
            ("properties", "DISTINCT ?p", "?s ?p ?o"),
            ("classes", "DISTINCT ?c", "?s a ?c"),
        ):
            assert stated(void, WHOLE, name) == number(counted, what, pattern, endpoint), name
            query = f"SELECT ?n {{ <{WHOLE}> <{VOID[name]}> ?n }}"
            assert [int(row["n"]) for row in rows(counted, query, endpoint)] == [
                stated(void, WHOLE, name)
            ]


def test_entities_are_what_the_pattern_fits(counted: Server) -> None:
    """VoID 4.6.1: an entity is a resource whose address the pattern fits."""
    void = described(counted, "/.well-known/void")
    pattern = str(void.value(WHOLE, VOID.uriRegexPattern)).replace("\\", "\\\\")
    what = f'?s ?p ?o FILTER(REGEX(STR(?s), "{pattern}"))'
    assert stated(void, WHOLE, "entities") == number(counted, "DISTINCT ?s", what)


def test_each_partition(counted: Server) -> None:
    """Things by class, statements by property, and by class and property: every one, and no other."""
    void = described(counted, "/.well-known/void")
    properties = {
        str(void.value(part, VOID.property)): stated(void, part, "triples")
        for part in void.objects(WHOLE, VOID.propertyPartition)
    }
    counts = rows(counted, "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p")
    assert properties == {row["p"]: int(row["n"]) for row in counts}
    classes = {
        str(void.value(part, VOID["class"])): stated(void, part, "entities")
        for part in void.objects(WHOLE, VOID.classPartition)
    }
    counts = rows(counted, "SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c")
    assert classes == {row["c"]: int(row["n"]) for row in counts}
    used = {
        (str(void.value(whole, VOID["class"])), str(void.value(part, VOID.property))): stated(
            void, part, "triples"
        )
        for whole in void.objects(WHOLE, VOID.classPartition)
        for part in void.objects(whole, VOID.propertyPartition)
    }
    counts = rows(counted, "SELECT ?c ?p (COUNT(*) AS ?n) { ?s a ?c ; ?p ?o } GROUP BY ?c ?p")
    assert used == {(row["c"], row["p"]): int(row["n"]) for row in counts}


def test_each_linkset(counted: Server) -> None:
    """A linkset has the statements of its graph, with its property, that lead to its target."""
    void = described(counted, "/.well-known/void")
    links = list(void.objects(WHOLE, VOID.subset))
    assert len(links) > 2
    for link in links:
        site = void.value(void.value(link, VOID.objectsTarget), VOID.uriSpace)
        name = void.value(link, VOID.linkPredicate)
        pattern = f'GRAPH <{link}> {{ ?s <{name}> ?o FILTER(STRSTARTS(STR(?o), "{site}")) }}'
        assert stated(void, link, "triples") == number(counted, "*", pattern)


def test_each_named_graph(counted: Server) -> None:
    """The service description states of each graph how many statements it has; of the default graph too."""
    service = described(counted, "/sparql")
    graphs = {
        str(name): stated(service, name, "triples") for name in service.subjects(RDF.type, SD.Graph)
    }
    default = graphs.pop(f"{BASE}sparql#default-graph")
    assert default == number(counted, "*", "?s ?p ?o")
    counts = rows(counted, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    assert graphs == {row["g"]: int(row["n"]) for row in counts}
