"""OGP's groupings: yes and no from grades; what is no grade says neither."""

from __future__ import annotations

import pytest

from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.rdf import NS, Quad, parse_quads
from ogpld.sources.derive import derive
from ogpld.sources.trace import Derivation, Trace

IRIS = Iris("http://x.example/")
PREFIXES = """@base <http://x.example/id/> . @prefix ogpld: <https://w3id.org/ogpld/ns#> .
@prefix code: <https://w3id.org/ogpld/code/> . <commitment/A> a ogpld:Commitment .
"""
COMMITMENT = "http://x.example/id/commitment/A"
GROUPS = {NS(name) for name in ("highAmbition", "highCompletion", "strongResults")}
PHASES = {
    "potential-impact": "design",
    "potential-for-results": "design",
    "completion": "end-of-term",
    "opened-government": "end-of-term",
    "early-results": "end-of-term",
}


def groups_of(
    model: Model, values: list[str], trace: Trace | None = None, given: str = PREFIXES
) -> dict[str, str]:
    """Return the groupings of a commitment that the IRM gave these values."""
    turtle = given
    for number, value in enumerate(values):
        indicator = value.partition("/")[0]
        phase = PHASES[indicator]
        turtle += (
            f"<assessment/{number}> a ogpld:Assessment ; ogpld:assesses <commitment/A> ; "
            f"ogpld:indicator <https://w3id.org/ogpld/code/indicator/{indicator}> ; "
            f"ogpld:phase <https://w3id.org/ogpld/code/phase/{phase}> ; "
            "ogpld:assessor <https://w3id.org/ogpld/code/assessor/irm> ; "
            f"ogpld:value <https://w3id.org/ogpld/code/{value}> .\n"
        )
    graph = IRIS.graph("x", "A")
    read = [Quad(q.subject, q.predicate, q.object, graph) for q in parse_quads(turtle, "ttl")]
    return {
        NS.local(q.predicate.value): str(q.object).split('"')[1]
        for q in derive(read, model, IRIS, trace)
        if q.predicate in GROUPS
    }


@pytest.mark.parametrize(
    ("values", "groups"),
    [
        (["potential-impact/moderate"], {"highAmbition": "true"}),
        (["potential-impact/none"], {"highAmbition": "false"}),
        (["potential-impact/unclear"], {}),
        # by OGP's glossary this is a grade: it continues existing practice
        (["potential-for-results/unclear"], {"highAmbition": "false"}),
        (["potential-for-results/modest"], {"highAmbition": "false"}),
        (["completion/complete"], {"highCompletion": "true"}),
        (["completion/not-started"], {"highCompletion": "false"}),
        (["completion/unclear"], {}),
        (["completion/withdrawn"], {}),
        (["opened-government/did-not-change"], {"strongResults": "false"}),
        (["opened-government/worsens"], {"strongResults": "false"}),
        (["opened-government/no-early-results-yet"], {}),
        (["early-results/none-notable"], {"strongResults": "false"}),
        # where another indicator has a grade, that decides
        (["potential-impact/unclear", "potential-for-results/substantial"], {"highAmbition": "true"}),
        (["potential-impact/unclear", "potential-for-results/modest"], {"highAmbition": "false"}),
        (["opened-government/no-early-results-yet", "early-results/significant"], {"strongResults": "true"}),
        (["opened-government/marginal", "early-results/significant"], {"strongResults": "true"}),
        ([], {}),
    ],
)  # fmt: skip
def test_unknown_is_not_no(model: Model, values: list[str], groups: dict[str, str]) -> None:
    """Unclear, not yet and withdrawn are no grades: nothing is said."""
    assert groups_of(model, values) == groups


def test_the_trace_names_the_grades(model: Model) -> None:
    """A grouping is made from what has a grade alone."""
    trace = Trace()
    values = ["opened-government/no-early-results-yet", "early-results/significant"]
    groups_of(model, values, trace)
    origins = {key[1]: made for key, made in trace.origins.items() if key[0] == COMMITMENT}
    made = Derivation(COMMITMENT, (NS("earlyResults").value,))
    assert origins[NS("strongResults").value] == [made]


@pytest.mark.parametrize(
    ("values", "groups"),
    [
        (["completion/complete", "completion/complete"], {"highCompletion": "true"}),
        (["completion/complete", "completion/limited"], {}),
        (["completion/limited", "completion/complete"], {}),
    ],
)
def test_two_values_of_one_slot_are_none(
    model: Model, values: list[str], groups: dict[str, str]
) -> None:
    """The order of their keys decides nothing."""
    assert groups_of(model, values) == groups


REPORTS = """<action-plan/A9> a ogpld:ActionPlan ; ogpld:cycle 2023 . <action-plan/B1> a ogpld:ActionPlan ; ogpld:cycle 2021 .
<commitment/A> ogpld:plan <action-plan/A9> , <action-plan/B1> .
<report/A9> ogpld:plan <action-plan/A9> . <report/B1> ogpld:plan <action-plan/B1> .
<report/B1-again> ogpld:plan <action-plan/B1> .
<report/A9-comment> ogpld:plan <action-plan/A9> ; ogpld:versionOf <report/A9> .
"""


@pytest.mark.parametrize(
    ("assessments", "groups"),
    [
        ([("complete", "A9"), ("limited", "B1")], {"highCompletion": "true"}),
        ([("limited", "A9"), ("complete", "B1")], {"highCompletion": "false"}),
        ([("limited", "A9-comment"), ("complete", "A9")], {"highCompletion": "true"}),
        ([("limited", "A9-comment"), ("complete", "B1")], {"highCompletion": "false"}),
        ([("limited", "B1"), ("complete", "B1-again")], {}),
    ],
)
def test_values_differ_within_one_plan_alone(
    model: Model, assessments: list[tuple[str, str]], groups: dict[str, str]
) -> None:
    """Of two plans the later counts, of two versions of a report the final one."""
    turtle = PREFIXES + REPORTS
    for number, (_, report) in enumerate(assessments):
        turtle += f"<assessment/{number}> ogpld:report <report/{report}> .\n"
    values = [f"completion/{value}" for value, _ in assessments]
    assert groups_of(model, values, given=turtle) == groups
