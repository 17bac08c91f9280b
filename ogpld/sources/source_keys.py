"""What `source.toml` may say: the entries of each part, what they have to be, and what is wrong with one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ogpld.iris import KEY
from ogpld.language_codes import language_problem
from ogpld.near_names import closest
from ogpld.sources.web_address import is_iri, link


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


#: What a value may be, by the words that say so.
_KINDS: dict[str, Callable[[object], bool]] = {
    "text": lambda value: isinstance(value, str),
    "date": lambda value: isinstance(value, date) and not isinstance(value, datetime),
    "whole number": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "true or false": lambda value: isinstance(value, bool),
    "list of texts": _is_texts,
    "text or list of texts": lambda value: isinstance(value, str) or _is_texts(value),
    "texts by name": lambda value: isinstance(value, dict) and _is_texts([*value.values()]),
    "list or names": lambda value: _is_texts(value) or _KINDS["texts by name"](value),
    "texts or lists by name": lambda value: (
        isinstance(value, dict) and all(isinstance(v, str) or _is_texts(v) for v in value.values())
    ),
    "list of tables": lambda value: (
        isinstance(value, list) and all(isinstance(entry, dict) for entry in value)
    ),
    "tables by name": lambda value: (
        isinstance(value, dict) and all(isinstance(entry, dict) for entry in value.values())
    ),
    "table": lambda value: isinstance(value, dict),
}


@dataclass(frozen=True, slots=True)
class SourceKey:
    """What an entry of source.toml has to be.

    Attributes:
        kind: words of `_KINDS`.
        required: whether it must stand there.
    """

    kind: str
    required: bool = False


_TEXT, _NEEDED = SourceKey("text"), SourceKey("text", required=True)
#: The entries of source.toml by the part they stand in, as its headings have it.
KEYS: dict[str, dict[str, SourceKey]] = {
    "source": {
        "title": _NEEDED,
        "publisher": _NEEDED,
        "licence": _NEEDED,
        "retrieved": SourceKey("date", required=True),
        "covers": _NEEDED,
        "leaves_out": _NEEDED,
        "language": _TEXT,
        "selection": _TEXT,
        "precedence": SourceKey("whole number"),
        "given": SourceKey("true or false"),
        "taxonomy": _TEXT,
        "table": SourceKey("list of tables", required=True),
    },
    "[[table]]": {
        "file": _NEEDED,
        "unit": _NEEDED,
        "things": SourceKey("tables by name", required=True),
        "layout": _TEXT,
        "how_read": _TEXT,
        "report_key": SourceKey("list of texts"),
        "page": SourceKey("list of texts"),
        "citation": _TEXT,
        "join": SourceKey("list of tables"),
        "assessments": SourceKey("table"),
        "empty": SourceKey("list of texts"),
        "years": SourceKey("list of texts"),
    },
    "[table.things.NAME]": {
        "class": _NEEDED,
        "key": _TEXT,
        "of": _TEXT,
        "part": _TEXT,
        "kind": _TEXT,
        "when": SourceKey("texts or lists by name"),
        "links": SourceKey("texts by name"),
        "values": SourceKey("texts by name"),
        "mention": SourceKey("true or false"),
        "unique": SourceKey("true or false"),
        "frozen": SourceKey("true or false"),
    },
    "[[table.join]]": {
        "file": _NEEDED,
        "on": SourceKey("text or list of texts", required=True),
        "match": SourceKey("text or list of texts"),
        "take": SourceKey("list or names", required=True),
    },
    "[table.assessments]": {
        "target": _NEEDED,
        "plan": _NEEDED,
        "cycle": _NEEDED,
        "report": _TEXT,
    },
}
#: Names of tables, as addresses have them.
_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*\.[A-Za-z0-9]+")
#: Entries of a [[table]] that only a mapped one uses.
_MAPPED_ONLY = ("things", "report_key", "join", "assessments", "years")
#: What `layout` may say.
LAYOUTS = ("mapped", "template")


def problems_of(content: dict[str, Any]) -> Iterator[str]:
    """Yield everything that is wrong in a source.toml, each with the part it stands in."""
    by_input = content.get("given") is True
    yield from _wrong_entries(content, "source", "", {"retrieved"} if by_input else set())
    language = content.get("language")
    if isinstance(language, str) and (problem := language_problem(language)):
        yield f"'language' {language!r} is no language tag: {problem}"
    licence = content.get("licence")
    if isinstance(licence, str) and licence.startswith("http") and link(licence) is None:
        yield (
            f"'licence' {licence!r} begins like an address and is none: write the address alone, or begin "
            "with words"
        )
    tables = content.get("table")
    if tables == []:
        yield "no [[table]] is described"
    if isinstance(tables, list):
        yield from _files_described_twice([entry for entry in tables if isinstance(entry, dict)])
        mapped = [
            entry.get("file")
            for entry in tables
            if isinstance(entry, dict) and entry.get("layout", "mapped") == "mapped"
        ]
        for number, entry in enumerate(tables, 1):
            if isinstance(entry, dict):
                name = entry.get("file")
                at = f" of [[table]] {name if isinstance(name, str) else number}"
                yield from _table_problems(entry, mapped, at)


def _files_described_twice(tables: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the files that two tables name, one of them with the layout of a template."""
    files = [entry.get("file") for entry in tables]
    templates = [entry.get("file") for entry in tables if entry.get("layout") == "template"]
    for file in dict.fromkeys(templates):
        if isinstance(file, str) and files.count(file) > 1:
            yield (
                f"{file!r} is described twice, and once with the layout of a template: keep one [[table]] "
                "for each file filled in after a template"
            )


