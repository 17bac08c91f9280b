"""Hold the shapes to the cases of tests/shapes: what is valid passes, what is not is found.

A case is a Turtle file. An invalid one names its findings in comments on top, `# expects: shape
component`, and must have exactly these. All cases lie in one graph with the code lists and are
validated once, by our engine: `shacl/test_engine.py` holds its report of them to that of pySHACL.
A finding belongs to the case that describes the thing it is about, so every thing is described by
one case only.
"""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from rdflib import RDF, SH, Graph, URIRef
from support.oracle import engine_results, read, shapes_graph

from ogpld.model import load_model
from ogpld.rdf import SHAPES, parse_quads, parse_turtle_graph, quads_to_graph
from ogpld.shacl.validation_results import report_graph

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "shapes"
FILES = sorted(CASES.rglob("*.ttl"))
EXAMPLES = sorted((ROOT / "ontology" / "examples").glob("*.ttl"))
EXPECTS = re.compile(r"^# expects: (\S+ \S+)$", re.MULTILINE)


@dataclass(frozen=True)
class ShapeResult:
    """One result of the validator.

    Attributes:
        name: local names of shape and constraint component.
        severity: local name of the severity.
        path: the property it is about, None for rules about the whole thing.
        messages: languages and texts of its messages.
    """

    name: str
    severity: str
    path: Any
    messages: tuple[Any, ...]


def _local(term: Any) -> str:
    return str(term).rpartition("#")[2]


def _codes() -> Graph:
    """Return the code lists as SKOS."""
    return quads_to_graph(load_model(ROOT / "ontology", ROOT / "shapes").code_quads())


def _validate(data: Graph) -> dict[Any, list[ShapeResult]]:
    """Return what the validator finds, by focus node."""
    quads = list(parse_quads(data.serialize(format="nt").encode(), "nt"))
    report = quads_to_graph(report_graph(engine_results(quads, read(shapes_graph()))))
    results: dict[Any, list[ShapeResult]] = defaultdict(list)
    for node in report.objects(None, SH.result):
        shape = report.value(node, SH.sourceShape)
        component = report.value(node, SH.sourceConstraintComponent)
        results[report.value(node, SH.focusNode)].append(
            ShapeResult(
                f"{_local(shape)} {_local(component)}",
                _local(report.value(node, SH.resultSeverity)),
                report.value(node, SH.resultPath),
                tuple(report.objects(node, SH.resultMessage)),
            )
        )
    return results


@pytest.fixture(scope="module")
def cases() -> dict[Path, Graph]:
    """Every case as a graph of its own."""
    return {path: Graph().parse(path, format="turtle") for path in FILES}


@pytest.fixture(scope="module")
def findings(cases: dict[Path, Graph]) -> dict[Path, list[ShapeResult]]:
    """What the validator finds in each case, all of them seen together with the code lists."""
    union = _codes()
    for graph in cases.values():
        union += graph
    results = _validate(union)
    return {
        path: [result for subject in set(graph.subjects()) for result in results.get(subject, [])]
        for path, graph in cases.items()
    }


def test_every_thing_is_described_by_one_case(cases: dict[Path, Graph]) -> None:
    """Otherwise a finding could not be told to belong to one case."""
    owners: dict[Any, Path] = {}
    for path, graph in cases.items():
        for subject in set(graph.subjects()):
            assert owners.setdefault(subject, path) == path, f"{subject} is in {path} too"


@pytest.mark.parametrize(
    "path", FILES, ids=lambda path: path.relative_to(CASES).with_suffix("").as_posix()
)
def test_case_has_exactly_the_findings_it_expects(
    path: Path, findings: dict[Path, list[ShapeResult]]
) -> None:
    """A valid case has none; an invalid one has those on top of the file and no more."""
    expected = set(EXPECTS.findall(path.read_text(encoding="utf-8")))
    assert bool(expected) == (path.parent.name == "invalid")
    assert {result.name for result in findings[path]} == expected


def test_every_assessment_that_differs_is_named(findings: dict[Path, list[ShapeResult]]) -> None:
    """Also one whose address stands between those of two that agree."""
    path = CASES / "commitment/invalid/said-otherwise-between.ttl"
    names = [result.name.partition(" ")[0] for result in findings[path]]
    assert names.count("said-otherwise") == len(("a", "b", "c"))


def test_every_finding_tells_in_english_what_to_do(findings: dict[Path, list[ShapeResult]]) -> None:
    """A clerk reads the message, not the shape."""
    for path, results in findings.items():
        for result in results:
            texts = [m for m in result.messages if m.language in {"en", None} and m.endswith(".")]
            assert texts, f"{path}: {result.name}"


def test_severity_follows_the_kind_of_rule(findings: dict[Path, list[ShapeResult]]) -> None:
    """Rules of quality.ttl never refuse a release, all other rules do."""
    quality = (ROOT / "shapes" / "quality.ttl").read_text(encoding="utf-8")
    for results in findings.values():
        for result in results:
            of_quality = f"ogpldsh:{result.name.split()[0]} a " in quality
            assert (result.severity != "Violation") == of_quality, result.name


