"""What the page of a chart shows: bars, a legend, notes on what is unknown, a table, and its other forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from markupsafe import Markup

from ogpld.catalogue.licence import licence_of
from ogpld.charts.bars import description, draw, inline
from ogpld.charts.chart_list import Chart
from ogpld.charts.chart_query import chart_query
from ogpld.charts.chart_rows import ChartRows, as_csv, bars_of, chart_rows, csv_rows, group_iri
from ogpld.charts.png import paint
from ogpld.charts.standalone import WIDTH, Caption, Picture, standalone
from ogpld.statistics import GROUPS, GradeName, GroupCount
from ogpld.statistics.statistics import UNKNOWN
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.release_coverage import of_list
from ogpld.web.http.languages import DEFAULT
from ogpld.web.pages.chart_parameters import options_of, words_of
from ogpld.web.pages.chart_words import title_of
from ogpld.web.pages.links import local_path
from ogpld.web.pages.region_notes import of_no_region
from ogpld.wording import english, language, ngettext, number, quantity, titled
from ogpld.wording import gettext as _

SCALES = ("share", "number")
#: Bars that a page describes in words beside its table; a picture has them all.
_DESCRIBED = 40
#: Pixels of what stands around the bars in a frame.
_AROUND = 320


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of the table below a chart: what it is of, its page, its numbers, and lists of these."""

    label: str
    href: str
    total: int
    numbers: tuple[int, ...]
    lists: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChartPage:
    """A chart as it is asked for.

    Attributes:
        chart: the chart.
        serving: the release it is of.
        filters: what it is narrowed to, by parameter.
        scale: `share` or `number`.
    """

    chart: Chart
    serving: OpenRelease
    filters: Mapping[str, str]
    scale: str

    @cached_property
    def rows(self) -> ChartRows:
        """What is counted."""
        return chart_rows(self.chart, self.serving.statistics, self.filters)

    @property
    def title(self) -> str:
        """What it shows."""
        narrowed = words_of(self.filters.items(), self.serving.statistics)
        title = title_of(self.chart)
        return titled(title, narrowed) if narrowed else title

    @property
    def parameters(self) -> str:
        """What stands behind the path of its address, "" for nothing."""
        values = {**self.filters, **({"scale": self.scale} if self.scale != SCALES[0] else {})}
        return f"?{urlencode(values)}" if values else ""

    @property
    def path(self) -> str:
        """The path of its address in the release it is asked of."""
        return f"{self.serving.path_prefix}/chart/{self.chart.name}"

    @property
    def permanent_path(self) -> str:
        """The path under which this release keeps it."""
        return f"{self.serving.as_past.path_prefix}/chart/{self.chart.name}"

    @property
    def base(self) -> str:
        """Where the site is, without a slash at the end."""
        return self.serving.iris.base.rstrip("/")

    @property
    def query(self) -> str:
        """The SPARQL query that answers with its rows."""
        statistics = self.serving.statistics
        with english():  # as the answer is
            return chart_query(
                self.chart, self.title, statistics.measures, self.filters, self.serving.iris
            )

    @property
    def named_parameters(self) -> str:
        """What stands behind the path of a picture or frame of it that is in the language of the page."""
        if language() == DEFAULT:
            return self.parameters
        return f"{self.parameters}{'&' if self.parameters else '?'}lang={language()}"

    @property
    def endpoint(self) -> str:
        """The path of the query form."""
        return self.serving.iris.endpoint

    @property
    def grades(self) -> tuple[GradeName, ...]:
        """What its legend explains; what is unknown is there only where there is some."""
        return self.rows.grades if self.rows.total.unknown else self.rows.grades[:-1]

    @property
    def notes(self) -> list[str]:
        """What has to be known to read it."""
        statistics, total = self.serving.statistics, self.rows.total
        notes = [
            _("Bars have one length and show shares; the number of commitments stands above each.")
            if self.scale == "share"
            else _("Bars are as long as the numbers of commitments.")
        ]
        if total.total and self.chart.measure != "coverage":
            notes.append(_of_unknown(total))
        if set(total.phases) >= {"mid-term", "end-of-term"}:
            notes.append(
                _(
                    "%(end)s were assessed at the end of the term;"
                    " of %(middle)s the assessment at mid-term is the latest.",
                    end=number(total.phases["end-of-term"]),
                    middle=number(total.phases["mid-term"]),
                )
            )
        notes += self._of_no_region
        if self.chart.by == "policy-area":
            notes.append(_("A commitment counts in each of its policy areas."))
        member = self.filters.get("member", "")
        iris = [statistics.members[member].iri] if member in statistics.members else []
        return [*notes, *of_list(self.serving, "Commitment", {"": iris})]

    @property
    def _of_no_region(self) -> list[str]:
        """What is left out of a region that it is narrowed to."""
        if "region" not in self.filters or "member" in self.filters:
            return []
        cycle = int(self.filters["cycle"]) if "cycle" in self.filters else None
        return of_no_region(self.serving.statistics, self.filters.get("policy-area"), cycle)

    @property
    def fields(self) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
        """What its form asks for: parameter, label, value and options."""
        return [
            (name, _(name.replace("-", " ").capitalize()), self.filters.get(name, ""), options)
            for name in self.chart.filters
            if (options := options_of(name, self.serving))
        ]

    @property
    def svg(self) -> Markup:
        """The bars, for a page."""
        bars = bars_of(self.rows)
        drawing = draw(bars, "chart", share=self.scale == "share")
        # every text in it is escaped where it is drawn
        return Markup(inline(drawing, "chart", self.title, description(bars, _DESCRIBED)))  # noqa: S704

    @property
    def embed_height(self) -> int:
        """Pixels that a frame of a usual width needs for it."""
        return draw(bars_of(self.rows), "chart").height + _AROUND

    @property
    def caption(self) -> Caption:
        """What a picture of it says of itself."""
        release, settings = self.serving.release, self.serving.settings
        licence = licence_of(self.serving.licence)
        source = settings.title
        if settings.publisher_name:
            source += f", {settings.publisher_name}"
        return Caption(
            title=self.title,
            about=" ".join([_(self.chart.about), *self.notes[:2], *self._of_no_region]),
            source=source,
            release=release.id,
            date=release.manifest.created[:10],
            licence=licence.title or licence.page,
            address=f"{self.base}{self.permanent_path}{self.parameters}",
        )

    def picture(self, *, dark: bool = True) -> Picture:
        """Return the chart as an SVG picture of its own."""
        bars = bars_of(self.rows)
        drawing = draw(bars, "chart", share=self.scale == "share")
        return standalone(drawing, self.grades, self.caption, description(bars), dark=dark)

    def painted(self) -> bytes:
        """Return the chart as a PNG picture.

        Raises:
            PaintingError: when it cannot be painted now.
        """
        picture = self.picture(dark=False)
        return paint(picture.svg, WIDTH, picture.height)

    def table(self) -> list[TableRow]:
        """Return the rows of the table below it."""
        return [self._row(count) for count in self.rows.counts]

    @property
    def heading(self) -> str:
        """What its groups are, as the head of a column."""
        return GROUPS[self.chart.by].title

    def csv(self) -> bytes:
        """Return its rows as CSV, which are those of its query."""
        statistics = self.serving.statistics
        return as_csv(csv_rows(self.rows, statistics, self.serving.iris.base))

    def _row(self, count: GroupCount) -> TableRow:
        numbers = [count.grades.get(grade.key, 0) for grade in self.rows.grades[:-1]]
        if self.rows.total.unknown:
            numbers.append(count.unknown)
        latest = self.serving.statistics.measures[self.chart.measure].latest_key
        has_lists = latest and GROUPS[self.chart.by].facet
        lists = tuple(self._lists(count.key, latest)) if has_lists else ()
        return TableRow(count.label, self._href(count.key), count.total, tuple(numbers), lists)

    def _lists(self, key: str, latest: str) -> Iterator[str]:
        """Yield the addresses of the commitments of a group with each grade, and of those without one."""
        narrowed = {**self.filters, self.chart.by: key}
        values = [(GROUPS[name].facet, value) for name, value in narrowed.items()]
        for grade in self.rows.grades:
            query = urlencode([(latest, grade.code if grade.scale else UNKNOWN), *values])
            yield f"{self.serving.path_prefix}/doc/commitment?{query}"

    def _href(self, key: str) -> str:
        grouping, iris = GROUPS[self.chart.by], self.serving.iris
        statistics = self.serving.statistics
        if key.startswith("(") or (self.chart.by == "member" and key not in statistics.members):
            return ""
        if grouping.kind:
            iri = group_iri(self.chart.by, key, statistics, iris.base)
            return local_path(iri, iris) or ""
        return f"/code/{grouping.code_list}/{key}" if grouping.code_list else ""


def _of_unknown(total: GroupCount) -> str:
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


def gallery(charts: Sequence[Chart], measures: Mapping[str, str]) -> list[tuple[str, list[Chart]]]:
    """Return the charts under the names of their measures.

    Args:
        charts: the charts.
        measures: labels of measures by name.
    """
    groups: dict[str, list[Chart]] = {}
    for chart in charts:
        groups.setdefault(measures[chart.measure], []).append(chart)
    return list(groups.items())
