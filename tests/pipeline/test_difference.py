"""A release derived from the one before is the release a whole build makes, byte for byte."""

from __future__ import annotations

import ast
import csv
import errno
import hashlib
import io
import json
import random
import shutil
import sqlite3
from pathlib import Path

import pytest
from support.running import ROOT
from support.sample_data import copy_sample

from ogpld.cli import main
from ogpld.config import Settings
from ogpld.errors import OgpldError, ReleaseError
from ogpld.pipeline import Inputs, Published, publish_sources
from ogpld.pipeline.incremental.build_cache import BuildCache
from ogpld.pipeline.progress import Progress
from ogpld.pipeline.publication import Publication
from ogpld.rdf import NamedNode, parse_quads
from ogpld.release import ReleaseStore
from ogpld.release.packed_files import unpacked
from ogpld.release.release_store import PATCH, REPORT
from ogpld.report import Finding, Report, Severity, report_quads, report_turtle
from ogpld.stores.disk import DiskStore, seal

_BASE = "http://localhost:8000/"

_FILES = ("data.nq.gz", "blocks.json", REPORT, "void.ttl", "catalog.ttl")
_DERIVED = "mapping what changed"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the shipped data without repairs, which would have to fit the edits."""
    target = tmp_path / "data"
    copy_sample(target)
    for fixes in target.glob("sources/*/fixes.csv"):
        fixes.unlink()
    return target


def build(data: Path, home: Path, *, full: bool = False) -> tuple[Published | str, str]:
    """Build, and return what came of it (the error, where it was one) and what was told."""
    log = io.StringIO()
    try:
        published = publish_sources(
            Inputs(data=data), Settings(home=home), Progress(log), full=full, allow_shrink=True
        )
    except OgpldError as error:
        return str(error), log.getvalue()
    return published, log.getvalue()


def tables(data: Path) -> list[Path]:
    """Return the tables whose rows a build maps."""
    files = data.glob("sources/*/*.csv")
    return sorted(p for p in files if p.name not in {"mapping.csv", "fixes.csv"})


def edit(table: Path, chance: random.Random) -> None:
    """Change a cell or a row somewhere in a table."""
    with table.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    row, other, column = (chance.randrange(n) for n in (len(rows), len(rows), len(header)))
    kind = chance.choice(["cell", "cell", "taken", "empty", "delete", "repeat", "move"])
    if kind == "cell":
        rows[row][column] += chance.choice([" more", "1", "9"])
    elif kind == "taken":
        rows[row][column] = rows[other][column]
    elif kind == "empty":
        rows[row][column] = ""
    elif kind == "delete" and len(rows) > 1:
        del rows[row]
    elif kind == "repeat":
        rows.insert(other, list(rows[row]))
    else:
        rows.insert(other, rows.pop(row))
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def same(first: Published | str, second: Published | str) -> bool:
    """Say whether two builds came to the same."""
    if isinstance(first, str) or isinstance(second, str):
        return first == second
    if first.report is None or first.release is None or second.release is None:
        return True  # the edits changed nothing
    if first.report.refused:
        return second.report is not None and first.report.as_json() == second.report.as_json()
    one, two = first.release, second.release
    for name in ("classes", "graphs", "quads", "findings", "digest", "blocks"):
        assert getattr(one.manifest, name) == getattr(two.manifest, name), name
    return all((one.path / f).read_bytes() == (two.path / f).read_bytes() for f in _FILES)


def test_random_edits_come_to_the_same_as_a_whole_build(tmp_path: Path, data: Path) -> None:
    """Data, report, counts; refusals and errors too."""
    chance = random.Random(7)
    home = tmp_path / "home"
    assert build(data, home)[1].count("mapping") == 4
    derived = 0
    for turn in range(6):
        before = {table: table.read_bytes() for table in tables(data)}
        for _ in range(chance.choice([1, 2, 5])):
            edit(chance.choice(tables(data)), chance)
        whole, _ = build(data, tmp_path / f"whole-{turn}")
        changed, log = build(data, home)
        assert same(changed, whole), f"turn {turn}: {changed} is not {whole}"
        derived += _DERIVED in log and "mapping members" not in log
        if isinstance(changed, str) or (changed.report and changed.report.refused):
            for table, content in before.items():
                table.write_bytes(content)
    assert derived > 3


def test_one_cell_is_one_unit(tmp_path: Path, data: Path) -> None:
    """The change log names what changed, and the build after it is derived as well."""
    home = tmp_path / "home"
    _, whole = build(data, home)
    assert "mapping estonia" in whole
    table = data / "sources/estonia/estonia.csv"
    text = table.read_text(encoding="utf-8")
    for turn in range(2):
        table.write_text(
            text.replace("Complete", f"Complete{' ' * (turn + 1)}", 1), encoding="utf-8"
        )
        again, _ = build(data, home)
        assert isinstance(again, Published)
        assert not again.new  # blanks around a cell say nothing
    with table.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    row = next(r for r in rows if r[header.index("commitment_id")] == "EE0045")
    row[header.index("title")] += " anew"
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    changed, log = build(data, home)
    assert isinstance(changed, Published)
    assert changed.release is not None
    assert changed.new
    assert _DERIVED in log
    assert "mapping estonia" not in log
    patch = unpacked(changed.release.path / PATCH).decode()
    lines = [line for line in patch.splitlines() if line.startswith(("A ", "D "))]
    assert len(lines) in {2, 4}  # the title, and the label made from it
    assert all("/EE0045>" in line for line in lines)


def test_full_reads_everything(tmp_path: Path, data: Path) -> None:
    """`--full` proves what the short way says: nothing new comes of it."""
    home = tmp_path / "home"
    build(data, home)
    edit(data / "sources/members/members.csv", random.Random(3))
    changed, _ = build(data, home)
    again, log = build(data, home, full=True)
    assert isinstance(changed, Published)
    assert isinstance(again, Published)
    assert "mapping members" in log
    assert not again.new
    arguments = ["--home", str(home), "build", "--sources", str(data), "--full"]
    assert main(arguments) == 0


@pytest.mark.parametrize(
    "harm", ["gone", "cut notes", "cut store", "other release", "foreign quads"]
)
def test_a_build_that_remembers_nothing_of_use_reads_everything(
    tmp_path: Path, data: Path, harm: str
) -> None:
    """The result is the same; what does not fit is told."""
    home = tmp_path / "home"
    build(data, home)
    [folder] = (home / "build").iterdir()
    if harm == "gone":
        shutil.rmtree(folder)
    elif harm == "cut notes":
        content = (folder / "notes.sqlite").read_bytes()
        (folder / "notes.sqlite").write_bytes(content[:5000])
    elif harm == "cut store":
        for file in (folder / "quads").glob("MANIFEST*"):
            file.write_bytes(file.read_bytes()[:200])
    elif harm == "other release":
        folder.rename(folder.with_name("1-000000000000"))
    else:
        store = DiskStore(folder / "quads", lambda name: name.startswith(_BASE))
        statements = store.about(NamedNode(_BASE + "id/member/EST"))
        wrong = next(
            q for q in statements if f" <{_BASE}graph/members/" in str(q) and '"Estonia"' in str(q)
        )
        store.change((), [wrong])
        store.close()
        reseal(folder)
    table = data / "sources/members/members.csv"
    table.write_text(table.read_text().replace("Estonia,EE", "Estonia again,EE"))
    changed, log = build(data, home)
    whole, _ = build(data, tmp_path / "whole")
    assert same(changed, whole), log
    assert ("what is remembered does not fit" in log) == (harm == "foreign quads")


def reseal(folder: Path) -> None:
    """Make what was changed look as if a build had written it."""
    notes = hashlib.sha256((folder / "notes.sqlite").read_bytes()).hexdigest()
    files = {name: list(sums) for name, sums in seal(folder / "quads").items()}
    (folder / "seal.json").write_text(json.dumps({"notes": [notes], **files}))


def test_the_report_is_written_as_it_is_modelled() -> None:
    """The Turtle that is written by hand says what the graph says."""
    findings = [
        Finding(
            Severity.WARNING,
            focus="http://example.org/a",
            message='odd "quotes"\nand \\ lines\r\t',
            shape="https://example.org/shape",
            component="http://www.w3.org/ns/shacl#MinCountConstraintComponent",
            path="<http://example.org/p>/<http://example.org/q>",
            value="ü\u2028",
            value_term='"ü\u2028"@et',
        ),
        Finding(Severity.INFO, focus="_:b1", message="", value="1", value_term="<not an iri>"),
    ]
    for report in (Report.of(findings), Report()):
        written = report_turtle(report, "http://example.org/")
        graph = {q.triple for q in parse_quads(written, "ttl")}
        assert graph == {
            q.triple for q in report_quads(report, "http://example.org/release/validation")
        }
        assert Report.from_json(report.as_json()) == report


def test_rollback_and_on(tmp_path: Path, data: Path) -> None:
    """After a rollback the next build starts from the release that is current then."""
    home = tmp_path / "home"
    build(data, home)
    table = data / "sources/members/members.csv"
    text = table.read_text()
    table.write_text(text.replace("Estonia,EE", "Estonia two,EE"))
    build(data, home)
    assert main(["--home", str(home), "releases", "use", "1"]) == 0
    table.write_text(text.replace("Estonia,EE", "Estonia three,EE"))
    changed, _ = build(data, home)
    assert isinstance(changed, Published)
    assert changed.release is not None
    first, _, third = ReleaseStore(home).releases()
    assert changed.release.id == third.id
    assert third.manifest.previous == first.id
    patch = unpacked(third.path / PATCH).decode()
    assert "Estonia two" not in patch
    assert "Estonia three" in patch


@pytest.mark.parametrize("by_difference", [False, True])
def test_a_build_that_cannot_be_remembered_is_published(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch, *, by_difference: bool
) -> None:
    """Where the notes cannot be written, the release stands, and the next build reads everything."""
    home = tmp_path / "home"
    table = data / "sources/members/members.csv"
    if by_difference:
        build(data, home)
        table.write_text(table.read_text().replace("Estonia,EE", "Estonia two,EE"))

    def fail(*_arguments: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    with monkeypatch.context() as patch:
        patch.setattr(BuildCache, "keep", fail)
        published, output = build(data, home)
    assert isinstance(published, Published), published
    assert published.new
    assert (_DERIVED in output) == by_difference
    assert "the next build will read everything again: disk I/O error" in output
    assert not list((home / "build").glob(".tmp-*"))
    table.write_text(table.read_text().replace("Estonia", "Estonia three", 1))
    assert _DERIVED not in build(data, home)[1]


def test_a_disk_that_is_full_hides_no_error(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a build by difference began beside goes without being written, whatever the disk takes."""
    home = tmp_path / "home"
    build(data, home)
    table = data / "sources/members/members.csv"
    table.write_text(table.read_text().replace("Estonia,EE", "Estonia two,EE"))

    def full(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def refuse(*_arguments: object) -> None:
        raise ReleaseError("there is no room", hint="free space")

    monkeypatch.setattr(DiskStore, "close", full)
    monkeypatch.setattr(Publication, "write", refuse)
    error, output = build(data, home)
    assert "there is no room" in str(error), output
    assert "free space" in str(error)
    assert not list((home / "build").glob(".tmp-*"))
    assert ReleaseStore(home).last_sequence() == 1


def test_the_incremental_build_has_one_entrance() -> None:
    """The rest of the pipeline calls one function of it, so that it can be taken out."""
    package = "ogpld.pipeline.incremental"
    imports = [
        (path.name, node.module, [name.name for name in node.names])
        for path in (ROOT / "ogpld").rglob("*.py")
        if path.parent.name != "incremental"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(package)
    ]
    assert imports == [("pipeline.py", package, ["publish_incrementally"])]
