"""The file of statistics in the folder of a release: packed JSON Lines, which can be made again.

The first line says of which release it is, the last one how many there are between; each of those is a list:
what it is of (`commitment`, `plan`, `member`, `body`) and the fields of its record in their order.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import astuple, fields
from pathlib import Path
from sys import intern
from typing import Any

from ogpld.model import Model
from ogpld.release.folders import whole_file
from ogpld.release.packed_files import packed, unpacked
from ogpld.statistics.record import Grade, MemberRecord, PlannedValue, PlanRecord, Record
from ogpld.statistics.statistics import Statistics

#: Changes with what the file holds; a file of another version is made again.
VERSION = 2
_FIELDS = tuple(field.name for field in fields(Record))
_GRADED = ("completion", "ambition", "relevance", "results")


class StatisticsFileError(ValueError):
    """A file of statistics that is damaged, of another version or of another release."""


def write_statistics(path: Path, statistics: Statistics, release_id: str) -> None:
    """Write a file, whole or not at all.

    Raises:
        OSError: when it cannot be written.
    """
    texts = (
        json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"
        for line in _lines(statistics, release_id)
    )
    with whole_file(path) as beside:
        beside.write_bytes(packed("".join(texts).encode()))


def _lines(statistics: Statistics, release_id: str) -> Iterator[Any]:
    yield {"version": VERSION, "release": release_id}
    count = 0
    for kind, records in (
        ("commitment", statistics.records),
        ("plan", statistics.plans.values()),
        ("member", statistics.members.values()),
        ("body", statistics.bodies.items()),
    ):
        for record in records:
            count += 1
            yield [kind, *(record if isinstance(record, tuple) else astuple(record))]
    yield {"records": count}


def read_file(path: Path, model: Model, release_id: str) -> Statistics:
    """Read a file, given by its name with `.gz`.

    Raises:
        StatisticsFileError: when it is damaged, of another version or of another release.
        OSError: when it cannot be read.
    """
    records: list[Record] = []
    plans: dict[str, PlanRecord] = {}
    members: dict[str, MemberRecord] = {}
    bodies: dict[str, str] = {}
    text = unpacked(path)
    try:
        head, *lines, last = map(json.loads, text.splitlines())
        if head != {"version": VERSION, "release": release_id}:
            raise StatisticsFileError("it is that of another release or version")
        if last != {"records": len(lines)}:
            raise StatisticsFileError(f"it has {len(lines)} records, its last line says {last}")
        for kind, *cells in lines:
            if kind == "commitment":
                records.append(_record(cells))
            elif kind == "plan":
                plans[cells[1]] = PlanRecord(*cells)
            elif kind == "member":
                members[cells[1]] = MemberRecord(*cells)
            else:
                bodies[cells[0]] = cells[1]
    except StatisticsFileError:
        raise
    except (ValueError, TypeError, IndexError) as error:
        raise StatisticsFileError(f"it cannot be read: {error}") from error
    return Statistics(model, records, plans, members, bodies)


def _record(cells: list[Any]) -> Record:
    """Return a record; texts that many records have are kept once."""
    values = dict(zip(_FIELDS, cells, strict=True))
    for name in _GRADED:
        values[name] = values[name] and _grade(*values[name])
    values["planned"] = tuple(
        PlannedValue(name, code, tuple(plans)) for name, code, plans in values["planned"]
    )
    for name in ("member", "region"):
        values[name] = values[name] and intern(values[name])
    record: dict[str, Any] = {
        name: _kept_once(value) if isinstance(value, list) else value
        for name, value in values.items()
    }
    return Record(**record)


def _kept_once(values: list[Any]) -> tuple[Any, ...]:
    return tuple(intern(value) if isinstance(value, str) else value for value in values)


_GRADES: dict[tuple[str, str, str, str], Grade] = {}


def _grade(*fields: str) -> Grade:
    """Return a grade, each kind of which is kept once."""
    indicator, scale, code, phase = map(intern, fields)
    key = (indicator, scale, code, phase)
    return _GRADES.setdefault(key, Grade(*key))
