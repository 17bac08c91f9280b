"""CONTRIBUTING.md tells the truth about what an addition touches: each row of its table is tried in a copy."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import pytest
import requests
from support.additions import ADDITIONS, ELSEWHERE
from support.checkout import Checkout
from support.running import ROOT, Server, start_server, stop_server


def table() -> dict[str, str]:
    """Return the rows of "you want to add | you touch"."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    lines = text[text.index("| you want to add |") :].splitlines()[2:]
    rows = {}
    for line in lines:
        match = re.fullmatch(r"\| (.+?) \| (.+) \|", line)
        if match is None:
            break
        rows[match[1]] = match[2]
    return rows


def patterns(cell: str) -> list[str]:
    """Return the paths that a cell names: `<x>` stands for any name, a folder for all in it."""
    paths = [re.sub(r"<[^>]+>", "*", path) for path in re.findall(r"`([^`]+)`", cell)]
    return [f"{path}*" if path.endswith("/") else path for path in paths]


def names(cell: str, path: str) -> bool:
    """Say whether a cell names a path, in full or by its last parts."""
    return any(fnmatch(path, p) or fnmatch(path, f"*/{p}") for p in patterns(cell))


def test_every_row_has_a_try() -> None:
    """No row of the table is only a promise, and no try is left of a row that has gone."""
    assert {*ADDITIONS, *ELSEWHERE} == set(table())


@dataclass(frozen=True)
class Tried:
    """A copy of the checkout with one addition for every row.

    Attributes:
        root: its folder.
        touched: the files that were written for each row.
        errors: what the program of each row came to, "" for no error.
        report: what pytest printed of the tests of all rows.
    """

    root: Path
    touched: dict[str, set[str]]
    errors: dict[str, str]
    report: str


#: Run programs, each with names of its own, and print what they came to.
PROGRAMS = """
import contextlib, json, sys, traceback
errors = {}
with contextlib.redirect_stdout(sys.stderr):
    for row, program in json.load(open("programs.json")).items():
        try:
            exec(program, {})
            errors[row] = ""
        except BaseException:
            errors[row] = traceback.format_exc()
print(json.dumps(errors))
"""


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Tried:
    """All additions in one copy, their programs run in one process and their tests in another."""
    copy = Checkout.copied_to(tmp_path_factory.mktemp("additions") / "copy")
    touched = {}
    for row, entry in ADDITIONS.items():
        if not entry.like:  # the file is there already
            copy.touched = set()
            entry.edit(copy)
            touched[row] = copy.touched
    tests = [test for entry in ADDITIONS.values() for test in entry.tests]
    report = copy.python("-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", *tests).stdout
    programs = {row: entry.program for row, entry in ADDITIONS.items() if entry.program}
    (copy.root / "programs.json").write_text(json.dumps(programs), encoding="utf-8")
    done = copy.python("-c", PROGRAMS)
    assert done.returncode == 0, done.stderr
    return Tried(copy.root, touched, json.loads(done.stdout), report)


@pytest.mark.parametrize("row", ADDITIONS)
def test_an_addition_touches_the_files_of_its_row(tried: Tried, row: str) -> None:
    """Each file that was written is one that the row names."""
    row = ADDITIONS[row].like or row
    cell = table()[row]
    assert tried.touched[row]
    assert [path for path in sorted(tried.touched[row]) if not names(cell, path)] == [], cell


@pytest.mark.parametrize("row", [row for row, entry in ADDITIONS.items() if not entry.path])
def test_an_addition_works(tried: Tried, row: str) -> None:
    """A program or tests of the copy show it."""
    entry = ADDITIONS[row]
    assert entry.program or entry.tests
    assert tried.errors.get(row, "") == ""
    for test in entry.tests:
        assert f"PASSED {test}" in tried.report, tried.report


@pytest.fixture(scope="module")
def served(tried: Tried, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of the copy."""
    log = tmp_path_factory.mktemp("log") / "serve.log"
    started = start_server(home, log, checkout=tried.root)
    yield started
    stop_server(started)


@pytest.mark.parametrize("row", [row for row, entry in ADDITIONS.items() if entry.path])
def test_an_addition_is_served(served: Server, server: Server, row: str) -> None:
    """An address of the copy shows it, and the same address of the site does not."""
    entry = ADDITIONS[row]
    answer: requests.Response = served.get(entry.path)
    assert answer.status_code == 200, answer.text
    assert entry.shows in answer.text
    before = server.get(entry.path)
    assert before.status_code != 200 or entry.shows not in before.text
