"""The house: layers, sizes, names and tool settings, checked by machine."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path

import pytest
from importlinter.cli import lint_imports
from support.identifiers import identifiers, imported_modules

BANNED = {"utils", "helpers", "common", "misc", "base", "manager", "service", "handler", "core"}
#: Names that say that something happened, and not what the thing is.
PARTICIPLES = {"found", "told", "known", "kept", "shown", "asked", "said"}
#: How often they stand in the package and in the tests. These numbers only go down.
MOST_IN_PACKAGE = 0
MOST_IN_TESTS = 6
#: Where a view has the name of what it shows.
NAMESAKES = {"web/pages", "web/routes", "cli"}


def modules(root: Path) -> list[Path]:
    """Return every module of the package."""
    return sorted((root / "ogpld").rglob("*.py"))


def test_imports_go_one_way(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every import contract in pyproject.toml is kept."""
    monkeypatch.chdir(root)
    # it would switch off every logger there is, and with them tests that read the log
    monkeypatch.setattr("logging.config.dictConfig", lambda _: None)
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == 0


def test_a_broken_layer_would_be_noticed(root: Path) -> None:
    """The contracts cover the whole package, so that a new room cannot stay outside."""
    contracts = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = next(c for c in contracts["contracts"] if c["type"] == "layers")
    layered = {name.strip() for layer in layers["layers"] for name in layer.split("|")}
    rooms = {p.stem for p in (root / "ogpld").glob("*.py")} | {
        p.name for p in (root / "ogpld").iterdir() if (p / "__init__.py").exists()
    }
    rooms -= {"__init__"}
    assert rooms <= layered | set(layers["exhaustive_ignores"])
    doctor = next(c for c in contracts["contracts"] if c.get("source_modules") == ["ogpld.doctor"])
    unknown = {name.removeprefix("ogpld.") for name in doctor["forbidden_modules"]}
    assert rooms - unknown - {"__main__", "queries"} == {
        "doctor",
        "errors",
        "error_codes",
        "wording",
    }


def test_files_stay_small(root: Path) -> None:
    """A file of the package past 400 lines says why in its docstring, as "Long because …"."""
    for path in modules(root):
        text = path.read_text(encoding="utf-8")
        reason = ast.get_docstring(ast.parse(text)) or ""
        assert len(text.splitlines()) <= 400 or "Long because" in reason, path


def test_files_are_found_by_their_name(root: Path) -> None:
    """A file name stands once in the package, but for views of a namesake."""
    package = root / "ogpld"
    places: dict[str, list[str]] = {}
    for path in modules(root):
        if path.stem not in {"__init__", "__main__"}:
            places.setdefault(path.name, []).append(path.parent.relative_to(package).as_posix())
    repeated = {
        name: others
        for name, folders in places.items()
        if len(others := [f for f in folders if f not in NAMESAKES]) > 1
    }
    assert not repeated


@pytest.mark.parametrize(("folder", "most"), [("ogpld", MOST_IN_PACKAGE), ("tests", MOST_IN_TESTS)])
def test_names_are_nouns(root: Path, folder: str, most: int) -> None:
    """No more names like `found` and `told` than there are; lower the number when some are gone."""
    counts = Counter(
        name.strip("_").lower()
        for path in sorted((root / folder).rglob("*.py"))
        for name in identifiers(path)
    )
    uses = {name: counts[name] for name in PARTICIPLES}
    assert sum(uses.values()) <= most, uses


def test_no_test_module_imports_another(root: Path) -> None:
    """What several tests use lies in `tests/support/`, so that tests are read and changed alone."""
    tests = root / "tests"
    private = {path.stem for path in tests.rglob("*.py") if path.parent != tests / "support"}
    wrong = [
        f"{path.relative_to(root)} imports {module}"
        for path in sorted(tests.rglob("*.py"))
        if path.parent != tests / "counterparts/portal"  # a program of CKAN's environment
        for module in imported_modules(path)
        if module.partition(".")[0] in private
    ]
    assert not wrong


def test_folders_of_tests_are_rooms_of_the_package(root: Path) -> None:
    """The tests of `ogpld/x/` are looked for in `tests/x/`; other folders are few, and named here."""
    rooms = {path.parent.name for path in (root / "ogpld").glob("*/__init__.py")}
    across = {"browser", "counterparts", "faults"}
    folders = {
        path.parent.relative_to(root / "tests").parts[:1]
        for path in (root / "tests").rglob("test_*.py")
    }
    assert {name for parts in folders for name in parts} <= rooms | across


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
    assert tools == {"babel", "hatch", "pytest", "ruff", "mypy", "importlinter"}


def test_every_ignored_lint_rule_has_a_reason(root: Path) -> None:
    """Each ignore carries a comment."""
    text = (root / "pyproject.toml").read_text()
    block = text[text.index("\nignore = [") : text.index("[tool.ruff.lint.per-file-ignores]")]
    lines = [line for line in block.splitlines() if line.strip().startswith('"')]
    assert lines
    assert all("#" in line for line in lines)


def test_nothing_is_skipped_in_silence(root: Path) -> None:
    """A test is skipped by `demand` alone, which fails where everything is wanted (OGPLD_REQUIRE)."""
    ways = re.compile(r"\bskipif\b|\bimportorskip\b|pytest\.skip\b|mark\.skip\b|\bxfail\b|SkipTest")
    files = (root / "tests").rglob("*.py")
    assert {p.name for p in files if ways.search(p.read_text())} == {
        "programs.py",
        Path(__file__).name,
    }


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
