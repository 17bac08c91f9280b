"""A row whose thing has no key is reported with its cell, and the others are read."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.registers import TABLE, read_register, write_register

from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.report import Severity
from ogpld.sources import table_of
from ogpld.sources.canonical import map_tables

LINES = "No,commitment,identifier,value, Part,,,key, Title,commitment,title,text:en,"
ROWS = "No,Part,Title\nXY1,a,One\n,a,Two\n\u0425Y3,a,Three\nXY 4,a,Four\nXY5,,Five\n"


@pytest.mark.parametrize("unique", [True, False])
def test_every_row_without_a_key_is_named(tmp_path: Path, model: Model, *, unique: bool) -> None:
    """By file, row and the columns of the key template, empty cells first; letters that only look right by their names."""
    toml = TABLE.replace("{No}", "{No}-{Part}")
    if not unique:
        toml = toml.replace("unique = true", "")
    read = read_register(write_register(tmp_path, ROWS, LINES, toml), model)
    assert read.values.keys() == {"XY1-a"}
    assert {finding.severity for finding in read.findings} == {Severity.VIOLATION}
    places = [[(w.file, w.row, w.column) for w in f.where] for f in read.findings]
    assert places == [
        [("register.csv", row, column) for column in columns]
        for row, columns in {
            3: ("No", "Part"),
            4: ("No", "Part"),
            5: ("No", "Part"),
            6: ("Part", "No"),
        }.items()
    ]
    assert read.findings[0].message == ("the Commitment has no usable key: '{No}-{Part}' gives ''")
    assert read.findings[1].hint.startswith(
        "'\u0425' is U+0425 (CYRILLIC CAPITAL LETTER HA); fill the cells the key is made of"
    )
    assert read.findings[2].hint.startswith("fill the cells")


def test_a_key_in_letters_that_only_look_right_is_explained(model: Model) -> None:
    """In the key column of a template too, and where a cell leads to a thing."""
    text = "key,title@en,member,plans\n\u0425Y1,T,XYZ,XYZ01\nXY2,T,XYZ,XYZ\u041e1\n"
    output = map_tables(table_of(text.encode(), "t.csv"), model, Iris("http://x.example/"))
    own, link = output.problems
    assert own.hint.startswith("'\u0425' is U+0425 (CYRILLIC CAPITAL LETTER HA); use letters")
    assert link.hint.startswith("'\u041e' is U+041E (CYRILLIC CAPITAL LETTER O); write")
