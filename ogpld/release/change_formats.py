"""A difference of releases for people and programs: text, JSON, CSV."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, zip_longest
from typing import Any

from ogpld.csv_rows import csv_text
from ogpld.rdf import PREFIXES, Literal, NamedNode, compact
from ogpld.release.changes import CREATE, DELETE, UPDATE, Change
from ogpld.release.release_store import Release

COLUMNS = ("change", "thing", "label", "subject", "property", "old", "new")
_SIGNS = {CREATE: "+", UPDATE: "~", DELETE: "-"}


def as_text(changes: Iterable[Change], old: Release, new: Release) -> str:
    """Return the changes as lines: what happened to which thing, then its old and new values."""
    listed = list(changes)
    counts = Counter(change.kind for change in listed)
    summary = ", ".join(f"{counts[kind]} {kind.lower()}d" for kind in _SIGNS)
    lines = [f"{old.id} -> {new.id}: {summary}"]
    for change in listed:
        label = f"  {change.label}" if change.label else ""
        lines.append(f"{_SIGNS[change.kind]} {change.thing}{label}")
        lines += [f"    replaced by {iri}" for iri in change.replaced_by if change.kind == DELETE]
        for values in change.properties:
            part = values.subject.partition("#")[2]
            name = compact(values.predicate)
            lines.append(f"    {f'#{part} ' if part else ''}{name}")
            lines += [f"      - {value}" for value in values.old]
            lines += [f"      + {value}" for value in values.new]
    return "\n".join(lines) + "\n"


def as_json(changes: Iterable[Change], old: Release, new: Release) -> str:
    """Return the changes as JSON; values are JSON-LD value objects."""
    things = [
        {
            **change.to_dict(),
            "properties": [
                {
                    "subject": values.subject,
                    "property": values.predicate,
                    "old": [_value(value) for value in values.old],
                    "new": [_value(value) for value in values.new],
                }
                for values in change.properties
            ],
        }
        for change in changes
    ]
    content = {"from": old.id, "to": new.id, "things": things}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def as_csv(changes: Iterable[Change]) -> str:
    """Return the changes as CSV, a line for each old and new value side by side (RFC 4180)."""
    rows = chain.from_iterable(map(_rows, changes))
    return csv_text(chain([COLUMNS], rows), "\r\n")


def _rows(change: Change) -> Iterator[tuple[str, ...]]:
    for values in change.properties:
        for old, new in zip_longest(values.old, values.new):
            yield (
                change.kind,
                change.thing,
                change.label,
                values.subject,
                values.predicate,
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
