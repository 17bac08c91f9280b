"""Nothing is lost between `make test` and the parts that have targets of their own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.parts import PARTS, QUICK, TESTS, may_hold, part_of, part_of_path


def recipes(root: Path) -> dict[str, str]:
    """Return by part the target of the Makefile that runs it."""
    text = (root / "Makefile").read_text(encoding="utf-8")
    rules = re.findall(r"(?m)^([\w-]+):.*\n((?:\t.*\n)+)", text)
    return {
        part: target for target, recipe in rules for part in re.findall(r"--part (\w+)", recipe)
    }


def test_every_part_has_a_target_that_ci_calls(root: Path) -> None:
    """`make test` is one of them."""
    targets = recipes(root)
    assert targets.keys() == {QUICK, *PARTS}
    assert targets[QUICK] == "test"
    calls = re.findall(r"(?m)^make ([\w-]+)$", (root / ".ci/run").read_text(encoding="utf-8"))
    assert sorted({*targets.values()} - {*calls}) == []


def test_what_a_part_names_is_there() -> None:
    """Folders, files, and tests in files."""
    for name in (name for members in PARTS.values() for name in members):
        path, _, test = name.partition("::")
        assert (TESTS / path).exists(), name
        assert not test or f"\ndef {test}(" in (TESTS / path).read_text(encoding="utf-8"), name


def test_every_file_is_read_for_the_part_it_is_in() -> None:
    """Each in one part as a whole; the first that names it, which may be narrower."""
    files = sorted(TESTS.rglob("test_*.py"))
    parts = {path: part_of_path(path) for path in files}
    assert {*parts.values()} == {QUICK, *PARTS}
    assert all(may_hold(path, part) for path, part in parts.items())
    assert parts[TESTS / "counterparts/test_harvest.py"] == "harvest"
    assert parts[TESTS / "counterparts/test_ckan.py"] == "counterparts"
    assert len([part for part in parts.values() if part == QUICK]) > 150


@pytest.mark.parametrize("data", ["whole", "sheet", "sample"])
def test_what_wants_large_data_is_long(data: str, request: pytest.FixtureRequest) -> None:
    """By itself, without a line that says so."""
    assert part_of(request.node) == (QUICK if data == "sample" else "long")
