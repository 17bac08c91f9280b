"""A source.toml that names what does not exist is refused before a row is mapped, with all that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.small_data import build, small_source

from ogpld.errors import SourceError

TABLE = """[[table]]
file = "t.csv"
unit = "t"
[table.things.body]
class = "Institution"
key = "EST-{id}"
"""
MAPPING = """table,column,thing,term,how,note
t.csv,id,body,,key,
t.csv,name,body,prefLabel,text:en,
t.csv,kind,body,classification,code,
t.csv,source,body,source,iri,
"""
ROWS = "id,name,kind,source\n1,One,agency,https://x.example/\n"
OTHER = '[[table]]\nfile = "o.csv"\nunit = "o"\n[table.things.body]\nclass = "Institution"\nkey = "EST-o{code}"\n'
OTHER_MAPPING = "o.csv,code,,,key,\no.csv,other,body,prefLabel,text:en,\no.csv,type,body,classification,code,\no.csv,page,body,source,iri,\n"
OTHER_ROWS = "code,other,type,page\n"


def refusal(folder: Path, toml: str, mapping: str = "") -> str:
    """Return what a build of a table says that cannot be described like this."""
    small_source(
        folder / "data",
        "mine",
        toml,
        t__csv=ROWS,
        mapping__csv=MAPPING + mapping,
        o__csv=f"{OTHER_ROWS}1,Other,agency,https://x.example/\n",
    )
    with pytest.raises(SourceError) as refused:
        build(folder / "data", folder / "home")
    assert str(refused.value.where) == "mine/source.toml"
    return f"{refused.value.message}\n{refused.value.hint}"


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ('when = { Level = "a" }', "'when' of [table.things.body] of [[table]] t.csv names the unknown column 'Level'"),
        ('when = { knd = "agency" }', "did you mean 'kind'?"),
        ('kind = "not an iri"', "'kind' of [table.things.body] of [[table]] t.csv is 'not an iri', which is no address"),
        ('links = { member = "membr" }', "'links' of [table.things.body] of [[table]] t.csv names the unknown thing 'membr'"),
        ('links = { mebmer = "body" }', "'links' of [table.things.body] of [[table]] t.csv: "),
        ('values = { note = "{nme}" }', "the template '{nme}' names the unknown column 'nme'"),
        ('values = { note = "{report_kind}" }', "names the unknown column 'report_kind'"),
        ('[table.things.part]\nclass = "Label"\nof = "boddy"\npart = "x"', "names the unknown thing 'boddy' (did you mean 'body'?)"),
        ('[table.things.part]\nclass = "Label"\nof = "body"', "'part' of [table.things.part] of [[table]] t.csv is missing"),
        ('[table.things.other]\nclass = "Institution"', "'key' of [table.things.other] of [[table]] t.csv is missing"),
        ('[table.things.other]\nclass = "Institucion"\nkey = "x"', "the model has no class 'Institucion'"),
        ('[table.assessments]\ntarget = "bdy"\nplan = "plan"\ncycle = "{id}"', "'target' of [table.assessments] of [[table]] t.csv names the unknown thing 'bdy'"),
        ('[table.assessments]\ntarget = "body"\nplan = "body"\nreport = "rep"\ncycle = "{id}"', "'report' of [table.assessments] of [[table]] t.csv names the unknown thing 'rep'"),
        ('[table.assessments]\ntarget = "body"\nplan = "body"\ncycle = "{yer}"', "'cycle' of [table.assessments] of [[table]] t.csv: the template '{yer}'"),
        ('[[table.join]]\nfile = "p.csv"\non = "id"\ntake = ["x"]', "names 'p.csv', which is no mapped table of this source"),
        ('[[table.join]]\nfile = "o.csv"\non = ["id", "name"]\nmatch = "code"\ntake = ["other"]', "name 2 and 1 columns"),
        ('[[table.join]]\nfile = "o.csv"\non = "idd"\nmatch = "code"\ntake = ["other"]', "'on' of [[table.join]] o.csv of [[table]] t.csv names the unknown column 'idd' (did you mean 'id'?)"),
        ('[[table.join]]\nfile = "o.csv"\non = "id"\ntake = ["other"]', "'match' of [[table.join]] o.csv of [[table]] t.csv names the unknown column 'id'"),
        ('[[table.join]]\nfile = "o.csv"\non = "id"\nmatch = "code"\ntake = ["othr"]', "'take' of [[table.join]] o.csv of [[table]] t.csv names the unknown column 'othr'"),
        ('[[table.join]]\nfile = "o.csv"\non = "id"\nmatch = "code"\ntake = { name = "other" }', "brings 'name', and the table has such a column"),
    ],
)  # fmt: skip
def test_what_does_not_exist_is_named(tmp_path: Path, entries: str, words: str) -> None:
    """With the part of source.toml it stands in."""
    assert words in refusal(tmp_path, f"{TABLE}{entries}\n{OTHER}", OTHER_MAPPING)


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ('page = ["not a url"]', "'page' of [[table]] t.csv has 'not a url', which is no web address"),
        ('how_read = "foo"', "'how_read' of [[table]] t.csv is 'foo', which is no code of the list 'how-read' (read, "),
        ('how_read = "Read"', "'how_read' of [[table]] t.csv is 'Read'"),
        ('report_key = ["{nothing}"]', "'report_key' of [[table]] t.csv: the template '{nothing}'"),
        ('years = ["{nothing}", "{id}"]', "'years' of [[table]] t.csv: the template '{nothing}'"),
    ],
)  # fmt: skip
def test_entries_of_tables_are_checked(tmp_path: Path, entries: str, words: str) -> None:
    """Addresses, codes and templates."""
    assert words in refusal(
        tmp_path, TABLE.replace('unit = "t"\n', f'unit = "t"\n{entries}\n') + OTHER, OTHER_MAPPING
    )


def test_all_of_it_is_named_at_once(tmp_path: Path) -> None:
    """In the columns and codes of all tables."""
    toml = TABLE.replace('unit = "t"', 'unit = "{unit}"\nhow_read = "foo"')
    text = refusal(tmp_path, toml + 'when = { Level = "*" }\n' + OTHER + 'values = { note = "{x}" }\n', OTHER_MAPPING)  # fmt: skip
    assert text.startswith("4 entries are wrong: ")


@pytest.mark.parametrize(
    "how", ["completion,assess:mid-term", ",twin:name", ",no-values", "steps,detail:name"]
)
def test_indicators_want_to_know_what_they_assess(tmp_path: Path, how: str) -> None:
    """A mapping with indicators and a source.toml without assessments do not fit."""
    text = refusal(tmp_path, TABLE + OTHER, f"t.csv,name,body,{how},\n{OTHER_MAPPING}")
    assert "[table.assessments] of [[table]] t.csv is missing: mapping.csv has indicators ('name')" in text  # fmt: skip


@pytest.mark.parametrize(
    ("licence", "wrong"),
    [("https://creative commons.example/by/4.0", True), ("http", True), ("CC-BY-4.0: https://x.example/", False)],
)  # fmt: skip
def test_a_licence_is_an_address_or_words(tmp_path: Path, licence: str, *, wrong: bool) -> None:
    """What begins like an address is one."""
    folder = small_source(tmp_path / "data", "mine", TABLE, t__csv=ROWS, mapping__csv=MAPPING)
    toml = folder / "source.toml"
    toml.write_text(toml.read_text().replace("https://creativecommons.org/licenses/by/4.0/", licence))  # fmt: skip
    if wrong:
        with pytest.raises(SourceError, match="begins like an address and is none"):
            build(tmp_path / "data", tmp_path / "home")
    else:
        assert build(tmp_path / "data", tmp_path / "home")[0].release


def test_a_taxonomy_is_a_code_list(tmp_path: Path) -> None:
    """Its name becomes part of an address."""
    folder = small_source(tmp_path / "data", "mine", TABLE, t__csv=ROWS, mapping__csv=MAPPING)
    toml = folder / "source.toml"
    toml.write_text('taxonomy = "policy area"\n' + toml.read_text())
    with pytest.raises(SourceError, match="'taxonomy' 'policy area' is no code list"):
        build(tmp_path / "data", tmp_path / "home")


def test_parts_may_stand_before_what_they_are_parts_of(tmp_path: Path) -> None:
    """The order of things in a file says nothing."""
    part = '[table.things.name]\nclass = "Label"\nof = "body"\npart = "name-en-{name:slug}"\n[table.things.body]\nlinks = { names = "name" }\n'
    toml = TABLE.replace("[table.things.body]\n", part)
    mapping = MAPPING + "t.csv,name,name,literalForm,text:en,\n"
    small_source(tmp_path / "data", "mine", toml, t__csv=ROWS, mapping__csv=mapping)
    result, text = build(tmp_path / "data", tmp_path / "home")
    assert "EST-1#name-en-one" in text + b"".join(result.release.lines() if result.release else ()).decode()  # fmt: skip


def joined(folder: Path, rows: str, *, on: str = '"id"', match: str = '"code"') -> str:
    """Return what a build says whose table takes a column of another one."""
    join = f'[[table.join]]\nfile = "o.csv"\non = {on}\nmatch = {match}\ntake = ["other"]\n'
    small_source(
        folder / "data",
        "mine",
        TABLE + 'values = { note = "{other}" }\n' + join + OTHER.replace("o{code}", "o{code}{other}"),
        t__csv=ROWS + "2,Two,agency,https://x.example/\n1x,Three,agency,https://x.example/\n",
        mapping__csv=MAPPING + OTHER_MAPPING,
        o__csv=OTHER_ROWS + rows,
    )  # fmt: skip
    return build(folder / "data", folder / "home")[1]


def test_rows_that_match_and_differ_are_named(tmp_path: Path) -> None:
    """Where one of them would be taken, once for each that is looked up; what nobody looks up is no matter."""
    rows = "1,A,agency,https://x.example/\n1,B,agency,https://x.example/\n9,C,agency,https://x.example/\n9,D,agency,https://x.example/\n"
    text = joined(tmp_path, rows)
    assert text.count("two rows of o.csv match and differ in 'other'") == 1
    assert "t.csv, row 2, column id; o.csv, rows 2, 3, column other" in text


def test_rows_that_match_and_agree_are_one(tmp_path: Path) -> None:
    """What is taken is the same, whatever else they say."""
    rows = "1,A,agency,https://x.example/\n1,A,ministry,https://x.example/\n"
    assert "match and differ" not in joined(tmp_path, rows)
