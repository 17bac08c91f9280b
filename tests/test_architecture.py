"""The house: layers, sizes, names and tool settings, checked by machine."""

from __future__ import annotations

import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

BANNED = {"utils", "helpers", "common", "misc", "base", "manager", "service", "handler", "core"}


def modules(root: Path) -> list[Path]:
    """Return every module of the package."""
    return sorted((root / "ogpld").rglob("*.py"))


def test_imports_go_one_way(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every import contract in pyproject.toml is kept."""
    monkeypatch.chdir(root)
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == 0


def test_a_broken_layer_would_be_noticed(root: Path) -> None:
    """The contracts cover the whole package, so that a new room cannot stay outside."""
    contracts = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = next(c for c in contracts["contracts"] if c["type"] == "layers")
    named = {name.strip() for layer in layers["layers"] for name in layer.split("|")}
    rooms = {p.stem for p in (root / "ogpld").glob("*.py")} | {
        p.name for p in (root / "ogpld").iterdir() if (p / "__init__.py").exists()
    }
    assert rooms - {"__init__"} <= named | set(layers["exhaustive_ignores"])


def test_files_stay_small(root: Path) -> None:
    """No file of the package passes 400 lines."""
    long = {str(p): n for p in modules(root) if (n := len(p.read_text().splitlines())) > 400}
    assert not long


def test_no_module_has_a_name_that_says_nothing(root: Path) -> None:
    """A module is called by its idea."""
    assert not [p for p in modules(root) if p.stem in BANNED]


def test_nothing_is_left_open(root: Path) -> None:
    """No note to self stands in the code."""
    words = ("TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error")
    places = [
        (p.name, word)
        for p in [*modules(root), *(root / "tests").rglob("*.py")]
        for word in words
        if word in p.read_text()
    ]
    assert not places


def test_tool_settings_are_where_the_tools_read_them(root: Path) -> None:
    """A tool table under a name no tool reads would be dead."""
    tools = set(tomllib.loads((root / "pyproject.toml").read_text())["tool"])
    assert tools == {"hatch", "pytest", "ruff", "mypy", "importlinter"}


def test_every_ignored_lint_rule_has_a_reason(root: Path) -> None:
    """Each ignore carries a comment."""
    text = (root / "pyproject.toml").read_text()
    block = text[text.index("\nignore = [") : text.index("[tool.ruff.lint.per-file-ignores]")]
    lines = [line for line in block.splitlines() if line.strip().startswith('"')]
    assert lines
    assert all("#" in line for line in lines)


def test_every_test_file_is_collected(request: pytest.FixtureRequest, root: Path) -> None:
    """No folder of tests has a name that pytest passes over."""
    passed_over = request.config.getini("norecursedirs")
    hidden = [
        path
        for path in (root / "tests").rglob("test_*.py")
        for part in path.relative_to(root).parts[:-1]
        if any(fnmatch(part, pattern) for pattern in passed_over)
    ]
    assert hidden == []
