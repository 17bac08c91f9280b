"""Stacked bars for pages: how commitments are graded, with those that are unknown."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ogpld.charts.bars import Bar, description, draw, inline
from ogpld.charts.chart_rows import bar_of
from ogpld.charts.phase_words import beside_bar
from ogpld.statistics import GradeName, GroupCount, Record, Statistics
from ogpld.wording import gettext as _

#: Measures that a page draws of commitments, in this order.
MEASURES = ("completion", "ambition", "results")


@dataclass(frozen=True, slots=True)
class GradeChart:
    """A chart of a page.

    Attributes:
        title: what it shows.
        svg: the bars.
        legend: the grades that occur, scale by scale; what is unknown is last.
    """

    title: str
    svg: Markup
    legend: tuple[GradeName, ...]


def chart_of_groups(
    statistics: Statistics, measure: str, title: str, groups: Sequence[tuple[str, GroupCount]]
) -> GradeChart:
    """Return a bar for each group of commitments, by its label, all in one measure."""
    grades = _grades(statistics, measure, [count for _, count in groups])
    what = statistics.measures[measure]
    bars = [bar_of(count, grades, label, beside_bar(what, count)) for label, count in groups]
    return _chart(f"{measure}-chart", title, bars, grades)


def chart_of_commitments(statistics: Statistics, records: Collection[Record]) -> GradeChart | None:
    """Return a bar for each measure of some commitments, None for no commitments."""
    if not records:
        return None
    bars: list[Bar] = []
    legend: list[GradeName] = []
    for name in MEASURES:
        count = statistics.total(name, records)
        grades = _grades(statistics, name, [count])
        measure = statistics.measures[name]
        bars.append(bar_of(count, grades, _(measure.label), beside_bar(measure, count)))
        legend += grades
    return _chart("grades-chart", _("How these commitments are graded"), bars, legend)


def _grades(
    statistics: Statistics, measure: str, counts: Sequence[GroupCount]
) -> tuple[GradeName, ...]:
    """Return the grades that occur, and last what stands for an unknown one."""
    what = statistics.measures[measure]
    present = (g for g in what.grades if any(count.grades.get(g.key) for count in counts))
    return (*present, what.unknown)


def _chart(
    name: str,
    title: str,
    bars: Sequence[Bar],
    grades: Sequence[GradeName],
) -> GradeChart:
    svg = inline(draw(bars, name), name, title, description(bars))
    legend = dict.fromkeys(sorted(grades, key=lambda grade: not grade.scale))
    # every text in it is escaped by what draws it
    return GradeChart(title, Markup(svg), tuple(legend))  # noqa: S704
