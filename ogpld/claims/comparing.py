"""Compare what the data gives with what was printed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from operator import ge, le

from ogpld.claims.claim_table import NAMES, WITHIN, Claim
from ogpld.claims.verdicts import AGREES, DIFFERS, Verdict
from ogpld.errors import SourceError, Where

#: Decimals of a value as people read it; comparisons take it as the engine gave it.
_STEP = Decimal("0.0001")


def verdict_of(claim: Claim, solutions: bytes) -> Verdict:
    """Return what solutions say of a claim.

    Args:
        claim: a claim that is asked.
        solutions: the answer to its query (SPARQL 1.1 Query Results JSON Format).

    Raises:
        SourceError: when they are not one row of numbers; for `names`, one column of texts.
    """
    content = json.loads(solutions)
    columns: list[str] = content["head"]["vars"]
    rows = [
        [row[name]["value"] if name in row else None for name in columns]
        for row in content["results"]["bindings"]
    ]
    if claim.comparison == NAMES:
        return _names_verdict(claim, columns, rows)
    values = _values(claim, columns, rows)
    same = all(
        _same(claim, expected, value, index)
        for index, (expected, value) in enumerate(zip(claim.expected, values, strict=True))
    )
    return _verdict(claim, "; ".join(map(number_text, values)), agrees=same)


def number_text(value: Decimal) -> str:
    """Return a number as people read it: at most four decimals, no zeros behind them."""
    text = f"{value.quantize(_STEP, ROUND_HALF_UP):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _same(claim: Claim, expected: str, value: Decimal, index: int) -> bool:
    printed = Decimal(expected)
    if claim.comparison == WITHIN:
        return abs(value - printed) <= claim.tolerance[index]
    return _RULES[claim.comparison](value, printed)


def _rounded(value: Decimal, printed: Decimal) -> bool:
    return value.quantize(printed, ROUND_HALF_UP) == printed


_RULES: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "equal": lambda value, printed: value == printed,
    "rounded": _rounded,
    "at-least": ge,
    "at-most": le,
}
_WORDS = {
    "equal": "equal",
    "rounded": "equal after rounding to the printed decimals",
    "at-least": "at least that",
    "at-most": "at most that",
    NAMES: "the same names",
}


def _verdict(claim: Claim, value: str, *, agrees: bool) -> Verdict:
    printed = "; ".join(claim.expected)
    wanted = _WORDS.get(claim.comparison) or (
        f"within {'; '.join(map(number_text, claim.tolerance))} of that"
    )
    reason = f"The text says {printed}, the data gives {value or 'nothing'}: "
    reason += f"{wanted}." if agrees else f"not {wanted}."
    return Verdict(claim.id, AGREES if agrees else DIFFERS, value, reason)


def _names_verdict(
    claim: Claim, columns: Sequence[str], rows: Sequence[Sequence[str | None]]
) -> Verdict:
    if len(columns) != 1:
        raise _unusable(claim, f"{len(columns)} columns, not one of names", None, None)
    names = [row[0] for row in rows]
    if None in names:
        raise _unusable(claim, "a row without a name", names.index(None) + 1, columns[0])
    texts = [name for name in names if name is not None]
    return _verdict(claim, "; ".join(texts), agrees=sorted(texts) == sorted(claim.expected))


def _values(
    claim: Claim, columns: Sequence[str], rows: Sequence[Sequence[str | None]]
) -> list[Decimal]:
    if len(rows) != 1:
        raise _unusable(claim, f"{len(rows) or 'no'} rows, not one", None, None)
    if len(columns) != len(claim.expected):
        detail = f"{len(columns)} columns for {len(claim.expected)} expected values"
        raise _unusable(claim, detail, None, None)
    values = []
    for column, text in zip(columns, rows[0], strict=True):
        try:
            value = Decimal(text or "nothing")
            if not value.is_finite():
                raise InvalidOperation
        except InvalidOperation:
            detail = "no value" if text is None else f"{text[:80]!r}, which is no number"
            raise _unusable(claim, detail, 1, column) from None
        values.append(value)
    return values


def _unusable(claim: Claim, detail: str, row: int | None, column: str | None) -> SourceError:
    return SourceError(
        f"the query of claim {claim.id} ({claim.where.file}, row {claim.where.row}) gives {detail}",
        where=Where(claim.query_file, row, column),
        hint="write a query that gives one row, with a number for each expected value in their order; "
        f"for {NAMES}, one column of names",
    )
