"""The filters of a list that are in use: what each says, and the same list without it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from textwrap import shorten

from ogpld.model.facets import THING
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.lists.facet_values import facet_rank, facet_title, value_name
from ogpld.web.lists.list_index import facets, labels
from ogpld.web.lists.list_request import UNKNOWN, ListRequest
from ogpld.web.lists.selection import left_of
from ogpld.wording import day
from ogpld.wording import gettext as _

#: Characters of the filters that a title says.
_LONG = 160


@dataclass(frozen=True, slots=True)
class ChosenFilter:
    """A filter in use.

    Attributes:
        title: what it is about, "" where the value says it.
        value: the value, or the words; `language` is its tag, "" for that of the page.
        href: the same list without it.
        left: how many things the list has without it, None where nobody needs to know.
    """

    title: str
    value: str
    language: str
    href: str
    left: int | None = None

    def __str__(self) -> str:
        return f"{self.title}{_(': ')}{self.value}" if self.title else self.value


def chosen_filters(
    serving: OpenRelease, path: str, list_request: ListRequest, *, counted: bool
) -> tuple[ChosenFilter, ...]:
    """Return the filters in use, as facets stand; `counted` adds what the list has without each."""
    return tuple(
        ChosenFilter(
            title,
            value,
            tag,
            path + without.query(serving, 1),
            len(left_of(serving, without)) if counted else None,
        )
        for title, value, tag, without in _filters(serving, list_request)
    )


def _filters(
    serving: OpenRelease, list_request: ListRequest
) -> Iterator[tuple[str, str, str, ListRequest]]:
    first = replace(list_request, page=1)
    if first.text:
        text = _("“%(text)s”", text=first.text)
        yield "", text, "", replace(first, text="")
    named = labels(
        serving, sorted(v for values in first.filters.values() for v in values if "://" in v)
    )
    by_key = facets(serving, first.name)
    for key in sorted(first.filters, key=facet_rank):
        facet = by_key[key]
        for value in first.filters[key]:
            name, tag = value_name(serving, facet, value, named)
            alone = facet.kind == THING and facet.own and value != UNKNOWN
            yield "" if alone else facet_title(facet), name, tag, first.without(key, value)
    if first.since:
        yield _("Changed since"), day(first.since), "", replace(first, since="", moment=None)


def narrowed(chosen: Sequence[ChosenFilter]) -> str:
    """Return what a list is narrowed to, in words for its title; "" for nothing."""
    by_title: dict[str, list[str]] = {}
    for one in chosen:
        by_title.setdefault(one.title, []).append(one.value)
    parts = [
        f"{title}{_(': ')}{', '.join(values)}" if title else ", ".join(values)
        for title, values in by_title.items()
    ]
    return shorten(_("; ").join(parts), _LONG, placeholder=" …")
