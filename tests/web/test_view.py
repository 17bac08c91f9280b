"""The page of a thing: order, marks, parts, what points here, and values that mean harm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.rdf import CODE, DCTERMS, FOAF, NS, RDFS, Literal, NamedNode, Quad, parse_quads
from ogpld.web.http.wordings import wording_of
from ogpld.web.pages.links import MARKS, Description, Property, local_path, outside_host
from ogpld.web.pages.tables import Table, Value
from ogpld.web.pages.thing import Page, make_page
from ogpld.wording import write_in

IRIS = Iris("http://localhost:8000/")
EE0050 = IRIS.thing("commitment", "EE0050").value

PREFIXES = """
@base <http://localhost:8000/id/> .
@prefix ogpld: <https://w3id.org/ogpld/ns#> . @prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix area: <https://w3id.org/ogpld/code/policy-area/> .
@prefix completion: <https://w3id.org/ogpld/code/completion/> .
@prefix total: <https://w3id.org/ogpld/code/total/> .
"""

#: Facts of the tables, by the graph that states them, as the store describes EE0050.
COMMITMENT = {
    "estonia/EST04": """
        <commitment/EE0050> a ogpld:Commitment ; dcterms:identifier "EE0050" ;
          dcterms:title "Riigikogu Transparency"@en ; ogpld:member <member/EST> ;
          ogpld:plan <action-plan/EST04> ; ogpld:theme "open and inclusive policy-making"@en ;
          ogpld:policyArea area:open-data , area:open-parliaments ; ogpld:leadText "Riigikogu"@und ;
          schema:startDate "2018-07"^^xsd:gYearMonth ; schema:endDate "2020-06-30"^^xsd:date ;
          foaf:page <https://opengovpartnership.org/members/estonia/commitments/ee0050> ;
          prov:wasDerivedFrom <http://localhost:8000/source/estonia/estonia.csv#row=25> .
        <milestone/EE0050-m10> ogpld:commitment <commitment/EE0050> .
        <milestone/EE0050-m2> ogpld:commitment <commitment/EE0050> .
        <assessment/EE0050-completion-results-report> ogpld:assesses <commitment/EE0050> .
        <assessment/EE0050-starred-design-report> ogpld:assesses <commitment/EE0050> .
        <commitment/EE0050> <http://vocabulary.example/oddThing> "kept"@en .""",
    "derived/EST04": """
        <commitment/EE0050> rdfs:label "Riigikogu Transparency"@en ; ogpld:completion completion:complete ;
          ogpld:highCompletion true ; ogpld:earliestStart "2018-07-01"^^xsd:date .
        <member/EST> rdfs:label "Estonia"@en .
        <milestone/EE0050-m2> rdfs:label "Riigikogu open data constantly available"@en .
        <milestone/EE0050-m10> rdfs:label "A later step"@en .
        <assessment/EE0050-completion-results-report>
          rdfs:label "EE0050: Completion (end of term): Complete"@en .
        <assessment/EE0050-starred-design-report>
          rdfs:label "EE0050: Star (mid-term): no value (not applicable)"@en .""",
    "reconciled/institutions": """
        <commitment/EE0050> ogpld:lead <institution/EST-riigikogu> .
        <institution/EST-riigikogu> rdfs:label "Riigikogu"@et .""",
    "codes": """
        area:open-data rdfs:label "Open Data"@en . completion:complete rdfs:label "Complete"@en .""",
}


def quads_of(graphs: Mapping[str, str]) -> list[Quad]:
    """Return the Turtle of each graph as quads."""
    return [
        Quad(quad.subject, quad.predicate, quad.object, IRIS.graph(*name.split("/")))
        for name, turtle in graphs.items()
        for quad in parse_quads(PREFIXES + turtle, "ttl")
    ]


def page_of(
    model: Model, graphs: Mapping[str, str], root: str, counts: Mapping[str, int] | None = None
) -> Page:
    """Return the page of a thing described by Turtle."""
    return make_page(Description(quads_of(graphs), root, model, IRIS), counts or {})


@pytest.fixture(scope="module")
def page(model: Model) -> Page:
    """The page of EE0050."""
    counts = {NS("commitment").value: 12, NS("assesses").value: 2}
    return page_of(model, COMMITMENT, EE0050, counts)


