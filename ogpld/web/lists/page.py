"""What list.html shows: a page of things, and what the list can be narrowed to, with numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ogpld.iris import natural
from ogpld.model.facets import BOOLEAN, CODE, INTEGER, Facet
from ogpld.web.links import local_path
from ogpld.web.lists.asked import PAGE, Asked, short
from ogpld.web.lists.index import class_of, column, facets, labels, lists_of, things
from ogpld.web.lists.selection import Selection, counts
from ogpld.web.serving import Serving

#: Lists up to this size show what is lent as well; counting it takes a walk over the list for each facet.
_SMALL = 20_000
#: Values of a facet that are shown at once, and at most.
_FIRST, _MOST = 8, 100


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list; `language` is that of the label."""

    key: str
    label: str
    href: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet: its name, how many things have it, where choosing it (or not) leads."""

    label: str
    count: int
    href: str
    chosen: bool = False
    language: str = ""


@dataclass(frozen=True, slots=True)
class FacetView:
    """A facet with the values it has in the list.

    Attributes:
        name: heading.
        key: parameter.
        first: the values shown at once, chosen ones before the others.
        more: those behind a fold.
        left: how many further ones there are, which are not shown.
        open: whether the facet is unfolded.
    """

    name: str
    key: str
    first: tuple[Choice, ...]
    more: tuple[Choice, ...] = ()
    left: int = 0
    open: bool = False


@dataclass(frozen=True, slots=True)
class ListPage:
    """Everything list.html shows; `label` is that of the class.

    Attributes:
        path: address of the list.
        forms: suffix, media type, name and address of each other form of this page.
        links: addresses of first, previous, next and last page, those there are.
        hidden: parameters that a form of the page must repeat.
        others: label, size and address of the other lists at the same path.
        everything: size of the list without filters.
    """

    label: str
    description: str
    path: str
    entries: tuple[Entry, ...]
    number: int
    pages: int
    total: int
    everything: int = 0
    since: str = ""
    facets: tuple[FacetView, ...] = ()
    forms: tuple[tuple[str, str, str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    others: tuple[tuple[str, int, str], ...] = ()

    def link(self, name: str) -> str:
        """Return the address of another page, "" where there is none."""
        return dict(self.links).get(name, "")


def list_page(
    serving: Serving,
    path: str,
    selection: Selection,
    links: Sequence[tuple[str, str]],
    forms: Sequence[tuple[str, str, str, str]],
) -> ListPage:
    """Return what the page of a list shows."""
    asked = selection.asked
    definition = class_of(serving, asked.name)
    named = labels(serving, selection.page)
    known = facets(serving, asked.name)
    hidden = [(k, short(serving, known[k], v)) for k, found in asked.filters.items() for v in found]
    hidden += [("type", asked.kind)] if asked.kind else []
    hidden += [("limit", str(asked.limit))] if asked.limit != PAGE else []
    return ListPage(
        label=definition.label[:1].upper() + definition.label[1:],
        description=definition.comment,
        path=path,
        entries=tuple(_entry(serving, iri, named) for iri in selection.page),
        number=asked.page,
        pages=selection.pages,
        total=selection.total,
        everything=len(things(serving, asked.name)),
        since=asked.since,
        facets=tuple(_facets(serving, path, asked)),
        forms=tuple(forms),
        links=tuple(links),
        hidden=tuple(hidden),
        others=tuple(_others(serving, path, asked)),
    )


def _others(serving: Serving, path: str, asked: Asked) -> Iterator[tuple[str, int, str]]:
    """Yield the other lists at a path, those with something in them."""
    segment = class_of(serving, asked.name).segment
    for name in lists_of(serving, segment):
        size = len(things(serving, name))
        if name != asked.name and size:
            label = class_of(serving, name).label
            query = "" if name == segment else f"?type={name}"
            yield label[:1].upper() + label[1:], size, path + query


def entry(serving: Serving, name: str, wanted: str) -> Entry | None:
    """Return the thing of that key, else the first of the list, None where the list is empty."""
    found = things(serving, name)
    iri = next((i for i in found if i.endswith(f"/{wanted}")), found[0] if found else None)
    return _entry(serving, iri, labels(serving, [iri])) if iri else None


def _entry(serving: Serving, iri: str, named: dict[str, tuple[str, str]]) -> Entry:
    key = iri.rpartition("/")[2]
    label, language = named.get(iri, (key, ""))
    return Entry(key, label, local_path(iri, serving.iris) or "", language)


def _facets(serving: Serving, path: str, asked: Asked) -> list[FacetView]:
    """Return the facets that can tell things of the list apart, or that are chosen."""
    small = len(things(serving, asked.name)) <= _SMALL
    found = []
    for key, facet in facets(serving, asked.name).items():
        if not (facet.own or small or key in asked.filters):
            continue
        if not column(serving, asked.name, facet):
            continue
        view = _view(serving, path, asked, facet)
        if view is not None:
            found.append(view)
    return found


def _view(serving: Serving, path: str, asked: Asked, facet: Facet) -> FacetView | None:
    number = counts(serving, asked, facet)
    chosen = asked.filters.get(facet.key, ())
    for value in chosen:
        number.setdefault(value, 0)
    if len(number) < 2 and not chosen:  # noqa: PLR2004  (one value tells nothing apart)
        return None
    ranked = sorted(number, key=lambda v: (v not in chosen, -number[v], natural(v)))
    if facet.kind == INTEGER:
        ranked = sorted(number, key=natural)
    shown = ranked[:_MOST]
    named = labels(serving, [v for v in shown if "://" in v])
    choices = [_choice(serving, path, asked, facet, value, number[value], named) for value in shown]
    name = facet.definition.name or facet.key
    return FacetView(
        name,
        facet.key,
        tuple(choices[:_FIRST]),
        tuple(choices[_FIRST:]),
        len(ranked) - len(shown),
        open=bool(chosen),
    )


def _choice(
    serving: Serving,
    path: str,
    asked: Asked,
    facet: Facet,
    value: str,
    count: int,
    named: dict[str, tuple[str, str]],
) -> Choice:
    is_chosen = value in asked.filters.get(facet.key, ())
    other = asked.without(facet.key, value) if is_chosen else asked.with_(facet.key, value)
    label, language = named.get(value, (short(serving, facet, value), ""))
    if facet.kind == BOOLEAN:
        label = "yes" if value == "true" else "no"
    if facet.kind == CODE and not facet.definition.scheme:
        label = f"{label} ({short(serving, facet, value).partition('/')[0]})"
    return Choice(label, count, path + other.query(serving, 1), is_chosen, language)
