"""Bars for the answer to a question that counts, beside its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from markupsafe import Markup

from ogpld.charts.bars import UNKNOWN, Bar, Segment, description, draw, inline
from ogpld.queries.named import Chart
from ogpld.wording import decimal, label, marked

#: Bars that are drawn; the table has all rows.
_BARS = 30
#: What charts do not draw because it is not known, as the files of questions call it.
LEFT_OUT = (
    marked("commitments with a body not known"),
    marked("commitments whose star or criteria are not known"),
    marked("commitments with a result not known"),
)
#: Label of the answer that a question does not apply, which is no result.
_NO_RESULT = "Not Applicable"


def bars(chart: Chart | None, rows: Sequence[Mapping[str, Any]]) -> list[Bar]:
    """Return the bars of an answer; none for one row or none, which is no comparison.

    Bars that are no results, of what does not apply, come last. What is not known is said beside them, as
    a bar of it would leave no room for the others.

    Args:
        chart: what to draw.
        rows: bindings of SPARQL 1.1 Query Results JSON.
    """
    if chart is None:
        return []
    numbers = []
    for row in rows:
        value = _number(row.get(chart.value, {}).get("value", ""))
        if value is not None and value >= 0:
            names = [row[name]["value"] for name in chart.labels if name in row]
            numbers.append((" · ".join(map(label, names)), value, _NO_RESULT in names))
    numbers = list(dict.fromkeys(numbers))[:_BARS]  # a sum stands beside each of its parts
    numbers.sort(key=lambda bar: bar[2])
    longest = max((value for _, value, _ in numbers), default=Decimal(0))
    if len(numbers) < 2 or not longest:  # noqa: PLR2004
        return []
    return [
        Bar(
            name,
            (Segment(name, UNKNOWN if apart else "bar", float(value), _text(value, chart.value)),),
        )
        for name, value, apart in numbers
    ]


def answer_svg(drawn: Sequence[Bar], title: str) -> Markup:
    """Return bars as an element for the page of a question, nothing for none."""
    if not drawn:
        return Markup()
    drawing = draw(drawn, "answer", share=False)
    # every text in it is escaped where it is drawn
    return Markup(inline(drawing, "answer", title, description(drawn)))  # noqa: S704


def _text(value: Decimal, column: str) -> str:
    """Return a number as the language of the page writes it beside its bar, a share as a percentage."""
    if column == "share":
        return f"{decimal(round(value * 100, 1))} %"
    return decimal(round(value, 3))


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
