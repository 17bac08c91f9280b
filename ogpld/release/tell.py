"""A difference of releases for people and programs: text, JSON, CSV."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import Any

from ogpld.rdf import PREFIXES, Literal, NamedNode
from ogpld.release.difference import ThingChange
from ogpld.release.release_store import Release

COLUMNS = ("change", "thing", "label", "subject", "property", "old", "new")
_SIGNS = {"Create": "+", "Update": "~", "Delete": "-"}


def compact(iri: str) -> str:
    """Return an IRI with a prefix of ours where one fits."""
    for prefix, namespace in PREFIXES.items():
        rest = iri.removeprefix(namespace)
        if rest != iri and rest.isidentifier():
            return f"{prefix}:{rest}"
    return f"<{iri}>"


def as_text(changes: Iterable[ThingChange], old: Release, new: Release) -> str:
    """Return the changes as lines: what happened to which thing, then its old and new values."""
    found = list(changes)
    counts = Counter(change.kind for change in found)
    told = ", ".join(f"{counts[kind]} {kind.lower()}d" for kind in _SIGNS)
    lines = [f"{old.id} -> {new.id}: {told}"]
    for change in found:
        label = f"  {change.label}" if change.label else ""
        lines.append(f"{_SIGNS[change.kind]} {change.thing}{label}")
        lines += [f"    replaced by {iri}" for iri in change.replaced_by if change.kind == "Delete"]
        for found_property in change.properties:
            part = found_property.subject.partition("#")[2]
            name = compact(found_property.predicate)
            lines.append(f"    {f'#{part} ' if part else ''}{name}")
            lines += [f"      - {value}" for value in found_property.old]
            lines += [f"      + {value}" for value in found_property.new]
    return "\n".join(lines) + "\n"


def as_json(changes: Iterable[ThingChange], old: Release, new: Release) -> str:
    """Return the changes as JSON; values are JSON-LD value objects."""
    things = [
        {
            "thing": change.thing,
            "change": change.kind,
            **({"label": change.label} if change.label else {}),
            **({"replacedBy": list(change.replaced_by)} if change.replaced_by else {}),
            "properties": [
                {
                    "subject": found.subject,
                    "property": found.predicate,
                    "old": [_value(value) for value in found.old],
                    "new": [_value(value) for value in found.new],
                }
                for found in change.properties
            ],
        }
        for change in changes
    ]
    told = {"from": old.id, "to": new.id, "things": things}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def as_csv(changes: Iterable[ThingChange]) -> str:
    """Return the changes as CSV, a line for each old and new value side by side (RFC 4180)."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(COLUMNS)
    for change in changes:
        writer.writerows(_rows(change))
    return target.getvalue()


def _rows(change: ThingChange) -> Iterator[tuple[str, ...]]:
    for found in change.properties:
        for old, new in zip_longest(found.old, found.new):
            yield (
                change.kind,
                change.thing,
                change.label,
                found.subject,
                found.predicate,
                old.value if old is not None else "",
                new.value if new is not None else "",
            )


def _value(value: NamedNode | Literal) -> dict[str, Any]:
    """Return a value object (JSON-LD 1.1 section 9.5)."""
    if isinstance(value, NamedNode):
        return {"@id": value.value}
    if value.language:
        return {"@value": value.value, "@language": value.language}
    if value.datatype.value == PREFIXES["xsd"] + "string":
        return {"@value": value.value}
    return {"@value": value.value, "@type": value.datatype.value}
