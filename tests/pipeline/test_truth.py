"""What is published is what the tables say: counted by other code than ours."""

from __future__ import annotations

import csv
import json
from collections import Counter

import pytest
from support.sample_data import sample_data

from ogpld.release import Release
from ogpld.stores import Query
from ogpld.stores.embedded import EmbeddedStore

PREFIXES = """
PREFIX ogpld: <https://w3id.org/ogpld/ns#> PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX schema: <https://schema.org/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX id: <http://localhost:8000/id/commitment/> PREFIX ind: <https://w3id.org/ogpld/code/indicator/>
PREFIX phase: <https://w3id.org/ogpld/code/phase/> PREFIX member: <http://localhost:8000/id/member/>
"""

#: Column, indicator(s), phase: written down here once more on purpose.
CODED = {
    "specificity": ("specificity", "design"),
    "verifiable": ("verifiable", "design"),
    "potential_impact": ("potential-impact", "design"),
    "potential_for_results": ("potential-for-results", "design"),
    "completion_midterm": ("completion", "mid-term"),
    "completion_end_of_term": ("completion", "end-of-term"),
    "change_in_completion": ("change-in-completion", "end-of-term"),
    "early_results": ("early-results", "end-of-term"),
    "diog_overall": ("opened-government", "end-of-term"),
    "starred_midterm": ("starred", "mid-term"),
    "starred_end_of_term": ("starred", "end-of-term"),
    "carried_forward": ("carried-forward", "end-of-term"),
    "ambition_website": ("ambition-site", "design"),
}


@pytest.fixture(scope="module")
def store(release: Release) -> EmbeddedStore:
    """The release, opened."""
    return EmbeddedStore.load(release.data, release.manifest.quads)


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    """The tables of commitments, by the standard library; they have the same columns."""
    lines = []
    for name in ("estonia/estonia.csv", "comparison/comparison.csv"):
        with (sample_data() / "sources" / name).open(encoding="utf-8", newline="") as file:
            lines += list(csv.DictReader(file))
    return lines


def ask(store: EmbeddedStore, text: str) -> list[dict[str, str]]:
    """Return solutions as plain dictionaries."""
    body = store.answer(Query(PREFIXES + text, ("json", "")), trusted=True).body
    bindings = json.loads(body)["results"]["bindings"]
    return [{name: cell["value"] for name, cell in row.items()} for row in bindings]


@pytest.mark.parametrize("column", CODED)
def test_each_coded_cell_is_one_assessment(
    store: EmbeddedStore, rows: list[dict[str, str]], column: str
) -> None:
    """As many as the table has, each with the table's value."""
    indicator, phase = CODED[column]
    bindings = ask(
        store,
        f"""SELECT ?id ?label WHERE {{ ?a ogpld:assesses/dcterms:identifier ?id ;
        ogpld:indicator ind:{indicator} ; ogpld:phase phase:{phase} ; ogpld:value ?v .
        ?v skos:prefLabel ?label }}""",
    )
    spellings = {"No early results to report yet": "No early results to report yet"}
    wanted = sorted(
        (r["commitment_id"], spellings.get(r[column], r[column])) for r in rows if r[column]
    )
    assert sorted((f["id"], f["label"]) for f in bindings) == wanted


#: Column, indicator, dimension: the columns that are told apart by OGP value.
BY_VALUE = {
    "ogp_access_to_information": ("relevance", "access-to-information"),
    "ogp_civic_participation": ("relevance", "civic-participation"),
    "ogp_public_accountability": ("relevance", "public-accountability"),
    "ogp_technology": ("relevance", "technology"),
    "diog_access_to_information": ("opened-government-by-value", "access-to-information"),
    "diog_civic_participation": ("opened-government-by-value", "civic-participation"),
    "diog_public_accountability": ("opened-government-by-value", "public-accountability"),
}

#: First and last cycle in which a column is in use, from the table of indicators once more.
IN_USE = {
    "specificity": (2011, 2017),
    "verifiable": (2011, 9999),
    "relevant_to_ogp_values": (2011, 9999),
    "potential_impact": (2012, 2019),
    "potential_for_results": (2020, 9999),
    "completion_midterm": (2011, 2016),
    "completion_end_of_term": (2013, 9999),
    "change_in_completion": (2013, 2016),
    "early_results": (2019, 9999),
    "diog_overall": (2013, 2020),
    "starred_midterm": (2011, 2018),
    "starred_end_of_term": (2013, 2018),
    "carried_forward": (2013, 2017),
    **dict.fromkeys(list(BY_VALUE)[:4], (2011, 2019)),
    **dict.fromkeys(list(BY_VALUE)[4:], (2013, 2017)),
}
REASONS = {
    "ND": "no-data",
    "No IRM Data": "no-data",
    "NR": "not-reviewed",
    "Pending IRM Review": "not-reviewed",
    "NA": "not-applicable",
}