def by_label(page: Page) -> dict[str, Property]:
    """Return the properties of a page by name."""
    return {p.name: p for section in page.sections for p in section.properties}


def values(page: Page) -> Iterator[Value]:
    """Yield every value of a page that may be a link."""
    for section in page.sections:
        for prop in section.properties:
            yield from prop.values
    for incoming in page.incoming:
        for group in incoming.groups:
            yield from cells(group.table)


def cells(table: Table) -> Iterator[Value]:
    """Yield the values of a table."""
    for row in table.rows:
        for cell in row.cells:
            yield from cell


def test_shapes_say_order_and_headings(page: Page, model: Model) -> None:
    """Groups in their order, properties in theirs, what no shape knows last."""
    titles = [section.title for section in page.sections]
    labels = [g.label for g in sorted(model.groups.values(), key=lambda g: g.order)]
    assert titles == [t for t in labels if t in titles] + ["Further statements"]
    assert titles[0] == "Identification"
    names = list(by_label(page))
    assert names.index("Title") < names.index("OGP id") < names.index("Theme")
    assert names[-1] == "Odd thing"
    assert by_label(page)["Theme"].description
    assert by_label(page)["Theme"].href == "/shapes#Commitment-theme"


def test_what_no_source_says_is_marked(page: Page) -> None:
    """Computed and reconciled statements are told from those of a source."""
    properties = by_label(page)
    assert [v.mark for v in properties["Completion at the end of the term"].values] == ["computed"]
    assert [v.mark for v in properties["Lead"].values] == ["reconciled"]
    assert {v.mark for v in properties["Title"].values} == {""}
    assert page.marks == set(MARKS.values())


def test_a_statement_a_source_makes_too_is_not_marked(model: Model) -> None:
    """What is read and computed alike stands once, as read."""
    both = {
        "estonia/EST04": "<commitment/EE0050> a ogpld:Commitment ; ogpld:starred true .",
        "derived/EST04": "<commitment/EE0050> ogpld:starred true .",
    }
    starred = by_label(page_of(model, both, EE0050))["Starred (current formula)"]
    assert starred.values == (Value("yes", language=""),)


def test_values_read_as_people_write(page: Page) -> None:
    """Labels for links, yes and no, dates as exact as they are."""
    properties = by_label(page)
    assert properties["Member"].values == (Value("Estonia", "/doc/member/EST", language="en"),)
    assert properties["High completion"].values[0].text == "yes"
    assert properties["Start"].values[0].text == "2018-07"
    assert properties["Policy areas"].values[0].href == "/code/policy-area/open-data"
    assert properties["Page"].values[0].outside == "opengovpartnership.org"
    assert properties["Lead"].values[0].language == "et"
    assert (page.title.text, page.kinds) == ("Riigikogu Transparency", ("Commitment",))


def test_texts_stand_by_language(model: Model) -> None:
    """English first, then texts of unknown language, then each other language."""
    texts = {
        "institutions/EST": """
        <institution/EST-x> a ogpld:Institution ; skos:altLabel "d"@en , "b"@fr , "a"@fr , "c"@und , "e"@et .""",
    }
    page = page_of(model, texts, IRIS.thing("institution", "EST-x").value)
    (names,) = by_label(page).values()
    assert [(v.language, v.text) for v in names.values] == [
        ("en", "d"),
        ("und", "c"),
        ("et", "e"),
        ("fr", "a"),
        ("fr", "b"),
    ]


def test_sources_that_differ_are_named(model: Model) -> None:
    """Two years of joining, each with the graph that states it; one alone needs none."""
    member = {
        "members/EST": '<member/EST> a ogpld:Member ; ogpld:joined "2011"^^xsd:gYear ; ogpld:idPrefix "EE" .',
        "estonia/EST": '<member/EST> ogpld:joined "2012"^^xsd:gYear .',
    }
    properties = by_label(page_of(model, member, IRIS.thing("member", "EST").value))
    origins = [(v.text, v.origin.href) for v in properties["Year of joining"].values if v.origin]
    assert origins == [("2011", "/graph/members/EST"), ("2012", "/graph/estonia/EST")]
    assert properties["Prefix of commitment ids"].values[0].origin is None


