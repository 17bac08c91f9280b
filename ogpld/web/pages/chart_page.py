"""What the page of a chart shows: bars, a legend, notes on what is unknown, a table, and its other forms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from markupsafe import Markup

from ogpld.catalogue.licence import licence_of
from ogpld.charts.bars import Bar, description, draw, inline
from ogpld.charts.chart_list import Chart
from ogpld.charts.chart_query import chart_query
from ogpld.charts.chart_rows import (
    ChartRows,
    as_csv,
    bar_of,
    chart_rows,
    columns_of,
    csv_rows,
    group_iri,
    records_of,
)
from ogpld.charts.phase_words import at_end, beside_bar
from ogpld.charts.png import paint
from ogpld.charts.standalone import WIDTH, Caption, Picture, standalone
from ogpld.statistics import GROUPS, GradeName, GroupCount, Record
from ogpld.statistics.statistics import UNKNOWN
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.http.languages import DEFAULT
from ogpld.web.pages.chart_notes import chart_notes, of_unknown
from ogpld.web.pages.chart_parameters import options_of, words_of
from ogpld.web.pages.chart_words import title_of
from ogpld.web.pages.chosen_marks import chosen_groups, marked_label
from ogpld.web.pages.links import local_path
from ogpld.wording import english, language, titled
from ogpld.wording import gettext as _

SCALES = ("share", "number")
#: Bars that a page describes in words beside its table; a picture has them all.
_DESCRIBED = 40
#: Pixels of what stands around the bars in a frame.
_AROUND = 520


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of the table below a chart: what it is of, its page, its numbers, and lists of these.

    Attributes:
        at_end: how many of its grades are of the end of the term, None where that is not told apart.
    """

    label: str
    href: str
    total: int
    numbers: tuple[int, ...]
    lists: tuple[str, ...] = ()
    at_end: int | None = None


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

    @cached_property
    def records(self) -> tuple[Record, ...]:
        """The commitments that it counts."""
        return records_of(self.serving.statistics, self.filters)

    @cached_property
    def _groups(self) -> Mapping[str | None, Sequence[Record]]:
        return self.serving.statistics.grouped(self.chart.by, self.records)

    @cached_property
    def bars(self) -> tuple[Bar, ...]:
        """Its bars: groups that were mostly chosen are marked, and few bars say their phase."""
        rows, measure = self.rows, self.serving.statistics.measures[self.chart.measure]
        few = len(rows.counts) <= _DESCRIBED
        return tuple(
            bar_of(
                count,
                rows.grades,
                marked_label(count.label, chosen=count.key in self._chosen),
                beside_bar(measure, count) if few else "",
            )
            for count in rows.counts
        )

    @cached_property
    def _chosen(self) -> frozenset[str]:
        """Keys of the groups that were mostly chosen."""
        return chosen_groups(self.serving, self.chart.by, self.records)

    @property
    def notes(self) -> list[str]:
        """What has to be known to read it."""
        notes = chart_notes(
            self.serving,
            self.rows,
            self.records,
            self.filters,
            share=self.scale == "share",
            has_mark=bool(self._chosen),
        )
        return list(notes)

    @property
    def of_unknown(self) -> str:
        """How many are unknown, "" where that is not counted."""
        total = self.rows.total
        return of_unknown(total) if total.total and self.chart.measure != "coverage" else ""

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
        bars = self.bars
        drawing = draw(bars, "chart", share=self.scale == "share")
        # every text in it is escaped where it is drawn
        return Markup(inline(drawing, "chart", self.title, description(bars, _DESCRIBED)))  # noqa: S704

    @property
    def embed_height(self) -> int:
        """Pixels that a frame of a usual width needs for it."""
        return draw(self.bars, "chart").height + _AROUND

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
            about=_(self.chart.about),
            notes=tuple(self.notes),
            source=source,
            release=release.id,
            date=release.manifest.created[:10],
            licence=licence.title or licence.page,
            address=f"{self.base}{self.permanent_path}{self.parameters}",
        )

    def picture(self, *, dark: bool = True) -> Picture:
        """Return the chart as an SVG picture of its own."""
        bars = self.bars
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
        rows = csv_rows(self.rows, statistics, self.serving.iris.base)
        return as_csv(rows, columns_of(self.chart, statistics))

    def _row(self, count: GroupCount) -> TableRow:
        numbers = [count.grades.get(grade.key, 0) for grade in self.rows.grades[:-1]]
        if self.rows.total.unknown:
            numbers.append(count.unknown)
        measure = self.serving.statistics.measures[self.chart.measure]
        latest = measure.latest_key
        has_lists = latest and GROUPS[self.chart.by].facet
        lists = tuple(self._lists(count.key, latest)) if has_lists else ()
        label = marked_label(count.label, chosen=count.key in self._chosen)
        href = self._href(count.key)
        return TableRow(label, href, count.total, tuple(numbers), lists, at_end(measure, count))

    def _lists(self, key: str, latest: str) -> Iterator[str]:
        """Yield the addresses of the commitments of a group with each grade, and of those without one.

        A list knows the latest grade of a commitment, not that of each of its plans: where it would be of
        another length than the number says, "" stands.
        """
        statistics = self.serving.statistics
        group = self._groups.get(None if key == UNKNOWN else key, ())
        counted, listed = (
            Counter(
                own.key if (own := record.grade(self.chart.measure)) else "" for record in records
            )
            for records in (group, [statistics.by_key[record.key] for record in group])
        )
        narrowed = {**self.filters, self.chart.by: key}
        values = [(GROUPS[name].facet, value) for name, value in narrowed.items()]
        for grade in self.rows.grades:
            query = urlencode([(latest, grade.code if grade.scale else UNKNOWN), *values])
            key_of = grade.key if grade.scale else ""
            address = f"{self.serving.path_prefix}/doc/commitment?{query}"
            yield address if counted[key_of] == listed[key_of] else ""

    def _href(self, key: str) -> str:
        grouping, iris = GROUPS[self.chart.by], self.serving.iris
        statistics = self.serving.statistics
        if key.startswith("(") or (self.chart.by == "member" and key not in statistics.members):
            return ""
        if grouping.kind:
            iri = group_iri(self.chart.by, key, statistics, iris.base)
            return local_path(iri, iris) or ""
        return f"/code/{grouping.code_list}/{key}" if grouping.code_list else ""


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
