"""Names made for addresses: every table and thing keeps its own, or the build says which two met."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from support.running import ROOT
from support.sample_data import copy_sample, sample_data

from ogpld.config import Settings
from ogpld.errors import SourceError, Where
from ogpld.iris import KEY, slug
from ogpld.pipeline import Inputs, publish_sources
from ogpld.pipeline.progress import Progress
from ogpld.rdf import PROV, parse_quads, term_text
from ogpld.release import Release
from ogpld.sources.key_template import Template
from ogpld.sources.names import SourceNames, key_of_name

BASE = "http://localhost:8000/"
COMMITMENT = (
    ("key", "title@en", "member", "plans", "startDate", "endDate", "printedNumber"),
    ("EE0901", "Publish A", "EST", "EST05", "2023-01-01", "2024-01-01", "1"),
)
MILESTONE = (
    ("key", "title@en", "commitment", "printedNumber"),
    ("EE0901-m1", "Do A", "EE0901", "1.1"),
    ("EE0901-m2", "Do B", "EE0901", "1.2"),
)


def build(home: Path, data: Path | None = None, **files: Path) -> Release:
    """Build the shipped data, or a copy of it, with files in place of tables."""
    inputs = Inputs(data=data or sample_data(), files=files)
    result = publish_sources(inputs, Settings(home=home), Progress())
    assert result.release is not None, (
        result.report.as_text(worst_only=True) if result.report else ""
    )
    return result.release


def workbook(path: Path, **sheets: tuple[tuple[str, ...], ...]) -> Path:
    """Write a workbook, one sheet a keyword; underscores stand for blanks."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name.replace("_", " "))
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_sheets_in_another_script_are_all_published(tmp_path: Path) -> None:
    """Two Cyrillic names had one file, and milestones led to the row of a commitment."""
    book = workbook(tmp_path / "план.xlsx", Зобовʼязання=COMMITMENT, Етапи=MILESTONE)
    release = build(tmp_path / "home", tables=book)
    folder = release.path / "sources/tables"
    tables = {
        path.name: list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
        for path in folder.iterdir()
    }
    assert set(tables) == {"plan-zobovyazannya.csv", "plan-etapi.csv"}
    rows = {
        term_text(q.subject).rpartition("/")[2]: term_text(q.object)
        for q in parse_quads(b"".join(release.lines()), "nq")
        if q.predicate == PROV("wasDerivedFrom") and "/source/tables/" in term_text(q.object)
    }
    assert set(rows) == {"EE0901", "EE0901-m1", "EE0901-m2"}
    for key, iri in rows.items():
        file, _, row = iri.removeprefix(f"{BASE}source/tables/").partition("#row=")
        assert tables[file][int(row) - 1][0] == key, "each leads to its own row"


