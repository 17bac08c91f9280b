"""A table in the folder of a source that source.toml does not name is told."""

from __future__ import annotations

from pathlib import Path

from support.registers import read_register, write_register

from ogpld.model import Model

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
