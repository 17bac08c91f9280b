"""Values of things as further columns of a table: the data extension service of the Reconciliation API."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ogpld.language_tags import DEFAULT, nearest_name
from ogpld.model.schema import ClassDef
from ogpld.rdf import SCHEMA, XSD, NamedNode, compact
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.http.problems import Problem
from ogpld.web.reconciliation.batches import PROPERTIES, Extension
from ogpld.web.reconciliation.reconciler import begins, classes

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_WHOLE = re.compile(r"-?\d+")
_WIKIDATA = "http://www.wikidata.org/entity/"
#: Id of the column that is no property: of the addresses of a thing elsewhere that at Wikidata.
_WIKIDATA_ITEM = "wikidata"
#: Properties of the territory, which people look for at the member.
_OF_TERRITORY = ("iso2", "iso3", "isoNumeric")
_SAME = SCHEMA("sameAs").value


@dataclass(frozen=True, slots=True)
class Column:
    """A property as a column.

    Attributes:
        name: its id here (see `_ids`).
        iri: of the property.
        label: what it is called.
        type: IRI of the class of its values, "" for none.
        datatypes: IRIs of the datatypes of its values.
    """

    name: str
    iri: str
    label: str
    type: str = ""
    datatypes: tuple[str, ...] = ()


def columns(
    current: OpenRelease, class_name: str = "", things: Sequence[str] = ()
) -> dict[str, Column]:
    """Return the columns of a class, or of all classes, by name.

    Args:
        current: the release.
        class_name: local name of the class, "" for all.
        things: IRIs of things; a property of several classes is called as the class of the first has it.
    """
    model, ids = current.model, current.cached("column ids", lambda: _ids(current))
    definitions = [model.classes[class_name]] if class_name else list(model.classes.values())
    if not class_name:
        segments = dict.fromkeys(iri.rpartition("/")[0].rpartition("/")[2] for iri in things)
        definitions = [*(d for s in segments for d in model.by_segment.get(s, ())), *definitions]
    there: dict[str, Column] = {}
    for definition in definitions:
        there |= {c.name: c for c in _columns(definition, ids) if c.name not in there}
    there[_WIKIDATA_ITEM] = Column(_WIKIDATA_ITEM, _SAME, "Wikidata item")
    if class_name in {"", "Member"}:
        every = {c.name: c for d in model.classes.values() for c in _columns(d, ids)}
        there |= {name: every[name] for name in _OF_TERRITORY if name in every}
    return there


def _ids(current: OpenRelease) -> dict[str, str]:
    """Return the id of each property by its IRI: the local name, or the IRI where another has that name.

    Of several properties with one local name it is the id of that which JSON-LD calls so, else of the
    first. The others go by their IRI, with a prefix of ours where one fits (`org:identifier`).
    """
    by_name: dict[str, dict[str, None]] = defaultdict(dict)
    for definition in current.model.classes.values():
        for p in definition.properties:
            by_name[re.split(r"[/#]", p.iri)[-1]][p.iri] = None
    by_name.pop(_WIKIDATA_ITEM, None)
    ids = {
        p.iri: compact(p.iri).strip("<>")
        for definition in current.model.classes.values()
        for p in definition.properties
    }
    keys = current.context.keys
    for name, iris in by_name.items():
        called = [iri for iri in iris if any(key.name == name for key in keys.get(iri, ()))]
        ids[(called or list(iris))[0]] = name
    return ids


def _columns(definition: ClassDef, ids: Mapping[str, str]) -> list[Column]:
    return [
        Column(
            ids[p.iri],
            p.iri,
            p.name[:1].upper() + p.name[1:],
            p.thing,
            tuple(p.datatypes),
        )
        for p in definition.properties
    ]


def extend(current: OpenRelease, extension: Extension) -> dict[str, Any]:
    """Return the values of some properties of some things; an unknown thing has none.

    Raises:
        Problem: 400 for an unknown property.
    """
    things = [iri for iri in dict.fromkeys(extension.ids) if iri in current.matcher]
    there = columns(current, things=things)
    for name in extension.properties:
        if name not in there:
            raise Problem(
                "reconciliation-query",
                f"extend.properties names {name[:80]!r}, which gives no column.",
                f"see /reconcile/extend/propose?type={_class_name(current, things)}",
                place="extend.properties",
            )
    wanted = [there[name] for name in extension.properties]
    values = _values(current, things, wanted)
    return {
        "meta": [
            {"id": column.name, "name": column.label, **_type(current, column)} for column in wanted
        ],
        "rows": {
            iri: {column.name: values.get((iri, column.name), []) for column in wanted}
            for iri in extension.ids
        },
    }


def _class_name(current: OpenRelease, things: Sequence[str]) -> str:
    """Return the local name of the class of the first thing, of commitments where there is none."""
    segments = [iri.rpartition("/")[0].rpartition("/")[2] for iri in things[:1]]
    return next(
        (d.name for s in segments for d in current.model.by_segment.get(s, ())), "Commitment"
    )


def _type(current: OpenRelease, column: Column) -> dict[str, dict[str, str]]:
    """Return the type of a column's values, as the manifest has it; nothing for one that it does not have."""
    definition = current.model.by_class_iri.get(column.type)
    label = classes(current).get(definition.name) if definition else None
    return {"type": {"id": definition.name, "name": label}} if definition and label else {}


