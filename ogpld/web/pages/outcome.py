"""What became of commitments, in numbers that sentences are made of."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ogpld.model import Model
from ogpld.statistics import Record
from ogpld.statistics.measures import DONE


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many commitments are held, and how far those that were assessed were carried out.

    Attributes:
        total: commitments held.
        at_end: those whose completion was assessed at the end of their plan; `done_at_end` of them were
            completed or substantially completed.
        at_mid_term: those whose completion was assessed at mid-term only; `done_at_mid_term` of them.
        unknown: those of which no completion is held; the three add up to `total`.
    """

    total: int
    at_end: int
    done_at_end: int
    at_mid_term: int
    done_at_mid_term: int
    unknown: int

    @property
    def assessed(self) -> int:
        """Those whose completion was assessed at all, by the latest assessment of each."""
        return self.at_end + self.at_mid_term

    @property
    def done(self) -> int:
        """Those of them that were completed or substantially completed."""
        return self.done_at_end + self.done_at_mid_term


def outcome_of(model: Model, records: Collection[Record]) -> Outcome:
    """Return what became of some commitments."""
    last = {code.notation for code in model.schemes["phase"].codes if code.slot == "last"}
    grades = [record.completion for record in records if record.completion]
    at_end = [grade for grade in grades if grade.phase in last]
    earlier = [grade for grade in grades if grade.phase not in last]
    return Outcome(
        total=len(records),
        at_end=len(at_end),
        done_at_end=sum(grade.code in DONE for grade in at_end),
        at_mid_term=len(earlier),
        done_at_mid_term=sum(grade.code in DONE for grade in earlier),
        unknown=len(records) - len(grades),
    )
