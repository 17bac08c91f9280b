"""What `/compare` shows: the same bars for several members, their regions and all, on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode

from markupsafe import Markup

from ogpld.charts.bars import Bar, description, draw, inline
from ogpld.charts.chart_rows import as_csv, bar_of
from ogpld.charts.compare_query import ALL, COLUMNS, REGION, compare_query
from ogpld.charts.phase_words import beside_bar
from ogpld.rdf import CODE
from ogpld.statistics import GradeName, GroupCount, Measure, Record
from ogpld.web.current.commitment_sources import commitment_sources, of_readings
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.release_coverage import CoverageSentence, of_list
from ogpld.web.pages.chart_parameters import options_of
from ogpld.web.pages.chosen_marks import chosen_groups, marked_label, of_mark
from ogpld.web.pages.links import local_path
from ogpld.web.pages.region_notes import of_no_region
from ogpld.wording import english, number, titled
from ogpld.wording import gettext as _

#: Sides whose numbers are in the words of a picture, beside the table below it.
_DESCRIBED = 5
#: Members that can be compared at once, and sides whose cycles are drawn; the others have a link to them.
MOST = 8


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison.

    Attributes:
        name: key of a member, `region/…` or `all`.
        label: its name.
        href: its page, "" for none.
        records: its commitments.
    """

    name: str
    label: str
    href: str
    records: tuple[Record, ...]

    @property
    def filters(self) -> dict[str, str]:
        """What narrows a chart to it."""
        if self.name == ALL:
            return {}
        group, _, key = self.name.rpartition("/")
        return {group or "member": key}


@dataclass(frozen=True, slots=True)
class Panel:
    """One measure for all sides.

    Attributes:
        measure: the measure.
        grades: the grades that occur, what stands for an unknown one last where there is some.
        svg: the bars.
        rows: sides with their total and the number of each grade.
    """

    measure: Measure
    grades: tuple[GradeName, ...]
    svg: Markup
    rows: tuple[tuple[Side, int, tuple[int, ...]], ...]


