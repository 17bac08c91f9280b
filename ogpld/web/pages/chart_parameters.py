"""What charts and comparisons are narrowed to: members by name or key, codes by name or notation, a cycle."""

from __future__ import annotations

from collections.abc import Iterable

from ogpld.charts.chart_list import Chart
from ogpld.letters import in_order
from ogpld.statistics import Statistics
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.value_names import code_names, find_code, member_key
from ogpld.web.http.http_messages import Request
from ogpld.web.http.parameters import FORMAT, LANGUAGE, Parameter, unknown_value
from ogpld.wording import gettext, label

PARAMETERS = {
    "member": Parameter("member", "Only this member, by key, code or name.", blank=True),
    "region": Parameter("region", "Only members of this region, by name.", blank=True),
    "policy-area": Parameter("policy-area", "Only commitments of this policy area.", blank=True),
    "cycle": Parameter("cycle", "Only plans that began in this year.", blank=True),
}
SCALE = Parameter(
    "scale", "share: bars of one length, for shares; number: for numbers.", blank=True
)


def parameters_of(chart: Chart) -> tuple[Parameter, ...]:
    """Return the parameters of the address of a chart."""
    return (*(PARAMETERS[name] for name in chart.filters), SCALE, *FORMAT, LANGUAGE)


def read_filters(request: Request, chart: Chart, serving: OpenRelease) -> dict[str, str]:
    """Return what a chart is narrowed to, by parameter: keys, notations and a year.

    Raises:
        Problem: 400 for an unknown value.
    """
    filters = {}
    for name in chart.filters:
        text = request.args.get(name, "").strip()
        if text:
            filters[name] = filter_value(name, text, serving)
    return filters


def filter_value(name: str, text: str, serving: OpenRelease) -> str:
    """Return the key, notation or year that a parameter means.

    Raises:
        Problem: 400 for an unknown value.
    """
    if name == "member":
        return member_key(text, serving)
    if name == "cycle":
        years = cycles_of(serving.statistics)
        if text not in years:
            raise unknown_value(
                "parameter", f"No plan that is held began in {text[:80]!r}.", name, text[:80], years
            )
        return text
    code = find_code(serving.model.schemes[name], text)
    if code is None:
        codes = serving.model.schemes[name].codes
        raise unknown_value(
            "parameter",
            f"There is no {name.replace('-', ' ')} {text[:80]!r}.",
            name,
            text[:80],
            [each.notation for each in codes],
            {each_name: each.notation for each in codes for each_name in code_names(each)},
        )
    return code.notation


def cycles_of(statistics: Statistics) -> list[str]:
    """Return the cycles of which commitments are held, the first one first."""
    return sorted({str(cycle) for record in statistics.records for cycle in record.cycles})


def options_of(name: str, serving: OpenRelease) -> list[tuple[str, str]]:
    """Return what a form proposes for a parameter: values and their names."""
    statistics = serving.statistics
    if name == "member":
        members = statistics.members.values()
        return sorted(((m.key, m.name) for m in members), key=lambda pair: in_order(pair[1]))
    if name == "cycle":
        return [(cycle, cycle) for cycle in cycles_of(statistics)]
    occurring = {
        value
        for record in statistics.records
        for value in (record.policy_areas if name == "policy-area" else (record.region,))
    }
    codes = serving.model.schemes[name].codes
    return sorted(
        (
            (code.notation, label(code.label, code.iri))
            for code in codes
            if code.notation in occurring
        ),
        key=lambda pair: in_order(pair[1]),
    )


def words_of(filters: Iterable[tuple[str, str]], statistics: Statistics) -> str:
    """Return in words what something is narrowed to: `Estonia, 2014`."""
    return ", ".join(
        gettext("plans of %(year)s", year=value)
        if name == "cycle"
        else statistics.label(name, value)
        for name, value in filters
    )
