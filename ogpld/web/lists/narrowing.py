"""What a list can be narrowed to: each facet with its values, how many things each leaves, where it leads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ogpld.iris import natural
from ogpld.model.facets import CODE, INTEGER, THING, Facet
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.lists.facet_values import facet_rank, facet_title, value_name
from ogpld.web.lists.list_index import column, facets, labels, things
from ogpld.web.lists.list_request import UNKNOWN, ListRequest
from ogpld.web.lists.member_status import standings
from ogpld.web.lists.selection import counts
from ogpld.wording import gettext as _

#: Lists up to this size show what is lent as well; counting it takes a walk over the list for each facet.
_SMALL = 20_000
#: Values of a facet that are shown at once, and at most.
_FIRST, _MOST = 8, 12
#: Facets that stand in the open; the further ones stand behind a fold, while there is room.
_FOREMOST = 8
#: Bytes that the facets may have in a page, and those of a value beside its name and its address.
_ROOM, _MARKUP = 24_000, 90


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet: its name, how many things have it, where choosing it (or not) leads.

    Attributes:
        standing: when a member left or was suspended, "" for everything else.
    """

    label: str
    count: int
    href: str
    chosen: bool = False
    language: str = ""
    standing: str = ""


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
        named: whether its values have names that can be written in a field.
        further: whether the facet stands behind a fold.
        combined: how several chosen values are combined in words, and the address of the other way; ()
            where there are not several.
    """

    name: str
    key: str
    first: tuple[Choice, ...]
    more: tuple[Choice, ...] = ()
    left: int = 0
    open: bool = False
    named: bool = False
    further: bool = False
    combined: tuple[str, ...] = ()

    @property
    def weight(self) -> int:
        """About how many bytes its values have in a page."""
        choices = (*self.first, *self.more)
        return sum(len(choice.href) + len(choice.label) + _MARKUP for choice in choices)


@dataclass(frozen=True, slots=True)
class _Counted:
    """A facet with the values that are shown and how many there are."""

    facet: Facet
    numbers: Mapping[str, int]
    values: Sequence[str]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The facets of a list as it was asked for.

    Attributes:
        serving: the release.
        path: address of the list.
        list_request: the filters, page and size of the request.
    """

    serving: OpenRelease
    path: str
    list_request: ListRequest

    def views(self) -> tuple[tuple[FacetView, ...], tuple[str, ...]]:
        """Return the facets that can tell things of the list apart, or that are chosen; and what is left out.

        What is left out are parameters: of facets that are not counted because the list is large, and of
        further ones for which the page has no room.
        """
        counted_facets = list(self._counted())
        wanted = {value for counted in counted_facets for value in counted.values if "://" in value}
        named = labels(self.serving, sorted(wanted))
        views, left_out, weight = [], list(self._uncounted()), 0
        for number, counted in enumerate(counted_facets):
            further = number >= _FOREMOST
            view = self._view(counted, named, further=further)
            if weight + view.weight > _ROOM and not view.open:
                view = replace(view, more=(), left=view.left + len(view.more))
            if weight + view.weight > _ROOM and view.further:
                left_out.append(view.key)
            else:
                views.append(view)
                weight += view.weight
        return tuple(views), tuple(left_out)

    def _uncounted(self) -> Iterator[str]:
        """Yield the parameters of facets that are not counted because the list is large."""
        name, filters = self.list_request.name, self.list_request.filters
        if len(things(self.serving, name)) > _SMALL:
            for key, facet in facets(self.serving, name).items():
                if not facet.own and key not in filters:
                    yield key

    def _counted(self) -> Iterator[_Counted]:
        name = self.list_request.name
        small = len(things(self.serving, name)) <= _SMALL
        by_key = facets(self.serving, name)
        for key in sorted(by_key, key=facet_rank):
            facet = by_key[key]
            chosen = self.list_request.filters.get(key, ())
            if not (facet.own or small or chosen) or not column(self.serving, name, facet):
                continue
            numbers = counts(self.serving, self.list_request, facet)
            for value in chosen:
                numbers.setdefault(value, 0)
            if len(numbers) > 1 or chosen:  # one value tells nothing apart
                yield _Counted(facet, numbers, self._ranked(facet, numbers, chosen)[:_MOST])

    @staticmethod
    def _ranked(facet: Facet, numbers: Mapping[str, int], chosen: Sequence[str]) -> list[str]:
        """Return the values in order: numbers by size, others with what is chosen and frequent first.

        That there is none stands among the values that are shown at once, last.
        """
        values = numbers.keys() - {UNKNOWN}
        if facet.kind == INTEGER:
            ranked = sorted(values, key=natural)
        else:
            ranked = sorted(values, key=lambda v: (v not in chosen, -numbers[v], natural(v)))
        if UNKNOWN in numbers:
            ranked.insert(_FIRST - 1, UNKNOWN)
        return ranked

    def _view(
        self, counted: _Counted, named: Mapping[str, tuple[str, str]], *, further: bool
    ) -> FacetView:
        facet = counted.facet
        is_open = facet.key in self.list_request.filters
        choices = tuple(self._choice(counted, value, named) for value in counted.values)
        return FacetView(
            facet_title(facet),
            facet.key,
            choices[:_FIRST],
            choices[_FIRST:],
            len(counted.numbers) - len(counted.values),
            open=is_open,
            named=facet.kind in {CODE, THING},
            further=further and not is_open,
            combined=self._combined(facet),
        )

    def _combined(self, facet: Facet) -> tuple[str, ...]:
        if len(self.list_request.filters.get(facet.key, ())) <= 1:
            return ()
        are_all = facet.key in self.list_request.all_of
        other = self.list_request.with_all(facet.key, wanted=not are_all)
        words = (_("all of these"), _("any of these"))
        words = words if are_all else words[::-1]
        return (*words, self.path + other.query(self.serving, 1))

    def _choice(
        self, counted: _Counted, value: str, named: Mapping[str, tuple[str, str]]
    ) -> Choice:
        facet, list_request = counted.facet, self.list_request
        chosen = value in list_request.filters.get(facet.key, ())
        other = (
            list_request.without(facet.key, value)
            if chosen
            else list_request.with_(facet.key, value)
        )
        name, language = value_name(self.serving, facet, value, named)
        standing = standings(self.serving).of(value)
        href = self.path + other.query(self.serving, 1)
        return Choice(name, counted.numbers[value], href, chosen, language, standing)
