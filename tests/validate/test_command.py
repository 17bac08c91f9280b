"""`ogpld validate` as a user runs it: exit status, formats, what is delegated, and bad shapes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from rdflib import RDF, SH, Graph
from support.running import ROOT, environment
from support.suites import CORE, DELEGATED, demand_suite

PREFIXES = """@prefix : <http://e.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
"""
MORE = "".join(f" :a :q :x{number} ." for number in range(30))
DATA = (
    PREFIXES
    + MORE
    + ':a a :T ; :p "xyz" . :b a :T ; :p "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!" .'
)
TARGET = PREFIXES + ":S a sh:NodeShape ; sh:targetClass :T ; "


def run(
    folder: Path, shapes: str, *options: str, data: str = DATA
) -> subprocess.CompletedProcess[str]:
    """Validate two texts."""
    (folder / "data.ttl").write_text(data, encoding="utf-8")
    (folder / "shapes.ttl").write_text(shapes, encoding="utf-8")
    command = [sys.executable, "-m", "ogpld", "validate", "--data", folder / "data.ttl"]
    return subprocess.run(
        [*command, "--shapes", folder / "shapes.ttl", *options],
        env=environment(folder),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_data_that_conforms(tmp_path: Path) -> None:
    """Exit 0, and it says so."""
    done = run(tmp_path, TARGET + "sh:property [ sh:path :p ; sh:minCount 1 ] .")
    assert (done.returncode, done.stdout) == (0, "conforms\n")


def test_data_that_does_not(tmp_path: Path) -> None:
    """Exit 1; text, JSON and the W3C's report say the same."""
    shapes = (
        TARGET + 'sh:property :P . :P sh:path :p ; sh:maxLength 5 ; sh:message "Too long."@en .'
    )
    text = run(tmp_path, shapes)
    assert text.returncode == 1
    assert "Violation: http://e.org/b\n  Too long.\n" in text.stdout
    assert text.stdout.endswith("does not conform: 1 Violation, 0 Warnings, 0 Infos\n")
    report = json.loads(run(tmp_path, shapes, "--format", "json").stdout)
    assert report["conforms"] is False
    assert report["findings"][0]["path"] == "http://e.org/p"
    graph = Graph().parse(data=run(tmp_path, shapes, "--format", "turtle").stdout, format="turtle")
    head = graph.value(predicate=RDF.type, object=SH.ValidationReport)
    assert len(list(graph.objects(head, SH.result))) == 1


def test_what_is_not_compiled_is_named(tmp_path: Path) -> None:
    """A shape that refers to itself is judged by pySHACL, and the user is told."""
    done = run(tmp_path, TARGET + "sh:property [ sh:path :q ; sh:node :S ] .")
    assert done.returncode == 0
    assert "judged by pySHACL, slowly: <http://e.org/S>: the shape refers to itself" in done.stderr


BROKEN = {
    "bad Turtle": (TARGET, [], "document-malformed: shapes.ttl, line 3"),
    "JavaScript": (TARGET + 'sh:js [ sh:jsFunctionName "f" ] .', [], "sh:js"),
    "entailment": (PREFIXES + ":S sh:entailment <http://e.org/e> .", [], "sh:entailment"),
    "ill-formed": (
        TARGET + "sh:property [ sh:path :p ; sh:minCount 1.5 ] .",
        [],
        "validator failed",
    ),
    "no end": (
        TARGET + 'sh:property [ sh:path :p ; sh:pattern "^(a+)+$" ], [ sh:path :q ; sh:node :S ] .',
        ["--timeout", "5"],
        "did not end within 5 s",
    ),
    "cross product": (
        TARGET + 'sh:sparql [ sh:select """SELECT $this WHERE {'
        " $this ?p ?o . ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?q . ?r ?s ?t ."
        " ?u ?v ?w . ?x ?y ?z . ?aa ?bb ?cc . ?dd ?ee ?ff . ?gg ?hh ?ii FILTER (CONCAT(STR(?c), STR(?f), STR(?i), STR(?q), STR(?t), STR(?w), STR(?z), STR(?ii)) = 'no') }"
        '""" ] .',
        ["--timeout", "4"],
        "did not end within 4 s",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_cannot_be_run_is_an_error(case: str, tmp_path: Path) -> None:
    """Exit 2, and never a word of conforming."""
    shapes, options, message = BROKEN[case]
    done = run(tmp_path, shapes, *options)
    assert done.returncode == 2, done.stdout
    assert message in done.stderr
    assert "conforms" not in done.stdout


def test_files_that_are_not_there(tmp_path: Path) -> None:
    """A usage error that names the file."""
    command = [
        sys.executable,
        "-m",
        "ogpld",
        "validate",
        "--data",
        "nowhere.ttl",
        "--shapes",
        "x.ttl",
    ]
    done = subprocess.run(
        command, env=environment(tmp_path), cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "nowhere.ttl: No such file" in done.stderr


def test_shapes_reach_nobody(tmp_path: Path, listener: tuple[str, list[bytes]]) -> None:
    """Imports are passed over; SERVICE and FROM have no network, whoever runs the query."""
    address, heard = listener
    imports = (
        PREFIXES + f"<http://e.org/> owl:imports <{address}> . :S sh:shapesGraph <{address}> ."
    )
    queries = (
        f"SELECT $this WHERE {{ SERVICE <{address}> {{ $this ?p ?o }} }}",
        f"SELECT $this FROM <{address}> WHERE {{ $this ?p ?o }}",
        f"SELECT $this WHERE {{ $this ?p ?o . GRAPH <{address}> {{ ?s ?p ?o }} }}",
    )
    for query in queries:
        done = run(tmp_path, TARGET + f'sh:sparql [ sh:select "{query}" ] .' + imports)
        assert done.returncode in {0, 2}, done.stdout
    assert heard == []


@pytest.mark.parametrize("name", [*sorted(DELEGATED), "complex/personexample", "node/closed-002"])
def test_w3c_cases_in_the_confined_process(name: str) -> None:
    """Confined, with pySHACL where it is needed, as many results come out as the suite wants."""
    demand_suite("w3c-suites", CORE)
    file = CORE / f"{name}.ttl"
    data, shapes = (CORE / f"{name}-{role}.ttl" for role in ("data", "shapes"))
    command = [sys.executable, "-m", "ogpld", "validate", "--format", "turtle"]
    files = [
        "--data",
        data if data.exists() else file,
        "--shapes",
        shapes if shapes.exists() else file,
    ]
    done = subprocess.run([*command, *files], capture_output=True, text=True, cwd=ROOT, check=False)
    wanted = Graph().parse(file, format="turtle")
    got = Graph().parse(data=done.stdout, format="turtle")
    assert done.returncode == 1, done.stderr
    head = got.value(predicate=RDF.type, object=SH.ValidationReport)
    expected = list(wanted.subjects(RDF.type, SH.ValidationResult))
    assert len(list(got.objects(head, SH.result))) == len(expected)
