"""The codebook: for each indicator what it asks, on which scale, who answered when, what is held.

Indicators, scales and windows come from the code lists of the release, the columns from the mapping of
its sources, the numbers from its data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ogpld.model import Code, Model, Scheme
from ogpld.rdf import CODE, DCTERMS, NS
from ogpld.web.pages.codelists import CodeLists, CodeRow, cycles_in_words
from ogpld.web.pages.columns import Column
from ogpld.web.pages.counts import Answers
from ogpld.web.pages.graphs import outside
from ogpld.web.pages.tables import Value
from ogpld.web.pages.words import Reference, code_reference, list_of, term_reference


@dataclass(frozen=True, slots=True)
class WindowRow:
    """When, in which phase and by whom an indicator was assessed, and what that makes."""

    phase: Reference
    assessor: Reference
    cycles: str
    shortcut: Reference | None


@dataclass(frozen=True, slots=True)
class ScaleRow:
    """One answer, and how often it was given: in each phase of the indicator, and altogether."""

    code: CodeRow
    numbers: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True)
class CycleRow:
    """What is held for plans of one cycle: values, and absences by reason."""

    cycle: str
    values: int
    absences: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PhaseTable:
    """What is held of one phase, by cycle; `reasons` are those of the columns of absences."""

    phase: Reference
    reasons: tuple[Reference, ...]
    rows: tuple[CycleRow, ...]


@dataclass(frozen=True, slots=True)
class IndicatorEntry:
    """One indicator.

    Attributes:
        row: it as a code.
        applies_to: classes it is asked of.
        dimensioned: whether it is asked for each OGP value apart.
        phases: those that answers of it have.
        answers: the codes of its scale.
        by_dimension: number of values for each OGP value.
        held: what is held, a table for each phase.
        values: how many are held; `absences` how many reasons for none.
    """

    row: CodeRow
    applies_to: tuple[Reference, ...]
    dimensioned: bool
    excludes: tuple[Reference, ...]
    replaced_by: tuple[Reference, ...]
    shortcut: Reference | None
    windows: tuple[WindowRow, ...]
    columns: tuple[Column, ...]
    sources: tuple[Value, ...]
    scale: Reference
    phases: tuple[Reference, ...]
    answers: tuple[ScaleRow, ...]
    by_dimension: tuple[tuple[Reference, int], ...]
    held: tuple[PhaseTable, ...]
    values: int
    absences: int


def is_codebook(lists: CodeLists, scheme: Scheme) -> bool:
    """Say whether the codes of a list are indicators: whether each has a scale."""
    return bool(scheme.codes) and all(lists.graph.texts(c.iri, NS("scale")) for c in scheme.codes)


def codebook(
    lists: CodeLists, scheme: Scheme, columns: Mapping[str, tuple[Column, ...]]
) -> tuple[IndicatorEntry, ...]:
    """Return every indicator of a list.

    Args:
        lists: the code lists with what the release holds.
        scheme: the list of indicators.
        columns: of source tables, by notation of the indicator.
    """
    return tuple(
        _entry(lists, scheme, code, columns.get(code.notation, ())) for code in scheme.codes
    )


def _entry(
    lists: CodeLists, scheme: Scheme, code: Code, columns: tuple[Column, ...]
) -> IndicatorEntry:
    model, statements, name = lists.model, lists.graph, code.notation
    held = lists.counts.of(name)
    phases = tuple(dict.fromkeys(w.phase for w in model.windows_of(name)))
    phases += tuple(dict.fromkeys(a.phase for a in held if a.phase not in phases))

    def codes(predicate: str) -> tuple[Reference, ...]:
        codes_of_list = (CODE.local(iri) for iri in statements.texts(code.iri, NS(predicate)))
        return tuple(code_reference(model, *path.split("/", 1)) for path in codes_of_list)

    shortcuts = [term_reference(model, i) for i in statements.texts(code.iri, NS("shortcut"))]
    return IndicatorEntry(
        row=lists.row(scheme, code),
        applies_to=tuple(
            term_reference(model, i) for i in statements.texts(code.iri, NS("appliesTo"))
        ),
        dimensioned="true" in statements.texts(code.iri, NS("dimensioned")),
        excludes=codes("excludes"),
        replaced_by=codes("replacedBy"),
        shortcut=shortcuts[0] if shortcuts else None,
        windows=tuple(_windows(model, name)),
        columns=columns,
        sources=tuple(map(outside, statements.texts(code.iri, DCTERMS("source")))),
        scale=_scale(model, name),
        phases=tuple(code_reference(model, list_of(model, "phase"), phase) for phase in phases),
        answers=tuple(_answers(lists, name, held, phases)),
        by_dimension=tuple(_by_dimension(model, held)),
        held=tuple(_by_phase(model, held, phases)),
        values=sum(a.number for a in held if a.value),
        absences=sum(a.number for a in held if a.reason),
    )


def _scale(model: Model, indicator: str) -> Reference:
    scale = model.schemes[model.scales[indicator]]
    return Reference(scale.label, f"/code/{scale.notation}")


def _windows(model: Model, indicator: str) -> Iterator[WindowRow]:
    for window in model.windows_of(indicator):
        yield WindowRow(
            phase=code_reference(model, list_of(model, "phase"), window.phase),
            assessor=code_reference(model, list_of(model, "assessor"), window.assessor),
            cycles=cycles_in_words(window.first, window.last),
            shortcut=term_reference(model, NS(window.shortcut).value) if window.shortcut else None,
        )


def _answers(
    lists: CodeLists, indicator: str, held: Iterable[Answers], phases: tuple[str, ...]
) -> Iterator[ScaleRow]:
    numbers: Counter[tuple[str, str]] = Counter()
    for answer in held:
        numbers[answer.value, answer.phase] += answer.number
    scale = lists.model.schemes[lists.model.scales[indicator]]
    for code in scale.codes:
        by_phase = tuple(numbers[code.notation, phase] for phase in phases)
        yield ScaleRow(lists.row(scale, code), by_phase, sum(by_phase))


def _by_dimension(model: Model, held: Iterable[Answers]) -> Iterator[tuple[Reference, int]]:
    numbers: Counter[str] = Counter()
    for answer in held:
        if answer.dimension and answer.value:
            numbers[answer.dimension] += answer.number
    for dimension, number in sorted(numbers.items()):
        yield code_reference(model, list_of(model, "dimension"), dimension), number


def _by_phase(
    model: Model, held: tuple[Answers, ...], phases: tuple[str, ...]
) -> Iterator[PhaseTable]:
    """Yield a table for each phase that has answers."""
    for phase in phases:
        mine = [answer for answer in held if answer.phase == phase]
        reasons = tuple(dict.fromkeys(a.reason for a in mine if a.reason))
        if mine:
            yield PhaseTable(
                phase=code_reference(model, list_of(model, "phase"), phase),
                reasons=tuple(code_reference(model, list_of(model, "noValue"), r) for r in reasons),
                rows=tuple(_by_cycle(mine, reasons)),
            )


def _by_cycle(held: Iterable[Answers], reasons: tuple[str, ...]) -> Iterator[CycleRow]:
    """Yield what is held by cycle; what is about plans of two cycles stands under both."""
    numbers: Counter[tuple[tuple[int, ...], str]] = Counter()
    for answer in held:
        numbers[answer.cycles, answer.reason] += answer.number
    for cycles in sorted({cycles for cycles, _ in numbers}):
        yield CycleRow(
            cycle=" and ".join(map(str, cycles)) or "not known",
            values=numbers[cycles, ""],
            absences=tuple(numbers[cycles, reason] for reason in reasons),
        )
