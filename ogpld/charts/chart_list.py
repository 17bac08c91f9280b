"""Which charts there are: a measure, counted by something, and what it can be narrowed to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ogpld.statistics import GROUPS
from ogpld.wording import marked

#: What charts can be narrowed to.
FILTERS = ("member", "region", "policy-area", "cycle")
#: What charts count by: words for a title, and the parameters that narrow it.
_BY: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "cycle": (marked("by cycle of the plan"), ("member", "region", "policy-area")),
    "member": (marked("by member"), ("region", "policy-area", "cycle")),
    "policy-area": (marked("by policy area"), ("member", "region", "cycle")),
    "region": (marked("by region"), ("policy-area", "cycle")),
}
#: What is counted: words for a title, and what it is.
_MEASURES: Mapping[str, tuple[str, str]] = {
    "completion": (
        marked("Completion of commitments"),
        marked(
            "How far commitments were carried out, as the IRM assessed it: at the end of the "
            "term, or at mid-term where there is no later assessment."
        ),
    ),
    "ambition": (
        marked("Ambition of commitments"),
        marked(
            "What commitments could change, as the IRM assessed it: their potential impact in "
            "plans up to 2019, their potential for results in plans from 2020. The two scales are "
            "not one."
        ),
    ),
    "relevance": (
        marked("Relevance of commitments"),
        marked(
            "Whether commitments are relevant to open government: in plans up to 2019 as OGP "
            "derives it from the values that the IRM coded, in plans from 2020 whether the IRM "
            "sees an open government lens."
        ),
    ),
    "results": (
        marked("Results of commitments"),
        marked(
            "Whether commitments opened government (plans of 2013 to 2020) or had early results "
            "(from 2019), as the IRM assessed it at the end of the term."
        ),
    ),
    "coverage": (
        marked("What is held of commitments"),
        marked(
            "Of how many commitments this data has an assessment by the IRM, and of how many the "
            "completion. What is not held may be assessed elsewhere, or not yet."
        ),
    ),
}
#: The same of results by ambition.
_BY_AMBITION = marked(
    "What became of ambitious and of modest commitments: the results that the IRM "
    "assessed at the end of the term, by the ambition that it assessed at the beginning."
)


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart.

    Attributes:
        name: last step of its address.
        title: what it shows, without what it is narrowed to.
        about: what is counted, in sentences.
        measure: name of the measure.
        by: what it is counted by, a key of `ogpld.statistics.GROUPS`.
        filters: parameters that narrow it, some of `FILTERS`.

    Raises:
        LookupError: for an unknown measure, grouping or filter.
    """

    name: str
    title: str
    about: str
    measure: str
    by: str
    filters: tuple[str, ...]

    def __post_init__(self) -> None:
        for text, there, place in (
            (self.measure, _MEASURES, "_MEASURES in ogpld/charts/chart_list.py"),
            (self.by, GROUPS.keys() - {"all"}, "GROUPS in ogpld/statistics/groupings.py"),
            *((name, FILTERS, "FILTERS in ogpld/charts/chart_list.py") for name in self.filters),
        ):
            if text not in there:
                raise LookupError(
                    f"the chart {self.name}: there is no {text!r}, only {', '.join(sorted(there))}; "
                    f"another one is added to {place}"
                )


#: Charts that count by something else.
_OTHERS = (
    Chart(
        "results-by-ambition",
        ", ".join((_MEASURES["results"][0], marked("by ambition"))),
        _BY_AMBITION,
        "results",
        "ambition",
        ("member", "region", "policy-area"),
    ),
)


def _charts() -> dict[str, Chart]:
    charts = [
        Chart(f"{measure}-by-{by}", f"{title}, {words}", about, measure, by, filters)
        for measure, (title, about) in _MEASURES.items()
        for by, (words, filters) in _BY.items()
    ]
    return {chart.name: chart for chart in (*charts, *_OTHERS)}


#: The charts by name, in the order in which they are listed.
CHARTS: Mapping[str, Chart] = _charts()