def _table_problems(entry: dict[str, Any], mapped: list[object], at: str) -> Iterator[str]:
    """Yield what is wrong in one [[table]]; `mapped` are the files that joins may name."""
    layout = entry.get("layout", "mapped")
    yield from _wrong_entries(entry, "[[table]]", at, {"things"} if layout == "template" else set())
    if isinstance(layout, str) and layout not in LAYOUTS:
        yield f"'layout'{at} is {layout!r}, not one of {', '.join(LAYOUTS)}"
    for name in entry if layout == "template" else ():
        if name in _MAPPED_ONLY:
            yield f"{name!r}{at} says nothing of a table with the layout of a template: leave it out"
    file, unit = entry.get("file"), entry.get("unit")
    if isinstance(file, str) and not _FILE.fullmatch(file):
        yield (
            f"{file!r} cannot be the name of a table, because it becomes part of addresses: rename the "
            "file to letters of ASCII, digits, dots, dashes and underscores"
        )
    if isinstance(unit, str) and layout == "template" and not KEY.fullmatch(unit):
        yield (
            f"'unit'{at} is {unit!r}, which cannot be part of an address: write letters of ASCII, digits "
            "and dashes"
        )
    pages = entry.get("page")
    for page in pages if isinstance(pages, list) else ():
        if isinstance(page, str) and link(page) is None:
            yield f"'page'{at} has {page!r}, which is no web address"
    yield from _part_problems(entry, mapped, at)


def _part_problems(entry: dict[str, Any], mapped: list[object], at: str) -> Iterator[str]:
    """Yield what is wrong in the things, joins and assessments of one [[table]]."""
    things = entry.get("things")
    names = things if isinstance(things, dict) else {}
    for name, thing in names.items():
        if isinstance(thing, dict):
            yield from _thing_problems(thing, names, f" of [table.things.{name}]{at}")
    joins = entry.get("join")
    for join in joins if isinstance(joins, list) else ():
        if isinstance(join, dict):
            yield from _join_problems(join, mapped, f" of [[table.join]]{at}")
    if isinstance(assessments := entry.get("assessments"), dict):
        part = f" of [table.assessments]{at}"
        yield from _wrong_entries(assessments, "[table.assessments]", part, set())
        for role in ("target", "plan", "report"):
            yield from _unknown_thing(role, assessments.get(role), names, part)


def _thing_problems(thing: dict[str, Any], things: dict[str, Any], part: str) -> Iterator[str]:
    """Yield what is wrong in one [table.things.NAME]; `things` are those of its table."""
    yield from _wrong_entries(thing, "[table.things.NAME]", part, set())
    needed = "part" if "of" in thing else "key"
    if needed not in thing:
        yield f"{needed!r}{part} is missing (text)"
    kind = thing.get("kind")
    if isinstance(kind, str) and not is_iri(kind):
        yield f"'kind'{part} is {kind!r}, which is no address"
    owner = thing.get("of")
    yield from _unknown_thing("of", owner, things, part)
    owning = things.get(owner) if isinstance(owner, str) else None
    if isinstance(owning, dict) and "of" in owning:
        yield f"'of'{part} names {owner!r}, which is a part itself"
    links = thing.get("links")
    for other in links.values() if isinstance(links, dict) else ():
        yield from _unknown_thing("links", other, things, part)


def _join_problems(join: dict[str, Any], mapped: list[object], part: str) -> Iterator[str]:
    """Yield what is wrong in one [[table.join]]."""
    yield from _wrong_entries(join, "[[table.join]]", part, set())
    file = join.get("file")
    if isinstance(file, str) and file not in mapped:
        yield f"'file'{part} names {file!r}, which is no mapped table of this source"
    on, match = (
        [columns] if isinstance(columns, str) else columns
        for columns in (join.get("on"), join.get("match", join.get("on")))
    )
    if isinstance(on, list) and isinstance(match, list) and len(on) != len(match):
        yield f"'on' and 'match'{part} name {len(on)} and {len(match)} columns: write as many in each"


def _unknown_thing(name: str, thing: object, things: dict[str, Any], part: str) -> Iterator[str]:
    """Yield a sentence where an entry names a thing that its table has not."""
    if isinstance(thing, str) and thing not in things:
        near = closest(thing, things)
        meant = f"did you mean {near!r}?" if near else f"things: {', '.join(things)}"
        yield f"{name!r}{part} names the unknown thing {thing!r} ({meant})"


def _wrong_entries(entry: dict[str, Any], part: str, at: str, unneeded: set[str]) -> Iterator[str]:
    """Yield the entries of one part that are unknown, missing, or of another kind."""
    keys = KEYS[part]
    for name in entry:
        if name not in keys:
            near = closest(name, keys)
            yield f"unknown entry {name!r}{at} (" + (
                f"did you mean {near!r}?)" if near else f"known: {', '.join(sorted(keys))})"
            )
    for name, key in keys.items():
        if name not in entry:
            if key.required and name not in unneeded:
                yield f"{name!r}{at} is missing ({key.kind})"
        elif not _KINDS[key.kind](entry[name]):
            yield f"{name!r}{at} is not what it has to be: {key.kind}"
