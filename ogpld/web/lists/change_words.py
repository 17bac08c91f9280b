"""What releases changed, in words: things counted by class, of which some share the path of their IRIs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from ogpld.errors import ReleaseError
from ogpld.model.schema import ClassDef
from ogpld.rdf import RDF, term_text
from ogpld.release import Release
from ogpld.release.changes import DELETE, Change
from ogpld.release.changes_in_words import in_words
from ogpld.release.history import History, things_at
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.lists.list_index import class_of, lists_of, thing_set

_TYPE = RDF("type")


def change_words(
    serving: OpenRelease,
    history: History,
    release: Release,
    changes: Sequence[Change],
    names: Iterable[str] = (),
) -> str:
    """Return what a release changed, counted by class.

    Args:
        serving: the release in service.
        history: the change log.
        release: the release that changed it.
        changes: what is told of its changes.
        names: the classes that are told, in their order; all with pages where there are none.
    """
    definitions = serving.model.classes
    wanted = tuple(names) or tuple(name for name, d in definitions.items() if d.segment)
    nouns = {name: definitions[name].label.lower() for name in wanted if name in definitions}
    classes = _first_classes(serving, history, changes) | classes_of_changes(
        serving, history, release, changes
    )
    return in_words(changes, classes, nouns)


def _first_classes(
    serving: OpenRelease, history: History, changes: Iterable[Change]
) -> dict[str, str]:
    """Return the first class of the path of each thing."""
    return {
        change.thing: definitions[0].name
        for change in changes
        if (definitions := _definitions(serving, history.present(change.thing)))
    }


def _definitions(serving: OpenRelease, thing: str) -> tuple[ClassDef, ...]:
    """Return the classes that share the path of a thing, none for what is no thing of ours."""
    if not serving.iris.is_thing(thing):
        return ()
    segment = thing.removeprefix(f"{serving.iris.base}id/").partition("/")[0]
    return serving.model.by_segment.get(segment, ())


def classes_of_changes(
    serving: OpenRelease, history: History, release: Release, changes: Sequence[Change]
) -> dict[str, str]:
    """Return the names of the classes of things by their IRIs.

    Where classes share a path it is what the release in service says, and of a thing that it has not what
    that release or the one before said; what cannot be read any more has none.
    """
    classes: dict[str, str] = {}
    gone: list[Change] = []

    @cache
    def lists(segment: str) -> list[tuple[str, frozenset[str]]]:
        names = lists_of(serving, segment)
        return [(class_of(serving, name).name, thing_set(serving, name)) for name in names]

    for change in changes:
        thing = history.present(change.thing)
        definitions = _definitions(serving, thing)
        if len(definitions) == 1:
            classes[change.thing] = definitions[0].name
        elif definitions:
            there = [n for n, things in lists(definitions[0].segment) if thing in things]
            if there:
                classes[change.thing] = there[0]
            else:
                gone.append(change)
    place = history.releases.index(release) if gone else 0
    before = history.releases[place - 1] if place else None
    for told_by, are_ended in ((before, True), (release, False)):
        things = [change.thing for change in gone if (change.kind == DELETE) is are_ended]
        classes |= _classes_at(serving, told_by, things)
    return classes


def _classes_at(
    serving: OpenRelease, release: Release | None, things: Sequence[str]
) -> Mapping[str, str]:
    """Return the classes that things had in a release, nothing where that cannot be read."""
    if release is None or not things:
        return {}
    try:
        content = things_at(serving.release_store, release, things)
    except ReleaseError:
        return {}
    by_iri = serving.model.by_class_iri
    return {
        thing: by_iri[term_text(quad.object)].name
        for thing, quads in content.items()
        for quad in quads
        if term_text(quad.subject) == thing
        and quad.predicate == _TYPE
        and term_text(quad.object) in by_iri
    }
