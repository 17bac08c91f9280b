"""The status of a member is the kind of its latest event; where that is not known, there is none."""

from __future__ import annotations

import pytest

from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.rdf import NS, Quad, parse_quads
from ogpld.sources.derive import derive

IRIS = Iris("http://x.example/")
PREFIXES = """@base <http://x.example/id/> . @prefix ogpld: <https://w3id.org/ogpld/ns#> .
@prefix schema: <https://schema.org/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix status: <https://w3id.org/ogpld/code/member-status/> .
<member/A> a ogpld:Member .
"""


def event(kind: str, day: str, datatype: str = "gYearMonth") -> str:
    """Return a membership event as Turtle."""
    node = f"<member/A#{kind}-{day}>"
    date = f'{node} schema:startDate "{day}"^^xsd:{datatype} .' if day else ""
    return (
        f"<member/A> ogpld:statusEvent {node} . {node} a ogpld:StatusEvent ; "
        f"ogpld:status status:{kind} . {date}\n"
    )


@pytest.mark.parametrize(
    ("events", "status"),
    [
        ([("suspended", "2024-10"), ("removed", "2026-04"), ("joined", "2011-09")], ["removed"]),
        ([("joined", "2023-08")], ["joined"]),
        ([("removed", "2026-04"), ("joined", "2026-04")], []),
        ([("removed", "2026-04"), ("joined", "")], []),
        ([], []),
    ],
)
def test_the_latest_event_decides(
    model: Model, events: list[tuple[str, str]], status: list[str]
) -> None:
    """Two kinds as late, or an event without a date: nothing is said."""
    turtle = PREFIXES + "".join(event(kind, day) for kind, day in events)
    graph = IRIS.graph("members", "A")
    read = [Quad(q.subject, q.predicate, q.object, graph) for q in parse_quads(turtle, "ttl")]
    statuses = [q for q in derive(read, model, IRIS, None) if q.predicate == NS("memberStatus")]
    assert [str(q.object).rstrip(">").rpartition("/")[2] for q in statuses] == status
    assert all(q.graph_name == IRIS.graph("derived", "A") for q in statuses)
