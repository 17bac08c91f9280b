"""The fields of a form that is sent as a body: those that there are, each once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ogpld.web.http.parameters import unknown_value
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
            detail = f"There is no field {name[:80]!r} in this form."
            raise unknown_value("unknown-parameter", detail, name[:80], name, available)
        if count > 1:
            raise Problem(
                "parameter-repeated",
                f"The field {name} is given {count} times, and is taken once.",
                "leave one",
                parameter=name,
            )
