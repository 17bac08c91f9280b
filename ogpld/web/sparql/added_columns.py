"""Columns added to the rows of a SELECT: what things are called (`labels=`), and receipts (`why=1`).

Both are asked for with the query and made after it: the rows stay those of the query, whole and in their
order. Names are looked up for a thousand IRIs at once, each IRI once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ogpld.language_tags import language_tag_problem, nearest_name
from ogpld.rdf import Literal, NamedNode
from ogpld.stores.solutions import Cell, Solutions
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.http.problems import Problem
from ogpld.web.pages.links import local_path
from ogpld.web.sparql.row_limits import RowLimits
from ogpld.web.sparql.row_receipts import COLUMNS as RECEIPT_COLUMNS
from ogpld.web.sparql.row_receipts import RowReceipts

#: IRIs of one query.
_AT_ONCE = 1_000
_YES, _NO = frozenset({"1", "true", "yes"}), frozenset({"", "0", "false", "no"})

#: A column that is added: the end of its name, and its cell beside an IRI of a row.
_Column = tuple[str, Callable[[str, Sequence[Cell]], Cell]]


@dataclass(frozen=True, slots=True)
class AddedColumns:
    """Which columns are added.

    Attributes:
        labels: language tag of the labels, "" for none.
        why: whether receipts are added.
    """

    labels: str = ""
    why: bool = False

    def __bool__(self) -> bool:
        return bool(self.labels) or self.why

    @property
    def tag(self) -> str:
        """What tells the columns from others in an ETag."""
        return "-".join("-".join(pair) for pair in self.parameters.items())

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters that ask for them."""
        return {
            **({"labels": self.labels} if self.labels else {}),
            **({"why": "1"} if self.why else {}),
        }


def read_added_columns(parameters: Mapping[str, Sequence[str]]) -> AddedColumns:
    """Return the columns that parameters ask for.

    Raises:
        Problem: 400 for a language that is none, for another value of `why`, and for two values.
    """
    labels, why = (_only(parameters, name) for name in ("labels", "why"))
    if labels and (fault := language_tag_problem(labels)):
        raise Problem(
            "parameter",
            f"labels={labels[:40]!r} is no language tag: {fault}.",
            "give a tag such as en, es or pt-br; where a thing has no name in it, the English one comes",
            parameter="labels",
        )
    if why.lower() not in _YES | _NO:
        raise Problem(
            "parameter",
            f"why={why[:40]!r} is neither 1 nor 0.",
            "give why=1, or leave it out",
            parameter="why",
        )
    return AddedColumns(labels.lower(), why.lower() in _YES)


def _only(parameters: Mapping[str, Sequence[str]], name: str) -> str:
    values = parameters.get(name, ())
    if len(set(values)) > 1:
        raise Problem(
            "parameter-repeated",
            f"{name} is given {len(values)} times, and is taken once.",
            "leave one",
            parameter=name,
        )
    return values[0].strip() if values else ""


def require_rows(added: AddedColumns) -> None:
    """Refuse to add columns to what has no rows.

    Raises:
        Problem: 400 where any are asked for.
    """
    if added:
        name = next(iter(added.parameters))
        raise Problem(
            "parameter",
            f"{name} adds columns to the rows of a SELECT; ASK, CONSTRUCT and DESCRIBE have none.",
            f"leave {name} out, or ask with SELECT",
            parameter=name,
        )


def add_columns(
    serving: OpenRelease, solutions: Solutions, added: AddedColumns, limits: RowLimits
) -> Solutions:
    """Return rows with columns behind each column that has IRIs of the release.

    A name that the query has itself, or that was added before, gets a number: `xLabel2`.

    Args:
        serving: the release.
        solutions: the rows.
        added: which columns.
        limits: what it may take.

    Raises:
        QueryStoppedError: past the deadline.
        QueryTooLargeError: where the columns have more bytes than an answer may have.
    """
    own = [
        {c.value for c in cells if isinstance(c, NamedNode) and _is_ours(serving, c.value)}
        for cells in (zip(*solutions.rows, strict=True) if solutions.rows else ())
    ]
    iris = set().union(*own)
    columns: list[_Column] = []
    if added.labels:
        names = _labels(iris, added.labels, limits)
        columns.append(("Label", lambda iri, _row: names.get(iri)))
    if added.why:
        receipts = RowReceipts.read(serving, iris, limits)
        columns += [
            (ending, _receipt_cell(receipts, field)) for field, ending in RECEIPT_COLUMNS.items()
        ]
    return _widened(solutions, own, columns, limits)


def _receipt_cell(receipts: RowReceipts, field: str) -> Callable[[str, Sequence[Cell]], Cell]:
    return lambda iri, row: receipts.cell(field, iri, row)


def _widened(
    solutions: Solutions,
    own: Sequence[set[str]],
    columns: Sequence[_Column],
    limits: RowLimits,
) -> Solutions:
    """Return rows with columns added where a column has IRIs of the release."""
    names: list[str] = []
    taken = set(solutions.variables)
    for at, name in enumerate(solutions.variables):
        names.append(name)
        if own and own[at]:
            for ending, _ in columns:
                names.append(_free(f"{name}{ending}", taken))
    rows, size = [], 0
    for row in limits.within_time(solutions.rows):
        cells: list[Cell] = []
        for at, cell in enumerate(row):
            cells.append(cell)
            if own[at]:
                iri = cell.value if isinstance(cell, NamedNode) else ""
                made = [value(iri, row) if iri in own[at] else None for _, value in columns]
                size += sum(len(each.value) for each in made if each is not None)
                cells += made
        limits.check_size(size)
        rows.append(tuple(cells))
    return Solutions(tuple(names), rows)


def _free(name: str, taken: set[str]) -> str:
    """Return a name that no column has, and take it."""
    result, number = name, 1
    while result in taken:
        number += 1
        result = f"{name}{number}"
    taken.add(result)
    return result


def _is_ours(serving: OpenRelease, iri: str) -> bool:
    return local_path(iri, serving.iris) is not None


def _labels(iris: Iterable[str], language: str, limits: RowLimits) -> dict[str, Literal]:
    """Return what things are called, in the nearest language there is (`best_label`)."""
    ordered = sorted(iris)
    names: dict[str, list[tuple[str, str]]] = {}
    for start in range(0, len(ordered), _AT_ONCE):
        things = [NamedNode(iri) for iri in ordered[start : start + _AT_ONCE]]
        for row in limits.select("labels", things=things):
            names.setdefault(row["thing"], []).append((row["label"], row["language"]))
    return {thing: best_label(several, language) for thing, several in names.items()}


def best_label(names: Iterable[tuple[str, str]], language: str) -> Literal:
    """Return the name that a reader of a language gets (`nearest_name`), with the tag it has."""
    label, tag = nearest_name(names, language)
    return Literal(label, language=tag) if tag else Literal(label)
