"""A table in the folder of a source that source.toml does not name is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.registers import read_register, write_register

from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.sources.mapper import open_source
from ogpld.sources.reconciliation import Reconciliation
from ogpld.sources.source_description import read_source

LINES = "No,commitment,identifier,value,"


def test_a_table_that_nobody_named_is_told(tmp_path: Path, model: Model) -> None:
    """By its file, whatever kind of table; what stands beside tables, is hidden or is none is not."""
    folder = write_register(
        tmp_path / "plan", "No\nXY1\n", LINES, fixes="register.csv,2,No,XY1,XY2,x\n"
    )
    for name in ("stray.csv", "Plan.XLSX", "old.ods"):
        (folder / name).write_text("a,b\n")
    for name in ("README.md", "notes.txt", ".hidden.csv", "~$plan.xlsx", "C01.rq", "LICENSE"):
        (folder / name).write_text("a,b\n")
    (folder / "more.csv").mkdir()
    read = read_register(folder, model)
    assert read.values.keys() == {"XY2"}
    assert read.messages() == [
        f"WARNING plan/{name}: the table is in no [[table]] of source.toml, and nothing of it was read"
        for name in ("Plan.XLSX", "old.ods", "stray.csv")
    ]


@pytest.mark.parametrize("way", ["", "../plan/"])
def test_a_table_given_in_place_of_another_was_read(
    tmp_path: Path, model: Model, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """It may lie in the folder too, however its path is written; the one it stands for is named."""
    folder = write_register(tmp_path / "plan", "No\nXY1\n", LINES)
    for name in ("new.csv", "stray.csv"):
        (folder / name).write_text("No\nXY2\n")
    monkeypatch.chdir(folder)
    opened = open_source(
        read_source(folder),
        model,
        Iris("http://x.example/"),
        Reconciliation({}),
        inputs={"register.csv": Path(f"{way}new.csv")},
    )
    assert [str(f.where[0]) for f in opened.problems] == ["plan/stray.csv"]
