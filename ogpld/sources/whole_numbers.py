"""Whole numbers in cells: digits, and no more of them than every engine counts with."""

from __future__ import annotations

import re

#: Digits a number may have: past 64 bits, the engine compares and adds no longer.
DIGITS = 18

_WHOLE = re.compile(r"-?([0-9]+)", re.ASCII)
_SHOWN = 40


def whole_number_problem(text: str) -> str:
    """Return why a cell is no whole number that is read here, "" when it is one."""
    match = _WHOLE.fullmatch(text)
    shown = repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")
    if match is None:
        return f"{shown} is not a whole number"
    digits = len(match[1].lstrip("0"))
    if digits > DIGITS:
        return f"{shown} has {digits:,} digits; whole numbers of up to {DIGITS} are read"
    return ""
