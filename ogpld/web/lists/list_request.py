"""What a request asks of a list: filters, page, size, and since when.

Values of one parameter widen it (this or that), parameters narrow each other; `(unknown)` is no value.
An unknown parameter or value is an error that lists the known ones.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlencode

from ogpld.model.facets import Facet
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.page_numbers import limit_of
from ogpld.web.http.parameters import Parameter, check, unknown_value
from ogpld.web.http.problems import Problem
from ogpld.web.lists.facet_values import UNKNOWN, short, values_meant
from ogpld.web.lists.list_index import class_of, facets, lists_of
from ogpld.web.lists.list_parameters import (
    AFTER_FILTERS,
    BEFORE_FILTERS,
    EVERY,
    MOST,
    OF_PAGES,
    PAGE,
    ListParameter,
)
from ogpld.web.lists.list_table import NAME, table_columns

__all__ = ["PAGE", "UNKNOWN", "ListRequest", "no_page", "read_list_request", "short"]

#: Values of filters in one request: pages link to the same with one more and one less of each.
VALUES = 20


@dataclass(frozen=True, slots=True)
class ListRequest:
    """What is asked of a list.

    Attributes:
        name: the list: the path segment of a class, or what its frame is called.
        kind: the same where the address does not say it, else "".
        filters: values (IRIs, or texts of literals) by parameter, as given, in the order of the facets.
        since: only what changed then or later, as given; "" for all.
        moment: the same as a time.
        page: number of the page, from 1.
        limit: things on a page.
        text: words that a name must have; "" for any.
        sort: key of a column, with a minus for falling; "" for the order of keys.
        all_of: facets of which all values are wanted, where others ask for one of them.
        paged: whether the request names a page or its size.
    """

    name: str
    filters: Mapping[str, tuple[str, ...]]
    kind: str = ""
    since: str = ""
    moment: datetime | None = None
    page: int = 1
    limit: int = PAGE
    paged: bool = False
    text: str = ""
    sort: str = ""
    all_of: tuple[str, ...] = ()

    def query(
        self, serving: OpenRelease, page: int | None = None, *, first: int = 2, **more: str
    ) -> str:
        """Return the query string of a page, the same however the request was written; "" for none.

        Args:
            serving: the release.
            page: its number; None for the list itself, which has no pages.
            first: the number from which it is named.
            more: further parameters.
        """
        pairs = self.pairs(serving) if page is None else self.page_pairs(serving, page, first)
        pairs += more.items()
        return f"?{urlencode(pairs)}" if pairs else ""

    def pairs(self, serving: OpenRelease) -> list[tuple[str, str]]:
        """Return parameters and values that say what the list has, in the one order of addresses."""
        by_key = facets(serving, self.name)
        filters = [
            (key, short(serving, by_key[key], value))
            for key, values in self.filters.items()
            for value in values
        ]
        return [*_pairs(self, BEFORE_FILTERS), *filters, *_pairs(self, AFTER_FILTERS)]

    def page_pairs(self, serving: OpenRelease, page: int, first: int = 2) -> list[tuple[str, str]]:
        """Return the same of a page, which is named from the number `first` on."""
        named = replace(self, page=page if page >= first else 0)
        return [*self.pairs(serving), *_pairs(named, OF_PAGES)]

    def names(self) -> frozenset[str]:
        """Return the parameters beside facets and pages that this request has."""
        return frozenset(name for name, _ in _pairs(self, (*BEFORE_FILTERS, *AFTER_FILTERS)))

    def without(self, key: str, value: str) -> ListRequest:
        """Return the same on its first page, without one value of a filter."""
        left = tuple(v for v in self.filters.get(key, ()) if v != value)
        return self._filtered({**self.filters, key: left})

    def with_(self, key: str, value: str) -> ListRequest:
        """Return the same on its first page, with one more value of a filter."""
        return self._filtered({**self.filters, key: (*self.filters.get(key, ()), value)})

    def with_other(self, key: str, other: str) -> ListRequest:
        """Return the same on its first page, with the values of one filter for another."""
        all_of = tuple(sorted(other if name == key else name for name in self.all_of))
        filters = {other if name == key else name: given for name, given in self.filters.items()}
        return replace(self._filtered(filters), all_of=all_of)

    def _filtered(self, filters: Mapping[str, tuple[str, ...]]) -> ListRequest:
        given = {key: tuple(sorted(values)) for key, values in filters.items() if values}
        all_of = tuple(key for key in self.all_of if len(given.get(key, ())) > 1)
        return replace(self, filters=dict(sorted(given.items())), page=1, all_of=all_of)

    def with_all(self, key: str, *, wanted: bool) -> ListRequest:
        """Return the same on its first page, asking for all values of a facet, or for one of them."""
        others = {name for name in self.all_of if name != key}
        return replace(self, all_of=tuple(sorted({*others, key} if wanted else others)), page=1)

    def sorted_by(self, sort: str) -> ListRequest:
        """Return the same on its first page in another order."""
        return replace(self, sort=sort, page=1)


def _pairs(
    list_request: ListRequest, parameters: Iterable[ListParameter]
) -> Iterator[tuple[str, str]]:
    """Yield what a request has of some parameters."""
    for parameter in parameters:
        for value in parameter.values(list_request):
            yield parameter.name, value


def read_list_request(request: ReleaseRequest, segment: str) -> ListRequest:
    """Return what a request asks of the lists at a path segment.

    Raises:
        Problem: 400 for a value that is not known, 404 for a page that can be none.
    """
    serving = request.release
    name = _list_name(request, segment)
    by_key = facets(serving, name)
    check(request, list_parameters(serving, name))
    given = {
        key: dict.fromkeys(text.strip() for text in request.args.getlist(key))
        for key in sorted(by_key.keys() & request.args.keys())
    }
    _require_few(given)  # before they are looked up, which takes time
    meant = {
        key: {text: values_meant(serving, name, by_key[key], text) for text in texts}
        for key, texts in given.items()
    }
    filters = {
        key: tuple(sorted({iri for iris in values.values() for iri in iris}))
        for key, values in meant.items()
    }
    _require_few(filters)  # one name may mean several things
    since = request.args.get("modified_since", "").strip()
    number = request.args.get("page", "1")
    if not re.fullmatch("[1-9][0-9]{0,8}", number):
        raise no_page(number)
    kind = name if name != segment else ""
    paged = bool(request.args.keys() & {"page", "limit"})
    return ListRequest(
        name,
        filters,
        kind,
        since,
        _moment(since),
        int(number),
        limit_of(request, PAGE, MOST),
        paged,
        request.args.get("q", "").strip(),
        _sort(request, name),
        _all_of(request, by_key, meant),
    )


def list_parameters(serving: OpenRelease, name: str) -> Iterator[Parameter]:
    """Yield the parameters of a list: its facets, then those that every list has."""
    for key, facet in facets(serving, name).items():
        yield Parameter(key, f"Only what has this value: {facet.title}.", repeated=True)
    yield from EVERY


def _list_name(request: ReleaseRequest, segment: str) -> str:
    """Return the list that `type=` names, by frame or class; the first at the segment where there is none."""
    serving = request.release
    there = lists_of(serving, segment)
    kind = request.args.get("type", "").strip()
    for name in there:
        if kind in {"", name, class_of(serving, name).name}:
            return name
    detail = f"type={kind[:80]} is no class of this list."
    raise unknown_value("filter-unknown", detail, "type", kind, there)


def no_page(number: object) -> Problem:
    """Return the 404 of a page past the last."""
    return Problem(
        "not-found",
        f"The list has no page {str(number)[:20]!r}.",
        "follow the links of the first page",
    )


def _sort(request: ReleaseRequest, name: str) -> str:
    sort = request.args.get("sort", "").strip()
    there = [NAME, *(column.key for column in table_columns(request.release, name))]
    if sort and sort.removeprefix("-") not in there:
        detail = f"sort={sort[:80]} is no column of this list."
        raise unknown_value("filter-unknown", detail, "sort", sort, there)
    return sort


def _all_of(
    request: ReleaseRequest,
    by_key: Mapping[str, Facet],
    meant: Mapping[str, Mapping[str, tuple[str, ...]]],
) -> tuple[str, ...]:
    """Return the facets of which things must have every value asked for; `meant` are the values of each text.

    Raises:
        Problem: 400 for a facet without values, and for a text that means several of which one is enough.
    """
    wanted = {text.strip() for text in request.args.getlist("all")}
    for key in sorted(wanted - meant.keys()):
        detail = f"all={key[:80]} names no facet that this request has values of."
        if not meant:
            hint = "give several values of a facet, and name that facet with all"
            raise Problem("filter-unknown", detail, hint, parameter="all")
        raise unknown_value("filter-unknown", detail, "all", key, sorted(meant))
    several = sorted(key for key in wanted if len({*meant[key].values()}) > 1)
    for key in several:
        for text, iris in meant[key].items():
            if len(iris) > 1:
                detail = f"{key}={text[:80]} means {len(iris)} values, and all= is about one each."
                there = [short(request.release, by_key[key], iri) for iri in iris]
                raise unknown_value("filter-unknown", detail, key, text, there)
    return tuple(several)


#: A date or time as XML Schema writes it, seconds and zone left out or not.
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?)?", re.ASCII
)


def _require_few(filters: Mapping[str, Collection[str]]) -> None:
    """Refuse more values than one request may have.

    Raises:
        Problem: 400.
    """
    if sum(map(len, filters.values())) > VALUES:
        raise Problem(
            "too-many-filters",
            f"More than {VALUES} values are asked for at once.",
            "ask for fewer, or take the whole list, or a query at /sparql",
            limit=VALUES,
        )


def _moment(text: str) -> datetime | None:
    """Return the time a text means; a date begins at midnight UTC, as does a time without zone."""
    if not text:
        return None
    text = text.replace(" ", "+")  # a plus sign in a query string reads as blank
    try:
        if not _MOMENT.fullmatch(text):  # fromisoformat reads weeks and much else
            raise ValueError(text)
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Problem(
            "modified-since",
            f"{text[:40]!r} (modified_since) is neither a date nor a time.",
            "give one such as 2026-11-28 or 2026-11-28T12:00:00Z",
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
