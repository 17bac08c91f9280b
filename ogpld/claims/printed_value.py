"""Values as people read them beside the figures that they are held against."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from ogpld.wording import decimal

#: What a figure may print behind a number.
_UNIT = r"(?<![\d.,]){}\s*(%)"


def value_as_printed(value: str, figure: str, expected: str) -> str:
    """Return values rounded to the decimals of the printed numbers, with the unit that these have.

    Args:
        value: what the data gives, several values separated by semicolons.
        figure: as printed.
        expected: the printed numbers that are compared, in the order of the values.

    >>> value_as_printed("42.8571; 3", "43 %; 3 of 13", "43; 3")
    '43 %; 3'
    """
    values, numbers = value.split("; "), expected.split("; ")
    if len(values) != len(numbers):
        return value
    try:
        pairs = [(Decimal(v), Decimal(n)) for v, n in zip(values, numbers, strict=True)]
    except InvalidOperation:  # names
        return value
    texts = []
    for (result, printed), text in zip(pairs, numbers, strict=True):
        unit = re.search(_UNIT.format(re.escape(text)), figure)
        rounded = decimal(result.quantize(printed, ROUND_HALF_UP))
        texts.append(f"{rounded} {unit[1]}" if unit else rounded)
    return "; ".join(texts)
