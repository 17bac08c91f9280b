"""Bars for the answer to a question that counts: drawn as SVG by the template, beside the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from ogpld.queries.named import Chart

#: Bars that are drawn; the table has all rows.
_BARS = 30


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.

    Attributes:
        label: what it stands for.
        text: its value as it is written.
        width: its length in percent of the longest.
    """

    label: str
    text: str
    width: str


def bars(chart: Chart | None, rows: Sequence[Mapping[str, Any]]) -> list[Bar]:
    """Return the bars of an answer; none for one row or none, which is no comparison.

    Args:
        chart: what to draw.
        rows: bindings of SPARQL 1.1 Query Results JSON.
    """
    if chart is None:
        return []
    found = []
    for row in rows[:_BARS]:
        value = _number(row.get(chart.value, {}).get("value", ""))
        if value is not None and value >= 0:
            label = " · ".join(row[name]["value"] for name in chart.labels if name in row)
            found.append((label, value))
    longest = max((value for _, value in found), default=Decimal(0))
    if len(found) < 2 or not longest:  # noqa: PLR2004
        return []
    return [
        Bar(label, f"{value:,.3f}".rstrip("0").rstrip("."), f"{value / longest * 100:.1f}")
        for label, value in found
    ]


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
