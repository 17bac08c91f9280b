"""A broken input is refused with its place, and the current release goes on."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.sample_data import copy_sample, sample_data

from ogpld.cli import main
from ogpld.release import ReleaseStore

Edit = Callable[[Path], None]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the shipped data that a test may break."""
    target = tmp_path / "data"
    copy_sample(target)
    return target


@dataclass(frozen=True)
class Outcome:
    """What a command came to."""

    returncode: int
    stdout: str
    stderr: str


def run(home: Path, *arguments: str) -> Outcome:
    """Run the command line in this process."""
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        code = main(["--home", str(home), *arguments])
    return Outcome(code, out.getvalue(), err.getvalue())


def replace(path: Path, old: str, new: str) -> None:
    """Change the first place a text stands at."""
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")


BROKEN: dict[str, tuple[Edit, list[str]]] = {
    "unknown column": (
        lambda d: replace(d / "sources/estonia/estonia_plans.csv", "title,", "titel,"),
        ["estonia_plans.csv", "column title", "missing", "called 'titel' now"],
    ),
    "missing file": (
        lambda d: (d / "sources/estonia/estonia_reports.csv").unlink(),
        ["estonia_reports.csv", "cannot read"],
    ),
    "bad UTF-8": (
        lambda d: (d / "sources/members/status.csv").write_bytes(b"ogp_code,status\n\xff\xfa,x\n"),
        ["status.csv, line 2", "UTF-8"],
    ),
    "UTF-16": (
        lambda d: (d / "sources/members/status.csv").write_text("a,b\n1,2\n", encoding="utf-16"),
        ["status.csv", "UTF-16"],
    ),
    "semicolons": (
        lambda d: (d / "sources/members/status.csv").write_text("a;b\n1;2\n"),
        ["status.csv, row 1", "another table"],
    ),
    "ragged row": (
        lambda d: replace(d / "sources/estonia/second_plans.csv", "EE0058,5,", "EE0058,5,,,"),
        ["second_plans.csv, row 2", "cells"],
    ),
    "unclosed quote": (
        lambda d: replace(d / "sources/estonia/second_plans.csv", '"The page', 'x"The page'),
        ["second_plans.csv", "row 2"],
    ),
    "unknown how": (
        lambda d: replace(
            d / "sources/members/mapping.csv", ",idPrefix,value,", ",idPrefix,guess,"
        ),
        ["mapping.csv", "unknown how", "guess"],
    ),
    "codes of no list": (
        lambda d: replace(d / "sources/members/mapping.csv", ",idPrefix,value,", ",idPrefix,code,"),
        ["mapping.csv, row 7", "'idPrefix' takes no codes"],
    ),
    "things where none can be": (
        lambda d: replace(
            d / "sources/members/mapping.csv", ",idPrefix,value,", ",idPrefix,thing,"
        ),
        ["mapping.csv, row 7", "'idPrefix' leads to no things"],
    ),
    "a language that is none": (
        lambda d: replace(d / "sources/estonia/mapping.csv", "title,text:en,", "title,text:en_US,"),
        ["mapping.csv", "en_US", "no language tag", "en-US"],
    ),
    "unknown entry in source.toml": (
        lambda d: replace(d / "sources/members/source.toml", "covers =", "coverz ="),
        ["source.toml", "coverz"],
    ),
    "fix that no longer applies": (
        lambda d: (
            (d / "sources/members/fixes.csv").write_text(
                "table,row,column,from,to,reason\nmembers.csv,2,name,Albanien,Albania,typing error\n"
            )
            and None
        ),
        ["fixes.csv, row 2", "Albanien"],
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_an_unreadable_source_is_a_clear_error(data: Path, tmp_path: Path, name: str) -> None:
    """File, row and column are named, the exit code is 1, and nothing is written."""
    edit, words = BROKEN[name]
    edit(data)
    result = run(tmp_path / "home", "build", "--sources", str(data))
    assert result.returncode == 1, result.stdout + result.stderr
    for word in words:
        assert word in result.stderr
    assert "->" in result.stderr or "quote" in result.stderr or "row" in result.stderr
    assert "Traceback" not in result.stderr
    assert not ReleaseStore(tmp_path / "home").releases()


def test_every_bad_cell_is_shown_in_one_run(data: Path, home: Path, tmp_path: Path) -> None:
    """Violations name file, row, column, value, message and what to do; the old release stays."""
    shutil.copytree(home, tmp_path / "home", symlinks=True)
    before = ReleaseStore(tmp_path / "home").current_name()
    replace(
        data / "sources/estonia/estonia.csv",
        "Substantial,Complete,Increase",
        "Mostly,Complete,Increase",
    )
    replace(data / "sources/estonia/estonia.csv", ",2018-07,2020-06,", ",July 2018,2020-06,")
    replace(data / "sources/estonia/estonia_plans.csv", "AP_EST02,2,", "EST-2,2,")
    replace(
        data / "sources/estonia/estonia_milestones.csv",
        "Test Riigikogu open data",
        "ask@example.org",
    )
    result = run(tmp_path / "home", "build", "--sources", str(data))
    assert result.returncode == 1
    out = result.stdout
    assert "estonia.csv, row 3, column completion_midterm" in out
    assert "'Mostly'" in out
    assert "use one of: " in out
    assert "column start_date" in out
    assert "'July 2018'" in out
    assert "estonia_plans.csv, row 3, column action_plan_id" in out
    assert "'EST-2'" in out
    assert "estonia_milestones.csv, row 4, column title" in out
    assert "Warning:" not in out
    assert f"the current release stays: {before}" in result.stderr
    assert ReleaseStore(tmp_path / "home").current_name() == before


def test_a_missing_value_names_the_cell_to_fill(data: Path, tmp_path: Path) -> None:
    """A finding without a value points at the empty cell all the same."""
    replace(data / "sources/estonia/estonia_milestones.csv", "Test Riigikogu open data", "")
    result = run(tmp_path / "home", "check", "--sources", str(data))
    assert result.returncode == 1
    assert "estonia_milestones.csv, row 4, column title" in result.stdout
    assert "fill the cell" in result.stdout


def test_a_key_that_means_something_else_stops_the_build(data: Path, tmp_path: Path) -> None:
    """Number and title of a frozen id both changed."""
    replace(
        data / "sources/estonia/estonia.csv",
        ",1.3,,Riigikogu Transparency,",
        ",9.9,,Something Else,",
    )
    result = run(tmp_path / "home", "check", "--sources", str(data))
    assert result.returncode == 1
    assert "means something else now" in result.stdout
    assert "identity.csv, row" in result.stdout


def test_check_gives_json_and_turtle(home: Path) -> None:
    """The same findings for programs."""
    assert (
        '"publishable": true'
        in run(home, "check", "--sources", str(sample_data()), "--format", "json").stdout
    )
    assert (
        "sh:ValidationReport"
        in run(home, "check", "--sources", str(sample_data()), "--format", "turtle").stdout
    )


def test_a_row_that_lost_its_parent_names_it(data: Path, tmp_path: Path) -> None:
    """A commitment was taken out, its milestones were not: the milestone's row says what it lacks."""
    table = data / "sources/estonia/estonia.csv"
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    table.write_text(
        "".join(line for line in lines if not line.startswith("EE0050,")), encoding="utf-8"
    )
    done = run(tmp_path / "home", "check", "--sources", str(data))
    assert done.returncode == 1
    assert "estonia_milestones.csv, row 4, column commitment_id" in done.stderr
    assert "'EE0050' is in no row of estonia.csv" in done.stderr
