"""The steps of publishing, in their order, and a seam by which tests die at any of them.

Nothing may be lost or half-seen whatever the moment (`tests/faults/`).
"""

from __future__ import annotations

#: In their order. `readers` is the moment after the new release is current; they take it up themselves.
STEPS = (
    "lock",
    "space",
    "inputs",
    "build",
    "verify",
    "manifest",
    "rename",
    "current",
    "readers",
    "sweep",
)

#: Of the dumps, which are written when the release is current.
DUMP_STEPS = ("dumps", "dumps-rename")

#: Of an erasure, once everything is written beside: each can be repeated.
ERASE_STEPS = (
    "erase-write",
    "erase-journal",
    "erase-record",
    "erase-release",
    "erase-current",
    "erase-old",
    "erase-closing",
    "erase-end",
)


def begin(step: str) -> None:
    """Do nothing; tests put a function here that kills the process."""


def reached(step: str) -> None:
    """Note that a step begins."""
    begin(step)
