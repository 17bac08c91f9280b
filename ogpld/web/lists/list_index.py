"""What lists know of a release: the things of a class in order, and who has which value.

Everything is read once, when it is first needed, and kept while the release is served. A page costs a walk
over the list in memory, and one query for what the page shows. Each IRI is one text in memory, however many
columns have it; what is kept of it is counted with the things of its list.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ogpld.iris import natural
from ogpld.language_tags import nearest_name
from ogpld.model import ClassDef
from ogpld.model.facets import Facet, facets_of
from ogpld.queries import bind, load
from ogpld.rdf import NamedNode
from ogpld.statistics import Measure
from ogpld.statistics.measures import measures_of
from ogpld.stores import Query
from ogpld.web.current.cache import size_of
from ogpld.web.current.open_release import OpenRelease
from ogpld.wording import language

_Values = Mapping[str, tuple[str, ...]]


def class_of(serving: OpenRelease, name: str) -> ClassDef:
    """Return the class of a list; lists are called as frames are."""
    return serving.frames.by_name[name].definition


def list_of(serving: OpenRelease, class_iri: str) -> str:
    """Return the name of the list of a class."""
    frame = serving.frames.of({class_iri})
    assert frame is not None  # noqa: S101  (facets lead to things that have pages)
    return frame.name


def lists_of(serving: OpenRelease, segment: str) -> tuple[str, ...]:
    """Return the names of the lists at a segment: a class may share its path with another's parts."""
    kinds = (definition.iri for definition in serving.model.by_segment[segment])
    frames = (serving.frames.of({iri}) for iri in kinds)
    return tuple(frame.name for frame in frames if frame is not None)


def facets(serving: OpenRelease, name: str) -> Mapping[str, Facet]:
    """Return the facets of a list, by parameter."""
    model, context = serving.model, serving.context

    def read() -> Mapping[str, Facet]:
        by_key = facets_of(model, context, class_of(serving, name))
        return dict(_with_latest(by_key, measures_of(model).values()))

    return serving.cached(("facets", name), read)


def _with_latest(
    by_key: Mapping[str, Facet], measures: Iterable[Measure]
) -> Iterator[tuple[str, Facet]]:
    """Yield facets, before that of the phase which counts first the one of the latest phase with a value."""
    latest = {}
    for measure in measures:
        ways = [by_key.get(shortcut.name) for shortcut in measure.shortcuts]
        own = [facet for facet in ways if facet and facet.own]
        if measure.latest_key and len(own) == len(ways):
            latest[own[0].key] = replace(
                own[0],
                key=measure.latest_key,
                definition=replace(own[0].definition, name=measure.label),
                paths=tuple((facet.definition.iri,) for facet in own),
                first=True,
            )
    for key, facet in by_key.items():
        if key in latest:
            yield latest[key].key, latest[key]
        yield key, facet


def things(serving: OpenRelease, name: str) -> tuple[str, ...]:
    """Return the things of a list, in natural order of their keys."""

    def read() -> tuple[str, ...]:
        definition = class_of(serving, name)
        text = bind(load("things"), kind=NamedNode(definition.iri))
        beginning = f"{serving.iris.base}id/{definition.segment}/"
        iris = (row[0] for row in ask(serving, text))
        return tuple(sorted((sys.intern(t) for t in iris if t.startswith(beginning)), key=natural))

    return serving.cached(("things", name), read)


def thing_set(serving: OpenRelease, name: str) -> frozenset[str]:
    """Return the things of a list, to look them up."""
    return serving.cached(("thing set", name), lambda: frozenset(things(serving, name)))


def values(serving: OpenRelease, property_iri: str) -> _Values:
    """Return the values of a property, by who has them: IRIs or the texts of literals."""

    def read() -> _Values:
        by_thing: dict[str, set[str]] = {}
        same: dict[tuple[str, ...], tuple[str, ...]] = {}  # most things share their values
        for thing, value in ask(serving, bind(load("values"), property=NamedNode(property_iri))):
            by_thing.setdefault(sys.intern(thing), set()).add(sys.intern(value))
        rows = {}
        for thing, several in by_thing.items():
            row = tuple(sorted(several))
            rows[thing] = same.setdefault(row, row)
        return rows

    return serving.cached(("values", property_iri), read, _size)


def column(serving: OpenRelease, name: str, facet: Facet) -> _Values:
    """Return the values of a facet by thing; those without any are left out."""
    if facet.paths == ((facet.definition.iri,),):
        return values(serving, facet.definition.iri)

    def read() -> _Values:
        steps = [[values(serving, step) for step in path] for path in facet.paths]
        valid = thing_set(serving, list_of(serving, facet.of_class)) if facet.of_class else None
        reached = {}
        for thing in things(serving, name):
            ways = (_walk(thing, path) for path in steps)
            ends = next(filter(None, ways), set()) if facet.first else set().union(*ways)
            if valid is not None:
                ends &= valid
            if ends:
                reached[thing] = tuple(sorted(ends))
        return reached

    return serving.cached(("column", name, facet.key), read, _size)


def _size(rows: _Values) -> int:
    """Return the bytes of a column without its things, which lists have anyway."""
    return sys.getsizeof(rows) + size_of(tuple({id(row): row for row in rows.values()}.values()))


def _walk(thing: str, path: Sequence[_Values]) -> set[str]:
    """Return what a way of properties leads to."""
    reached = {thing}
    for step in path:
        reached = {value for place in reached for value in step.get(place, ())}
    return reached


def ask(serving: OpenRelease, text: str) -> Iterator[list[str]]:
    """Return the rows of a query of ours, as texts, one after the other."""
    answer = serving.store.answer(Query(text, ("csv", "")), trusted=True)
    rows = csv.reader(io.TextIOWrapper(io.BytesIO(answer.body), "utf-8", newline=""))
    next(rows)
    return rows


def labels(serving: OpenRelease, iris: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return what things are called and in which language."""
    return serving.names(iris)


def first_label(names: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """Return the label of several that is shown in the language that is written in, with its tag."""
    return nearest_name(names, language())


def by_language(tag: str) -> tuple[bool, bool, str]:
    """Return a key that puts English first, and what has no known language last."""
    return tag != "en", tag in {"", "und"}, tag
