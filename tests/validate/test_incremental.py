"""Asking again only what a change can affect comes to the same findings as asking everything."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from support.oracle import checked_quads, read, shapes_graph
from support.strategies import data, quads_of, root_shapes

from ogpld.rdf import DCTERMS, NS, Literal, NamedNode, Quad
from ogpld.release import Release
from ogpld.report import Finding
from ogpld.shacl.affected import affected_nodes, is_opaque
from ogpld.shacl.shapes import Shapes
from ogpld.shacl.validator import compiled_results
from ogpld.stores.validation_store import ValidationStore
from ogpld.validate.gate import PreviousFindings, changed_findings


def bench_of(quads: Sequence[Quad]) -> ValidationStore:
    """The data, ready to be asked."""
    bench = ValidationStore()
    bench.add(quads)
    return bench


def in_full(quads: Sequence[Quad], shapes: Shapes) -> set[Finding]:
    """Every finding."""
    return {r.finding() for r in compiled_results(bench_of(quads), shapes.compiled)}


def taken_over(
    before: Sequence[Quad], findings: set[Finding], after: Sequence[Quad], shapes: Shapes
) -> set[Finding]:
    """The findings of the data after, most of them those of the data before."""
    old, new = set(before), set(after)
    earlier = PreviousFindings(tuple(findings), tuple(new - old), tuple(old - new))
    return set(changed_findings(bench_of(after), shapes, earlier))


@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data, data, root_shapes)
def test_random_changes_under_random_shapes(first: str, second: str, rules: str) -> None:
    """Every kind of path and constraint knows what it reads."""
    shapes = read(quads_of(rules))
    before = quads_of(first)
    after = [*before[: len(before) * 2 // 3], *quads_of(second)[:4]]
    findings = in_full(before, shapes)
    assert taken_over(before, findings, after, shapes) == in_full(after, shapes)


@pytest.fixture(scope="module")
def shapes() -> Shapes:
    """Our shapes, compiled."""
    return read(shapes_graph())


def test_no_shape_of_ours_has_to_be_asked_in_full(shapes: Shapes) -> None:
    """The statements every SPARQL-based rule reads are known."""
    assert not any(is_opaque(shape) for shape in shapes.compiled)


def edited(quads: Sequence[Quad], chance: random.Random) -> list[Quad]:
    """Return the data with some statements gone, some with another value, some new."""
    after = list(quads)
    for _ in range(chance.randint(1, 12)):
        place = chance.randrange(len(after))
        quad, other = after[place], chance.choice(after)
        match chance.randrange(4):
            case 0:
                del after[place]
            case 1:
                after[place] = Quad(quad.subject, quad.predicate, other.object, quad.graph_name)
            case 2:
                after.append(Quad(other.subject, quad.predicate, quad.object, quad.graph_name))
            case _:
                subject = quad.subject  # a whole thing goes
                after = [q for q in after if q.subject != subject]
    return after


def test_random_edits_of_a_release(release: Release, shapes: Shapes) -> None:
    """Twelve generations of edits, each checked against the findings of the one before."""
    chance = random.Random(11)
    before = checked_quads(release)
    findings = in_full(before, shapes)
    seen = set(findings)
    for _ in range(12):
        after = edited(before, chance)
        again = in_full(after, shapes)
        assert taken_over(before, findings, after, shapes) == again
        before, findings = after, again
        seen |= again
    assert len(seen) > 200


def test_a_change_in_one_plan_leaves_the_others_alone(release: Release, shapes: Shapes) -> None:
    """A title concerns its commitment, a member's code its plans: not the whole data."""
    data = checked_quads(release)
    bench = bench_of(data)
    plan = NamedNode("http://localhost:8000/id/commitment/EE0050")
    title = Quad(plan, DCTERMS("title"), Literal("Other", language="en"))
    assert affected_nodes(bench, shapes.compiled, [title]).nodes <= {plan}
    nodes = {q.subject for q in data if q.predicate == NS("assesses") and q.object == plan}
    value = Quad(next(iter(nodes)), NS("value"), plan)
    reach = affected_nodes(bench, shapes.compiled, [value]).nodes
    assert plan in reach
    assert len(reach) < 20
