"""The dumps hold what the release holds, in every form, whole and member by member."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from pyld import jsonld
from support.dump_reading import converted, metadata, rows, triples, unpacked

from ogpld.config import Settings
from ogpld.dumps.dump_index import CODES, WHOLE, DumpIndex, read_index
from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.model.tables import computed, header
from ogpld.pipeline.dumping import complete_dumps
from ogpld.pipeline.progress import Progress
from ogpld.rdf import CODE, NS, RDF, RDFS, Literal, NamedNode, Quad, parse_quads, term_text
from ogpld.release import Release, ReleaseStore
from ogpld.report import Severity
from ogpld.sources import table_of
from ogpld.sources.canonical import map_tables


@pytest.fixture(scope="module")
def dumped(dumped_home: Path) -> Release:
    """A release with dumps."""
    current = ReleaseStore(dumped_home).current()
    assert current is not None
    return current


@pytest.fixture(scope="module")
def folder(dumped: Release) -> Path:
    """Its dumps."""
    return dumped.path / "dump"


@pytest.fixture(scope="module")
def index(dumped: Release) -> DumpIndex:
    """Their list."""
    index = read_index(dumped)
    assert index is not None
    return index


@pytest.fixture(scope="module")
def quads(dumped: Release) -> list[Quad]:
    """Everything the release says, but ontology and shapes."""
    left_out = {Iris(dumped.manifest.base_iri).graph(n) for n in ("ontology", "shapes")}
    statements = parse_quads(b"".join(dumped.lines()), "nq")
    return [quad for quad in statements if quad.graph_name not in left_out]


def test_same_release_same_bytes(
    home: Path, folder: Path, index: DumpIndex, tmp_path: Path
) -> None:
    """Nothing in a dump tells when, where or by which process it was written."""
    shutil.copytree(home, tmp_path / "home", symlinks=True)
    written = complete_dumps(Settings(home=tmp_path / "home"), Progress())
    assert written is not None
    again, first = written
    assert first == index
    for file in index.files:
        assert (again.path / "dump" / file.file).read_bytes() == (folder / file.file).read_bytes()


def test_the_list_tells_sizes_and_digests(folder: Path, index: DumpIndex) -> None:
    """Of every file there is."""
    present = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert present == {file.file for file in index.files} | {"index.json"}
    for file in index.files:
        content = (folder / file.file).read_bytes()
        assert len(content) == file.bytes
        assert hashlib.sha256(content).hexdigest() == file.sha256
        if file.gzip:
            assert content[4:8] == b"\0\0\0\0", f"{file.file} has a date in it"
            gzip.decompress(content)
        if file.rows is not None and file.media_type == "text/csv":
            assert len(rows(folder / file.file)) == file.rows > 0


def test_the_whole_is_the_release(dumped: Release, folder: Path, quads: list[Quad]) -> None:
    """N-Quads as they are; Turtle without graphs, and without ontology and shapes."""
    assert (folder / WHOLE / "data.nq.gz").read_bytes() == dumped.data.read_bytes()
    assert triples(folder / WHOLE / "data.ttl.gz") == {quad.triple for quad in quads}


@pytest.mark.parametrize("name", ["est", "gbsc", CODES])
def test_all_forms_say_the_same(folder: Path, name: str) -> None:
    """Turtle, and JSON-LD read by PyLD without a network, make the statements of the N-Quads."""
    statements = triples(folder / name / "data.nq.gz")
    assert statements == triples(folder / name / "data.ttl.gz")
    document = json.loads(unpacked(folder / name / "data.jsonld.gz"))

    def refuse(url: str, _options: object) -> None:
        raise AssertionError(f"{url} was to be fetched")

    lines = jsonld.to_rdf(document, {"format": "application/n-quads", "documentLoader": refuse})
    assert {quad.triple for quad in parse_quads(lines, "nq")} == statements


def test_the_whole_json_ld_names_every_thing(folder: Path, quads: list[Quad]) -> None:
    """A node a thing, a line a node."""
    text = unpacked(folder / WHOLE / "data.jsonld.gz").decode()
    nodes = json.loads(text)["@graph"]
    wanted = sorted({str(q.subject) for q in quads})
    assert [f"<{node['id']}>" for node in nodes] == wanted
    assert len(text.splitlines()) == len(nodes) + 3


def test_no_blank_nodes(folder: Path, index: DumpIndex) -> None:
    """Everything has an IRI, so that parts of two dumps can be put together."""
    for file in index.files:
        if file.kind in {"ttl", "jsonld"} or (file.kind == "nq" and file.dataset != WHOLE):
            assert b"_:" not in unpacked(folder / file.file), file.file


def test_members_with_plans_have_datasets(index: DumpIndex, quads: list[Quad]) -> None:
    """Members with plans and the code lists have a dataset each, and nothing else has."""
    kinds = {
        q.subject for q in quads if q.predicate == RDF("type") and q.object == NS("ActionPlan")
    }
    members = {
        term_text(q.object).rpartition("/")[2].lower()
        for q in quads
        if q.subject in kinds and q.predicate == NS("member")
    }
    assert set(index.datasets) == {WHOLE, CODES, *members}
    assert len(members) == 17


def test_things_are_where_their_member_is(dumped: Release, folder: Path, quads: list[Quad]) -> None:
    """Commitments, and what leads to one, are in the dataset of its member and in no other."""
    iris = Iris(dumped.manifest.base_iri)
    parts = {
        path.parent.name: {term_text(t.subject) for t in triples(path)}
        for path in folder.glob("*/data.nq.gz")
        if path.parent.name != WHOLE
    }
    homes: dict[str, list[str]] = {}
    for name, subjects in parts.items():
        for subject in subjects:
            if iris.is_thing(subject):
                homes.setdefault(subject, []).append(name)
    assert all(len(names) == 1 for names in homes.values())
    commitment = {
        term_text(q.subject): term_text(q.object).rpartition("/")[2].lower()
        for q in quads
        if q.predicate == NS("member") and "/id/commitment/" in term_text(q.subject)
    }
    assert len(commitment) == 103
    assert {iri: homes[iri] for iri in commitment} == {k: [v] for k, v in commitment.items()}
    about = [
        q for q in quads if q.predicate == NS("assesses") and term_text(q.object) in commitment
    ]
    assert len(about) > 1000
    assert all(homes[term_text(q.subject)] == [commitment[term_text(q.object)]] for q in about)
    assert homes[f"{iris.base}id/member/EST#territory"] == ["est"]
    # matches between codes stand in the graphs of their linksets
    own = (CODE.iri, f"{iris.base}graph/codes", f"{iris.base}graph/reconciled/")
    assert all(subject.startswith(own) for subject in parts[CODES])


def test_a_part_says_where_its_statements_come_from(folder: Path) -> None:
    """The graphs its statements are in are described in it."""
    statements = list(parse_quads(unpacked(folder / "est" / "data.nq.gz"), "nq"))
    graphs = {term_text(q.graph_name) for q in statements if "/id/" in term_text(q.subject)}
    assert len(graphs) > 5
    assert graphs <= {term_text(q.subject) for q in statements}


def test_tables_have_the_headers_of_the_model(folder: Path, model: Model, index: DumpIndex) -> None:
    """One per class that has things; further languages of a text are further columns."""
    tables = {f.file: f.rows for f in index.files if f.kind == "csv" and f.dataset == WHOLE}
    for name, definition in model.classes.items():
        file = "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")
        if f"{WHOLE}/{file}.csv" not in tables:
            continue
        table = rows(folder / WHOLE / f"{file}.csv")
        columns = [c for c in table[0] if "@" not in c or c.endswith("@en")]
        assert tuple(columns) == header(model, name), definition.iri
    assert f"{WHOLE}/commitment.csv" in tables


def test_tables_have_a_row_per_thing(dumped: Release, folder: Path) -> None:
    """As many as the manifest counts."""
    counts = dumped.manifest.classes
    for name, file in (
        ("Commitment", "commitment"),
        ("ActionPlan", "action-plan"),
        ("Assessment", "assessment"),
        ("Member", "member"),
        ("SubCommitment", "sub-commitment"),
        ("Report", "report"),
    ):
        assert len(rows(folder / WHOLE / f"{file}.csv")) == counts[name]


def test_a_table_can_be_sent_back(
    dumped: Release, folder: Path, model: Model, quads: list[Quad]
) -> None:
    """Read as a table somebody filled in, it makes the statements it was made from, but the computed."""
    iris = Iris(dumped.manifest.base_iri)
    path = folder / "est" / "commitment.csv"
    [table] = table_of(path.read_bytes(), path.name)
    output = map_tables([table], model, iris, "Commitment")
    assert {finding.severity for finding in output.problems} <= {Severity.INFO}
    made = {quad.triple for quad in output.quads}
    subjects = {t.subject for t in made}
    assert len(subjects) == 25
    stated = {q.triple for q in quads if q.subject in subjects}
    columns = {p.iri for p in model.class_named("Commitment").properties} - computed(model)
    wanted = {t for t in stated if t.predicate.value in columns or t.predicate == RDF("type")}
    assert made == wanted


@pytest.mark.parametrize("name", [WHOLE, "est", CODES])
def test_the_metadata_turns_tables_into_statements_of_the_release(folder: Path, name: str) -> None:
    """Read by the rules of CSV on the Web: what other columns than suppressed ones say, and nothing else."""
    made = set(converted(folder / name))
    stated = triples(folder / name / "data.ttl.gz")
    assert made
    assert made <= stated
    columns = [
        column
        for table in metadata(folder / name)["tables"]
        if not table.get("suppressOutput")
        for column in table["tableSchema"]["columns"]
        if "propertyUrl" in column
    ]
    all_columns, left_out = (
        {(c["propertyUrl"], c.get("lang")) for c in columns if c.get("suppressOutput") or every}
        for every in (True, False)
    )
    kinds = {t.subject for t in made}
    for triple in {t for t in stated if t.subject in kinds} - made:
        language = triple.object.language if isinstance(triple.object, Literal) else None
        assert (triple.predicate.value, language) not in all_columns - left_out, triple


def test_the_metadata_lies_where_clients_look(folder: Path, index: DumpIndex) -> None:
    """`csv-metadata.json` beside the tables names every one of them."""
    for name in index.datasets:
        urls = {table["url"] for table in metadata(folder / name)["tables"]}
        assert urls == {p.name for p in (folder / name).glob("*.csv")} - {"codebook.csv"}


def test_the_tidy_table_recounted(dumped: Release, folder: Path, quads: list[Quad]) -> None:
    """A row per assessment of a commitment; codes, labels, ranks as the release has them."""
    base = dumped.manifest.base_iri
    values: dict[str, dict[str, list[Literal | NamedNode]]] = {}
    for q in {(q.subject, q.predicate, q.object): q for q in quads}.values():
        assert isinstance(q.object, Literal | NamedNode)
        values.setdefault(term_text(q.subject), {}).setdefault(q.predicate.value, []).append(
            q.object
        )

    def one(iri: str, predicate: NamedNode) -> str:
        terms = values.get(iri, {}).get(predicate.value, [])
        return term_text(terms[0]) if terms else ""

    def label(iri: str) -> str:
        labels = values.get(iri, {}).get(RDFS("label").value, [])
        return next((t.value for t in labels if isinstance(t, Literal) and t.language == "en"), "")

    table = rows(folder / WHOLE / "commitment-by-assessment.csv")
    about = {
        iri.removeprefix(f"{base}id/assessment/")
        for iri in values
        if iri.startswith(f"{base}id/assessment/")
        and one(iri, NS("assesses")).startswith(f"{base}id/commitment/")
        and NS("member").value in values[one(iri, NS("assesses"))]
    }
    assert {row["assessment"] for row in table} == about
    for row in table:
        iri = f"{base}id/assessment/{row['assessment']}"
        target = one(iri, NS("assesses"))
        member = one(target, NS("member"))
        assert row["commitment"] == target.rpartition("/")[2]
        assert row["commitment_title"] == label(target)
        assert (row["member"], row["member_label"]) == (member.rpartition("/")[2], label(member))
        value = one(iri, NS("value"))
        scheme, _, notation = CODE.local(value).partition("/")
        assert (row["value_scale"], row["value"]) == (scheme, notation)
        off_scale = bool(value) and one(value, NS("offScale")) == "true"
        assert row["value_rank"] == ("" if off_scale or not value else one(value, NS("rank")))
        assert row["value_label"] == (label(value) if value else "")
        assert row["indicator"] == one(iri, NS("indicator")).rpartition("/")[2]
        assert row["report"] == one(iri, NS("report")).rpartition("/")[2]
        assert bool(row["value"]) != bool(row["noValue"])


def test_the_database_has_the_tables(folder: Path, tmp_path: Path) -> None:
    """Column for column, cell for cell; what joins tables is indexed."""
    path = tmp_path / "tables.sqlite"
    path.write_bytes(unpacked(folder / "est" / "tables.sqlite.gz"))
    connection = sqlite3.connect(path)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        files = sorted(f for f in (folder / "est").glob("*.csv") if f.stem != "codebook")
        for file in files:
            name = file.stem.replace("-", "_")
            cursor = connection.execute(f'SELECT * FROM "{name}" ORDER BY rowid')
            columns = [entry[0] for entry in cursor.description]
            lines = [
                {c: "" if v is None else str(v) for c, v in zip(columns, row, strict=True)}
                for row in cursor
            ]
            assert lines == rows(file)
        joined = connection.execute(
            'SELECT COUNT(*) FROM commitment JOIN commitment_by_assessment a ON a.commitment = "key"'
        ).fetchone()
        assert joined[0] == len(rows(folder / "est" / "commitment-by-assessment.csv"))
        plan = connection.execute(
            "EXPLAIN QUERY PLAN SELECT * FROM commitment_by_assessment WHERE commitment = 'EE0050'"
        ).fetchone()
        assert "USING INDEX" in plan[3]
    finally:
        connection.close()
