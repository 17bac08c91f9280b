"""How often the release in service uses its codes, and what it holds under each indicator.

Two grouped queries answer for all code lists; both are kept with the release.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.rdf import CODE, Literal
from ogpld.web.current.open_release import OpenRelease


@dataclass(frozen=True, slots=True)
class Use:
    """How many things of one class carry a code in one way.

    Attributes:
        code: IRI of the code.
        property: IRI of the property.
        kind: IRI of the class.
        number: of different things.
        computed: whether no source says so, but this data worked it out.
    """

    code: str
    property: str
    kind: str
    number: int
    computed: bool = False


@dataclass(frozen=True, slots=True)
class Answers:
    """How many assessments are alike: one indicator, phase, assessor, cycle and answer.

    All but the cycles are notations, "" where there is none.

    Attributes:
        value: of the scale, "" where there is a reason for none.
        cycles: of the plan the report is about, else of every plan of what is assessed.
    """

    indicator: str
    phase: str
    assessor: str
    dimension: str
    value: str
    reason: str
    cycles: tuple[int, ...]
    number: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What one release holds."""

    uses: Mapping[str, tuple[Use, ...]]
    answers: tuple[Answers, ...]

    def held(self, code: str) -> int:
        """Return how many things carry a code because a source says so."""
        return sum(use.number for use in self.uses.get(code, ()) if not use.computed)

    def of(self, indicator: str) -> tuple[Answers, ...]:
        """Return what is held under an indicator, by its notation."""
        return tuple(a for a in self.answers if a.indicator == indicator)


def read_counts(serving: OpenRelease) -> Counts:
    """Return the counts of the release in service, kept while there is room."""

    def read() -> Counts:
        uses = serving.select("code-counts", **code_counts_values(serving.iris))
        answers = tuple(_answers(serving.select("answer-counts")))
        return Counts(code_uses(uses, serving.model), answers)

    return serving.cached("counts", read)


def code_counts_values(iris: Iris) -> dict[str, Literal]:
    """Return what stands in the query for uses: how codes begin, and which graphs hold what was computed."""
    derived = f"{re.escape(iris.graph('derived').value)}/[^ ]+ ?"
    return {"codes": Literal(CODE.iri), "derived": Literal(derived)}


def code_uses(rows: list[dict[str, str]], model: Model) -> Mapping[str, tuple[Use, ...]]:
    """Return uses by code: by the classes that the model knows, else by the one that most things have.

    What a source says and was computed as well counts for both.

    Args:
        rows: of the query for uses.
        model: the classes.
    """
    things: Counter[tuple[str, str, str, bool]] = Counter()
    for row in rows:
        for computed, name in ((False, "sourced"), (True, "computed")):
            if row[name] == "true":
                key = (row["code"], row["property"], row["class"], computed)
                things[key] += int(row["things"])
    kinds: dict[tuple[str, str, bool], list[Use]] = {}
    for (code, name, kind, computed), number in things.items():
        kinds.setdefault((code, name, computed), []).append(Use(code, name, kind, number, computed))
    uses_by_code: dict[str, list[Use]] = {}
    for (code, _, _), uses in sorted(kinds.items()):
        modelled = [use for use in uses if use.kind in model.by_class_iri]
        most = max(uses, key=lambda use: use.number)
        uses_by_code.setdefault(code, []).extend(sorted(modelled or [most], key=lambda u: u.kind))
    return {code: tuple(uses) for code, uses in uses_by_code.items()}


def _answers(rows: list[dict[str, str]]) -> Iterator[Answers]:
    """Yield groups, those alike in all but the order of their cycles as one."""
    numbers: Counter[tuple[str, ...]] = Counter()
    names = ("indicator", "phase", "assessor", "dimension", "value", "reason")
    for row in rows:
        notations = [row.get(name, "").rpartition("/")[2] for name in names]
        cycles = " ".join(sorted(row.get("cycles", "").split()))
        numbers[*notations, cycles] += int(row["assessments"])
    for (*notations, cycles), number in sorted(numbers.items()):
        indicator, phase, assessor, dimension, value, reason = notations
        years = tuple(map(int, cycles.split()))
        yield Answers(indicator, phase, assessor, dimension, value, reason, years, number)
