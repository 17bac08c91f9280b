"""What each release changed for one member or one policy area: for feeds with one entry a release."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from ogpld.errors import ReleaseError
from ogpld.model.facets import Facet
from ogpld.rdf import NS, RDF, Quad, term_text
from ogpld.release import Release, ReleaseStore
from ogpld.release.changes import Change
from ogpld.release.history import History, things_at
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.lists.list_index import class_of, column, facets

#: Property by which things belong to a part of the data, by the parameter that names the part.
BELONGING = {"member": NS("member").value, "policy-area": NS("policyArea").value}


def part_changes(
    serving: OpenRelease, history: History, parameter: str, iri: str
) -> list[tuple[Release, Sequence[Change]]]:
    """Return the releases that changed something of a member or policy area, oldest first, with what.

    Things belong to what their lists can be filtered by: a milestone to the member of its commitment. It
    is what the release in service says, and of a withdrawn thing what the release before its end said.

    Args:
        serving: the release in service.
        history: its change log.
        parameter: `member` or `policy-area`.
        iri: of the member or the code.

    Raises:
        ReleaseError: when what a withdrawn thing belonged to cannot be read any more.
    """
    by_list = _facets(serving, BELONGING[parameter])
    columns = [column(serving, name, facet) for name, facet in by_list.items()]
    columns.append(
        serving.cached(("former", parameter), lambda: _former(serving, history, by_list))
    )
    parts: list[tuple[Release, Sequence[Change]]] = []
    for release in history.releases:
        own = [
            change
            for change in history.changes.get(release.id, ())
            for thing in [history.present(change.thing)]
            if thing == iri or any(iri in values.get(thing, ()) for values in columns)
        ]
        if own:
            parts.append((release, own))
    return parts


def _facets(serving: OpenRelease, property_iri: str) -> Mapping[str, Facet]:
    """Return the facet of a property by the names of the lists that have it."""
    return {
        name: facet
        for name, frame in serving.frames.by_name.items()
        if frame.definition.segment
        for facet in facets(serving, name).values()
        if facet.definition.iri == property_iri
    }


def _former(
    serving: OpenRelease, history: History, by_list: Mapping[str, Facet]
) -> Mapping[str, tuple[str, ...]]:
    """Return the values of a facet that withdrawn things had in the release before their end, by thing.

    What was erased is in no release any more, and nothing is told of what it belonged to.

    Raises:
        ReleaseError: when that release cannot be read, or does not have the thing.
    """
    ended: dict[str, list[str]] = {}
    erased = {history.present(thing) for e in serving.erasures for thing in e.things}
    for thing in (thing for thing in history.withdrawn_things() if thing not in erased):
        version = history.withdrawn(thing)
        before = history.before(version.release) if version else None
        if version is None or before is None:
            raise ReleaseError(f"no release is left that has {thing}")
        ended.setdefault(before.id, []).append(version.change.thing)
    paths = {class_of(serving, name).iri: facet.paths for name, facet in by_list.items()}
    former: dict[str, tuple[str, ...]] = {}
    for release in history.releases:
        if release.id in ended:
            values = _values_at(serving.release_store, release, ended[release.id], paths)
            for thing, reached in values.items():
                former[history.present(thing)] = tuple(map(history.present, reached))
    return former


def _values_at(
    release_store: ReleaseStore,
    release: Release,
    things: Sequence[str],
    paths: Mapping[str, Sequence[tuple[str, ...]]],
) -> dict[str, tuple[str, ...]]:
    """Return what ways of properties led to in a release, by thing.

    Args:
        release_store: the releases.
        release: the one that is asked.
        things: where the ways begin.
        paths: the ways, by the class of the things that have them.

    Raises:
        ReleaseError: when the release cannot be read, or does not have one of the things.
    """
    content = dict(things_at(release_store, release, things))
    lacking = sorted(thing for thing in things if not content[thing])
    if lacking:
        raise ReleaseError(f"{release.id} does not have {lacking[0]}")
    ways = [
        (thing, path, {thing})
        for thing in things
        for kind in _objects(content, {thing}, RDF("type").value)
        for path in paths.get(kind, ())
    ]
    reached: dict[str, set[str]] = {}
    while ways:
        if unread := {node for *_, nodes in ways for node in nodes} - content.keys():
            content |= things_at(release_store, release, unread)
        ways = [(thing, path[1:], _objects(content, nodes, path[0])) for thing, path, nodes in ways]
        for thing, path, nodes in ways:
            if not path:
                reached.setdefault(thing, set()).update(nodes)
        ways = [way for way in ways if way[1]]
    return {thing: tuple(sorted(nodes)) for thing, nodes in reached.items()}


def _objects(
    content: Mapping[str, Sequence[Quad]], subjects: Collection[str], predicate: str
) -> set[str]:
    """Return the values that subjects have of a property; those of their parts are not their own."""
    return {
        term_text(quad.object)
        for subject in subjects
        for quad in content[subject]
        if quad.predicate.value == predicate and term_text(quad.subject) == subject
    }
