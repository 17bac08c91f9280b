"""Examine a server: every check in order, then the quality of its catalogue."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from ogpld.doctor.all_checks import TABLE
from ogpld.doctor.check import CheckOutcome, run
from ogpld.doctor.client import Client
from ogpld.doctor.quality import QualityScore, assess
from ogpld.doctor.server_map import EntryPoints, ExaminedServer
from ogpld.errors import ExaminationLimitError, UsageError


@dataclass(frozen=True, slots=True)
class Examination:
    """The outcome of every check, and the score of the catalogue.

    Attributes:
        url: the server.
        outcomes: one for each check.
        quality: the score of the catalogue, None without one.
        requests: how many were sent.
        unscored: whether the requests were spent before the score of the catalogue.
        limit: the error of an examination that ended at its limit, None for a whole one.
    """

    url: str
    outcomes: tuple[CheckOutcome, ...]
    quality: QualityScore | None
    requests: int
    limit: ExaminationLimitError | None = None
    unscored: bool = False

    def count(self, outcome: str) -> int:
        """Return how many checks came to `pass`, `fail`, `n/a` or `open`."""
        return sum(o.outcome == outcome for o in self.outcomes)

    @property
    def score(self) -> float:
        """The share of checks passed of those that could be asked to their end, in percent."""
        applicable = self.count("pass") + self.count("fail")
        return 100 * self.count("pass") / applicable if applicable else 0.0


def examine(
    url: str,
    client: Client,
    start: EntryPoints | None = None,
    *,
    only: Collection[str] = (),
    step: Callable[[str, int, int], None] = lambda _name, _done, _of: None,
) -> Examination:
    """Examine a server.

    Args:
        url: its address.
        client: asks it, within limits.
        start: where things are that it does not announce.
        only: ids of checks, or their topics, where not all are wanted.
        step: called with each check, its number and how many there are.

    Raises:
        Unreachable: when the server does not answer.
        UsageError: when `only` names no check.
    """
    names = {name for c in TABLE for name in (c.id, c.id.partition(".")[0])}
    checks = [c for c in TABLE if not only or c.id in only or c.id.partition(".")[0] in only]
    if unknown := sorted(set(only) - names):
        raise UsageError(
            f"there is no check {', '.join(unknown)}",
            hint=f"topics: {', '.join(sorted({c.id.partition('.')[0] for c in TABLE}))}",
        )
    site = ExaminedServer(url, client, start)
    _ = site.home  # raises when nobody is there
    outcomes = []
    for number, check in enumerate(checks, 1):
        step(check.id, number, len(checks))
        outcomes.append(run(check, site))
    quality, limit = None, next((outcome.limit for outcome in outcomes if outcome.limit), None)
    unscored = False
    try:
        quality = None if only else assess(site)
    except ExaminationLimitError as error:
        limit, unscored = error, True
    return Examination(site.url, tuple(outcomes), quality, client.sent, limit, unscored)