def test_parts_are_shown_in_place(model: Model) -> None:
    """One part with its properties and anchor, several of a kind as a table, none as a link."""
    member = {
        "members/EST": """
        <member/EST> a ogpld:Member ; ogpld:territory <member/EST#territory> .
        <member/EST#territory> a schema:Country ; ogpld:iso2 "EE" .""",
    }
    page = page_of(model, member, IRIS.thing("member", "EST").value)
    (territory,) = page.parts
    assert (territory.title, territory.anchor) == ("Territory", "territory")
    assert [p.values[0].text for p in territory.properties] == ["EE"]
    assert "Territory" not in by_label(page)
    report = {
        "estonia/reports": """
        <report/EST04-design-report> a ogpld:Report .
        <report/EST04-design-report#starred> a ogpld:PrintedTotal ; ogpld:counts total:starred ; ogpld:count 0 ;
          ogpld:report <report/EST04-design-report> .
        <report/EST04-design-report#relevant> a ogpld:PrintedTotal ; ogpld:counts total:relevant ; ogpld:count 6 ;
          ogpld:report <report/EST04-design-report> .""",
    }
    page = page_of(model, report, IRIS.thing("report", "EST04-design-report").value)
    (totals,) = page.parts
    assert totals.table is not None
    assert [row.anchor for row in totals.table.rows] == ["relevant", "starred"]
    assert {"0", "6"} <= {value.text for value in cells(totals.table)}
    assert page.incoming == ()


def test_what_points_here_is_in_natural_order(page: Page) -> None:
    """m2 before m10, with the number people know the step by; the name comes first."""
    (milestones,) = [i for i in page.incoming if i.title == "Milestones"]
    table = milestones.groups[0].table
    assert table.columns == ("Name", "Key")
    assert [row.cells[1][0].text for row in table.rows] == ["m2", "m10"]
    assert all(row.cells[0][0].href for row in table.rows)


def test_what_is_cut_is_counted_and_can_be_asked_for(page: Page, model: Model) -> None:
    """Total, number shown and a query; also when nothing at all is listed."""
    (milestones,) = [i for i in page.incoming if i.title == "Milestones"]
    assert (milestones.total, milestones.rows) == (12, 2)
    assert milestones.query.startswith("/sparql?query=")
    assert "EE0050" in milestones.query
    unlisted = page_of(model, COMMITMENT, EE0050, {NS("cluster").value: 7})
    assert (7, 0) in [(i.total, i.rows) for i in unlisted.incoming]


def test_assessments_are_a_table(page: Page) -> None:
    """Indicator, phase, value and report in columns, the target not repeated."""
    (assessments,) = [i for i in page.incoming if i.title == "Assessments"]
    table = assessments.groups[0].table
    assert table.columns == ("Indicator", "Phase", "Value", "Report")
    rows = [[cell[0].text for cell in row.cells] for row in table.rows]
    assert rows == [
        ["Completion", "end of term", "Complete", "Results Report"],
        ["Star", "mid-term", "no value (not applicable)", "Design Report"],
    ]
    assert table.rows[0].cells[0][0].href == "/doc/assessment/EE0050-completion-results-report"


def test_a_label_of_another_form_is_left_as_it_is(model: Model) -> None:
    """Nothing is guessed into columns, and no label is changed."""
    odd = {
        "estonia/EST04": """
        <commitment/EE0050> a ogpld:Commitment .
        <assessment/x-1> ogpld:assesses <commitment/EE0050> ; rdfs:label "e-Tax: odd"@en .""",
    }
    (incoming,) = page_of(model, odd, EE0050).incoming
    assert "e-Tax: odd" in [value.text for value in cells(incoming.groups[0].table)]


def test_every_statement_can_be_traced(page: Page) -> None:
    """Graphs, those of sources first, with the rows they were read from."""
    assert [o.graph.href for o in page.origins] == [
        "/graph/estonia/EST04",
        "/graph/derived/EST04",
        "/graph/reconciled/institutions",
    ]
    assert page.origins[0].rows == (
        Value("estonia.csv, row 25", "/source/estonia/estonia.csv?row=25", language=""),
    )
    assert [o.mark for o in page.origins] == ["", "computed", "reconciled"]


