"""Every statement that stands in a row leads to it: nothing a source says is without row or cell."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict

from ogpld.rdf import NS, PROV, RDF, NamedNode, Quad, parse_quads, term_text
from ogpld.release import Release
from ogpld.release.changes import names_row

BASE = "http://localhost:8000/"
#: Graphs whose statements are in no row of a source: computed, matched by hand, or about the data.
_OTHER = {
    *("derived", "reconciled", "codes", "ontology", "shapes", "catalogue", "void"),
    *("provenance", "queries", "identity"),
}


def _quads(release: Release) -> list[Quad]:
    return list(parse_quads(b"".join(release.lines()), "nq"))


def _without_row(quads: list[Quad]) -> set[tuple[str, str]]:
    """Return things with the source graphs that say something of them, but not where they read it."""
    subjects, led = set(), set()
    for quad in quads:
        graph = term_text(quad.graph_name).removeprefix(f"{BASE}graph/")
        if graph.partition("/")[0] in _OTHER:
            continue
        subjects.add((term_text(quad.subject), graph))
        if names_row(quad, BASE):
            led.add((term_text(quad.subject), graph))
    return subjects - led


def test_whatever_a_source_says_of_a_thing_leads_to_a_row(release: Release) -> None:
    """Per graph, so that what a second table adds to a thing leads to the second table."""
    assert _without_row(_quads(release)) == set()


def test_the_sheet_leads_to_its_rows_too(sheet_release: Release) -> None:
    """7,006 assessments, and the readings that differ."""
    assert _without_row(_quads(sheet_release)) == set()


def test_assessments_totals_and_authors_lead_to_a_cell_that_holds_them(release: Release) -> None:
    """Row and column are those of a published cell with text; that of the value where there is one."""
    places = defaultdict(set)
    kinds = defaultdict(set)
    values = {}
    for quad in _quads(release):
        subject = term_text(quad.subject)
        if names_row(quad, BASE):
            places[subject].add(term_text(quad.object))
        elif quad.predicate == RDF("type"):
            kinds[term_text(quad.object)].add(subject)
        elif quad.predicate in {NS("count"), NS("value")}:
            values[subject] = term_text(quad.object)
    tables = {
        f"{BASE}source/{path.parent.name}/{path.name}": list(
            csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig")))
        )
        for path in (release.path / "sources").glob("*/*.csv")
    }
    numbers = {"Assessment": 1098, "PrintedTotal": 38, "Author": 3}
    for name, number in numbers.items():
        things = kinds[NS(name).value]
        assert len(things) == number
        for thing in things:
            cells = [re.fullmatch(r"(.+)#cell=(\d+),(\d+)", place) for place in places[thing]]
            assert cells, thing
            for cell in cells:
                assert cell is not None, places[thing]
                text = tables[cell[1]][int(cell[2]) - 1][int(cell[3]) - 1]
                assert text, (thing, cell[0])
                if name == "PrintedTotal":
                    assert text == values[thing]
    (cell,) = places[f"{BASE}id/assessment/EE0050-completion-results-report"]
    table, _, place = cell.partition("#cell=")
    row, column = (int(part) - 1 for part in place.split(","))
    assert (tables[table][0][column], tables[table][row][0]) == ("completion_end_of_term", "EE0050")


def test_rows_and_cells_are_left_out_of_logs(release: Release) -> None:
    """A row that moved is no change of its thing, whether it is named by row or by cell."""
    assert release.manifest.base_iri == BASE
    for fragment in ("row=25", "cell=25,12"):
        row = NamedNode(f"{BASE}source/estonia/estonia.csv#{fragment}")
        thing = NamedNode(f"{BASE}id/commitment/EE0050")
        assert names_row(Quad(thing, PROV("wasDerivedFrom"), row, thing), BASE)