def test_sheets_with_one_address_are_named(tmp_path: Path) -> None:
    """What tells two names apart is lost in an address: both are named, nothing is published."""
    book = workbook(tmp_path / "plan.xlsx", **{"Part 1": COMMITMENT, "Part-1": MILESTONE})
    with pytest.raises(SourceError, match=r"'plan.xlsx#Part-1' and 'plan.xlsx#Part 1'"):
        build(tmp_path / "home", tables=book)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the shipped data."""
    return copy_sample(tmp_path / "data")


def change(table: Path, cells: dict[int, dict[str, str]]) -> None:
    """Write cells into rows of a table, by number of the row and column."""
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for number, texts in cells.items():
        rows[number - 2] |= texts
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_an_author_in_another_script_has_a_page(data: Path, tmp_path: Path) -> None:
    """`Марія Іванова` ended in a traceback."""
    change(data / "sources/estonia/estonia_reports.csv", {2: {"author": "Марія Іванова"}})
    quads = parse_quads(b"".join(build(tmp_path / "home", data).lines()), "nq")
    assert any(term_text(q.subject) == f"{BASE}id/person/mariya-ivanova" for q in quads)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("Ana Lima", "Ána Lima"), "'Ána Lima' and 'Ana Lima' .*row 2, column author"),
        (("Сел", "Сель"), "'Сель' and 'Сел' .*row 2, column author"),
        (("???", "Ana Lima"), "no address can be made from the name '\\?\\?\\?'"),
    ],
)
def test_authors_that_cannot_be_told_apart(
    data: Path, tmp_path: Path, names: tuple[str, str], message: str
) -> None:
    """The error has file, row and column of both; a name without letters says what to write."""
    table = data / "sources/estonia/estonia_reports.csv"
    change(table, {number: {"author": name} for number, name in enumerate(names, 2)})
    with pytest.raises(SourceError, match=message) as caught:
        build(tmp_path / "home", data)
    assert caught.value.where is not None
    assert caught.value.where.column == "author"
    assert caught.value.hint


def test_members_without_code_that_share_an_address_are_named(data: Path, tmp_path: Path) -> None:
    """Their graph and their things would be one."""
    table = data / "sources/members/members.csv"
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    coded = [n for n, row in enumerate(rows, 2) if row["ogp_code"]][:2]
    names = ("Київ (область)", "Київ область")
    change(
        table,
        {
            n: {"ogp_code": "", "iso3": "", "name": name}
            for n, name in zip(coded, names, strict=True)
        },
    )
    with pytest.raises(SourceError, match=r"'Київ область' and 'Київ \(область\)'"):
        build(tmp_path / "home", data)


@pytest.mark.parametrize(
    ("folder", "message"),
    [("Україна", "cannot be the name of a source"), ("codes", "made by the build")],
)
def test_sources_with_a_name_no_address_can_have(
    data: Path, tmp_path: Path, folder: str, message: str
) -> None:
    """Their tables had addresses nobody could open, or shared graphs with the build's own."""
    (data / "sources/institutions").rename(data / "sources" / folder)
    with pytest.raises(SourceError, match=message):
        build(tmp_path / "home", data)


def _registered(names: list[str]) -> Iterator[str]:
    registry = SourceNames()
    for row, name in enumerate(names, 2):
        where = Where("names.csv", row, "name")
        key = key_of_name(name, where)
        registry.take(key, (name,), where)
        yield key


@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=6, unique=True))
def test_any_names_have_distinct_keys_or_are_named(names: list[str]) -> None:
    """Names of any script: a key each, or an error that names those that met."""
    try:
        keys = list(_registered(names))
    except SourceError as error:
        quoted = [name for name in names if repr(name) in error.message]
        assert len(quoted) >= (2 if "share the address" in error.message else 1)
    else:
        assert len(set(keys)) == len(names)
        assert all(KEY.fullmatch(key) for key in keys)


@given(st.text("ABab 12-.—é", max_size=6), st.text("ABab 12-.—é", max_size=6))
def test_templates_tell_names_apart_that_their_keys_do_not(first: str, second: str) -> None:
    """The same key of other names has another identity; the same names have the same."""
    template = Template("{code|name:slug}-x")
    cells = [{"code": "", "name": name} for name in (first, second)]
    same = template.identity(cells[0]) == template.identity(cells[1])
    assert same == (first == second)


def test_published_keys_are_what_they_were() -> None:
    """Keys in use when letters began to be transliterated; addresses never change."""
    frozen = {
        "Ouellé, Côte d'Ivoire": "ouelle-cote-d-ivoire",
        "Côte d\u2019Ivoire": "cote-d-ivoire",
        "Maarja Toots": "maarja-toots",
        "São Paulo": "sao-paulo",
        "½ way": "12-way",
    }
    assert {name: slug(name) for name in frozen} == frozen


def test_a_workbook_in_place_of_a_table_is_published_as_csv(tmp_path: Path) -> None:
    """Its bytes stood under the name of a CSV file, so that rows led to what nobody could read."""
    path = ROOT / "data/sources/institutions/institutions.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = tuple(tuple(row) for row in csv.reader(file))
    book = workbook(tmp_path / "bodies.xlsx", institutions=rows)
    table = build(tmp_path / "home", institutions=book).path / "sources/institutions"
    content = (table / "institutions.csv").read_text(encoding="utf-8")
    assert tuple(next(csv.reader(io.StringIO(content)))) == rows[0]