def test_a_graph_can_be_counted_and_looked_at(model: Model) -> None:
    """The page of a named graph has queries about it."""
    graph = IRIS.graph("estonia", "EST04")
    quads = [Quad(graph, RDFS("label"), Literal("EST04", language="en"), IRIS.graph("provenance"))]
    page = make_page(Description(quads, graph.value, model, IRIS), {})
    assert page.kinds == ("named graph",)
    assert all("graph%2Festonia%2FEST04" in query.href for query in page.queries)


@pytest.mark.parametrize(
    "iri",
    [
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "vbscript:x",
        "http://user:pass@evil.example/",
        "http://opengovpartnership.org@evil.example/",
        "http://opengovpartnership.org\\@evil.example/",
        "http://evil\u202emoc.example/",
        "https://",
        "http://[::1",
        "//evil.example/",
        "urn:x:y",
    ],
)
def test_only_plain_web_addresses_are_linked(iri: str) -> None:
    """Other schemes, credentials and hosts that read as another are text."""
    assert outside_host(iri) == ""


def test_hosts_are_shown() -> None:
    """The host a browser would go to, ports and letters of other scripts included."""
    assert outside_host("https://www.riigikantselei.ee/et?a=b#c") == "www.riigikantselei.ee"
    assert outside_host("http://EXAMPLE.org:8080/") == "example.org"
    assert outside_host("http://õigus.example/") == "õigus.example"
    assert outside_host("http://[::1]/") == "::1"


@pytest.mark.parametrize(
    ("iri", "path"),
    [
        ("http://localhost:8000/id/member/EST#territory", "/doc/member/EST#territory"),
        ("http://localhost:8000/id/person/x?y", "/doc/person/x%3Fy"),
        ("https://w3id.org/ogpld/ns#theme", "/ns#theme"),
        ("https://w3id.org/ogpld/shapes#Commitment-theme", "/shapes#Commitment-theme"),
        ("https://w3id.org/ogpld/code/region/europe", "/code/region/europe"),
        ("http://localhost:8000/graph/estonia/EST04", "/graph/estonia/EST04"),
        ("http://localhost:8000//evil.example/", None),
        ("http://localhost:8000.evil.example/", None),
        ("https://example.org/", None),
    ],
)
def test_our_addresses_are_paths_without_a_host(iri: str, path: str | None) -> None:
    """Links to our own addresses are paths, so a site served elsewhere works; none leads to another host in disguise."""
    assert local_path(iri, IRIS) == path


def test_hostile_values_do_not_become_links(model: Model) -> None:
    """Statements with dangerous addresses and texts give a page whose links are all plain."""
    subject, graph = NamedNode(EE0050), IRIS.graph("estonia", "EST04")
    quads = quads_of(COMMITMENT)
    for iri in ("javascript:alert(1)", "http://localhost:8000//evil.example/", "data:text/html,x"):
        quads.append(Quad(subject, FOAF("page"), NamedNode(iri), graph))
    quads.append(Quad(subject, DCTERMS("title"), Literal("<script>\u202e</script>"), graph))
    page = make_page(Description(quads, EE0050, model, IRIS), {})
    links = [value.href for value in values(page) if value.href]
    assert links
    assert all(h.startswith(("/", "http://", "https://")) for h in links)
    assert not [h for h in links if h.startswith("//")]
    assert "<script>\u202e</script>" in [v.text for v in by_label(page)["Title"].values]


def test_names_of_things_are_in_no_other_words(model: Model) -> None:
    """A commitment that is called as a policy area is keeps its title; the area is in the page's language."""
    title = Literal("Open Data", language="en")
    area, commitment = CODE("policy-area/open-data"), NamedNode(EE0050)
    graph = IRIS.graph("a", "b")
    quads = [Quad(node, RDFS("label"), title, graph) for node in (commitment, area)]
    about = Description(quads, EE0050, model, IRIS)
    write_in(wording_of("et"))
    values = [about.link(node.value) for node in (commitment, area)]
    assert [(value.text, value.language) for value in values] == [
        ("Open Data", "en"),
        ("Avaandmed", ""),
    ]