def _values(
    current: OpenRelease, things: Sequence[str], wanted: Sequence[Column]
) -> dict[tuple[str, str], list[dict[str, Any]]]:
    if not things or not wanted:
        return {}
    nodes = [NamedNode(iri + part) for iri in things for part in ("", "#territory")]
    properties = [NamedNode(iri) for iri in sorted({column.iri for column in wanted})]
    by_iri = defaultdict(list)
    for column in wanted:
        by_iri[column.iri].append(column)
    cells: dict[tuple[str, str], dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in _with_names(current.select("extend", things=nodes, properties=properties)):
        iri, _, part = row["thing"].partition("#")
        for column in by_iri[row["property"]]:
            if part and column.name not in (*_OF_TERRITORY, _WIKIDATA_ITEM):
                continue
            if column.name == _WIKIDATA_ITEM and not row["value"].startswith(_WIKIDATA):
                continue
            cells[iri, column.name].setdefault(row["value"], _cell(column, row))
    return {key: [by_text[text] for text in sorted(by_text)] for key, by_text in cells.items()}


def _with_names(rows: Sequence[dict[str, str]]) -> Iterator[dict[str, str]]:
    """Yield each value once, with the name of it that readers of English get."""
    by_value: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for row in rows:
        key = (row["thing"], row["property"], row["value"], row.get("language", ""))
        by_value.setdefault(key, []).append(row)
    for same in by_value.values():
        names = [(r["label"], r.get("labelLanguage", "")) for r in same if "label" in r]
        yield {**same[0], "label": nearest_name(names, DEFAULT)[0] if names else ""}


def _cell(column: Column, row: dict[str, str]) -> dict[str, Any]:
    value = row["value"]
    if row.get("label"):
        return {"id": value, "name": row["label"]}
    if XSD("integer").value in column.datatypes and _WHOLE.fullmatch(value):
        return {"int": int(value)}
    if column.name == _WIKIDATA_ITEM:
        return {"str": value.removeprefix(_WIKIDATA)}
    if XSD("date").value in column.datatypes and _DAY.fullmatch(value):
        return {"date": f"{value}T00:00:00Z"}
    return {"str": value}


def propose(current: OpenRelease, class_name: str, limit: int) -> dict[str, Any]:
    """Return the properties of a class as columns."""
    rows = [{"id": c.name, "name": c.label} for c in columns(current, class_name).values()]
    return {"properties": rows[:limit] if limit else rows} | (
        {"type": class_name} if class_name else {}
    )


def suggest_properties(current: OpenRelease, prefix: str) -> list[dict[str, str]]:
    """Return properties by what was typed so far: those of queries, then those that only give columns."""
    there = columns(current)
    labels = {name: column.label for name, column in there.items()}
    named = {**PROPERTIES, **labels, **PROPERTIES}  # ours first, and by our names
    rows = [
        {"id": name, "name": label, "description": _use(name, there)}
        for name, label in named.items()
    ]
    return [row for row in rows if begins(row, prefix)]


def _use(name: str, there: Mapping[str, Column]) -> str:
    """Say what a property is good for: nobody can state those of columns in a query."""
    if name not in PROPERTIES:
        return "For columns of values"
    return "For matching, and for columns of values" if name in there else "For matching"
