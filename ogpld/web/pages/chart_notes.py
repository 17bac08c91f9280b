"""What has to be known to read a chart: it stands beneath it, and in every picture of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ogpld.charts.chart_rows import ChartRows
from ogpld.charts.phase_words import of_phases
from ogpld.statistics import GroupCount, Record
from ogpld.web.current.commitment_sources import of_readings
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.release_coverage import of_list
from ogpld.web.pages.chosen_marks import of_mark
from ogpld.web.pages.region_notes import of_no_region
from ogpld.wording import gettext as _
from ogpld.wording import ngettext, number, quantity, titled


def chart_notes(
    serving: OpenRelease,
    rows: ChartRows,
    records: Sequence[Record],
    filters: Mapping[str, str],
    *,
    share: bool,
    has_mark: bool,
) -> Iterator[str]:
    """Yield the sentences.

    Args:
        serving: the release.
        rows: what the chart shows.
        records: the commitments it counts.
        filters: what it is narrowed to.
        share: whether its bars show shares.
        has_mark: whether a group has the mark of what was chosen.
    """
    statistics = serving.statistics
    if share:
        yield _(
            "Bars have one length and show shares; the number of commitments stands above each."
        )
    else:
        yield _("Bars are as long as the numbers of commitments.")
    if rows.total.total and rows.chart.measure != "coverage":
        yield of_unknown(rows.total)
    yield from of_phases(statistics.measures[rows.chart.measure], rows.total)
    yield from _of_several(rows)
    if "region" in filters and "member" not in filters:
        cycle = int(filters["cycle"]) if "cycle" in filters else None
        yield from of_no_region(statistics, filters.get("policy-area"), cycle)
    yield from of_mark(serving, used=has_mark)
    member = filters.get("member", "")
    iris = [statistics.members[member].iri] if member in statistics.members else []
    yield from of_list(serving, "Commitment", {"": iris})
    yield from of_readings(serving, records)


def _of_several(rows: ChartRows) -> Iterator[str]:
    """Yield why the bars have more in all than there are commitments, where they have."""
    if rows.chart.by == "policy-area":
        yield _("A commitment counts in each of its policy areas.")
        return
    in_bars = sum(count.total for count in rows.counts)
    if in_bars > rows.total.total:
        yield _(
            "A commitment of several plans counts with each: the bars have %(sum)s in all,"
            " of %(total)s.",
            sum=number(in_bars),
            total=quantity(rows.total.total, "commitment"),
        )


def of_unknown(total: GroupCount) -> str:
    """Return how many are unknown, and why where that is known."""
    whole = quantity(total.total, "commitment")
    if not total.unknown:
        return _("Of %(commitments)s, none is unknown.", commitments=whole)
    text = ngettext(
        "Of %(commitments)s, %(number)s is unknown",
        "Of %(commitments)s, %(number)s are unknown",
        total.unknown,
        commitments=whole,
    )
    if total.not_in_use == total.unknown:
        why = _("they are of plans of years in which this was not assessed.")
    elif total.not_in_use:
        why = _(
            "%(number)s of plans of years in which this was not assessed, the others "
            "not assessed yet, or in a report that is not held.",
            number=number(total.not_in_use),
        )
    else:
        why = _("not assessed yet, or in a report that is not held.")
    return titled(text, why)
