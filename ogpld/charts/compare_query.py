"""The SPARQL query that answers with the numbers of a comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ogpld.charts.chart_query import grade_patterns, narrowing_patterns, with_head
from ogpld.iris import Iris
from ogpld.rdf import CODE, Literal, NamedNode
from ogpld.statistics import Measure

#: Columns of the rows; those of the query have the same names.
COLUMNS = ("who", "whoLabel", "measure", "grade", "gradeLabel", "commitments")
#: Name of the side that has the commitments of all members, and of those that have a region's.
ALL, REGION = "all", "region/"


def compare_query(
    title: str,
    sides: Sequence[tuple[str, str]],
    policy_area: str,
    measures: Mapping[str, Measure],
    iris: Iris,
) -> str:
    """Return the query of a comparison: its rows are by measure, side and label of the grade.

    Args:
        title: what is compared, which is the query's first comment.
        sides: name (key of a member, `region/…` or `all`) and label of each.
        policy_area: notation of the policy area that it is narrowed to, "" for none.
        measures: the measures of the release.
        iris: the IRI policy of the release.
    """
    filters = {"policy-area": policy_area} if policy_area else {}
    commitment = ["?commitment a ogpld:Commitment .", *narrowing_patterns(filters, iris)]
    arms = [
        [
            *commitment,
            *grade_patterns(measure, measures),
            f'BIND({number} AS ?panel) BIND("{name}" AS ?measure)',
        ]
        for number, (name, measure) in enumerate(measures.items(), 1)
    ]
    columns = " ".join(f"?{name}" for name in COLUMNS[:-1])
    text = "\n".join(
        [
            f"SELECT {columns} (COUNT(DISTINCT ?commitment) AS ?commitments) WHERE {{",
            *_union([_side(number, *side, iris) for number, side in enumerate(sides, 1)]),
            *_union(arms),
            "}",
            f"GROUP BY ?panel ?side {columns}",
            "ORDER BY ?panel ?side ?gradeLabel ?grade",
        ]
    )
    return with_head(title, text)


def _side(number: int, name: str, label: str, iris: Iris) -> list[str]:
    """Return patterns that bind the commitments of a side, what it is, and its place."""
    who: Literal | NamedNode
    if name == ALL:
        who, path = Literal(ALL), "?commitment a ogpld:Commitment ."
    elif name.startswith(REGION):
        who = CODE(name)
        path = f"?commitment ogpld:member/ogpld:region {who} ."
    else:
        who = iris.thing("member", name)
        path = f"?commitment ogpld:member {who} ."
    return [
        path,
        f"BIND({number} AS ?side) BIND({who} AS ?who) BIND({Literal(label)} AS ?whoLabel)",
    ]


def _union(arms: Sequence[Sequence[str]]) -> list[str]:
    lines = []
    for number, arm in enumerate(arms):
        lines += ["  } UNION {" if number else "  {", *(f"    {line}" for line in arm)]
    return [*lines, "  }"]
