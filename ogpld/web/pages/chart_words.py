"""What charts are called in the language of the page: their titles are made of two parts."""

from __future__ import annotations

from ogpld.charts.chart_list import Chart
from ogpld.wording import gettext


def title_of(chart: Chart) -> str:
    """Return what a chart shows: `Completion of commitments, by member`."""
    return ", ".join(gettext(part) for part in chart.title.split(", ", 1))
