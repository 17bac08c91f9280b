"""The fields of a form that is sent as a body: those that there are, each once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ogpld.near_names import closest
from ogpld.web.http.problems import Problem


def check_fields(names: Iterable[str], available: Sequence[str]) -> None:
    """Refuse a form with other fields than these, or with one of them twice.

    Args:
        names: those that were sent, as often as they were.
        available: those that are read.

    Raises:
        Problem: 400 with the fields that there are.
    """
    for name, count in Counter(names).items():
        if name not in available:
            nearest = closest(name, available)
            there = f"there are: {', '.join(available)}"
            raise Problem(
                "unknown-parameter",
                f"There is no field {name[:80]!r} in this form.",
                f"did you mean {nearest}? {there}" if nearest else there,
                parameter=name[:80],
                available=list(available),
                **({"suggestion": nearest} if nearest else {}),
            )
        if count > 1:
            raise Problem(
                "parameter-repeated",
                f"The field {name} is given {count} times, and is taken once.",
                "leave one",
                parameter=name,
            )
