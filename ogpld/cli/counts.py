"""Numbers that options take."""

from __future__ import annotations

import argparse


def count(text: str) -> int:
    """Return a number that is not negative.

    Raises:
        argparse.ArgumentTypeError: for any other text.
    """
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 up")
    return int(text)
