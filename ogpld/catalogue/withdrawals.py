"""The data sets and named graphs that a release took away, as its log and its patch tell them.

The catalogue lists what there is: a portal would import again what it named beside. What a release took away
stands in the description of the release, and at the address of what went.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ogpld.catalogue.datasets import member_title
from ogpld.dumps.dump_index import dataset_name
from ogpld.rdf import NS, PROV, RDF, RDFS, Literal, parse_quads, term_text
from ogpld.release import Difference, Release, ReleaseStore
from ogpld.release.blocks import subject_of
from ogpld.release.changes import DELETE
from ogpld.release.difference import between
from ogpld.release.history import History, things_at
from ogpld.release.patch import read_patch
from ogpld.release.release_store import PATCH

_MEMBER, _LABEL = NS("member"), RDFS("label")
#: What stands behind the name of a graph in the line that says that there is one.
_ENTITY = f"{RDF('type')} {PROV('Entity')} "


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A data set or a named graph that a release took away.

    Attributes:
        path: of its page: `/dataset/est`, `/graph/estonia/EST03`.
        label: what it was called, in English.
        release: the release that took it away.
        last: the release before, which had it.
    """

    path: str
    label: str
    release: Release
    last: Release

    @property
    def iri(self) -> str:
        """Its IRI, under the base of the release that had it."""
        return f"{self.last.manifest.base_iri}{self.path.removeprefix('/')}"


def withdrawals(
    release_store: ReleaseStore, history: History, release: Release, segment: str
) -> list[Withdrawal]:
    """Return what a release took away since the release with the number before, by path.

    Args:
        release_store: the releases.
        history: the change log, up to the release or further.
        release: the release.
        segment: the segment of action plans, without which a member has no data set.

    Raises:
        ReleaseError: when log, patches or data on the way cannot be read.
    """
    last = history.before(release)
    if last is None:
        return []
    labels = _graphs(release_store, last, release)
    labels |= _datasets(release_store, history, last, release, segment)
    return [Withdrawal(path, label, release, last) for path, label in sorted(labels.items())]


def _graphs(release_store: ReleaseStore, last: Release, release: Release) -> dict[str, str]:
    """Return the paths and labels of the graphs that went."""
    if release.manifest.previous == last.id:
        difference = read_patch(release.path / PATCH)
    else:
        difference = between(release_store, last, release)
    base = f"{last.manifest.base_iri}graph/"
    names = _graph_names(difference.gone, base)
    names -= _graph_names(difference.added, f"{release.manifest.base_iri}graph/")
    labels = _labels(difference, {f"{base}{name}" for name in names})
    return {f"/graph/{name}": labels.get(f"{base}{name}", name) for name in names}


def _graph_names(lines: Iterable[bytes], base: str) -> set[str]:
    pattern = re.compile(f"<{re.escape(base)}([^>]+)> {re.escape(_ENTITY)}".encode())
    return {match[1].decode() for line in lines if (match := pattern.match(line))}


def _labels(difference: Difference, iris: set[str]) -> dict[str, str]:
    """Return the labels of subjects whose lines went."""
    subjects = {f"<{iri}>".encode() for iri in iris}
    mark = f" {_LABEL} ".encode()
    lines = (line for line in difference.gone if mark in line and subject_of(line) in subjects)
    quads = parse_quads(b"".join(lines), "nq")
    return {term_text(q.subject): term_text(q.object) for q in quads if q.predicate == _LABEL}


def _datasets(
    release_store: ReleaseStore, history: History, last: Release, release: Release, segment: str
) -> dict[str, str]:
    """Return the paths and titles of the data sets that went: of members that have no plan any more."""
    beginning = f"{last.manifest.base_iri}id/{segment}/"
    changes = history.changes.get(release.id, ())
    if not any(c.kind == DELETE and c.thing.startswith(beginning) for c in changes):
        return {}
    before, after = (
        _members(release_store, each, history.things_in(each, segment)) for each in (last, release)
    )
    went = {name: member for name, member in before.items() if name not in after}
    content = things_at(release_store, last, went.values())
    labels = {
        term_text(quad.subject): term_text(quad.object)
        for quads in content.values()
        for quad in quads
        if quad.predicate == _LABEL
        and isinstance(quad.object, Literal)
        and quad.object.language == "en"
    }
    return {
        f"/dataset/{name}": member_title(labels.get(member, name)) for name, member in went.items()
    }


def _members(
    release_store: ReleaseStore, release: Release, plans: Iterable[str]
) -> Mapping[str, str]:
    """Return the members that have plans in a release, by the names of their data sets."""
    content = things_at(release_store, release, plans)
    members = {
        term_text(quad.object)
        for plan, quads in content.items()
        for quad in quads
        if quad.predicate == _MEMBER and term_text(quad.subject) == plan
    }
    return {dataset_name(member): member for member in members}
