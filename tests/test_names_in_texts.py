"""What docstrings and documents name in backticks is there: files, functions, fields."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.running import ROOT

_CODE = [
    path for room in ("ogpld", "tests", "bench") for path in sorted(ROOT.glob(f"{room}/**/*.py"))
]
#: Documents that speak of our code to whoever changes it.
_DOCUMENTS = (
    "CONTRIBUTING.md",
    "docs/extend.md",
    "docs/hard-won.md",
    "ontology/README.md",
    "data/README.md",
)
#: Names of other programs and of formats.
_OTHERS = {
    *(
        "__del__",
        "_xHHHH_",
        "if_none_match",
        "ogpld_id_2",
        "ogpld_form",
        "oom_score_adj",
        "unicode_escape",
        "use_shapes",
    ),
}
_NAME = re.compile(r"`(?:\w+\.)*([a-z]\w*_\w+|_\w+)(?:\(\))?`")
_FILE = re.compile(r"`([\w/]+\.py)`")


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _docstrings(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node) or ""


@pytest.fixture(scope="module")
def trees() -> dict[Path, ast.Module]:
    """Every file of ours."""
    return {path: _tree(path) for path in _CODE}


@pytest.fixture(scope="module")
def texts(trees: dict[Path, ast.Module]) -> dict[str, str]:
    """What is written for people, by file."""
    docstrings = {
        str(path.relative_to(ROOT)): "\n".join(_docstrings(tree)) for path, tree in trees.items()
    }
    return docstrings | {name: (ROOT / name).read_text(encoding="utf-8") for name in _DOCUMENTS}


def test_files_are_there(texts: dict[str, str]) -> None:
    """With their folders, where these are named."""
    paths = [f"/{path.relative_to(ROOT)}" for path in _CODE]
    stale = [
        (file, name)
        for file, text in texts.items()
        for name in _FILE.findall(text)
        if not any(path.endswith(f"/{name}") for path in paths)
    ]
    assert stale == []


def test_names_are_there(trees: dict[Path, ast.Module], texts: dict[str, str]) -> None:
    """Names with a line in them, which are no words: of functions, parameters, fields, settings, columns."""
    names = {path.stem for path in _CODE} | _OTHERS
    for tree in trees.values():
        names |= set(_names(tree))
    for table in ROOT.glob("data/**/*.csv"):
        with table.open(encoding="utf-8-sig") as lines:
            names |= set(re.findall(r"\w+", next(lines, "")))
    stale = [
        (file, name)
        for file, text in texts.items()
        if not file.startswith(("tests/", "bench/"))
        for name in _NAME.findall(text)
        if name not in names
    ]
    assert stale == []


def _names(tree: ast.Module) -> Iterator[str]:
    unused = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name
            case ast.arg():
                yield node.arg
            case ast.Name():
                yield node.id
            case ast.Attribute():
                yield node.attr
            case ast.Constant(value=str(text)) if id(node) not in unused:
                yield from re.findall(r"\w+", text)
            case _:
                pass


def test_attributes_are_fields(trees: dict[Path, ast.Module]) -> None:
    """What "Attributes:" lists a class has: as a field, a property, or set by a method."""
    stale = [
        (str(path.relative_to(ROOT)), node.name, name)
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for name in _attributes(ast.get_docstring(node) or "")
        if name not in set(_names(ast.Module([node], [])))
    ]
    assert stale == []


def _attributes(docstring: str) -> list[str]:
    section = re.search(r"^Attributes:\n((?:    .*\n?|\n)+)", docstring, re.MULTILINE)
    return re.findall(r"^    (\w+):", section[1], re.MULTILINE) if section else []
