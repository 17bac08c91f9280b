"""The page of a cluster: the commitments that the IRM assessed together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ogpld.rdf import NS
from ogpld.web.pages.commitment_rows import CommitmentRow, read_commitments
from ogpld.web.pages.grade_charts import GradeChart, chart_of_commitments
from ogpld.web.pages.outcome import Outcome, outcome_of
from ogpld.web.pages.subject import Subject
from ogpld.web.pages.tables import Value


@dataclass(frozen=True, slots=True)
class ClusterPage:
    """What cluster.html shows.

    Attributes:
        number: what the IRM gave it, "" for unknown.
        named: how many commitments a source names, 0 where none does.
    """

    plans: tuple[Value, ...]
    number: str
    named: int
    outcome: Outcome
    chart: GradeChart | None
    rows: Sequence[CommitmentRow]
    list_href: str


def cluster_page(subject: Subject) -> ClusterPage:
    """Return what the page of a cluster shows."""
    records, rows = read_commitments(subject, NS("cluster"))
    return ClusterPage(
        plans=subject.values(NS("plan")),
        number=subject.text(NS("irmNumber")),
        named=len(subject.values(NS("commitmentId"))),
        outcome=outcome_of(subject.serving.model, records),
        chart=chart_of_commitments(subject.serving.statistics, records),
        rows=rows,
        list_href=subject.list_href("Commitment", NS("cluster")),
    )