@dataclass(frozen=True)
class ComparePage:
    """A comparison as it is asked for.

    Attributes:
        serving: the release.
        members: keys of the members, in the order in which they were given.
        policy_area: notation of the policy area it is narrowed to, "" for none.
        against: what they are held against.
        typed: what the fields for members say where that names none.
    """

    serving: OpenRelease
    members: tuple[str, ...]
    policy_area: str
    against: tuple[str, ...]
    typed: tuple[str, ...] = ()

    @cached_property
    def sides(self) -> tuple[Side, ...]:
        """The members, then their regions, then all."""
        statistics = self.serving.statistics
        area = self.policy_area or None
        sides = []
        for key in self.members:
            member = statistics.members[key]
            records = statistics.of(member=key, policy_area=area)
            href = local_path(member.iri, self.serving.iris) or ""
            sides.append(Side(key, member.name, href, records))
        if "region" in self.against:
            regions = dict.fromkeys(statistics.members[key].region for key in self.members)
            sides += [
                Side(
                    f"{REGION}{region}",
                    _("Members in %(region)s", region=statistics.label("region", region)),
                    f"/code/region/{region}",
                    statistics.of(region=region, policy_area=area),
                )
                for region in regions
                if region
            ]
        if "all" in self.against:
            sides.append(
                Side(ALL, _("All members"), "/doc/member", statistics.of(policy_area=area))
            )
        return tuple(sides)

    @property
    def of_no_region(self) -> list[str]:
        """What is in no region, where members are held against theirs."""
        if not any(side.name.startswith(REGION) for side in self.sides):
            return []
        return of_no_region(self.serving.statistics, self.policy_area or None)

    @property
    def without_region(self) -> str:
        """The members that are to be held against their regions and have none in the data, "" for none."""
        members = self.serving.statistics.members
        wanted = self.members if "region" in self.against else ()
        return _listed([members[key].name for key in wanted if not members[key].region])

    @property
    def title(self) -> str:
        """Who is compared, and in what."""
        if not self.members:
            return _("Compare members")
        count, area = len(self.members), self._area_label
        sides = _listed([side.label for side in self.sides[:count]])
        title = _("%(members)s compared", members=sides)
        if others := [side.label[:1].lower() + side.label[1:] for side in self.sides[count:]]:
            title = _("%(sides)s with %(others)s", sides=title, others=_listed(others))
        return title + (f": {area}" if area else "")

    @property
    def summary(self) -> str:
        """What search engines and previews say of the page."""
        parts = [
            _(
                "%(side)s: %(complete)s of %(whole)s complete, %(unknown)s unknown",
                side=side.label,
                complete=number(count.grades.get("completion/complete", 0)),
                whole=number(count.total),
                unknown=number(count.unknown),
            )
            for measure, counts in self.counts
            if measure.name == "completion"
            for side, count in zip(self.sides, counts, strict=True)
        ]
        return (
            _("Completion, ambition, relevance and results of OGP commitments side by side.")
            + " "
            + _("; ").join(parts)
        ).strip()

    @property
    def _area_label(self) -> str:
        if not self.policy_area:
            return ""
        return self.serving.statistics.label("policy-area", self.policy_area)

    @property
    def parameters(self) -> str:
        """What stands behind the path of its address, "" for nothing."""
        pairs = [
            *(("member", key) for key in self.members),
            *([("policy-area", self.policy_area)] if self.policy_area else []),
            *(("against", name) for name in self.against),
        ]
        return f"?{urlencode(pairs)}" if pairs else ""

    @cached_property
    def counts(self) -> tuple[tuple[Measure, tuple[GroupCount, ...]], ...]:
        """The measures, each with the count of every side."""
        statistics = self.serving.statistics
        return tuple(
            (measure, tuple(statistics.total(measure.name, side.records) for side in self.sides))
            for measure in statistics.measures.values()
        )

    @cached_property
    def panels(self) -> tuple[Panel, ...]:
        """The measures, each with all sides."""
        return tuple(self._panel(measure, counts) for measure, counts in self.counts)

    @cached_property
    def cycles(self) -> tuple[tuple[Side, Markup], ...]:
        """Completion by cycle of the first sides, on one scale."""
        statistics = self.serving.statistics
        measure = statistics.measures["completion"]
        drawn = []
        for place, side in enumerate(self.sides[:MOST]):
            grades = (*measure.grades, measure.unknown)
            counts = statistics.count("completion", "cycle", side.records)
            chosen = chosen_groups(self.serving, "cycle", side.records)
            bars = [
                bar_of(
                    count,
                    grades,
                    marked_label(count.label, chosen=count.key in chosen),
                    beside_bar(measure, count),
                )
                for count in counts
            ]
            title = _("Completion by cycle: %(side)s", side=side.label)
            words = _(
                "%(number)s cycles; the linked chart has the numbers of each as a table.",
                number=len(bars),
            )
            drawn.append((side, _svg(bars, f"cycles{place}", title, words)))
        return tuple(drawn)

    def cycle_href(self, side: Side) -> str:
        """Return the address of the chart of completion by cycle of a side."""
        filters = {
            **side.filters,
            **({"policy-area": self.policy_area} if self.policy_area else {}),
        }
        return "/chart/completion-by-cycle" + (f"?{urlencode(filters)}" if filters else "")

    @property
    def cycle_grades(self) -> tuple[GradeName, ...]:
        """What the legend of completion by cycle explains."""
        return next(p.grades for p in self.panels if p.measure.name == "completion")

    @cached_property
    def coverage(self) -> list[str]:
        """What is held of each member, in sentences."""
        statistics = self.serving.statistics
        return [
            sentence.behind(statistics.members[key].name)
            if not sentence.startswith(statistics.members[key].name)
            else sentence
            for key in self.members
            for sentence in of_list(self.serving, "Commitment", {"": [statistics.members[key].iri]})
        ]

    @property
    def proposals(self) -> list[str]:
        """Names of members that a form proposes."""
        return [label for _, label in options_of("member", self.serving)]

    @property
    def areas(self) -> list[tuple[str, str]]:
        """Policy areas that a form proposes."""
        return options_of("policy-area", self.serving)

    @property
    def fields(self) -> list[str]:
        """What stands in the fields for members: names, then empty ones."""
        labels = [
            *(self.serving.statistics.members[key].name for key in self.members),
            *self.typed[:MOST],
        ]
        return [*labels, *[""] * (1 if len(labels) == MOST - 1 else 2)][:MOST]

    def csv(self) -> bytes:
        """Return all numbers as CSV: the rows of its query, in its order."""
        rows = []
        for measure, counts in self.counts:
            for side, count in zip(self.sides, counts, strict=True):
                numbers = [
                    (
                        "" if grade.scale == "coverage" else CODE(grade.key).value,
                        grade.label,
                        times,
                    )
                    for grade in measure.grades
                    if (times := count.grades.get(grade.key))
                ]
                if count.unknown:
                    numbers.append(("", measure.unknown.label, count.unknown))
                numbers.sort(key=lambda row: (row[1], row[0]))
                rows += [(*self._who(side), measure.name, *row[:2], str(row[2])) for row in numbers]
        return as_csv(rows, COLUMNS)

    @property
    def query(self) -> str:
        """The SPARQL query that answers with its numbers."""
        with english():  # as the answer is
            page = replace(self)
            return compare_query(
                page.title,
                [(side.name, side.label) for side in page.sides],
                self.policy_area,
                self.serving.statistics.measures,
                self.serving.iris,
            )

    @property
    def endpoint(self) -> str:
        """The path of the query form."""
        return self.serving.iris.endpoint

    @cached_property
    def _chosen(self) -> frozenset[str]:
        """Names of the sides that were mostly chosen from more."""
        sources = commitment_sources(self.serving)
        return frozenset(side.name for side in self.sides if sources.mostly_chosen(side.records))

    def marked(self, side: Side) -> str:
        """Return the label of a side, with a mark where it was mostly chosen."""
        return marked_label(side.label, chosen=side.name in self._chosen)

    @property
    def of_mark(self) -> list[str]:
        """What the mark of sides means, none where no side has it."""
        return of_mark(self.serving, used=bool(self._chosen))

    @property
    def of_cycle_mark(self) -> list[str]:
        """The same of the bars of cycles."""
        has_mark = any(
            chosen_groups(self.serving, "cycle", side.records) for side in self.sides[:MOST]
        )
        return of_mark(self.serving, used=has_mark)

    @property
    def of_readings(self) -> list[CoverageSentence]:
        """The sources of what is compared, and when each was read."""
        return of_readings(self.serving, (r for side in self.sides for r in side.records))

    def _who(self, side: Side) -> tuple[str, str]:
        statistics = self.serving.statistics
        if side.name in statistics.members:
            return statistics.members[side.name].iri, side.label
        return (CODE(side.name).value if "/" in side.name else side.name), side.label

    def _panel(self, measure: Measure, counts: Sequence[GroupCount]) -> Panel:
        occurring = [
            grade for grade in measure.grades if any(c.grades.get(grade.key) for c in counts)
        ]
        grades = (*occurring, measure.unknown)
        bars = [
            bar_of(count, grades, self.marked(side), beside_bar(measure, count))
            for side, count in zip(self.sides, counts, strict=True)
        ]
        has_unknown = any(count.unknown for count in counts)
        rows = [
            (
                side,
                count.total,
                (
                    *(count.grades.get(grade.key, 0) for grade in occurring),
                    *((count.unknown,) if has_unknown else ()),
                ),
            )
            for side, count in zip(self.sides, counts, strict=True)
        ]
        words = description(bars, _DESCRIBED)
        svg = _svg(bars, f"panel-{measure.name}", titled(_(measure.label), self.title), words)
        return Panel(measure, grades if has_unknown else grades[:-1], svg, tuple(rows))


def _listed(names: Sequence[str]) -> str:
    return _(" and ").join([", ".join(names[:-1]), names[-1]] if names[1:] else names)


def _svg(bars: Sequence[Bar], name: str, title: str, words: str) -> Markup:
    # every text in it is escaped where it is drawn
    return Markup(inline(draw(bars, name), name, title, words))  # noqa: S704
