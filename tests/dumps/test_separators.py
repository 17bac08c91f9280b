"""Values of a cell are given back one by one, whatever they hold: split(join(x)) = x in every table."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.dump_reading import converted, metadata, rows, triples, unpacked
from support.sample_data import sample_data
from werkzeug.test import Client

from ogpld.config import Settings
from ogpld.dumps.content import Content
from ogpld.dumps.dump_index import INDEX, WHOLE, read_index
from ogpld.dumps.tabular import Tables
from ogpld.dumps.thing_reader import Thing
from ogpld.dumps.verify import verify_dumps
from ogpld.errors import ReleaseError
from ogpld.formats.blank import blank_csv
from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.model.tables import longest_strokes, separator
from ogpld.pipeline import Inputs, publish_sources
from ogpld.pipeline.dumping import complete_dumps
from ogpld.pipeline.progress import Progress
from ogpld.rdf import NS, DefaultGraph, Literal, NamedNode, Quad
from ogpld.release import Release, ReleaseStore
from ogpld.report import Severity
from ogpld.sources import table_of
from ogpld.sources.canonical import map_tables
from ogpld.web.server.create_application import create_wsgi_application

LEADS = {
    "EE0090": ["Ministry A | Agency B", "Office; of C"],
    "EE0091": ["|", "| x", "y |", "a ;b"],
    "EE0092": ["a\n| b", "c"],
}


@given(st.lists(st.text("a|; \n\r\t", min_size=1, max_size=8), min_size=1, max_size=5))
def test_no_value_holds_what_separates_it(values: list[str]) -> None:
    """Strokes between blanks, one more than any value has."""
    between = separator(max(map(longest_strokes, values)))
    assert between.join(values).split(between) == values


def test_the_usual_separators_stay() -> None:
    """Where no value holds them."""
    assert separator(longest_strokes("a|b; c")) == " | "
    assert separator(0, semicolon=True) == ";"
    assert separator(longest_strokes("a | b")) == " || "


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, model: Model) -> Path:
    """A release whose texts hold strokes, with dumps."""
    folder = tmp_path_factory.mktemp("separators")
    text = io.StringIO(blank_csv(model, "Commitment"), newline="")
    columns = next(csv.reader(text))
    text.seek(0, io.SEEK_END)
    for key, leads in LEADS.items():
        cells = {
            "key": key,
            "identifier": key,
            "member": "EST",
            "plans": "EST03",
            "title@en": f"Invented {key}",
            "leadText@en": " || ".join(leads),
        }
        csv.writer(text).writerow(cells.get(column, "") for column in columns)
    path = folder / "commitments.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    settings = Settings(home=folder / "home")
    published = publish_sources(
        Inputs(data=sample_data(), files={"tables": path}), settings, Progress()
    )
    assert published.release is not None, published.report and published.report.as_text()
    complete_dumps(settings, Progress())
    return folder / "home"


@pytest.fixture(scope="module")
def release(home: Path) -> Release:
    """The release whose texts hold strokes."""
    current = ReleaseStore(home).current()
    assert current is not None
    return current


def stated(folder: Path) -> dict[str, set[str]]:
    """What the data of a dataset says of who leads the commitments."""
    separators: dict[str, set[str]] = {key: set() for key in LEADS}
    for triple in triples(folder / "data.nq.gz"):
        key = str(triple.subject).rpartition("/")[2].strip("<>")
        if (
            key in separators
            and triple.predicate == NS("leadText")
            and triple.object.language == "en"
        ):  # type: ignore[union-attr]
            separators[key].add(triple.object.value)  # type: ignore[union-attr]
    return separators


def described(table: Mapping[str, object]) -> dict[str, str]:
    """The separators by title of the column."""
    schema: dict[str, list[dict[str, str]]] = table["tableSchema"]  # type: ignore[assignment]
    return {c["titles"]: c.get("separator", "") for c in schema["columns"] if "titles" in c}


@pytest.mark.parametrize("name", [WHOLE, "est"])
def test_dumps_give_back_what_the_graph_says(release: Release, name: str) -> None:
    """CSV with its metadata, what CSVW makes of them, and the database."""
    folder = release.path / "dump" / name
    leads = stated(folder)
    assert {len(values) for values in leads.values()} == {2, 4}
    [about] = [t for t in metadata(folder)["tables"] if t["url"] == "commitment.csv"]
    between = described(about)["leadText@en"]
    assert between == " || "
    by_key = {row["key"]: row for row in rows(folder / "commitment.csv")}
    for key, values in leads.items():
        assert set(by_key[key]["leadText@en"].split(between)) == values
    made = {t for t in converted(folder) if t.predicate == NS("leadText")}
    texts = {t for t in triples(folder / "data.nq.gz") if t.predicate == NS("leadText")}
    assert made == {t for t in texts if t.object.language != "und"}  # type: ignore[union-attr]
    database = sqlite3.connect(":memory:")
    database.deserialize(unpacked(folder / "tables.sqlite.gz"))
    query = 'SELECT separator FROM separators WHERE "table" = \'commitment\' AND "column" = ?'
    assert database.execute(query, ["leadText@en"]).fetchall() == [(between,)]
    database.close()


def test_a_dumped_table_can_be_sent_back(release: Release, model: Model) -> None:
    """The column tells by its longest run of strokes what separates, and the report says so."""
    path = release.path / "dump/est/commitment.csv"
    [table] = table_of(path.read_bytes(), path.name)
    output = map_tables([table], model, Iris(release.manifest.base_iri), "Commitment")
    [problem] = [p for p in output.problems if "separated by" in p.message]
    assert (problem.severity, problem.cell) == (Severity.INFO, "leadText@en")
    for key, values in stated(path.parent).items():
        made = {
            q.object.value  # type: ignore[union-attr]
            for q in output.quads
            if str(q.subject).endswith(f"/{key}>") and q.predicate == NS("leadText")
        }
        assert made == values


def test_lists_give_back_what_the_graph_says(home: Path, release: Release) -> None:
    """The table of a page, with the metadata beside it."""
    front = create_wsgi_application(Settings(home=home, workers=1))
    client = Client(front)
    try:
        page = client.get("/doc/commitment.csv?limit=1000")
        assert 'csv-metadata.json>; rel="describedby"' in page.headers["Link"]
        answer = client.get("/doc/commitment.csv-metadata.json")
        assert answer.headers["Content-Type"] == "application/csvm+json"
        about = json.loads(answer.data)
        reader = csv.DictReader(io.StringIO(page.text, newline=""))
        assert reader.fieldnames == list(described(about))
        between = described(about)["leadText@en"]
        by_key = {row["key"]: row for row in reader}
        for key, values in stated(release.path / "dump" / WHOLE).items():
            assert set(by_key[key]["leadText@en"].split(between)) == values
    finally:
        front.current_release.close()


def test_verify_holds_tables_to_the_data(release: Release) -> None:
    """A table that was joined without looking is found, though its sums are right."""
    assert verify_dumps(release) is not None
    path = release.path / "dump/est/commitment.csv"
    index = read_index(release)
    assert index is not None
    before, listed = path.read_bytes(), release.path / "dump" / INDEX
    content = listed.read_bytes()
    body = before.replace(b" || ", b" | ")
    try:
        path.write_bytes(body)
        files = tuple(
            replace(f, bytes=len(body), sha256=hashlib.sha256(body).hexdigest())
            if f.file == "est/commitment.csv"
            else f
            for f in index.files
        )
        listed.write_bytes(replace(index, files=files).as_json())
        with pytest.raises(ReleaseError, match=r"est/commitment\.csv, column leadText@en"):
            verify_dumps(release)
    finally:
        path.write_bytes(before)
        listed.write_bytes(content)


def test_addresses_and_line_ends_survive(tmp_path: Path, model: Model) -> None:
    """Semicolons in addresses of others beside keys, carriage returns, quotes, blanks at the ends."""
    iris = Iris("http://localhost:8000/")
    subject = iris.thing("commitment", "EE0001")
    leads = [
        iris.thing("institution", "EST-a"),
        NamedNode("http://example.org/a;b"),
        NamedNode("http://e.org/"),
    ]
    texts = [" a\rb ", '"q",\n', "=1+1", "| x"]
    triples_of: list[tuple[NamedNode, NamedNode | Literal]] = [
        (NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), NS("Commitment")),
        *((NS("leadInstitution"), lead) for lead in leads),
        *((NS("leadText"), Literal(text, language="en")) for text in texts),
    ]
    lead = next(
        p for p in model.class_named("Commitment").properties if model.terms[p.iri].key == "lead"
    )
    quads = [
        Quad(subject, NamedNode(lead.iri) if p == NS("leadInstitution") else p, o, DefaultGraph())
        for p, o in triples_of
    ]
    thing = Thing(subject.value, [b""] * len(quads), quads)
    content = Content(f"{iris.base}id/")
    content.note(thing)
    belonging = SimpleNamespace(cycles_of=lambda _: ())
    tables = Tables(tmp_path, content, model, iris, belonging)  # type: ignore[arg-type]
    tables.add(thing)
    assert list(tables.close("x", "x", "http://example.org/licence"))
    [about] = metadata(tmp_path)["tables"]
    [row] = rows(tmp_path / "commitment.csv")
    assert row["lead"].split(described(about)["lead"]) == [
        "EST-a",
        "http://example.org/a;b",
        "http://e.org/",
    ]
    assert row["leadText@en"].split(described(about)["leadText@en"]) == texts