@pytest.mark.parametrize("column", BY_VALUE)
def test_each_cell_by_value_is_one_assessment(
    store: EmbeddedStore, rows: list[dict[str, str]], column: str
) -> None:
    """The dimension tells the OGP value."""
    indicator, dimension = BY_VALUE[column]
    bindings = ask(
        store,
        f"""SELECT ?id ?label WHERE {{ ?a ogpld:assesses/dcterms:identifier ?id ;
        ogpld:indicator ind:{indicator} ; ogpld:dimension/skos:notation "{dimension}" ;
        ogpld:value/skos:prefLabel ?label }}""",
    )
    wanted = sorted((r["commitment_id"], r[column]) for r in rows if r[column])
    assert sorted((f["id"], f["label"]) for f in bindings) == wanted


def test_relevance_becomes_the_lens_in_2020(
    store: EmbeddedStore, rows: list[dict[str, str]]
) -> None:
    """One column, two indicators, told apart by the cycle of the plan."""
    bindings = ask(
        store,
        """SELECT ?id ?i ?label WHERE { VALUES ?i { ind:relevant ind:open-government-lens }
        ?a ogpld:assesses/dcterms:identifier ?id ; ogpld:indicator ?i ; ogpld:value/skos:prefLabel ?label }""",
    )
    wanted = sorted(
        (
            r["commitment_id"],
            "open-government-lens" if int(r["action_plan_cycle"]) >= 2020 else "relevant",
            r["relevant_to_ogp_values"],
        )
        for r in rows
        if r["relevant_to_ogp_values"]
    )
    assert sorted((f["id"], f["i"].rpartition("/")[2], f["label"]) for f in bindings) == wanted


def test_absent_values_are_told_inside_the_window_alone(
    store: EmbeddedStore, rows: list[dict[str, str]]
) -> None:
    """Each reason of the table, where its indicator was in use in that cycle, and no other."""
    wanted = []
    for row in rows:
        for pair in filter(None, row["no_value_codes"].split(";")):
            column, _, reason = pair.partition("=")
            first, last = IN_USE.get(column, (9999, 0))
            if first <= int(row["action_plan_cycle"]) <= last:
                wanted.append((row["commitment_id"], REASONS[reason]))
    bindings = ask(
        store,
        """SELECT ?a ?id ?reason WHERE { ?a ogpld:assesses/dcterms:identifier ?id ;
        ogpld:noValue/skos:notation ?reason }""",
    )
    assert sorted((f["id"], f["reason"]) for f in bindings) == sorted(wanted)


def test_counts_are_those_of_the_tables(store: EmbeddedStore) -> None:
    """Every plan, commitment, heading, milestone, report and member is there, and no other."""

    def rows_of(file: str) -> list[dict[str, str]]:
        with (sample_data() / "sources" / file).open(encoding="utf-8", newline="") as table:
            return list(csv.DictReader(table))

    compared = rows_of("comparison/comparison.csv")
    estonian = rows_of("estonia/estonia.csv")
    plans = {row["action_plan_id"] for row in compared}
    slots = {
        (row["action_plan_id"], slot)
        for row in compared
        for slot in ("midterm_report_year", "end_of_term_report_year")
        if row[slot]
    }
    clusters = {row["cluster_commitment_ids"] for row in compared} - {""}
    levels = Counter(row["record_level"] for row in estonian)
    counts = {
        "ActionPlan": len(rows_of("estonia/estonia_plans.csv")) + len(plans),
        "Commitment": levels["commitment"] + len(compared),
        "Cluster": levels["irm_cluster"] + len(clusters),
        "Milestone": len(rows_of("estonia/estonia_milestones.csv")),
        "Report": len(rows_of("estonia/estonia_reports.csv")) + len(slots),
        "Member": len(rows_of("members/members.csv")),
        "Institution": len(rows_of("institutions/institutions.csv"))
        + len(rows_of("comparison/bodies.csv")),
    }
    for name, wanted in counts.items():
        bindings = ask(store, f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ ?x a ogpld:{name} }}")
        assert int(bindings[0]["n"]) == wanted, name


def has_two_readings(row: dict[str, str]) -> bool:
    """Say whether day and month of a printed start may be exchanged."""
    first, _, rest = row.get("start_date_raw", "").partition("/")
    second = rest.partition("/")[0]
    return first != second and all(part.isdigit() and int(part) <= 12 for part in (first, second))


