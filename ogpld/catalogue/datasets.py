"""The facts about the datasets of a release: what DCAT, schema.org, Croissant and pages all say.

One dataset overall, one per member that has plans, one of the code lists. What they cover is asked of
the release in service; when they changed and which files there are, the newest complete dumps say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ogpld.catalogue.authority import authorities, authority
from ogpld.catalogue.coverage import Coverage, MemberCoverage
from ogpld.dumps.dump_index import CODES, WHOLE, DumpFile, DumpIndex, dataset_name
from ogpld.iris import Iris
from ogpld.release import Manifest
from ogpld.wording import quantity

Row = Mapping[str, str]

#: The EU's continent in a region of the OGP: for members whose country the EU's list does not have.
_CONTINENTS = {"region/europe": "EUROPE", "region/americas": "AMERICA"}

#: What a manifest says of a source, in the order of `SourceFacts`.
_FIELDS = ("title", "publisher", "licence", "retrieved")
#: Names of countries that have an article in a sentence: the Netherlands, the Kyrgyz Republic.
_ARTICLE = re.compile(
    r"^(United |Netherlands$|Philippines$|Gambia$|Bahamas$|Maldives$|Seychelles$|Comoros$|Marshall )"
    r"|( Republic| Islands| Federation| Emirates)$"
)
_KEYWORDS = ("open government", "Open Government Partnership", "action plan", "commitment")


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """A source a dataset is made from; `licence` is an address, or what is known in words."""

    name: str
    title: str
    publisher: str
    licence: str
    retrieved: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """What is known of a dataset.

    Attributes:
        name: last part of its address, `/dataset/{name}`.
        iri: its IRI.
        title: English title.
        description: English description, 50 characters at least.
        licence: address of the licence under which it is published.
        keywords: English keywords.
        about: IRI of the member it is about, "" for others.
        place: name of that member, "" for others.
        spatial: URIs of the EU's lists of countries or continents, or IRIs of territories of ours.
        places: addresses that mean the same places elsewhere (Wikidata, GeoNames).
        start: first day or year of the periods it covers, "" where none is known.
        end: last day or year.
        issued: time of the release that first had it, "" where that is not known.
        modified: time of the release that last changed it, "" where that is not known.
        version: number of the release whose files are listed, "" for parts of the whole.
        sources: what it is made from.
        files: its dumps, none while there are no complete ones.
        codes: whether it is the code lists.
    """

    name: str
    iri: str
    title: str
    description: str
    licence: str
    keywords: tuple[str, ...]
    about: str = ""
    place: str = ""
    spatial: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    start: str = ""
    end: str = ""
    issued: str = ""
    modified: str = ""
    version: str = ""
    sources: tuple[SourceFacts, ...] = ()
    files: tuple[DumpFile, ...] = ()
    codes: bool = False

    @property
    def path(self) -> str:
        """Address of its page."""
        return f"/dataset/{self.name}"


@dataclass(frozen=True, slots=True)
class DatasetFacts:
    """The datasets of a release.

    Attributes:
        base: base IRI of the release.
        manifest: of the release in service.
        dumps: id of the release whose dumps are listed, "" for none.
        datasets: the whole first, then members by name, then the code lists.
    """

    base: str
    manifest: Manifest
    dumps: str
    datasets: tuple[Dataset, ...]

    def named(self, name: str) -> Dataset | None:
        """Return a dataset by name."""
        return next((dataset for dataset in self.datasets if dataset.name == name), None)

    @property
    def whole(self) -> Dataset:
        """The dataset overall."""
        return self.datasets[0]


@dataclass(frozen=True, slots=True)
class ReleaseInfo:
    """What is known of a release besides what its data says.

    Attributes:
        manifest: its manifest.
        first: time of the first release there ever was.
        licence: address of the licence of the data.
        title: title of the whole dataset.
        index: the list of the newest complete dumps, None when there are none.
    """

    manifest: Manifest
    first: str
    licence: str
    title: str
    index: DumpIndex | None = None


def read_facts(
    info: ReleaseInfo,
    plans: Iterable[Row],
    graphs: Iterable[Row],
    coverage: Coverage,
    assessments: tuple[int, int],
) -> DatasetFacts:
    """Return the facts about a release's datasets.

    Args:
        info: what is known besides.
        plans: rows of the query `dataset-plans`.
        graphs: rows of the query `dataset-sources`.
        coverage: what the release holds of members and plans.
        assessments: how many have a value, and how many say why there is none.
    """
    iris = Iris(info.manifest.base_iri)
    by_member: dict[str, list[Row]] = {}
    for row in plans:
        by_member.setdefault(row["member"], []).append(row)
    sources = _sources_by_member(info.manifest, graphs, iris)
    members = [
        _member(info, iris, rows, sources.get(member, ()), coverage.members[member])
        for member, rows in by_member.items()
    ]
    members.sort(key=lambda dataset: dataset.name)
    whole = _whole(info, iris, members, coverage, assessments)
    datasets = (whole, *members, _codes(info, iris, whole))
    return DatasetFacts(
        iris.base, info.manifest, info.index.release if info.index else "", datasets
    )


def _sources_by_member(
    manifest: Manifest, graphs: Iterable[Row], iris: Iris
) -> dict[str, tuple[SourceFacts, ...]]:
    names: dict[str, set[str]] = {}
    for row in graphs:
        for graph in row["graphs"].split():
            source = graph.removeprefix(iris.graph("").value).partition("/")[0]
            if source in manifest.sources:
                names.setdefault(row["member"], set()).add(source)
    return {member: _sources(manifest, source_names) for member, source_names in names.items()}


def _sources(manifest: Manifest, names: Iterable[str]) -> tuple[SourceFacts, ...]:
    return tuple(
        SourceFacts(
            name,
            *(manifest.sources[name].get(key, "") for key in _FIELDS),
        )
        for name in sorted(names)
    )


def _period(rows: Iterable[Row]) -> tuple[str, str]:
    """Return first and last day; where a plan has no such day, the year it was submitted in."""
    starts = [row.get("first") or row["cycle"] for row in rows]
    ends = [row["last"] for row in rows if row.get("last")]
    return min(starts, default=""), max(ends or [row["cycle"] for row in rows], default="")


def _in_sentence(label: str) -> str:
    """Return the name of a member as it stands in a sentence."""
    return f"the {label}" if _ARTICLE.search(label) else label


def member_title(label: str) -> str:
    """Return the title of the data set of a member, by the name of the member."""
    return f"Open government in {_in_sentence(label)}: action plans, commitments and assessments"


def _member(
    info: ReleaseInfo,
    iris: Iris,
    rows: Sequence[Row],
    sources: tuple[SourceFacts, ...],
    coverage: MemberCoverage,
) -> Dataset:
    member = rows[0]["member"]
    name = dataset_name(member)
    label = rows[0]["label"]
    country = _in_sentence(label)
    number = len({row["plan"] for row in rows})
    places = {row["place"] for row in rows if row.get("place")}
    eu_places = sorted(places & authorities().keys())
    start, end = _period(rows)
    return _dated(
        Dataset(
            name=name,
            iri=f"{iris.base}dataset/{name}",
            title=member_title(label),
            description=(
                f"What {country} promised as a member of the Open Government Partnership: "
                f"{quantity(number, 'action plan')} with commitments, milestones, "
                "reports and how they were assessed, as far as the sources named here go: "
                f"{coverage}."
            ),
            licence=info.licence,
            keywords=(*_KEYWORDS, label),
            about=member,
            place=label,
            spatial=tuple(eu_places) or (_continent(rows) or f"{member}#territory",),
            places=tuple(sorted(p for p in places if p not in authorities())),
            start=start,
            end=end,
            sources=sources,
        ),
        info,
    )


def _continent(rows: Sequence[Row]) -> str:
    """Return the URI of the continent a member lies in, "" where its region does not tell."""
    for row in rows:
        for region, code in _CONTINENTS.items():
            if row.get("region", "").endswith(f"/{region}"):
                return authority("continent", code)
    return ""


def _whole(
    info: ReleaseInfo,
    iris: Iris,
    members: Sequence[Dataset],
    coverage: Coverage,
    assessments: tuple[int, int],
) -> Dataset:
    def number(name: str, noun: str) -> str:
        return quantity(info.manifest.classes.get(name, 0), noun)

    valued, without = assessments

    return _dated(
        Dataset(
            name=WHOLE,
            iri=f"{iris.base}dataset/{WHOLE}",
            title=info.title,
            description=(
                f"{number('ActionPlan', 'action plan')} of {quantity(len(members), 'member')} of the "
                f"Open Government Partnership with {number('Commitment', 'commitment')}, "
                f"{number('Milestone', 'milestone')}, {number('Report', 'report')} "
                f"and {quantity(valued, 'assessment')}, besides {quantity(without, 'place')} where a source "
                "says why there is none. It covers what its sources cover: "
                f"{coverage}."
            ),
            licence=info.licence,
            keywords=_KEYWORDS,
            spatial=tuple(sorted({place for dataset in members for place in dataset.spatial})),
            start=min((dataset.start for dataset in members if dataset.start), default=""),
            end=max((dataset.end for dataset in members if dataset.end), default=""),
            sources=_sources(info.manifest, info.manifest.sources),
        ),
        info,
    )


def _codes(info: ReleaseInfo, iris: Iris, whole: Dataset) -> Dataset:
    return _dated(
        Dataset(
            name=CODES,
            iri=f"{iris.base}dataset/{CODES}",
            title="Code lists of open government commitments and assessments",
            description=(
                "The code lists of the data as SKOS: policy areas, indicators with the scales "
                "and the cycles they were used in, report types, kinds of members and bodies."
            ),
            licence=info.licence,
            keywords=(*_KEYWORDS[:2], "code list", "indicator", "policy area"),
            spatial=whole.spatial,
            start=whole.start,
            end=whole.end,
            codes=True,
        ),
        info,
    )


def _dated(dataset: Dataset, info: ReleaseInfo) -> Dataset:
    """Return a dataset with its dates and files, as the dumps tell them."""
    state = info.index.datasets.get(dataset.name) if info.index else None
    issued, modified = (state.issued, state.modified) if state else ("", "")
    version = ""
    if dataset.name == WHOLE:
        issued = info.first
        modified = modified or info.manifest.created
        version = info.index.release.partition("-")[0] if info.index else ""
    files = tuple(info.index.of(dataset.name)) if info.index else ()
    return replace(dataset, issued=issued, modified=modified, version=version, files=files)
