"""`ogpld query`: an answer comes in the format that was asked for, or not at all."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from ogpld.cli.main import main

ASK, SELECT, GRAPH = "ASK {}", "SELECT * { BIND(1 AS ?n) }", "CONSTRUCT { <a:a> <a:b> 1 } {}"


def exit_code(home: Path, *arguments: str) -> int:
    """Return the exit code of the command over a home."""
    return main(["--home", str(home), "query", *arguments])


@pytest.mark.parametrize(
    ("query", "form", "beginning"),
    [
        (ASK, "json", b'{"head"'),
        (ASK, "csv", b"true"),
        (ASK, "table", b"true"),
        (ASK, "", b'{"head"'),
        (SELECT, "xml", b"<?xml"),
        (SELECT, "table", b"n\n-\n1\n"),
        (GRAPH, "nt", b"<a:a>"),
        (GRAPH, "rdf", b"<?xml"),
        (GRAPH, "", b"@prefix"),
    ],
)
def test_an_answer_comes_in_the_format_that_is_asked_for(
    home: Path, capfdbinary: pytest.CaptureFixture[bytes], query: str, form: str, beginning: bytes
) -> None:
    """Each kind of query in the formats it has; the usual one where none is asked for."""
    assert exit_code(home, query, *(["--format", form] if form else [])) == 0
    assert capfdbinary.readouterr().out.startswith(beginning)


@pytest.mark.parametrize(
    ("query", "form", "hint"),
    [
        (ASK, "ttl", "table, json, xml, csv, tsv"),
        (SELECT, "rdf", "table, json, xml, csv, tsv"),
        (GRAPH, "json", "ttl, nt, rdf"),
        (GRAPH, "table", "ttl, nt, rdf"),
        (SELECT, "foo", "table, json"),
    ],
)
def test_a_format_of_something_else_is_refused(
    home: Path, capsys: pytest.CaptureFixture[str], query: str, form: str, hint: str
) -> None:
    """With those there are, and nothing on standard output."""
    assert exit_code(home, query, "--format", form) == 2
    output, errors = capsys.readouterr()
    assert not output
    assert form in errors
    assert f"use one of {hint}" in errors


@pytest.mark.parametrize(
    "options", [("--format", "json"), ("--set", "member=GEO"), ("--release", "1"), (ASK,)]
)
@pytest.mark.parametrize("listed", [("--list",), ()])
def test_the_list_of_questions_takes_nothing(
    home: Path,
    capsys: pytest.CaptureFixture[str],
    listed: tuple[str, ...],
    options: tuple[str, ...],
) -> None:
    """What is said of a query is refused where there is none; so is a query beside the list."""
    if not listed and options == (ASK,):
        return
    assert exit_code(home, *listed, *options) == 2
    output, errors = capsys.readouterr()
    assert not output
    assert "ogpld: usage: " in errors


def test_a_query_that_is_no_text(
    home: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A file and standard input in another encoding are named."""
    file = tmp_path / "latin.rq"
    file.write_bytes("ASK { ?s ?p 'é' }".encode("latin-1"))
    assert exit_code(home, str(file)) == 2
    assert f"{file} is not UTF-8" in capsys.readouterr().err
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(file.read_bytes())))
    assert exit_code(home, "-") == 2
    assert "standard input is not UTF-8" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("query", "what"),
    [
        ("SELECT * " + "{" * 5_000 + "}" * 5_000, "levels of brackets"),
        ("SELECT * " + "{" * 5_000, "levels of brackets"),
        ("SELECT (" + "STR(" * 1_000 + "1" + ")" * 1_000 + " AS ?x) {}", "levels of brackets"),
        ("SELECT * {" + "MINUS {?s ?p 1} " * 5_000 + "}", "MINUS clauses"),
        ("SELECT * {" + "BIND(1 AS ?x) " * 5_000 + "}", "BIND clauses"),
        ("SELECT * {?s ?p (" + "1 " * 5_000 + ")}", "triple patterns"),
        ("SELECT " + "(1 AS ?v) " * 3_000 + "{}", "tokens"),
        *((f"SELECT (1{f' {sign} 1' * 20_000} AS ?n) {{}}", "tokens") for sign in ("||", "+", "/")),
        *((f"SELECT * {{?s <a:a>{f'{sign}<a:a>' * 1_000} ?o}}", "path operators") for sign in "/|"),
    ],
)
def test_what_the_engine_dies_of_is_refused(
    home: Path, capsys: pytest.CaptureFixture[str], query: str, what: str
) -> None:
    """In a sentence, before the engine has it: it would end this process."""
    assert exit_code(home, query) == 1
    output, errors = capsys.readouterr()
    assert not output
    assert what in errors


def test_large_queries_are_answered(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The limits of the public endpoint are none here."""
    values = " ".join(f"<a:{number}> " for number in range(20_000))
    rows = "VALUES (?x ?y) {" + '(1 "a"@en)' * 20_000 + "}"
    for pattern in (f"VALUES ?x {{ {values} }} {'{' * 100}{'}' * 100}", rows):
        text = f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}"
        assert exit_code(home, text, "--format", "csv") == 0
        assert capsys.readouterr().out.split() == ["n", "20000"]


@pytest.mark.parametrize(
    "head",
    [
        " ".join(f"(1 AS ?v{number})" for number in range(1_990)),
        f"(1{' || 1' * 4_980} AS ?n)",
        f"(1{' + 1' * 4_980} AS ?n)",
    ],
)
def test_queries_just_within_the_limits_are_answered(home: Path, head: str) -> None:
    """In a process of its own, which the engine would end."""
    command = [sys.executable, "-m", "ogpld", "--home", str(home), "query", f"SELECT {head} {{}}"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
