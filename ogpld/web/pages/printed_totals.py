"""Numbers that the reports about a plan print, beside what the data counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ogpld.rdf import CODE, NS, NamedNode
from ogpld.statistics import Record
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.pages.indicator_answers import definitions_of
from ogpld.web.pages.links import Description
from ogpld.web.pages.plan_records import Elsewhere
from ogpld.web.pages.tables import Value

#: The total of all commitments of a plan.
_ALL = "commitments-assessed"
#: Which value of which property of commitments a printed total counts, by its notation.
_COUNTS: Mapping[str, tuple[str, str]] = {
    "completed-midterm": ("midTermCompletion", "completion/complete"),
    "substantial-midterm": ("midTermCompletion", "completion/substantial"),
    "limited-midterm": ("midTermCompletion", "completion/limited"),
    "not-started-midterm": ("midTermCompletion", "completion/not-started"),
    "completed-end": ("completion", "completion/complete"),
    "substantial-end": ("completion", "completion/substantial"),
    "limited-end": ("completion", "completion/limited"),
    "not-started-end": ("completion", "completion/not-started"),
    "relevant": ("relevant", "true"),
    "transformative": ("potentialImpact", "potential-impact/transformative"),
    "open-government-lens": ("openGovernmentLens", "true"),
    "substantial-potential": ("potentialForResults", "potential-for-results/substantial"),
    "promising": ("promising", "true"),
    "starred": ("starred", "true"),
}


@dataclass(frozen=True, slots=True)
class TotalRow:
    """A number that a report prints.

    Attributes:
        link: the part of the report it is, named by what it counts.
        report: IRI of the report.
        printed: the number.
        counted: of the commitments of the plan that are here; None where nothing of them says so.
    """

    link: Value
    report: str
    printed: int
    counted: int | None

    @property
    def differs(self) -> bool:
        """Whether the data counts another number."""
        return self.counted is not None and self.counted != self.printed


def read_totals(
    serving: OpenRelease,
    about: Description,
    plan: str,
    records: Sequence[Record],
    elsewhere: Mapping[str, Elsewhere],
) -> tuple[TotalRow, ...]:
    """Return the numbers that the reports about a plan print, report by report.

    Args:
        serving: the release.
        about: what the page says of things.
        plan: IRI of the plan.
        records: its commitments.
        elsewhere: what of them was assessed for another plan, by their keys; it does not count.
    """
    rows = serving.select("printed-totals-of", plan=NamedNode(plan))
    if not rows:
        return ()
    counts = _counts(serving, plan, elsewhere)
    held = sum(record.key not in elsewhere or elsewhere[record.key].here for record in records)
    return tuple(_totals(serving, about, rows, counts, held))


def _totals(
    serving: OpenRelease,
    about: Description,
    rows: Sequence[Mapping[str, str]],
    counts: Mapping[tuple[str, str], int],
    held: int,
) -> Iterator[TotalRow]:
    names = definitions_of(serving)
    with_values = {name for name, _ in counts}
    for row in rows:
        notation = row["counts"].rpartition("/")[2]
        counted: int | None = held if notation == _ALL else None
        if notation in _COUNTS and _COUNTS[notation][0] in with_values:
            counted = counts.get(_COUNTS[notation], 0)
        link = Value(names.label(row["counts"]), about.link(row["total"]).href, language="")
        yield TotalRow(link, row["report"], int(row["count"]), counted)


def _counts(
    serving: OpenRelease, plan: str, elsewhere: Mapping[str, Elsewhere]
) -> Mapping[tuple[str, str], int]:
    """Return how many commitments of a plan have each value, by property and value."""
    names = sorted({name for name, _ in _COUNTS.values()})
    rows = serving.select(
        "shortcuts-in", plan=NamedNode(plan), properties=[NS(name) for name in names]
    )
    not_here = {key: entry.shortcuts for key, entry in elsewhere.items()}
    return Counter(
        (name, row["value"].removeprefix(CODE.iri))
        for row in rows
        if (name := NS.local(row["property"]))
        not in not_here.get(row["commitment"].rpartition("/")[2], ())
    )
