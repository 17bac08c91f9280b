"""The table of errors is complete, its promises do not change, and errors cross processes whole."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ogpld import errors
from ogpld.errors import ERRORS, OgpldError, Where
from ogpld.web.http.problems import Problem
from ogpld.web.pages import error_response

PACKAGE = Path(errors.__file__).parent
GOLDEN = Path(__file__).parent / "golden" / "errors.csv"
#: Names of the parameter, of functions and classes, that takes a code.
PARAMETER = "code"
#: Where the code of an error is handed on; the literal stands elsewhere.
HANDED_ON = {"code", "error.code", "content['code']"}
SAMPLES = {
    "line": 3,
    "column": 7,
    "limit": "memory",
    "retry_after": 42,
    "endpoint": "http://a.example/",
    "parameter": "column",
}

Trees = dict[Path, ast.Module]


@pytest.fixture(scope="module")
def trees() -> Trees:
    """The source of the package but for the table, parsed."""
    files = (file for file in PACKAGE.rglob("*.py") if file.name != "error_codes.py")
    return {file.relative_to(PACKAGE): ast.parse(file.read_text()) for file in files}


def code_parameters(trees: Trees) -> dict[str, int]:
    """Return functions that take a code and raise with it, with the code's position; private ones by file."""
    positions = {"Problem": 0}
    for file, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name != "__init__":
                names = [argument.arg for argument in node.args.args]
                if PARAMETER in names and "Problem(" in ast.unparse(node):
                    name = f"{file}:{node.name}" if node.name.startswith("_") else node.name
                    positions[name] = names.index(PARAMETER)
    return positions


def name_of(function: ast.expr) -> str:
    """Return the last part of the name of what is called."""
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def calls(trees: Trees) -> Iterator[tuple[str, str, ast.expr]]:
    """Yield file and line, name of what is called, and the expression of the code."""
    positions = code_parameters(trees)
    for file, tree in trees.items():
        for owner in ast.walk(tree):
            if isinstance(owner, ast.ClassDef) and "Problem" in [
                ast.unparse(b) for b in owner.bases
            ]:
                for node in ast.walk(owner):
                    if isinstance(node, ast.Call) and name_of(node.func) == "__init__":
                        yield f"{file}:{node.lineno}", "Problem", node.args[0]
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = name_of(node.func)
            place = f"{file}:{node.lineno}"
            name = f"{file}:{name}" if name.startswith("_") else name
            position = positions.get(name, -1)
            if 0 <= position < len(node.args):
                yield place, name, node.args[position]
            if name in positions or name.endswith("Error"):
                yield from ((place, name, k.value) for k in node.keywords if k.arg == PARAMETER)


def classes(error_class: type[OgpldError] = OgpldError) -> Iterator[type[OgpldError]]:
    """Yield all classes of errors."""
    yield error_class
    for derived in error_class.__subclasses__():
        yield from classes(derived)


def test_every_code_that_is_raised_is_in_the_table(trees: Trees) -> None:
    """A literal is a code of the table and of the class it is given to; nothing else makes a code."""
    count = 0
    for place, name, value in calls(trees):
        if isinstance(value, ast.Constant):
            count += 1
            assert value.value in ERRORS, f"{place}: {value.value} is not in ERRORS"
            if name.endswith("Error"):
                assert ERRORS[value.value].error == name, (
                    f"{place}: {value.value} is of another class"
                )
        else:
            assert ast.unparse(value) in HANDED_ON, f"{place}: {ast.unparse(value)} is no literal"
    assert count > 90
    for code, _ in error_response._OF_HTTP.values():  # noqa: SLF001  (a table of codes)
        assert code in ERRORS


def test_every_code_in_the_table_is_raised(trees: Trees) -> None:
    """No row is left over from something that went."""
    texts = {
        node.value
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert not ERRORS.keys() - texts


def test_no_error_is_altered_after_it_was_made(trees: Trees) -> None:
    """Status and exit code come from the table alone, and a code from the constructor."""
    for file, tree in trees.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Attribute) or not isinstance(node.ctx, ast.Store):
                continue
            if node.attr in {"code", "status", "exit_code"}:
                assert ast.unparse(node.value) in {"self", "response"}, f"{file}:{node.lineno}"


def test_names_statuses_and_exit_codes_are_promises() -> None:
    """What is released stays: a row may be added to the list, and none be changed."""
    rows = [f"{e.code},{e.status},{e.exit_code},{e.error}" for e in ERRORS.values()]
    assert "\n".join(["code,status,exit_code,class", *rows, ""]) == GOLDEN.read_text()


def test_each_row_is_whole() -> None:
    """Sentences, a status of an error, and a class that exists."""
    names = {error_class.__name__ for error_class in classes()}
    for code, row in ERRORS.items():
        assert row.code == code
        assert row.error in names | {""}
        assert row.status in {301, *range(400, 600)}
        for sentence in (row.meaning, row.remedy):
            assert sentence[0].isupper(), code
            assert sentence.endswith("."), code


def test_every_class_is_in_one_module_and_has_a_code_of_its_own() -> None:
    """The tree of errors stands in `ogpld.errors`, whose text draws it whole."""
    for error_class in classes():
        assert error_class.__module__ == "ogpld.errors"
        assert ERRORS[error_class.code].error == error_class.__name__
        assert error_class.__name__ in (errors.__doc__ or "")
        assert error_class.__name__ in errors.__all__
    codes = [error_class.code for error_class in classes()]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("code", [code for code, row in ERRORS.items() if row.error])
def test_errors_cross_processes_whole(code: str) -> None:
    """Class, code, status and every attribute are the same after a journey as JSON."""
    error_class: type[OgpldError] = getattr(errors, ERRORS[code].error)
    more = {name: SAMPLES[name] for name in error_class.fields}
    error = error_class("it failed", hint="mend it", code=code, **more)
    error.where = Where("a.csv", row=2, column="title", line=4)
    copy = OgpldError.from_dict(json.loads(json.dumps(error.to_dict())))
    assert type(copy) is error_class
    assert copy.__dict__ == error.__dict__
    assert (copy.args, str(copy)) == (error.args, str(error))
    assert (copy.status, copy.exit_code) == (ERRORS[code].status, ERRORS[code].exit_code)


def test_an_error_without_its_more_crosses_as_well() -> None:
    """No hint, no place, no line."""
    error = errors.QuerySyntaxError("it failed")
    copy = OgpldError.from_dict(json.loads(json.dumps(error.to_dict())))
    assert copy.__dict__ == error.__dict__


def test_a_code_that_is_not_in_the_table_is_a_fault() -> None:
    """A problem cannot be made with a code that nobody described."""
    with pytest.raises(KeyError):
        Problem("no-such-code", "It failed.")
    with pytest.raises(KeyError):
        OgpldError.from_dict({"code": "not-found", "message": "", "hint": "", "where": None})
