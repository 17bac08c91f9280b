"""Limits of an examination; imports little, so that the command line can read the defaults."""

from __future__ import annotations

from dataclasses import dataclass

from ogpld import __version__


@dataclass(frozen=True, slots=True)
class ExaminationLimits:
    """Limits of an examination.

    Attributes:
        requests: how many are sent at most.
        seconds: how long the server may take for one.
        bytes: how much of one body is read.
        pages: how many pages of one list are followed.
        sample: how many things, datasets and addresses of a kind are looked at.
        addresses: how many addresses of one property of the catalogue are asked for; where
            there are more, all those of a sample of what has them.
        agent: the User-Agent.
    """

    requests: int = 2_000
    seconds: float = 30.0
    bytes: int = 50_000_000
    pages: int = 200
    sample: int = 3
    addresses: int = 200
    agent: str = f"ogpld-doctor/{__version__} (checks a linked data server; run by hand)"
