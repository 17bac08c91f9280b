"""What list.html shows: a page of things, its other forms, and what the list can be narrowed to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.release_coverage import of_list
from ogpld.web.lists.chosen_filters import ChosenFilter, chosen_filters, narrowed
from ogpld.web.lists.list_index import class_of, labels, lists_of, things
from ogpld.web.lists.list_request import ListRequest
from ogpld.web.lists.list_sparql import list_query
from ogpld.web.lists.list_table import NAME, Cell, ListColumn, table_columns
from ogpld.web.lists.member_status import standings
from ogpld.web.lists.narrowing import FacetView, Narrowing
from ogpld.web.lists.phase_twin import PhaseTwin, phase_twins
from ogpld.web.lists.selection import Selection
from ogpld.web.pages.links import local_path

#: The column of members.
_MEMBER = "member"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list; `language` is that of the label, `standing` the mark of a member that left.

    Attributes:
        cells: what it says in each column.
    """

    key: str
    label: str
    href: str
    language: str = ""
    standing: str = ""
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column.

    Attributes:
        title: what it says.
        href: address of the list in its order, the other way round where it is in that already.
        direction: `ascending` or `descending` where the list is in its order, else "".
        number: whether its values are numbers.
        named: whether its values need it beside them where nobody sees it above; a member needs none.
    """

    title: str
    href: str
    direction: str = ""
    number: bool = False
    named: bool = True


@dataclass(frozen=True, slots=True)
class ListPage:
    """Everything list.html shows; `label` is that of the class.

    Attributes:
        path: address of the list.
        uncounted: parameters of facets whose values are not given: in so large a list, or for want of room.
        forms: suffix, media type, name and address of each other form of this page.
        tables: media type, name and address of each form of all rows; none where they are too many.
        most: rows that are given at once.
        first: number of the first row on the page, from 1; 0 where there is none.
        links: addresses of first, previous, next and last page, those there are.
        hidden: parameters that a form of the page must repeat.
        text: words that names are searched for.
        chosen: the filters in use, with what each hides where nothing passes them.
        narrowed: what the list is narrowed to by them, in words; "" for nothing.
        query: address of the query that gives the same things, "" where there is none.
        headings: of the columns: name, key, then as cells are.
        others: label, size and address of the other lists at the same path.
        everything: size of the list without filters.
        coverage: what the data has of the members and plans it is narrowed to, else of all.
        twins: the lists by the latest assessment where it is by that at the end of the term, and vice versa.
    """

    label: str
    description: str
    path: str
    entries: tuple[Entry, ...]
    number: int
    pages: int
    total: int
    everything: int = 0
    coverage: tuple[str, ...] = ()
    twins: tuple[PhaseTwin, ...] = ()
    since: str = ""
    facets: tuple[FacetView, ...] = ()
    uncounted: tuple[str, ...] = ()
    forms: tuple[tuple[str, str, str, str], ...] = ()
    tables: tuple[tuple[str, str, str], ...] = ()
    most: int = 0
    first: int = 0
    links: tuple[tuple[str, str], ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    others: tuple[tuple[str, int, str], ...] = ()
    headings: tuple[Heading, ...] = ()
    query: str = ""
    text: str = ""
    chosen: tuple[ChosenFilter, ...] = ()
    narrowed: str = ""

    def link(self, name: str) -> str:
        """Return the address of another page, "" where there is none."""
        return dict(self.links).get(name, "")


def list_page(
    serving: OpenRelease,
    path: str,
    selection: Selection,
    links: Sequence[tuple[str, str]],
    forms: Sequence[tuple[str, str, str, str]],
    tables: Sequence[tuple[str, str, str]],
) -> ListPage:
    """Return what the page of a list shows."""
    list_request = selection.list_request
    definition = class_of(serving, list_request.name)
    named = labels(serving, selection.page)
    narrowing = Narrowing(serving, path, list_request)
    facet_views, left_out = narrowing.views()
    alike = {key for key, filter_values in list_request.filters.items() if len(filter_values) == 1}
    table = [c for c in table_columns(serving, list_request.name) if c.key not in alike]
    cells = [table_column.cells(selection.page) for table_column in table]
    chosen = chosen_filters(serving, path, list_request, counted=not selection.total)
    return ListPage(
        label=definition.label[:1].upper() + definition.label[1:],
        description=definition.comment,
        path=path,
        entries=tuple(
            replace(_entry(serving, iri, named), cells=tuple(by_thing[iri] for by_thing in cells))
            for iri in selection.page
        ),
        text=list_request.text,
        chosen=chosen,
        narrowed=narrowed(chosen),
        query=_query_address(serving, list_request),
        headings=(
            _heading(serving, path, list_request, NAME, "Name"),
            _key_heading(serving, path, list_request),
            *(_column_heading(serving, path, list_request, c) for c in table),
        ),
        number=list_request.page,
        pages=selection.pages,
        total=selection.total,
        everything=len(things(serving, list_request.name)),
        coverage=tuple(of_list(serving, definition.name, list_request.filters)),
        twins=tuple(phase_twins(serving, path, selection)),
        since=list_request.since,
        facets=facet_views,
        uncounted=left_out,
        forms=tuple(forms),
        tables=tuple(tables) if selection.total <= serving.settings.list_rows else (),
        most=serving.settings.list_rows,
        first=(list_request.page - 1) * list_request.limit + 1 if selection.page else 0,
        links=tuple(links),
        hidden=tuple(list_request.page_pairs(serving, 1)),
        others=tuple(_others(serving, path, list_request)),
    )


def _query_address(serving: OpenRelease, list_request: ListRequest) -> str:
    text = list_query(serving, list_request)
    return f"{serving.path_prefix}/sparql?{urlencode({'query': text})}" if text else ""


def _key_heading(serving: OpenRelease, path: str, list_request: ListRequest) -> Heading:
    """Return the head of the keys, in whose order a list is when nobody asks for another."""
    href = path + list_request.sorted_by("").query(serving, 1)
    return Heading("Key", href, "" if list_request.sort else "ascending")


def _column_heading(
    serving: OpenRelease, path: str, list_request: ListRequest, list_column: ListColumn
) -> Heading:
    heading = _heading(
        serving, path, list_request, list_column.key, list_column.title, falling=list_column.falling
    )
    return replace(heading, number=list_column.number, named=list_column.key != _MEMBER)


def _heading(
    serving: OpenRelease,
    path: str,
    list_request: ListRequest,
    key: str,
    title: str,
    *,
    falling: bool = False,
) -> Heading:
    orders = (f"-{key}", key) if falling else (key, f"-{key}")
    sort = orders[1] if list_request.sort == orders[0] else orders[0]
    direction = ""
    if list_request.sort.removeprefix("-") == key:
        direction = "descending" if list_request.sort.startswith("-") else "ascending"
    href = path + list_request.sorted_by(sort).query(serving, 1)
    return Heading(title, href, direction)


def _others(
    serving: OpenRelease, path: str, list_request: ListRequest
) -> Iterator[tuple[str, int, str]]:
    """Yield the other lists at a path, those with something in them."""
    segment = class_of(serving, list_request.name).segment
    for name in lists_of(serving, segment):
        size = len(things(serving, name))
        if name != list_request.name and size:
            label = class_of(serving, name).label
            query = "" if name == segment else f"?type={name}"
            yield label[:1].upper() + label[1:], size, path + query


def entry(serving: OpenRelease, name: str, wanted: str) -> Entry | None:
    """Return the thing of that key, else the first of the list, None where the list is empty."""
    members = things(serving, name)
    iri = next((i for i in members if i.endswith(f"/{wanted}")), members[0] if members else None)
    return _entry(serving, iri, labels(serving, [iri])) if iri else None


def _entry(serving: OpenRelease, iri: str, named: dict[str, tuple[str, str]]) -> Entry:
    key = iri.rpartition("/")[2]
    label, language = named.get(iri, (key, ""))
    standing = standings(serving).of(iri)
    return Entry(key, label, local_path(iri, serving.iris) or "", language, standing)