def test_empty_cells_stay_empty(store: EmbeddedStore, rows: list[dict[str, str]]) -> None:
    """A commitment without a start date has none, and no page invents one."""
    for row in rows:
        if row["record_level"] != "commitment":
            continue
        key = row["commitment_id"]
        bindings = ask(store, f"SELECT ?d {{ id:{key} schema:startDate ?d }}")
        stated = [f["d"] for f in bindings]
        if row["start_date"] and has_two_readings(row):
            assert stated in ([row["start_date"]], [row["start_date"][:4]])
        elif row["start_date"]:
            assert stated == [row["start_date"]]
        else:  # a year that was typed into a date cell
            assert not stated or row["start_date_raw"].endswith("/1905")


def test_members_have_their_outside_identifiers(store: EmbeddedStore) -> None:
    """Every Wikidata, GeoNames and EU identifier of the table, as the entity it names."""
    wanted = set()
    with (sample_data() / "sources/members/members.csv").open(
        encoding="utf-8", newline=""
    ) as table:
        for row in csv.DictReader(table):
            if row["wikidata"]:
                wanted.add("http://www.wikidata.org/entity/" + row["wikidata"].rpartition("/")[2])
            if row["geonames_id"]:
                wanted.add(f"https://sws.geonames.org/{row['geonames_id']}/")
            if row["eu_country_uri"]:
                wanted.add(row["eu_country_uri"])
    bindings = ask(store, "SELECT ?same { ?m ogpld:territory/schema:sameAs ?same }")
    assert {f["same"] for f in bindings} == wanted


def test_status_is_told_where_a_source_says_so(store: EmbeddedStore) -> None:
    """Georgia suspended, the United States withdrawn, each with its source."""
    bindings = ask(
        store,
        """SELECT ?code ?date { member:GEO ogpld:statusEvent ?e . ?e ogpld:status/skos:notation ?code ;
        schema:startDate ?date ; dcterms:source ?s } ORDER BY ?date""",
    )
    assert {(f["code"], f["date"]) for f in bindings} == {
        ("suspended", "2024-10"),
        ("removed", "2026-04"),
    }
    usa = ask(store, "SELECT ?d { member:USA ogpld:statusEvent/schema:startDate ?d }")
    assert {f["d"] for f in usa} == {"2026-01-15"}


def test_every_statement_has_a_described_graph(store: EmbeddedStore) -> None:
    """No graph without a label; graphs as read name their file and the date."""
    bare = ask(
        store,
        """SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o }
        FILTER NOT EXISTS { ?g <http://www.w3.org/2000/01/rdf-schema#label> ?l } }""",
    )
    assert [f for f in bare if not f["g"].endswith("/provenance")] == []


def test_no_contact_data_is_published(release: Release) -> None:
    """No mail address and no telephone number stands in any literal."""
    for line in release.lines():
        assert b"mailto:" not in line
        if b"@" in line.replace(b'"@', b""):
            text = line.decode()
            assert "shapes" in text or "ontology" in text, text


def test_questions_of_the_ontology_have_their_answers(store: EmbeddedStore) -> None:
    """Three questions that the model is made to answer, on the shipped data."""
    changed = ask(
        store,
        """SELECT ?id ?a ?b { ?c ogpld:member member:EST ; dcterms:identifier ?id ;
        ogpld:midTermCompletion/skos:notation ?a ; ogpld:completion/skos:notation ?b } ORDER BY ?id""",
    )
    assert [(f["id"], f["a"], f["b"]) for f in changed] == [
        ("EE0025", "substantial", "complete"),
        ("EE0043", "substantial", "substantial"),
    ]
    running = ask(
        store,
        """SELECT ?id { ?c a ogpld:Commitment ; ogpld:member member:EST ;
        dcterms:identifier ?id ; ogpld:earliestStart ?s ;
        ogpld:latestEnd ?e FILTER(?s <= "2019-05-01"^^<http://www.w3.org/2001/XMLSchema#date>
        && ?e >= "2019-05-01"^^<http://www.w3.org/2001/XMLSchema#date>) } ORDER BY ?id""",
    )
    assert [f["id"] for f in running] == [
        "EE0048",
        "EE0049",
        "EE0050",
        "EE0051",
        "EE0052",
        "EE0053",
    ]
    authors = ask(
        store,
        """SELECT ?name { ?r ogpld:plan/ogpld:member member:EST ;
        dcterms:creator/<http://xmlns.com/foaf/0.1/name> ?name } ORDER BY ?name""",
    )
    assert [f["name"] for f in authors] == ["Kristiina Tõnnisson", "Maarja Olesk", "Maarja Toots"]
