"""Read claims: `claims.csv`, and beside it `<id>.rq` for each claim that is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from ogpld.errors import OgpldError, SourceError, Where
from ogpld.iris import is_key
from ogpld.regular_file import regular_bytes
from ogpld.sources.csvfile import read_csv
from ogpld.sources.normal_form import NormalForm
from ogpld.sources.table import InputRow
from ogpld.stores import guard
from ogpld.stores.tokens import scan

#: The table of claims in its folder.
TABLE = "claims.csv"
NOT_ASKED, NAMES, WITHIN = "not-asked", "names", "within"
#: Comparisons by their notation in the code list `comparison`.
COMPARISONS = ("equal", "rounded", WITHIN, "at-least", "at-most", NAMES, NOT_ASKED)
_COLUMNS = ("id", "figure", "counts", "comparison")
_QUERY_BYTES = 65_536
#: A claim is about all that was read; which graph says it is no part of a figure.
_GRAPHS = frozenset({"GRAPH", "FROM"})


@dataclass(frozen=True, slots=True)
class Claim:
    """A published figure, and how the data is asked for it.

    Attributes:
        id: its key.
        figure: as printed.
        counts: what it counts.
        comparison: one of `COMPARISONS`.
        expected: the values that are compared, in the order of the query's columns; names of `names`.
        tolerance: of `within`, one for each value.
        about: name of the source it is about, "" for the whole data.
        reason: why it is not asked.
        query: SPARQL, "" where it is not asked.
        where: its row.
    """

    id: str
    figure: str
    counts: str
    comparison: str
    expected: tuple[str, ...]
    tolerance: tuple[Decimal, ...]
    about: str
    reason: str
    query: str
    where: Where

    def place(self, column: str) -> Where:
        """Return the cell of a column."""
        return Where(self.where.file, self.where.row, column)

    @property
    def query_file(self) -> str:
        """Name of the file with its query, beside the table."""
        return f"{self.id}.rq"


def read_claims(table: Path) -> list[Claim]:
    """Return the claims of a table, in its order; none where there is no such file.

    Raises:
        SourceError: naming file, row and column, for a table or a query that cannot be used.
    """
    if not table.exists():
        return []
    try:
        content = regular_bytes(table)
    except OSError as error:
        raise SourceError(
            f"cannot read the file: {error.strerror}",
            where=Where(table.name),
            hint="put a table there, or nothing",
        ) from error
    claims: dict[str, Claim] = {}
    form = NormalForm(table.name)
    for row in map(form.row, read_csv(content, table.name)):
        claim = _claim(row, table)
        if claim.id in claims:
            raise SourceError(
                f"two claims have the id {claim.id}",
                where=claim.place("id"),
                hint=f"give one of them another id; the other one stands in row {claims[claim.id].where.row}",
            )
        claims[claim.id] = claim
    return list(claims.values())


def _claim(row: InputRow, table: Path) -> Claim:
    where = Where(table.name, row.number)
    cells = {name: (value or "").strip() for name, value in row.cells.items()}
    for column in _COLUMNS:
        if not cells.get(column):
            raise SourceError(
                "there is no such column" if column not in cells else "the cell is empty",
                where=Where(table.name, row.number, column),
                hint=f"a claim has {', '.join(_COLUMNS)}",
            )
    key, comparison = cells["id"], cells["comparison"]
    if not is_key(key):
        raise SourceError(
            f"{key!r} is no key",
            where=Where(table.name, row.number, "id"),
            hint="use letters, digits and dashes",
        )
    if comparison not in COMPARISONS:
        raise SourceError(
            f"unknown comparison {comparison!r}",
            where=Where(table.name, row.number, "comparison"),
            hint=f"write one of {', '.join(COMPARISONS)}",
        )
    claim = Claim(
        id=key,
        figure=cells["figure"],
        counts=cells["counts"],
        comparison=comparison,
        expected=_parts(cells.get("expected", "")),
        tolerance=(),
        about=cells.get("about", ""),
        reason=cells.get("reason", ""),
        query="",
        where=where,
    )
    if comparison == NOT_ASKED:
        if not claim.reason:
            raise SourceError(
                "a claim that is not asked has no reason",
                where=claim.place("reason"),
                hint="say what the data has not",
            )
        return claim
    return _with_query(claim, cells, table)


def _with_query(claim: Claim, cells: dict[str, str], table: Path) -> Claim:
    """Return a claim with its query, its values and tolerances checked."""
    if not claim.expected:
        raise SourceError(
            "there is nothing to compare with",
            where=claim.place("expected"),
            hint="write the number of the figure, several separated by semicolons",
        )
    tolerance: tuple[Decimal, ...] = ()
    if claim.comparison != NAMES:
        tuple(_numbers(claim.expected, claim.place("expected")))
    if claim.comparison == WITHIN:
        parts = _parts(cells.get("tolerance", ""))
        tolerance = tuple(_numbers(parts, claim.place("tolerance")))
        if len(tolerance) != len(claim.expected) or min(tolerance) < 0:
            raise SourceError(
                f"{len(tolerance)} tolerances for {len(claim.expected)} values",
                where=claim.place("tolerance"),
                hint="write one for each value, 0 or more, separated by semicolons",
            )
    return Claim(
        **{name: getattr(claim, name) for name in _COMMON},
        tolerance=tolerance,
        query=_query(claim, table.with_name(claim.query_file)),
    )


_COMMON = ("id", "figure", "counts", "comparison", "expected", "about", "reason", "where")


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in map(str.strip, text.split(";")) if part)


def _numbers(parts: tuple[str, ...], where: Where) -> Iterator[Decimal]:
    for part in parts:
        try:
            number = Decimal(part)
            if not number.is_finite():
                raise InvalidOperation
        except InvalidOperation:
            raise SourceError(
                f"{part!r} is no number",
                where=where,
                hint="write digits with a decimal point, several numbers separated by semicolons",
            ) from None
        yield number


def _query(claim: Claim, path: Path) -> str:
    """Return the text of a claim's query."""
    try:
        text = regular_bytes(path).decode()
    except OSError as error:
        raise SourceError(
            f"the query {path.name} cannot be read: {error.strerror}",
            where=claim.place("id"),
            hint=f"write {path.name} beside {claim.where.file}, or compare it as {NOT_ASKED}",
        ) from error
    except UnicodeDecodeError as error:
        raise SourceError(
            "the query is not UTF-8", where=Where(path.name), hint="save it as UTF-8"
        ) from error
    try:
        guard.check(text, _QUERY_BYTES)
        words = {token.text.upper() for token in scan(text)}
    except OgpldError as error:
        raise query_error(claim, error) from error
    if named := words & _GRAPHS:
        raise SourceError(
            f"the query of claim {claim.id} has {min(named)}",
            where=Where(path.name),
            hint="a claim is asked of all data; leave graphs out of it",
        )
    return text


def query_error(claim: Claim, error: OgpldError) -> SourceError:
    """Return the error of a claim whose query is wrong or fails."""
    return SourceError(
        f"the query of claim {claim.id} ({claim.where.file}, row {claim.where.row}) fails: {error.message}",
        where=Where(claim.query_file, line=getattr(error, "line", None)),
        hint=error.hint or "correct the query",
    )
