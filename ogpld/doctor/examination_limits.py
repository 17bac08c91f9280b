"""What an examination may take of a server; light, so that the command line may read the defaults."""

from __future__ import annotations

from dataclasses import dataclass

from ogpld import __version__


@dataclass(frozen=True, slots=True)
class ExaminationLimits:
    """What an examination may take.

    Attributes:
        requests: how many are sent at most.
        seconds: how long the server may take for one.
        bytes: how much of one body is read.
        pages: how many pages of one list are followed.
        sample: how many things, datasets and addresses of a kind are looked at.
        agent: the User-Agent.
    """

    requests: int = 2_000
    seconds: float = 30.0
    bytes: int = 50_000_000
    pages: int = 200
    sample: int = 3
    agent: str = f"ogpld-doctor/{__version__} (checks a linked data server; run by hand)"
