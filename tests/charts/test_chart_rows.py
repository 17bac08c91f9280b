"""The rows of every chart are the answer of its query, whatever it is narrowed to."""

from __future__ import annotations

import pytest

from ogpld.charts.chart_list import CHARTS, FILTERS, Chart
from ogpld.charts.chart_query import chart_query
from ogpld.charts.chart_rows import as_csv, bar_of, chart_rows, columns_of, csv_rows
from ogpld.charts.compare_query import compare_query
from ogpld.release import Release
from ogpld.statistics import GROUPS, Statistics, release_statistics
from ogpld.stores import Query
from ogpld.stores.embedded import EmbeddedStore
from ogpld.web.pages.chart_parameters import PARAMETERS

_NARROWED = (
    {},
    {"member": "EST"},
    {"region": "europe"},
    {"policy-area": "open-data"},
    {"cycle": "2014"},
)


@pytest.fixture(scope="module")
def statistics(release: Release) -> Statistics:
    """The statistics of the sample data."""
    return release_statistics(release)


@pytest.fixture(scope="module")
def store(release: Release) -> EmbeddedStore:
    """What answers queries over the sample data."""
    return EmbeddedStore.load(release.data, release.manifest.quads)


#: Charts that could be added with a line: by everything that commitments are counted by.
COULD_BE = [
    Chart(f"{measure}-by-{by}", "One, by another", "", measure, by, FILTERS)
    for measure in ("completion", "ambition", "coverage")
    for by in GROUPS
    if by != "all" and f"{measure}-by-{by}" not in CHARTS
]


@pytest.mark.parametrize("chart", [*CHARTS.values(), *COULD_BE], ids=lambda chart: chart.name)
def test_rows_are_the_answer_of_the_query(
    chart: Chart, release: Release, statistics: Statistics, store: EmbeddedStore
) -> None:
    """Byte for byte, in the same order; and the bars have every commitment."""
    tried = 0
    for filters in _NARROWED:
        if not set(filters) <= set(chart.filters):
            continue
        rows = chart_rows(chart, statistics, filters)
        text = chart_query(chart, chart.title, statistics.measures, filters, release.iris)
        answer = bytes(store.answer(Query(text, ("csv", ""))).body)
        listed = csv_rows(rows, statistics, release.manifest.base_iri)
        content = as_csv(listed, columns_of(chart, statistics))
        assert content == answer, filters
        assert sum(
            bar.total for bar in (bar_of(count, rows.grades) for count in rows.counts)
        ) == sum(count.total for count in rows.counts)
        tried += len(rows.counts)
    assert tried


def test_rows_of_completion_tell_mid_term_apart(statistics: Statistics) -> None:
    """How many of the commitments of a row have their grade from mid-term; other charts have no such column."""
    rows = csv_rows(chart_rows(CHARTS["completion-by-cycle"], statistics, {}), statistics, "")
    middle = sum(int(row[-1]) for row in rows)
    counts = statistics.count("completion", "cycle")
    assert middle == sum(count.phases.get("mid-term", 0) for count in counts)
    assert 0 < middle < sum(int(row[-2]) for row in rows)
    assert all(int(row[-1]) <= int(row[-2]) for row in rows)
    with_it = {name for name, chart in CHARTS.items() if "midTerm" in columns_of(chart, statistics)}
    assert with_it == {name for name in CHARTS if name.startswith("completion-")}


def test_members_of_which_nothing_is_held_are_there(statistics: Statistics) -> None:
    """In the chart of coverage, as bars without parts."""
    rows = chart_rows(CHARTS["coverage-by-member"], statistics, {})
    assert {count.key for count in rows.counts} == set(statistics.members)
    empty = [count for count in rows.counts if not count.total]
    assert all(
        not bar.segments
        for bar in (bar_of(count, rows.grades) for count in rows.counts)
        if bar.label in {c.label for c in empty}
    )


def test_a_chart_of_nothing_is_empty(statistics: Statistics) -> None:
    """Narrowed to a member of which nothing is held."""
    rows = chart_rows(CHARTS["completion-by-cycle"], statistics, {"member": "nobody"})
    assert rows.counts == ()
    assert rows.total.total == 0


def test_a_title_stays_a_comment(
    release: Release, statistics: Statistics, store: EmbeddedStore
) -> None:
    """A name from a table may have lines."""
    chart = CHARTS["completion-by-cycle"]
    lines = "Estonia\n} DROP ALL #\rand others"
    for text in (
        chart_query(chart, lines, statistics.measures, {}, release.iris),
        compare_query(lines, [("EST", "Estonia")], "", statistics.measures, release.iris),
    ):
        assert text.startswith("# Estonia } DROP ALL # and others\nPREFIX ")
        assert store.answer(Query(text, ("csv", ""))).body


@pytest.mark.parametrize(
    ("measure", "by", "filters", "expected"),
    [
        (
            "completion",
            "instrument",
            (),
            "there is no 'instrument', only .*statistics/groupings.py",
        ),
        ("completeness", "cycle", (), "there is no 'completeness', only .*charts/chart_list.py"),
        ("completion", "cycle", ("lead",), "there is no 'lead', only cycle, member, .*FILTERS"),
    ],
)
def test_a_chart_of_what_is_not_counted_is_refused_at_once(
    measure: str, by: str, filters: tuple[str, ...], expected: str
) -> None:
    """When the program starts, with what there is and where more is added; never when somebody asks."""
    with pytest.raises(LookupError, match=f"the chart new: {expected}"):
        Chart("new", "New, by another", "", measure, by, filters)


def test_charts_are_narrowed_by_what_addresses_have() -> None:
    """One set of filters."""
    assert set(FILTERS) == PARAMETERS.keys()
