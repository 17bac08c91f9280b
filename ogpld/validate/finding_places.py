"""Trace a finding to the cells it comes from: file, row, column and what is printed there.

A finding has a focus node, perhaps a path, a value and the properties its rule looks at (SHACL section
3.6.2, ogpld/report/finding.py); the trace of a build knows where statements are from. Nothing here
judges data, and nothing here knows sources: the trace comes in as `StatementTrace`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from ogpld.errors import Where
from ogpld.report import Finding

_IRI = re.compile(r"<([^<>]*)>")
#: A path of properties one after the other, none of them turned round.
_STRAIGHT = re.compile(r"<[^<>]*>(?:/<[^<>]*>)+")
#: A path that begins with a property turned round.
_INVERSE = re.compile(r"\(*\^\(*<([^<>]*)>")
#: How components end for which values are too few: those that are there have nothing wrong.
_TOO_FEW = "MinCountConstraintComponent"


class TracedPlace(Protocol):
    """A cell, or a row where it has no column."""

    @property
    def where(self) -> Where:
        """File, row and column."""

    @property
    def text(self) -> str:
        """What is printed there."""

    @property
    def computed(self) -> bool:
        """Whether what was asked for was computed from here."""


class StatementTrace(Protocol):
    """The cells that statements were read from, nearest first."""

    def read(self, subject: str, predicate: str, value: str | None = None) -> Sequence[TracedPlace]:
        """Return cells of the statement, else of the property, also through what was computed."""

    def rows(self, subject: str) -> Sequence[TracedPlace]:
        """Return the rows of a thing."""

    def values(self, subject: str, predicate: str) -> Sequence[str]:
        """Return the values of a property, as N-Triples terms."""

    def spelling(self, iri: str) -> str | None:
        """Return a thing that is described and whose key differs in case only."""

    def column_of(self, file: str, predicate: str, subject: str = "") -> str | None:
        """Return the column of a table that other rows of such things fill the property from."""


def trace_finding(finding: Finding, places: StatementTrace | None) -> Finding:
    """Return the finding with the cells it comes from, what the first prints, and a hint."""
    if places is None:
        return finding
    cells = list(_cells(finding, places))
    if not cells:
        if finding.path and (where := _to_fill(finding, places)):
            return _with(finding, where, None, "fill the cell, then run: ogpld check")
        cells = list(_rows(finding, places))
    where = _exact(place.where for place in cells)
    if not where:
        return _with(finding, (), None, "derived from other statements; correct those")
    text = next((p.text for p in cells if p.where == where[0] and p.where.column), None)
    if where[0].column and finding.component.endswith(_TOO_FEW):
        hint = "correct the cell or add what is missing, then run: ogpld check"
    else:
        hint = _hint(where, computed=all(p.computed for p in cells))
    return _with(finding, where, text, _meant(finding, places) + hint)


def _meant(finding: Finding, places: StatementTrace) -> str:
    """Return the beginning of a hint where a link names a thing in other letters than it is described by."""
    term = _IRI.fullmatch(finding.value_term or "")
    other = places.spelling(term[1]) if term else None
    return f"did you mean {other.rpartition('/')[2]}? " if other else ""


def _with(finding: Finding, where: tuple[Where, ...], cell: str | None, hint: str) -> Finding:
    return replace(finding, where=where, cell=cell, hint=finding.hint or hint)


def _cells(finding: Finding, places: StatementTrace) -> Iterator[TracedPlace]:
    """Yield the cells of the statements at fault, then those of the properties involved."""
    if finding.path:
        yield from _along(finding, finding.path, places)
    for predicate in finding.involved:
        yield from places.read(finding.focus, predicate)


def _along(finding: Finding, path: str, places: StatementTrace) -> Iterator[TracedPlace]:
    """Yield the cells a path leads through to the value, else those of its first property."""
    focus, value = finding.focus, finding.value_term
    if "<" not in path:
        yield from places.read(focus, path, value)
        return
    steps = _IRI.findall(path)
    if not steps:
        return
    if turned := _INVERSE.match(path):
        if value and _IRI.fullmatch(value):
            yield from places.read(value[1:-1], turned[1], f"<{focus}>")
        return
    if value and _STRAIGHT.fullmatch(path) and (way := _way(focus, steps, value, places)):
        yield from way
    else:
        yield from places.read(focus, steps[0])


def _way(node: str, steps: list[str], value: str, places: StatementTrace) -> list[TracedPlace]:
    """Return the cells of the statements that lead from a node to a value, none if none do."""
    first, *rest = steps
    if not rest:
        traced = value in places.values(node, first)
        return list(places.read(node, first, value)) if traced else []
    cells: list[TracedPlace] = []
    for term in places.values(node, first):
        inner = _IRI.fullmatch(term)
        if inner and (further := _way(inner[1], rest, value, places)):
            cells += [*places.read(node, first, term), *further]
    return cells


def _to_fill(finding: Finding, places: StatementTrace) -> tuple[Where, ...]:
    """Return the cells that would hold a missing value, one for each row that has the column."""
    path = finding.path or ""
    first = next(iter(_IRI.findall(path)), path)
    if _INVERSE.match(path):
        return ()
    cells = []
    for place in places.rows(finding.focus):
        file, row = place.where.file, place.where.row
        column = place.where.column is None and places.column_of(file, first, finding.focus)
        if column:
            cells.append(Where(file, row, column))
    return tuple(cells)


def _rows(finding: Finding, places: StatementTrace) -> Iterable[TracedPlace]:
    """Return the rows of the value where it is a thing of its own, else those of the focus node.

    A rule asked of a report or plan names what it found there (an assessment, a total) as the value.
    """
    term = _IRI.fullmatch(finding.value_term or "")
    if term and term[1] != finding.focus and not finding.path and not finding.involved:
        return places.rows(term[1]) or places.rows(finding.focus)
    return places.rows(finding.focus)


def _exact(where: Iterable[Where]) -> tuple[Where, ...]:
    """Return each place once; a row goes where one of its cells is among them."""
    places = list(dict.fromkeys(where))
    rows_with_column = {(place.file, place.row) for place in places if place.column}
    return tuple(p for p in places if p.column or (p.file, p.row) not in rows_with_column)


def _hint(where: tuple[Where, ...], *, computed: bool) -> str:
    """Say what to do at the places of a finding."""
    what = "cell" if where[0].column else "row"
    if computed:
        many = len(where) > 1
        these = f"these {what}s; correct them" if many else f"this {what}; correct it"
        return f"computed from {these}, then run: ogpld check"
    return f"correct the {what}, then run: ogpld check"