@pytest.mark.parametrize(
    "name",
    ["no-contact-data-leadText", "Commitment-outside-plan", "Commitment-area-without-parent"],
)
def test_findings_point_at_the_property(name: str, findings: dict[Path, list[ShapeResult]]) -> None:
    """Where one property is at fault, the finding says which, so that a cell can be found."""
    hits = [f for results in findings.values() for f in results if f.name.split()[0] == name]
    assert hits
    assert all(isinstance(result.path, URIRef) for result in hits)


def _missing(cases: dict[Path, Graph], root: Path = ROOT) -> set[str]:
    """Return `<shape> <what>` for each property of a class that has no case or example of that sort."""
    examples = Graph()
    for path in sorted((root / "ontology" / "examples").glob("*.ttl")):
        examples.parse(path, format="turtle")
    expected = {
        line.split()[0] for path in cases for line in EXPECTS.findall(path.read_text("utf-8"))
    }
    used: dict[str, set[tuple[Any, Any]]] = {"valid": set(), "example": _uses(examples)}
    for path, graph in cases.items():
        if path.parent.name == "valid":
            used["valid"] |= _uses(graph)
    missing = set()
    for definition in load_model(root / "ontology", root / "shapes").classes.values():
        for property_def in definition.properties:
            name = _local(property_def.shape)
            if not name.startswith(f"{definition.name}-"):
                continue  # a shape that many classes share
            use = URIRef(definition.iri), URIRef(property_def.iri)
            missing |= {f"{name} {what}" for what, uses in used.items() if use not in uses}
            missing |= set() if name in expected else {f"{name} invalid"}
    return missing


def _uses(graph: Graph) -> set[tuple[Any, Any]]:
    """Return the pairs of class and property that a graph has."""
    return {
        (kind, predicate)
        for subject, predicate in graph.subject_predicates()
        for kind in graph.objects(subject, RDF.type)
    }


def test_every_property_has_its_cases_and_an_example(cases: dict[Path, Graph]) -> None:
    """Those of `backlog.txt` have not yet; a property that is added has, and no line comes back."""
    backlog = set((CASES / "backlog.txt").read_text(encoding="utf-8").splitlines())
    forgotten = sorted(_missing(cases) - backlog)
    assert not forgotten, (
        "valid and invalid are files in tests/shapes/<class>/, example is the one in ontology/examples/"
    )
    assert not sorted(backlog - _missing(cases)), "these are there: remove their lines"


def test_a_property_without_cases_is_noticed(cases: dict[Path, Graph], tmp_path: Path) -> None:
    """What the test above is for."""
    for name in ("ontology", "shapes"):
        shutil.copytree(ROOT / name, tmp_path / name)
    path = tmp_path / "shapes" / "institution.ttl"
    text = path.read_text(encoding="utf-8")
    added = text.replace("sh:property", "sh:property ogpldsh:Institution-budget ,", 1) + (
        "ogpldsh:Institution-budget a sh:PropertyShape ; sh:path ogpld:budget ; sh:name 'Budget'@en ;"
        " sh:datatype xsd:decimal ; sh:message 'The budget is no number.'@en ."
    )
    path.write_text(added, encoding="utf-8")
    with (tmp_path / "ontology" / "ogp.ttl").open("a", encoding="utf-8") as file:
        file.write(
            "\nogpld:budget a owl:DatatypeProperty ; rdfs:isDefinedBy <https://w3id.org/ogpld/ns#> ;\n"
            '  rdfs:label "budget"@en ; rdfs:comment "Invented."@en ; rdfs:range xsd:decimal .\n'
        )
    assert _missing(cases, tmp_path) - _missing(cases) == {
        f"Institution-budget {what}" for what in ("valid", "invalid", "example")
    }


def test_examples_conform() -> None:
    """The examples of the ontology have no Violation, seen together with the code lists."""
    data = _codes()
    for path in EXAMPLES:
        data.parse(path, format="turtle")
    violations = {
        (str(node), result.name)
        for node, results in _validate(data).items()
        for result in results
        if result.severity == "Violation"
    }
    assert not violations


def test_the_table_of_rules_is_true() -> None:
    """Each rule of shapes/README.md names a shape of that severity and a case that breaks it."""
    shapes = parse_turtle_graph(sorted((ROOT / "shapes").glob("*.ttl")))
    text = (ROOT / "shapes/README.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| ([^|]+) \| `([\w-]+)` \| ([\w-]+)/([\w-]+) \| (\w+) \|$", text, re.MULTILINE
    )
    assert len(rows) > 20
    for rule, name, folder, case, severity in rows:
        shape = URIRef(SHAPES.iri + name)
        assert (shape, None, None) in shapes, rule
        severities = {str(o) for o in shapes.objects(shape, SH.severity)} or {str(SH.Violation)}
        assert severities == {str(SH[severity])}, rule
        expected = (CASES / folder / "invalid" / f"{case}.ttl").read_text(encoding="utf-8")
        assert f"expects: {name} " in expected, rule
