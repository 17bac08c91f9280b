"""Commitments as rows of a table: what each is, who leads it, and how it is graded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import shorten

from ogpld.iris import natural
from ogpld.rdf import NamedNode
from ogpld.statistics import Grade, GradeName, Record
from ogpld.web.pages.indicator_answers import definitions_of
from ogpld.web.pages.subject import Subject
from ogpld.web.pages.tables import Value

#: Rows that a page shows; the list has all.
ROWS = 100
#: Letters of what a plan prints of who leads; the page of the commitment has all.
LETTERS = 120
#: Measures that have a column, by name.
_MEASURES = ("completion", "ambition", "results")


@dataclass(frozen=True, slots=True)
class Mark:
    """A grade as pages show it, and the phase it was given in; "" for none."""

    grade: GradeName
    phase: str = ""


@dataclass(frozen=True, slots=True)
class CommitmentRow:
    """One commitment.

    Attributes:
        number: as its plan prints it, "" for none.
        plans: those for which its completion holds; all, where none is known.
        leads: bodies that lead it; where none is known by the text, what the plan prints.
        marks: its grades by measure.
    """

    link: Value
    number: str
    plans: tuple[Value, ...]
    leads: tuple[Value, ...]
    marks: Mapping[str, Mark]


def read_commitments(
    subject: Subject, predicate: NamedNode, plan: str = ""
) -> tuple[Sequence[Record], Sequence[CommitmentRow]]:
    """Return the commitments that point at the thing by a property: all records, and rows of the first.

    Args:
        subject: the thing.
        predicate: the property.
        plan: key of the plan that they are shown as commitments of, "" for none.
    """
    statistics = subject.serving.statistics
    by_key = statistics.by_key
    numbers: dict[str, str] = {}
    printed: dict[str, list[Value]] = {}
    rows = subject.serving.select(
        "commitments-by", predicate=predicate, thing=NamedNode(subject.iri)
    )
    for row in rows:
        key = row["commitment"].rpartition("/")[2]
        numbers.setdefault(key, row.get("number", ""))
        texts = printed.setdefault(key, [])
        if "lead" in row:
            text = shorten(row["lead"], LETTERS, placeholder=" …")
            texts.append(Value(text, language=row.get("leadLanguage", "")))

    def rank(record: Record) -> tuple[object, ...]:
        return -(record.cycle or 0), record.plan, natural(numbers[record.key] or "~"), record.key

    records = sorted((by_key[key] for key in numbers if key in by_key), key=rank)
    if plan:
        records = [statistics.within(record, {plan}) for record in records]
    first = records[:ROWS]
    links = subject.things("Commitment", (record.key for record in first))
    plans = subject.things("ActionPlan", {key for record in first for key in record.plans})
    bodies = subject.things("Institution", {key for record in first for key in record.leads})
    return records, [
        CommitmentRow(
            link=links[record.key],
            number=numbers[record.key],
            plans=tuple(
                plans[key]
                for key in record.plans
                if statistics.within(record, {key}).completion == record.completion
            ),
            leads=tuple(
                [bodies[key] for key in record.leads] or dict.fromkeys(printed[record.key])
            ),
            marks={name: mark(subject, record.grade(name)) for name in _MEASURES},
        )
        for record in first
    ]


def mark(subject: Subject, grade: Grade | None) -> Mark:
    """Return a grade as pages show it, also one that is unknown."""
    name = subject.serving.statistics.grade_name(grade)
    return Mark(name, definitions_of(subject.serving).phase(grade.phase) if grade else "")
