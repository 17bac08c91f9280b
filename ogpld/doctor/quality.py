"""Compute the score that data.europa.eu would give the catalogue, and who must act for the rest."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from ogpld.doctor.address_sample import datasets, distributions
from ogpld.doctor.criteria import CRITERIA, Criterion
from ogpld.doctor.server_map import ExaminedServer

#: The names data.europa.eu gives to scores, by the least points they need.
_RATINGS = ((351, "Excellent"), (221, "Good"), (121, "Sufficient"), (0, "Bad"))


@dataclass(frozen=True, slots=True)
class CriterionScore:
    """How a criterion is met.

    Attributes:
        criterion: which.
        met: data sets or distributions that meet it.
        of: how many were judged.
        missed: one that does not.
        actor: who must act for those that do not.
        remedy: what is to be done.
        total: how many there are; of very many whose addresses are asked for a sample is judged.
    """

    criterion: Criterion
    met: int
    of: int
    missed: str = ""
    actor: str = ""
    remedy: str = ""
    total: int = 0

    @property
    def points(self) -> float:
        """What it earns: the share of those judged that meets it."""
        return self.criterion.points * self.met / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class QualityScore:
    """The whole score."""

    scores: tuple[CriterionScore, ...]

    @property
    def points(self) -> float:
        """Points earned of 405."""
        return sum(score.points for score in self.scores)

    @property
    def most(self) -> int:
        """Points there are."""
        return sum(score.criterion.points for score in self.scores)

    @property
    def rating(self) -> str:
        """The name of the score."""
        return next(name for least, name in _RATINGS if self.points >= least)

    def dimensions(self) -> list[tuple[str, float, int]]:
        """Return points earned and to be had, by dimension."""
        return [
            (name, sum(s.points for s in members), sum(s.criterion.points for s in members))
            for name, scores in groupby(self.scores, lambda s: s.criterion.dimension)
            for members in [list(scores)]
        ]


def assess(site: ExaminedServer) -> QualityScore | None:
    """Return the score of a server's catalogue, None when there is no catalogue."""
    if site.catalogue is None:
        return None
    graph = site.catalogue[1]
    nodes = {"dataset": datasets(graph), "distribution": distributions(graph)}
    scores = []
    for criterion in CRITERIA:
        judged = criterion.judged(site, graph, nodes[criterion.of])
        missing = [n for n in judged if not criterion.meets(site, graph, n)]
        missed = str(missing[0]) if missing else ""
        duty = criterion.duty(graph, missing) if missing or not judged else ("", "")
        met, total = len(judged) - len(missing), len(nodes[criterion.of])
        scores.append(CriterionScore(criterion, met, len(judged), missed, *duty, total))
    return QualityScore(tuple(scores))
