"""Which sources commitments were read from, and when, and which were chosen from more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ogpld.catalogue.coverage import SourceText
from ogpld.language_tags import DEFAULT
from ogpld.statistics import Record
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.release_coverage import CoverageSentence
from ogpld.wording import day, language
from ogpld.wording import gettext as _


@dataclass(frozen=True, slots=True)
class CommitmentSources:
    """Where the commitments of a release are from.

    Attributes:
        sources: names of the sources that state each, by its key.
        chosen: keys of those that stand only in what was selected from more, as coverage counts them.
    """

    sources: Mapping[str, tuple[str, ...]]
    chosen: frozenset[str]

    def mostly_chosen(self, records: Iterable[Record]) -> bool:
        """Say whether more than half of some commitments were chosen: no shares are to be made of these."""
        keys = [record.key for record in records]
        return 2 * sum(key in self.chosen for key in keys) > len(keys)


def commitment_sources(serving: OpenRelease) -> CommitmentSources:
    """Return where the commitments of a release are from, kept while there is room."""

    def read() -> CommitmentSources:
        selected = {
            row["graph"] for row in serving.select("graph-selections") if "selection" in row
        }
        sources: dict[str, tuple[str, ...]] = {}
        chosen = set()
        once: dict[tuple[str, ...], tuple[str, ...]] = {}
        for row in serving.select("commitment-graphs"):
            graphs = set(row["typed"].split()) & set(row["graphs"].split())
            key = row["commitment"].rpartition("/")[2]
            names = tuple(sorted({_source_of(graph) for graph in graphs}))
            sources[key] = once.setdefault(names, names)
            if graphs and graphs <= selected:
                chosen.add(key)
        return CommitmentSources(sources, frozenset(chosen))

    return serving.cached("commitment-sources", read)


def of_readings(serving: OpenRelease, records: Iterable[Record]) -> list[CoverageSentence]:
    """Return the sentence as of when some commitments are: their sources, by how many each states.

    A source has its edition in its title, if any; the day is the one on which it was read.
    """
    sources = commitment_sources(serving).sources
    numbers = Counter(name for record in records for name in sources.get(record.key, ()))
    described = serving.release.manifest.sources if numbers else {}
    titles, parts = [], []
    for name, _number in sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0])):
        about = described.get(name, {})
        if "title" not in about:
            continue
        titles.append(SourceText(about["title"], DEFAULT))
        read = about.get("retrieved", "")
        parts.append(
            _("%(source)s (read %(date)s)", source=about["title"], date=day(read))
            if read
            else about["title"]
        )
    if not parts:
        return []
    sentence = CoverageSentence(_("As of: %(sources)s.", sources=_("; ").join(parts)))
    sentence.source_texts = tuple(titles) if language() != DEFAULT else ()
    return [sentence]


def _source_of(graph: str) -> str:
    """Return the name of the source of a graph, `explorer` for `…/graph/explorer/EST01`."""
    return graph.partition("/graph/")[2].partition("/")[0]
