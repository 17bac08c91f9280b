"""Tables that share a unit: all rows of all of them are published, and none in place of another."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest
from support.small_data import BODIES, body, build, lines, small_source, template_table

from ogpld.errors import SourceError

MAPPING = (
    "table,column,thing,term,how,note\n"
    "m.csv,id,body,,key,\nm.csv,name,body,prefLabel,text:en,\nm.csv,kind,body,classification,code,\n"
    "m.csv,source,body,source,iri,\n"
)
MAPPED = (
    '[[table]]\nfile = "m.csv"\nunit = "bodies"\n'
    '[table.things.body]\nclass = "Institution"\nkey = "{id}"\nunique = true\n'
)


@pytest.mark.parametrize("order", list(permutations("abm")))
def test_tables_of_one_unit_are_all_published(tmp_path: Path, order: tuple[str, ...]) -> None:
    """Two templates and a mapped table in any order: every row, and every file at its address."""
    entries = {
        "a": template_table("a.csv", "bodies"),
        "b": template_table("b.csv", "bodies"),
        "m": MAPPED,
    }
    small_source(
        tmp_path / "data",
        "mine",
        "".join(entries[name] for name in order),
        a__csv=BODIES + body("A-1", "One"),
        b__csv=BODIES + body("B-1", "Two"),
        m__csv="id,name,kind,source\nM-1,Three,agency,https://x.example/\n",
        mapping__csv=MAPPING,
    )
    result, report = build(tmp_path / "data", tmp_path / "home")
    assert result.release is not None, report
    assert result.release.manifest.classes["Institution"] == 3
    graph = "<http://localhost:8000/graph/mine/bodies>"
    for key, file in (("A-1", "a"), ("B-1", "b"), ("M-1", "m")):
        source = f"<http://localhost:8000/source/mine/{file}.csv"
        thing = f"<http://localhost:8000/id/institution/{key}>"
        text = lines(result)
        assert f"{thing} <http://www.w3.org/ns/prov#wasDerivedFrom> {source}#row=2> {graph}" in text
        assert f"{graph} <http://www.w3.org/ns/prov#hadPrimarySource> {source}>" in text
        assert (result.release.path / f"sources/mine/{file}.csv").is_file()


@pytest.mark.parametrize("second", ["b", "m"])
def test_a_thing_that_two_tables_of_a_unit_describe_is_refused(tmp_path: Path, second: str) -> None:
    """With both places."""
    small_source(
        tmp_path / "data",
        "mine",
        template_table("a.csv", "bodies")
        + (MAPPED if second == "m" else template_table("b.csv", "bodies")),
        a__csv=BODIES + body("A-1", "One") + body("A-2", "Other"),
        b__csv=BODIES + body("B-1", "Two") + body("A-1", "One"),
        m__csv="id,name,kind,source\nM-1,Two,agency,https://x.example/\nA-1,One,agency,https://x.example/\n",
        mapping__csv=MAPPING if second == "m" else "table,column,thing,term,how,note\n",
    )
    result, report = build(tmp_path / "data", tmp_path / "home")
    assert result.release is None
    assert "the key 'A-1' stands twice" in report
    assert "a.csv, row 2" in report
    assert f"{second}.csv, row 3" in report


@pytest.mark.parametrize("table", "abm")
def test_a_cell_of_a_shared_unit_is_built_again(tmp_path: Path, table: str) -> None:
    """By difference as in full, whichever of its tables changed."""
    data = tmp_path / "data"
    folder = small_source(
        data,
        "mine",
        template_table("a.csv", "bodies") + template_table("b.csv", "bodies") + MAPPED,
        a__csv=BODIES + body("A-1", "Old"),
        b__csv=BODIES + body("B-1", "Old"),
        m__csv="id,name,kind,source\nM-1,Old,agency,https://x.example/\n",
        mapping__csv=MAPPING,
    )
    build(data, tmp_path / "home")
    file = folder / f"{table}.csv"
    file.write_text(file.read_text().replace("Old", "New"))
    result, _ = build(data, tmp_path / "home")
    whole, _ = build(data, tmp_path / "whole")
    assert result.new
    assert lines(result) == lines(whole)
    assert '"New"@en' in lines(result)
    assert result.report is not None
    assert whole.report is not None
    assert result.report.findings == whole.report.findings


def test_a_thing_that_two_mapped_tables_describe_is_refused(tmp_path: Path) -> None:
    """With both places; other rows of both stay."""
    second = MAPPED.replace("m.csv", "n.csv")
    small_source(
        tmp_path / "data",
        "mine",
        MAPPED + second,
        m__csv="id,name,kind,source\nM-1,Two,agency,https://x.example/\nM-2,Two,agency,https://x.example/\n",
        n__csv="id,name,kind,source\nN-1,One,agency,https://x.example/\nM-1,Two,agency,https://x.example/\n",
        mapping__csv=MAPPING + MAPPING.partition("\n")[2].replace("m.csv", "n.csv"),
    )
    result, report = build(tmp_path / "data", tmp_path / "home")
    assert result.release is None
    assert "two tables of one unit have a row for this thing" in report
    assert "n.csv, row 3; m.csv, row 2" in report


def test_units_of_the_same_name_in_two_sources_are_two(tmp_path: Path) -> None:
    """All rows of both, both files at an address; one thing twice is told with the value not accepted."""
    for name, other in (("one", "A-1"), ("two", "B-1")):
        small_source(
            tmp_path / "data",
            name,
            template_table("bodies.csv", "bodies"),
            bodies__csv=BODIES + body(other, "Own") + body("C-1", f"Shared {name}"),
        )
    result, report = build(tmp_path / "data", tmp_path / "home")
    assert result.release is not None, report
    assert result.release.manifest.classes["Institution"] == 3
    assert "bodies.csv, row 3, column prefLabel@en" in report
    for name in ("one", "two"):
        assert (result.release.path / f"sources/{name}/bodies.csv").is_file()


def test_a_file_is_filled_in_once(tmp_path: Path) -> None:
    """Two entries of one file would read its rows twice."""
    small_source(
        tmp_path / "data",
        "mine",
        template_table("a.csv", "one") + template_table("a.csv", "two"),
        a__csv=BODIES + body("A-1", "One"),
    )
    with pytest.raises(SourceError, match=r"'a.csv' is described twice"):
        build(tmp_path / "data", tmp_path / "home")


def test_tables_of_a_unit_were_read_in_one_way(tmp_path: Path) -> None:
    """A graph says once how it was read."""
    small_source(
        tmp_path / "data",
        "mine",
        template_table("a.csv", "bodies")
        + template_table("b.csv", "bodies")
        + 'how_read = "derived"\n',
        a__csv=BODIES + body("A-1", "One"),
        b__csv=BODIES + body("B-1", "One"),
    )
    with pytest.raises(
        SourceError, match=r"b.csv cannot have the unit 'bodies'.*'read'.*'derived'"
    ):
        build(tmp_path / "data", tmp_path / "home")


def test_texts_that_say_nothing_are_not_published(tmp_path: Path) -> None:
    """`empty` holds for tables filled in after a template as for mapped ones; the published table stays."""
    folder = small_source(
        tmp_path / "data",
        "mine",
        template_table("a.csv", "bodies") + 'empty = ["-", "n/a"]\n',
        a__csv="key,prefLabel@en,classification,registerNumber,note@en,source\n"
        "A-1,One,agency,-,n/a,https://x.example/\n",
    )
    result, report = build(tmp_path / "data", tmp_path / "home")
    assert '"One"@en' in lines(result), report
    assert '"-"' not in lines(result)
    assert '"n/a"' not in lines(result)
    assert "there is nothing" not in report
    assert result.release is not None
    assert "-,n/a" in (result.release.path / "sources/mine/a.csv").read_text(encoding="utf-8")
    toml = (folder / "source.toml").read_text(encoding="utf-8")
    (folder / "source.toml").write_text(toml.replace(', "n/a"', ""), encoding="utf-8")
    result, report = build(tmp_path / "data", tmp_path / "home")
    assert '"n/a"@en' in lines(result)
    assert "the cell only says that there is nothing" in report


@pytest.mark.parametrize(
    "entry",
    [
        'years = ["2026"]',
        'report_key = ["{key}"]',
        '[table.things.body]\nclass = "Institution"\nkey = "{key}"',
        '[[table.join]]\nfile = "a.csv"\non = "key"\ntake = []',
    ],
)
def test_what_tables_after_templates_do_not_use_is_refused(tmp_path: Path, entry: str) -> None:
    """It was accepted, and nothing came of it."""
    small_source(
        tmp_path / "data",
        "mine",
        template_table("a.csv", "bodies") + entry + "\n",
        a__csv=BODIES + body("A-1", "One"),
    )
    with pytest.raises(SourceError, match=r"a\.csv says nothing of a table with the layout"):
        build(tmp_path / "data", tmp_path / "home")
