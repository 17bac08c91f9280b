"""Bars for the answer to a question that counts, beside its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from markupsafe import Markup

from ogpld.charts.bars import UNKNOWN, Bar, Segment, description, draw, inline
from ogpld.queries.named import Chart

#: Bars that are drawn; the table has all rows.
_BARS = 30
#: Label of the answer that a question does not apply, which is no result.
_NO_RESULT = "Not Applicable"


def bars(chart: Chart | None, rows: Sequence[Mapping[str, Any]], unknown: int = 0) -> list[Bar]:
    """Return the bars of an answer; none for one row or none, which is no comparison.

    Bars that are no results come last: what does not apply, and what is not known.

    Args:
        chart: what to draw.
        rows: bindings of SPARQL 1.1 Query Results JSON.
        unknown: how many things the answer leaves out because a value is not known.
    """
    if chart is None:
        return []
    numbers = []
    for row in rows:
        value = _number(row.get(chart.value, {}).get("value", ""))
        if value is not None and value >= 0:
            names = [row[name]["value"] for name in chart.labels if name in row]
            numbers.append((" · ".join(names), value, _NO_RESULT in names))
    numbers = list(dict.fromkeys(numbers))[:_BARS]  # a sum stands beside each of its parts
    if chart.unknown and unknown:
        numbers.append((chart.unknown, Decimal(unknown), True))
    numbers.sort(key=lambda bar: bar[2])
    longest = max((value for _, value, _ in numbers), default=Decimal(0))
    if len(numbers) < 2 or not longest:  # noqa: PLR2004
        return []
    return [
        Bar(
            label,
            (Segment(label, UNKNOWN if apart else "bar", float(value), _text(value, chart.value)),),
        )
        for label, value, apart in numbers
    ]


def answer_svg(drawn: Sequence[Bar], title: str) -> Markup:
    """Return bars as an element for the page of a question, nothing for none."""
    if not drawn:
        return Markup()
    drawing = draw(drawn, "answer", share=False)
    # every text in it is escaped where it is drawn
    return Markup(inline(drawing, "answer", title, description(drawn)))  # noqa: S704


def _text(value: Decimal, column: str) -> str:
    """Return a number as it is written beside its bar, a share as a percentage."""
    if column == "share":
        return f"{value * 100:.1f}".rstrip("0").rstrip(".") + " %"
    return f"{value:,.3f}".rstrip("0").rstrip(".")


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
