"""The rows of a chart: counted over the records of a release, as the chart's query counts them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ogpld.charts.bars import Bar, Segment
from ogpld.charts.chart_list import Chart
from ogpld.charts.grade_labels import full_label
from ogpld.csv_rows import csv_text
from ogpld.letters import in_order
from ogpld.rdf import CODE
from ogpld.statistics import GROUPS, GradeName, GroupCount, Record, Statistics
from ogpld.statistics.statistics import UNKNOWN

#: Columns of the rows; those of the query have the same names.
COLUMNS = ("group", "label", "grade", "gradeLabel", "commitments")
#: One more, of measures whose latest grade may be of mid-term: of how many commitments it is.
OF_MID_TERM = "midTerm"
#: What stands for the grade of a group of which no commitment is held.
NOTHING_HELD = "No commitment held"

#: What a chart is narrowed to, by parameter: key, notation or year.
Filters = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ChartRows:
    """What a chart shows.

    Attributes:
        chart: the chart.
        counts: its groups.
        grades: the grades that occur, and last what stands for an unknown one.
        total: all of its commitments, each once.
    """

    chart: Chart
    counts: tuple[GroupCount, ...]
    grades: tuple[GradeName, ...]
    total: GroupCount

    @property
    def unknown(self) -> GradeName:
        """What stands for an unknown grade, the last of `grades`."""
        return self.grades[-1]


def chart_rows(chart: Chart, statistics: Statistics, filters: Filters) -> ChartRows:
    """Count what a chart shows.

    Args:
        chart: the chart.
        statistics: the records of the release.
        filters: what it is narrowed to.
    """
    measure = statistics.measures[chart.measure]
    records = records_of(statistics, filters)
    counts = statistics.count(chart.measure, chart.by, records)
    if chart.by == "member" and chart.measure == "coverage":
        counts = _with_empty_members(counts, statistics, filters)
    total = statistics.total(chart.measure, records)
    grades = [grade for grade in measure.grades if total.grades.get(grade.key)]
    return ChartRows(chart, tuple(counts), (*grades, measure.unknown), total)


def records_of(statistics: Statistics, filters: Filters) -> tuple[Record, ...]:
    """Return the commitments that filters leave."""
    return statistics.of(
        member=filters.get("member"),
        region=filters.get("region"),
        policy_area=filters.get("policy-area"),
        cycle=int(filters["cycle"]) if "cycle" in filters else None,
    )


def _with_empty_members(
    counts: Sequence[GroupCount], statistics: Statistics, filters: Filters
) -> list[GroupCount]:
    """Add the members of which no commitment is held, so that nobody takes them for missing ones."""
    there = {count.key for count in counts}
    empty = [
        GroupCount(member.key, member.name, 0, 0, {}, 0, 0, {})
        for member in statistics.members.values()
        if member.key not in there and filters.get("region") in {None, member.region}
    ]
    return sorted([*counts, *empty], key=lambda c: (c.key == UNKNOWN, in_order(c.label), c.key))


def bar_of(count: GroupCount, grades: Sequence[GradeName], label: str = "", note: str = "") -> Bar:
    """Return the bar of one group.

    Args:
        count: the group.
        grades: the grades in their order, the last one stands for the unknown.
        label: what it is called where that is not the label of the group.
        note: what is said beside its sum.
    """
    segments = [
        Segment(full_label(grade, grades), grade.css_class, count.grades[grade.key])
        for grade in grades[:-1]
        if count.grades.get(grade.key)
    ]
    if count.unknown:
        segments.append(
            Segment(full_label(grades[-1], grades), grades[-1].css_class, count.unknown)
        )
    return Bar(label or count.label, tuple(segments), note)


def csv_rows(rows: ChartRows, statistics: Statistics, base: str) -> list[tuple[str, ...]]:
    """Return the rows as the query of the chart answers them, in its order.

    Args:
        rows: what the chart shows.
        statistics: what it was counted over.
        base: base IRI of the release.
    """
    listed: list[tuple[str, ...]] = []
    has_phases = columns_of(rows.chart, statistics) != COLUMNS
    for count in rows.counts:
        group = (
            "" if count.key == UNKNOWN else group_iri(rows.chart.by, count.key, statistics, base)
        )
        grades = [
            (_grade_iri(key), _grade_label(rows, key), number, count.mid_term.get(key, 0))
            for key, number in count.grades.items()
            if number
        ]
        if count.unknown:
            grades.append(("", rows.unknown.label, count.unknown, 0))
        if not count.total:
            grades.append(("", NOTHING_HELD, 0, 0))
        listed += [
            (group, count.label, grade, label, str(number), *([str(middle)] if has_phases else []))
            for grade, label, number, middle in grades
        ]
    return sorted(listed, key=lambda row: (row[1], row[0], row[3], row[2]))


def columns_of(chart: Chart, statistics: Statistics) -> tuple[str, ...]:
    """Return the columns of a chart's rows."""
    has_phases = statistics.measures[chart.measure].latest_key
    return (*COLUMNS, OF_MID_TERM) if has_phases else COLUMNS


def as_csv(rows: Sequence[Sequence[str]], columns: Sequence[str]) -> bytes:
    """Return rows as CSV (RFC 4180) with a header."""
    return csv_text([columns, *rows], "\r\n").encode()


def _grade_label(rows: ChartRows, key: str) -> str:
    return next((grade.label for grade in rows.grades if grade.key == key), key)


def _grade_iri(key: str) -> str:
    return "" if key.startswith("coverage/") else CODE(key).value


def group_iri(by: str, key: str, statistics: Statistics, base: str) -> str:
    """Return the IRI of a group, its key where it is no thing and no code."""
    grouping = GROUPS[by]
    if grouping.kind:
        return f"{base}id/{statistics.model.classes[grouping.kind].segment}/{key}"
    if grouping.code_list:
        return CODE(f"{grouping.code_list}/{key}").value
    return CODE(key).value if by in statistics.measures else key
