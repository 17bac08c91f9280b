"""Lists of a class's things, page by page, in natural order of their keys."""

from __future__ import annotations

import json
from dataclasses import dataclass

from ogpld.iris import natural
from ogpld.queries import bind, load
from ogpld.rdf import NamedNode
from ogpld.stores import Query
from ogpld.web.links import local_path
from ogpld.web.serving import Serving

#: Things on one page.
PAGE = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list; `language` is that of the label."""

    key: str
    label: str
    href: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class ListPage:
    """Everything list.html shows; `label` is that of the class."""

    label: str
    description: str
    segment: str
    entries: tuple[Entry, ...]
    number: int
    pages: int
    total: int


def entries(serving: Serving, segment: str) -> tuple[Entry, ...]:
    """Return every thing of a segment's main class, in natural order; parts are on its pages."""
    kept: tuple[Entry, ...] | None = serving.documents.get(("list", segment))
    if kept is not None:
        return kept
    found: dict[str, Entry] = {}
    definition = serving.model.by_segment[segment][0]
    text = bind(load("list"), kind=NamedNode(definition.iri))
    answer = serving.store.answer(Query(text, ("json", "")), trusted=True)
    for row in sorted(json.loads(answer.body)["results"]["bindings"], key=_english_first):
        iri = row["thing"]["value"]
        key = iri.rpartition("/")[2]
        label = row.get("label", {})
        entry = Entry(
            key,
            label.get("value", key),
            local_path(iri, serving.iris) or "",
            label.get("xml:lang", ""),
        )
        found.setdefault(iri, entry)
    result = tuple(sorted(found.values(), key=lambda e: natural(e.key)))
    serving.documents.put(("list", segment), result, 200 * len(result) + 64)
    return result


def _english_first(row: dict[str, dict[str, str]]) -> tuple[bool, str, str]:
    """Return a key that puts a thing's English label before its others."""
    label = row.get("label", {})
    language = label.get("xml:lang", "")
    return language != "en", language, label.get("value", "")


def list_page(serving: Serving, segment: str, number: str) -> ListPage | None:
    """Return one page of a list, None for a page there is not."""
    everything = entries(serving, segment)
    pages = max(1, -(-len(everything) // PAGE))
    if not number.isdecimal() or not 1 <= int(number) <= pages:
        return None
    definition = serving.model.by_segment[segment][0]
    start = (int(number) - 1) * PAGE
    return ListPage(
        label=definition.label[:1].upper() + definition.label[1:],
        description=definition.comment,
        segment=segment,
        entries=everything[start : start + PAGE],
        number=int(number),
        pages=pages,
        total=len(everything),
    )
