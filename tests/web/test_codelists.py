"""The pages of the code lists and the codebook: meanings are there, and the numbers hold.

Numbers are counted again from the lines of the release and from the cells of the source tables.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from rdflib import DCTERMS, RDF
from support.pages import BROWSER, Text, cells, codelist, lists, page, split_lines, words
from support.pages import read as whole
from support.running import Server
from support.sample_data import sample_data
from werkzeug.test import Client

from ogpld.config import Settings
from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.queries import bind, load
from ogpld.rdf import NamedNode, Quad
from ogpld.release import Release
from ogpld.stores import Query
from ogpld.stores.embedded import EmbeddedStore
from ogpld.web.pages.codelists import CodeLists
from ogpld.web.pages.counts import Counts, code_counts_values, code_uses
from ogpld.web.server.create_application import create_wsgi_application

NAMESPACE = "https://w3id.org/ogpld/ns#"
CODES = "https://w3id.org/ogpld/code/"


@pytest.fixture(scope="module")
def statements(release: Release) -> list[tuple[str, str, str, str]]:
    """Every statement of the release, by splitting lines."""
    return list(split_lines(release))


# ---- /code ----


def held(statements: list[tuple[str, str, str, str]]) -> Counter[str]:
    """Count how many things carry each code, computed statements and rejected readings left out."""
    readings = {s for s, p, o, _ in statements if p == str(RDF.type) and o.endswith("ns#Reading>")}
    counts = {
        (s, p, o[1:-1])
        for s, p, o, graph in statements
        if o.startswith(f"<{CODES}")
        and not s.startswith(CODES)
        and "/graph/derived/" not in graph
        and not graph.endswith(("/shapes", "/ontology"))
        and s not in readings
    }
    return Counter(code for _, _, code in counts)


def test_the_overview_counts_codes_and_what_is_held(
    server: Server, root: Path, statements: list[tuple[str, str, str, str]]
) -> None:
    """Every list of index.csv is linked, with its codes and what the release holds of them."""
    _, content = page(server, "/code")
    numbers = held(statements)
    rows = cells(content)
    for line in codelist(root, "index"):
        assert f"/code/{line['notation']}" in content.hrefs[""]
        row = rows[line["prefLabel@en"]]
        if line["file"]:
            codes = [code["notation"] for code in codelist(root, line["notation"])]
        else:
            whole_list = codelist(root, line["versionOf"])
            codes = [c["notation"] for c in whole_list if line["notation"] in c["inScheme"]]
        name = line["versionOf"] or line["notation"]
        total = sum(numbers[f"{CODES}{name}/{code}"] for code in codes)
        assert row[1] == str(len(codes))
        assert row[2] == f"{total:,}" or not total


def test_lists_say_what_each_code_means_and_how_often_it_is_held(
    server: Server, root: Path, statements: list[tuple[str, str, str, str]]
) -> None:
    """Notation, meaning, rank, other spellings and the number, for every code of every list."""
    numbers = held(statements)
    for name, rows in lists(root):
        _, content = page(server, f"/code/{name}")
        text = words(content.texts[""])
        assert f"{CODES}{name}" in text
        for row in rows:
            assert f"/code/{name}/{row['notation']}" in content.hrefs[""]
            assert row["notation"] in text
            assert words(row.get("definition@en", "")) in text
            for other in row.get("altLabel@en", "").split(" | "):
                assert other in text
            if "scale" in row or "indicator" in row:
                continue
            match = next(
                r
                for r in content.rows[""]
                if r and r[0].startswith(row["prefLabel@en"] + row["notation"])
            )
            expected = numbers[f"{CODES}{name}/{row['notation']}"]
            assert match[-1].strip() == f"{expected:,}" or not expected
            if row.get("rank"):
                assert row["rank"] in match


def test_versions_of_a_list_are_told(server: Server, root: Path) -> None:
    """The list names its versions with their codes, each version the list it is one of."""
    for line in codelist(root, "index"):
        if not line["versionOf"]:
            continue
        codes = codelist(root, line["versionOf"])
        members = [c for c in codes if line["notation"] in c["inScheme"].split(" | ")]
        _, content = page(server, f"/code/{line['versionOf']}")
        assert f"/code/{line['notation']}" in content.hrefs[""]
        assert f"{line['prefLabel@en']}, {len(members)} codes" in words(content.texts[""])
        _, content = page(server, f"/code/{line['notation']}")
        assert f"/code/{line['versionOf']}" in content.hrefs[""]


def test_a_code_page_leads_to_what_carries_it(server: Server) -> None:
    """The number beside each way of carrying is the number of rows the query gives."""
    for path in ("/code/completion/substantial", "/code/ogp-value/technology", "/code/yes-no/yes"):
        _, content = page(server, path)
        rows = [row for row in content.rows["held"] if row and row[-1].strip().isdigit()]
        queries = [h for h in content.hrefs["held"] if h.startswith("/sparql?query=")]
        assert len(rows) == len(queries) > 0
        for row, href in zip(rows, queries, strict=True):
            answer = server.get(f"{href}&format=json").json()
            assert len(answer["results"]["bindings"]) == int(row[-1])
        assert ("computed" in content.texts["held"]) == (len(rows) > 1)


def test_a_code_page_names_what_was_assessed(server: Server) -> None:
    """By title, as a link, with its key; the page had the key alone."""
    html = server.get("/code/completion/substantial", headers={"Accept": "text/html"}).text
    assessments = html.partition("Assessments with this value")[2].partition("</table>")[0]
    things = re.findall(
        r'<tr><th scope="row"><a href="/doc/commitment/([^"]+)"><bdi[^>]*>([^<]+)</bdi></a>.*?<bdi>([^<]+)<',
        assessments,
    )
    assert len(things) == assessments.count('<tr><th scope="row">') > 0
    assert all(key == beside != title for key, title, beside in things)


def test_a_replaced_code_says_what_has_its_place(model: Model) -> None:
    """It stays in its list, marked, with what to use instead."""
    scheme = model.schemes["completion"]
    old, new = scheme.codes[0], scheme.codes[1]
    statement = Quad(NamedNode(old.iri), NamedNode(str(DCTERMS.isReplacedBy)), NamedNode(new.iri))
    changed = replace(model, quads=(*model.quads, statement))
    rows = {c.iri: c for c in CodeLists(changed, Counts({}, ())).code_list(scheme).codes}
    assert rows[old.iri].deprecated
    assert [r.href for r in rows[old.iri].replaced_by] == [f"/code/completion/{new.notation}"]
    assert not rows[new.iri].deprecated


def test_narrower_codes_stand_below_each_broader_one(model: Model, root: Path) -> None:
    """One level further in; a code with two broader ones stands twice, and is counted once."""
    lists_ = CodeLists(model, Counts({}, ()))
    for name, rows in lists(root):
        codes = lists_.code_list(model.schemes[name])
        assert len(codes.distinct) == len(rows)
        depth = Counter((code.notation, code.depth) for code in codes.codes)
        for row in rows:
            parents = [p for p in row.get("broader", "").split(" | ") if p]
            assert depth[row["notation"], 1 if parents else 0] == max(1, len(parents))


def test_what_was_not_accepted_is_not_counted(model: Model, tmp_path: Path) -> None:
    """A thing of two graphs counts once, a reading never; what was computed apart, and for both if a source says it too."""
    graph, code = "http://localhost:8000/graph", f"{CODES}completion/complete"
    lines = [
        f"<{code}> <http://www.w3.org/2004/02/skos/core#inScheme> <{CODES}completion> <{graph}/codes> ."
    ]
    for place in ("estonia/EST04", "ogp-commitments/EST04"):
        lines.append(f"<http://x/a> <{NAMESPACE}value> <{code}> <{graph}/{place}> .")
        lines.append(f"<http://x/a> <{RDF.type}> <{NAMESPACE}Assessment> <{graph}/{place}> .")
    lines += [
        f"<http://x/a#reading-1> <{NAMESPACE}value> <{code}> <{graph}/estonia/EST04> .",
        f"<http://x/a#reading-1> <{RDF.type}> <{NAMESPACE}Reading> <{graph}/estonia/EST04> .",
        f"<http://x/c> <{NAMESPACE}completion> <{code}> <{graph}/derived/EST04> .",
        f"<http://x/d> <{NAMESPACE}completion> <{code}> <{graph}/derived/EST04> .",
        f"<http://x/d> <{NAMESPACE}completion> <{code}> <{graph}/estonia/EST04> .",
        f"<http://x/d> <{RDF.type}> <{NAMESPACE}Commitment> <{graph}/derived/EST04> .",
        f"<http://x/c> <{RDF.type}> <{NAMESPACE}Commitment> <{graph}/estonia/EST04> .",
    ]
    data = tmp_path / "data.nq.gz"
    data.write_bytes(gzip.compress("".join(f"{line}\n" for line in sorted(lines)).encode()))
    text = bind(load("code-counts"), **code_counts_values(Iris("http://localhost:8000/")))
    store = EmbeddedStore.load(data, None)
    body = store.answer(Query(text, ("csv", "")), trusted=True).body.decode()
    counted = code_uses([*csv.DictReader(body.splitlines())], model)
    assert {(u.property, u.kind, u.computed, u.number) for u in counted[code]} == {
        (f"{NAMESPACE}value", f"{NAMESPACE}Assessment", False, 1),
        (f"{NAMESPACE}completion", f"{NAMESPACE}Commitment", True, 2),
        (f"{NAMESPACE}completion", f"{NAMESPACE}Commitment", False, 1),
    }


# ---- the codebook ----


def assessments(statements: list[tuple[str, str, str, str]]) -> list[dict[str, str]]:
    """Return every assessment of the release as a dictionary by property."""
    by_thing: dict[str, dict[str, str]] = {}
    for s, p, o, _ in statements:
        if p.startswith(NAMESPACE) or p == str(RDF.type):
            by_thing.setdefault(s, {})[p.rpartition("#")[2]] = o.strip("<>").rpartition("/")[2]
    return [facts for facts in by_thing.values() if facts.get("type") == "ns#Assessment"]


def by_cycle(rows: list[list[str]]) -> Iterator[dict[str, str]]:
    """Yield the lines of the tables by cycle as dictionaries by heading."""
    header: list[str] = []
    for row in rows:
        stripped = [cell.strip() for cell in row]
        if stripped[0] in {"Cycle", "Answer"}:
            header = stripped
        elif header[:1] == ["Cycle"]:
            yield dict(zip(header, stripped, strict=True))


def number(text: str) -> int:
    """Read a number as pages write it."""
    return int(text.strip().replace(",", ""))


def check_codebook(
    content: Text, root: Path, statements: list[tuple[str, str, str, str]]
) -> Counter[str]:
    """Hold the codebook to the lines of a release; return the number of values by indicator."""
    overview = cells(content)
    everything = assessments(statements)
    total: Counter[str] = Counter()
    labels = {c["prefLabel@en"]: c["notation"] for c in codelist(root, "no-value")}
    for line in codelist(root, "indicator"):
        name = line["notation"]
        mine = [a for a in everything if a["indicator"] == name]
        values = Counter(a["value"] for a in mine if "value" in a)
        reasons = Counter(a["noValue"] for a in mine if "noValue" in a)
        counted = [number(cell) for cell in overview[line["prefLabel@en"]][-2:]]
        assert counted == [values.total(), reasons.total()], name
        rows = content.rows[name]
        for code in codelist(root, line["scale"]):
            label = code["prefLabel@en"]
            row = next(r for r in rows if r and r[0].strip().startswith(label))
            assert number(row[-1]) == values[code["notation"]], (name, label)
        counts: Counter[str] = Counter()
        for row_ in by_cycle(rows):
            for heading, cell in row_.items():
                counts[heading] += 0 if heading == "Cycle" else number(cell)
        assert counts["Values"] == values.total()
        assert {labels[h]: n for h, n in counts.items() if h in labels} == reasons
        total[name] = values.total()
    return total


def test_the_codebook_counts_values_and_absences(
    server: Server, root: Path, statements: list[tuple[str, str, str, str]]
) -> None:
    """Totals, answers and reasons of each indicator, counted again from the lines of the release."""
    _, content = page(server, "/code/indicator")
    assert check_codebook(content, root, statements).total() > 150


def test_the_codebook_of_the_whole_sheet(
    sheet_release: Release, sheet_path: Path, root: Path
) -> None:
    """As many values as the sheet has cells, where no other source has a say."""
    front = create_wsgi_application(Settings(home=sheet_release.path.parents[1], workers=1))
    try:
        answer = Client(front).get("/code/indicator", headers={"Accept": BROWSER})
    finally:
        front.current_release.close()
    whole(answer.text)
    content = Text()
    content.feed(answer.text)
    numbers = check_codebook(content, root, list(split_lines(sheet_release)))
    with sheet_path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for column, name, first, last in (
        ("Specificity", "specificity", 2011, 2017),
        ("Compound", "compound", 2011, 2015),
        ("Potential Impact", "potential-impact", 2012, 2019),
        ("Potential for Results", "potential-for-results", 2020, 9999),
        ("Early Results", "early-results", 2019, 9999),
    ):
        filled = [
            row
            for row in rows
            if row[column] not in {"ND", "NR", "NA", ""}
            and first <= int(row["Year Of Submission"]) <= last
        ]
        outside = [row for row in filled if row["Code"] != "EST"]
        assert len(outside) <= numbers[name] <= len(outside) + 25, column
        cycles = Counter(row["Year Of Submission"] for row in outside)
        for row_ in by_cycle(content.rows[name]):
            estonian = number(row_["Values"]) - cycles.pop(row_["Cycle"], 0)
            assert 0 <= estonian <= 5, (column, row_)
        assert not cycles
    assert "column Completion (Progress Report) of ogp-commitments" in words(
        content.texts["completion"]
    )


@pytest.mark.parametrize(
    ("column", "indicator"),
    [
        ("specificity", "specificity"),
        ("verifiable", "verifiable"),
        ("potential_impact", "potential-impact"),
        ("diog_overall", "opened-government"),
        ("potential_for_results", "potential-for-results"),
        ("change_in_completion", "change-in-completion"),
    ],
)
def test_the_codebook_counts_by_cycle_what_the_tables_have(
    server: Server, column: str, indicator: str
) -> None:
    """Values by cycle, from the cells of the shipped tables of commitments; columns are named."""
    cycles: dict[str, str] = {}
    _, content = page(server, "/code/indicator")
    text = words(content.texts[indicator])
    for path in sorted((sample_data() / "sources").glob("*/*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.DictReader(file) if column in row]
        for row in rows:
            filled = row[column] not in {"", "ND", "NR", "NA"}
            if row["record_level"] == "commitment" and filled:
                cycles[row["commitment_id"]] = row["action_plan_cycle"]
        assert not rows or f"column {column} of {path.parent.name}/{path.name}" in text
    expected = Counter(cycles.values())
    counts = {row["Cycle"]: number(row["Values"]) for row in by_cycle(content.rows[indicator])}
    assert expected
    assert {cycle: n for cycle, n in counts.items() if n} == expected
    assert "of ogp-commitments/" not in text  # described, but not given to this release


def test_the_codebook_tells_who_when_and_which_shortcut(server: Server, root: Path) -> None:
    """Every window: assessor, phase, cycles; the shortcut leads to its definition."""
    _, content = page(server, "/code/indicator")
    for window in codelist(root, "indicator-window"):
        text = words(content.texts[window["indicator"]])
        first, last = window["firstCycle"], window["lastCycle"]
        one = f"cycles {first}" if first == last else f"{first} to {last}"
        assert (one if last else f"from {first}") in text
        hrefs = content.hrefs[window["indicator"]]
        assert f"/code/phase/{window['phase']}" in hrefs
        assert f"/code/assessor/{window['assessor']}" in hrefs
        assert not window["shortcut"] or f"/ns#{window['shortcut']}" in hrefs
    for line in codelist(root, "indicator"):
        assert words(line["definition@en"]) in words(content.texts[line["notation"]])
        assert f"/code/{line['scale']}" in content.hrefs[line["notation"]]
        assert not line["excludes"] or f"/code/indicator/{line['excludes']}" in str(
            content.hrefs[line["notation"]]
        )


def test_the_overview_says_what_a_code_list_is(server: Server) -> None:
    """Without a word of SKOS; lists stand under what they are for."""
    _, content = page(server, "/code")
    assert "A code list holds the words that may be an answer" in words(content.texts[""])
    assert "/code/completion" in content.hrefs["scales"]
    assert "/code/indicator" in content.hrefs["indicators"]
    assert "/code/region" in content.hrefs["kinds"]
    assert "/code/policy-area-2024" in content.hrefs["versions"]
