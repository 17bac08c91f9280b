"""What data/README.md says of source.toml, mapping.csv and the other tables is what the program knows."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
from support.running import ROOT

from ogpld.errors import SourceError
from ogpld.sources import fixes, ledger, linkset_table, mapping, reconciliation
from ogpld.sources.key_template import FILTERS
from ogpld.sources.source_description import read_source
from ogpld.sources.source_keys import KEYS, LAYOUTS, SourceKey

README = (ROOT / "data/README.md").read_text(encoding="utf-8")


def section(heading: str) -> str:
    """Return what stands under a heading, up to the next of any level."""
    match = re.search(
        rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", README, re.DOTALL | re.MULTILINE
    )
    assert match is not None, heading
    return match[1]


def rows(heading: str, header: str) -> dict[str, list[str]]:
    """Return the table of a section that begins with a header, by its first cell."""
    table = re.search(
        rf"^\| {header} \|.*\n\|[-| ]+\|\n((?:\|.*\n?)+)", section(heading), re.MULTILINE
    )
    assert table is not None, (heading, header)
    split = [
        [cell.strip() for cell in line.strip("|").split(" | ")] for line in table[1].splitlines()
    ]
    assert len({cells[0] for cells in split}) == len(split)
    return {cells[0].strip("`"): cells[1:] for cells in split}


@pytest.mark.parametrize("part", KEYS)
def test_every_entry_of_source_toml_is_explained(part: str) -> None:
    """The same entries, what each has to be and whether it is needed, with a meaning and an example."""
    entries = rows(f"Reference: {part}", "entry")
    assert entries.keys() == KEYS[part].keys()
    for name, key in KEYS[part].items():
        kind, needed, meaning, example = entries[name]
        assert SourceKey(kind, needed == "yes") == key, name
        assert meaning, name
        tables = "table" in kind and "by name" not in kind
        assert example or tables or kind == "tables by name", name


@pytest.mark.parametrize("part", KEYS)
def test_examples_of_entries_are_what_they_have_to_be(part: str) -> None:
    """Each example is TOML of its kind: put into a whole source.toml it is accepted."""
    for name, (kind, _, _, examples) in rows(f"Reference: {part}", "entry").items():
        for example in re.findall(r"`([^`]+)`", examples):
            value = tomllib.loads(f"x = {example}")["x"]
            expected = {
                "text": str, "date": date, "whole number": int, "true or false": bool,
                "list of texts": list, "texts by name": dict, "texts or lists by name": dict,
                "list or names": (list, dict),
                "text or list of texts": (str, list),
            }[kind]  # fmt: skip
            assert isinstance(value, expected), (part, name)


def test_filters_are_explained_by_examples_that_hold() -> None:
    """Every filter of key templates makes what the table says."""
    entries = rows("Reference: [[table]]", "filter")
    assert entries.keys() == FILTERS.keys()
    for name, (made, text) in entries.items():
        assert FILTERS[name](text.strip("`")) == made.strip("`")
    assert all(f'"{layout}"' in section("Reference: [[table]]") for layout in LAYOUTS)


def test_every_word_of_mapping_csv_is_explained() -> None:
    """All six columns, every `how` with a meaning and an example that begins with it, every option."""
    assert rows("Reference: mapping.csv", "column").keys() == mapping.COLUMNS
    entries = rows("Reference: mapping.csv", "how")
    assert entries.keys() == mapping.HOWS
    for how, (meaning, example) in entries.items():
        assert meaning
        assert how == "no-values" or example.startswith(f"`{how}")
    options = {name.partition("=")[0] for name in rows("Reference: mapping.csv", "option")}
    assert options == {*mapping.OPTIONS, "withhold"}


@pytest.mark.parametrize(
    ("heading", "columns"),
    [
        ("Reference: fixes.csv", fixes.COLUMNS),
        ("Reference: identity.csv", ledger.COLUMNS),
        ("Reference: linksets.csv", linkset_table.COLUMNS),
        ("Reference: reconciliation", reconciliation.COLUMNS | {"member"}),
    ],
)
def test_columns_of_other_tables_are_explained(heading: str, columns: set[str]) -> None:
    """Each column, and no other."""
    assert rows(heading, "column").keys() == columns


def test_everything_wrong_in_source_toml_is_said_at_once(tmp_path: Path) -> None:
    """Unknown, missing and strange entries of every part, each with its place, in one error."""
    folder = tmp_path / "sheet"
    folder.mkdir()
    (folder / "source.toml").write_text(
        """
titel = "A sheet"
publisher = 3
retrieved = "2026-11-23"
language = "en_US"
[[table]]
file = "a b.csv"
[table.things.plan]
klass = "ActionPlan"
mention = "yes"
[[table.join]]
file = "b.csv"
[table.assessments]
target = "plan"
[[table]]
file = "c.csv"
layout = "template"
unit = "a/b"
""",
        encoding="utf-8",
    )
    with pytest.raises(SourceError) as refused:
        read_source(folder)
    message = str(refused.value.message)
    for words in (
        "unknown entry 'titel' (did you mean 'title'?)", "'title' is missing", "'publisher' is not", "'licence' is missing",
        "'retrieved' is not what it has to be: date", "'covers' is missing", "'leaves_out' is missing", "'en_US' is no language tag",
        "'unit' of [[table]] a b.csv is missing", "'a b.csv' cannot be the name of a table",
        "unknown entry 'klass' of [table.things.plan] of [[table]] a b.csv (did you mean 'class'?)", "'class' of [table.things.plan]",
        "'mention' of [table.things.plan] of [[table]] a b.csv is not what it has to be: true or false",
        "'on' of [[table.join]]", "'take' of [[table.join]]", "'plan' of [table.assessments]", "'cycle' of [table.assessments]",
        "'unit' of [[table]] c.csv is 'a/b'", "'key' of [table.things.plan] of [[table]] a b.csv is missing",
        "'file' of [[table.join]] of [[table]] a b.csv names 'b.csv'",
    ):  # fmt: skip
        assert words in message, words
    assert message.startswith("20 entries are wrong: ")
    assert "'things' of [[table]] c.csv" not in message
    assert "data/README.md" in str(refused.value.hint)
