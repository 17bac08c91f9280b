"""Numbers that options take, each from a range.

A number that is none of these ends the command with 2 before anything is done: what is too large for the
system, or is no number of seconds, would be a fault in the middle of the work.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from ogpld.setting_values import converted

#: Seconds that something may be given: more than a week is not waited for.
_LEAST_SECONDS, _MOST_SECONDS = 0.001, 604_800


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """Return a type of arguments: a whole number from a range, both ends in it.

    It raises argparse.ArgumentTypeError for any other text.
    """

    def number(text: str) -> int:
        try:
            value = int(converted("int", text, typed=False))
        except ValueError:
            value = least - 1
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(
                f"{text[:40]!r} is no whole number from {least:,} to {most:,}"
            )
        return value

    return number


def seconds(text: str) -> float:
    """Return a time in seconds, more than none and at most a week.

    Raises:
        argparse.ArgumentTypeError: for any other text.
    """
    try:
        value = float(converted("float", text, typed=False))
    except ValueError:
        value = 0.0
    if not _LEAST_SECONDS <= value <= _MOST_SECONDS:
        raise argparse.ArgumentTypeError(
            f"{text[:40]!r} is no number of seconds from {_LEAST_SECONDS:g} to {_MOST_SECONDS:,}"
        )
    return value


#: How many processes run at once; 0 stands for as many as usual.
jobs = whole_number(0, 4_096)
