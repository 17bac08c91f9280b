"""Turn indicator cells into assessments and printed numbers into totals.

An assessment says which indicator of which target one report states, by whom, in which phase. The
windows of the code lists say who assesses and when an indicator is in use; an absent value is stated
only inside its window, because outside of it the window says so once for all. Every cell becomes one
assessment, one finding, or one of the cells counted as outside.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat

from ogpld.errors import SourceError, Where
from ogpld.model import Code, Scheme, Window
from ogpld.model.literals import read_integer
from ogpld.rdf import CODE, NS, QB, RDF, Literal, NamedNode, Quad
from ogpld.report import Severity
from ogpld.sources.cells import Action, Columns
from ogpld.sources.mapping import MappingLine
from ogpld.sources.report_keys import kind_of_phase, own_kind, plan_report, year_of
from ogpld.sources.row_context import DERIVED, RowContext, Subject

_TYPE = RDF("type")
_ASSESSES, _REPORT = NS("assesses"), NS("report")
#: Readings of cells kept for the next row; a column has a dozen texts, junk may have many.
_CACHED_READINGS = 4096


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell of an indicator column says in one cycle.

    Attributes:
        name: indicator, with the dimension where there is one; the middle of the assessment's key.
        suffix: what follows the target in the key, where the report is the plan's.
        window: who assesses, and when.
        code: the value, or the reason there is none.
        valued: whether it is a value.
        stated: whether it is published: an absence is, inside the window.
        kind: kind of the report it comes from, "" for a value of OGP's site.
        predicates: of what is stated of the assessment; that it assesses the row's thing, its
            report, and its cell come last.
        values: of those before.
    """

    name: str
    suffix: str
    window: Window
    code: Code
    valued: bool
    stated: bool
    kind: str
    predicates: tuple[NamedNode, ...]
    values: tuple[NamedNode | Literal, ...]


class Indicator:
    """The column of one indicator (or several that follow each other in time).

    Raises:
        SourceError: when none of them is assessed in the phase the mapping says.
    """

    def __init__(self, line: MappingLine, columns: Columns) -> None:
        self.line = line
        self._model = columns.model
        self._prefix = f"{columns.iris.base}id/assessment/"
        self._readings: dict[tuple[int, str], Reading | None] = {}
        self._place = columns.described.file, line.column
        self._ways = [
            (indicator, dimension, window)
            for indicator, _, dimension in (n.strip().partition("/") for n in line.term.split("|"))
            for window in columns.model.windows_of(indicator)
            if window.phase == line.argument
        ]
        if not self._ways:
            raise SourceError(
                f"no window of {line.term!r} has the phase {line.argument!r}",
                where=Where(columns.described.file, 1, line.column),
                hint="correct mapping.csv or indicator-window.csv",
            )

    def __call__(self, context: RowContext, text: str) -> None:
        """State the assessment a cell holds, report the cell, or count it as outside."""
        subject = context.subject
        if subject is None:
            return
        reading = self._readings.get((subject.cycle, text)) or self.read(subject.cycle, text)
        if reading is None:
            scheme = self._scale(subject.cycle)
            context.problem(
                self.line.column,
                f"{text!r} is not in the scale {scheme.notation!r}",
                "use one of: " + ", ".join(c.label for c in scheme.codes),
            )
        elif reading.stated:
            self._state(context, subject, reading, self.line.column)
        else:
            context.output.outside[self._place] += 1

    def no_value(self, context: RowContext, column: str, text: str) -> None:
        """State the reason another column gives for an empty cell of this one."""
        if context.subject is not None:
            reading = self.read(context.subject.cycle, text)
            if reading is not None and reading.stated:
                self._state(context, context.subject, reading, column)

    def read(self, cycle: int, text: str) -> Reading | None:
        """Return what a cell says in a cycle, None when it is neither value nor reason."""
        key = cycle, text
        if key in self._readings:
            return self._readings[key]
        indicator, dimension, window = self._way(cycle)
        code = self._scale(cycle).find(text)
        match = code or self._model.schemes["no-value"].find(text)
        reading = None
        if match is not None:
            name = f"{indicator}-{dimension}" if dimension else indicator
            kind = ""
            if window.assessor != "site":
                kind = kind_of_phase(self._model, window.phase, cycle)
            suffix = f"-{name}-{kind or 'site'}"
            pairs = _pairs(indicator, dimension, window, match, valued=bool(code))
            if not code and " " in text:  # an abbreviation says no more than its code
                pairs += ((NS("printedText"), Literal(text, language="und")),)
            if indicator != self._ways[0][0]:
                pairs += ((NS("sourceColumn"), Literal(self.line.column)),)
            reading = Reading(
                name,
                suffix,
                window,
                match,
                bool(code),
                bool(code) or window.covers(cycle),
                kind,
                (*(p for p, _ in pairs), _ASSESSES, *((_REPORT,) if kind else ()), DERIVED),
                tuple(value for _, value in pairs),
            )
        if len(self._readings) < _CACHED_READINGS:
            self._readings[key] = reading
        return reading

    def _way(self, cycle: int) -> tuple[str, str, Window]:
        """Return indicator, dimension and window of a cycle, else the last that was in use.

        A term may name several indicators (`relevant | open-government-lens`), told apart by cycle.
        """
        covering = (way for way in self._ways if way[2].covers(cycle))
        return next(covering, self._ways[-1])

    def _scale(self, cycle: int) -> Scheme:
        return self._model.schemes[self._model.scales[self._way(cycle)[0]]]

    def node(self, context: RowContext, reading: Reading) -> tuple[NamedNode, NamedNode | None]:
        """Return the assessment of a row and its report; key `{target}-{indicator}[…]-{kind}`."""
        subject = context.subject
        if subject is None:
            raise ValueError("the row assesses nothing")
        if not reading.kind:
            return NamedNode(self._prefix + subject.key + reading.suffix), None
        if subject.report is None:
            report = context.reports.get(reading.kind) or plan_report(context, reading.kind)
            return NamedNode(self._prefix + subject.key + reading.suffix), report
        kind = own_kind(subject)
        return NamedNode(f"{self._prefix}{subject.key}-{reading.name}-{kind}"), subject.report

    def _state(self, context: RowContext, subject: Subject, reading: Reading, column: str) -> None:
        """State an assessment read from the cell of a column."""
        node, report = self.node(context, reading)
        last = (subject.target,) if report is None else (subject.target, report)
        values = (*reading.values, *last, context.cell(column))
        if context.tracing:
            context.describe(node)
            for predicate, value in zip(reading.predicates, values, strict=True):
                read = column if predicate == DERIVED else self.line.column
                context.add(node, predicate, value, read)
        else:
            context.output.quads += map(
                Quad, repeat(node), reading.predicates, values, repeat(context.graph)
            )


def _pairs(
    indicator: str, dimension: str, window: Window, code: Code, *, valued: bool
) -> tuple[tuple[NamedNode, NamedNode | Literal], ...]:
    """Return what is stated of an assessment whatever the row."""
    pairs: list[tuple[NamedNode, NamedNode | Literal]] = [
        (_TYPE, NS("Assessment")),
        (NS("indicator"), CODE(f"indicator/{indicator}")),
        (NS("phase"), CODE(f"phase/{window.phase}")),
        (NS("assessor"), CODE(f"assessor/{window.assessor}")),
        (NS("value" if valued else "noValue"), NamedNode(code.iri)),
    ]
    if dimension:
        pairs.append((NS("dimension"), CODE(f"ogp-value/{dimension}")))
    return tuple(pairs)


def detail_of(line: MappingLine, columns: Columns, indicator: Indicator) -> Action:
    """State a property of the assessment another column holds, where that has a value."""
    definition = columns.model.property("Assessment", line.term)
    predicate = NamedNode(definition.iri)
    absent = columns.model.schemes["no-value"]

    def state(context: RowContext, text: str) -> None:
        if context.subject is None or absent.find(text) is not None:
            return
        printed = context.row.cells[line.argument]
        reading = indicator.read(context.subject.cycle, printed)
        if reading is None or not reading.valued:
            if not printed or reading is not None:  # another text is told by the indicator
                context.problem(
                    line.column,
                    f"the cell belongs to {line.argument!r}, which has no value",
                    f"fill {line.argument!r}, or empty the cell",
                )
            return
        text = context.row.value(line.column, text)
        try:
            literal = read_integer(text)
        except ValueError as error:
            context.problem(line.column, str(error), "write digits only")
            return
        context.add(indicator.node(context, reading)[0], predicate, literal, line.column)

    return state


def check_number_of(line: MappingLine, columns: Columns, indicator: Indicator) -> Action:
    """Compare the number of a code with its text; a difference is reported, the text published."""
    absent = columns.model.schemes["no-value"]

    @lru_cache(_CACHED_READINGS)
    def same(cycle: int, printed: str, number: str) -> bool:
        reading = indicator.read(cycle, printed)
        if reading is not None and reading.valued:
            return str(reading.code.rank) == number
        return absent.find(number) is absent.find(printed)

    def compare(context: RowContext, text: str) -> None:
        printed = context.row.cells[line.argument]
        text = context.row.value(line.column, text)
        if context.subject is not None and not same(context.subject.cycle, printed, text):
            context.remark(
                Severity.WARNING,
                (line.column, line.argument),
                "number and text of the same value disagree; the text is published",
                "ask OGP which is right; a line of fixes.csv corrects either",
            )

    return compare


def total_of(line: MappingLine, columns: Columns) -> Action:
    """State a number a report prints, as a qb:Observation at a hash IRI of the report."""
    pairs = [
        (_TYPE, NS("PrintedTotal")),
        (NS("counts"), CODE(f"total/{line.term}")),
        (QB("dataSet"), columns.iris.printed_totals),
    ]
    if line.argument:
        pairs.append((NS("phase"), CODE(f"phase/{line.argument}")))

    def state(context: RowContext, text: str) -> None:
        text = context.row.value(line.column, text)
        try:
            count = read_integer(text)
            if text.startswith("-"):
                raise ValueError(f"{text!r} is less than 0")
        except ValueError as error:
            context.problem(line.column, str(error), "write digits only")
            return
        report = context.things[line.thing]
        node = NamedNode(f"{report.value}#{line.term}")
        context.describe(node)
        for predicate, value in [*pairs, (_REPORT, report)]:
            context.add(node, predicate, value, line.column)
        context.add(node, NS("count"), count, line.column)
        context.derive(node, line.column)

    return state


def no_values_of(
    line: MappingLine, indicators: dict[str, Indicator], columns: Columns, names: set[str]
) -> Action:
    """State why cells are empty: `column=ND;other=NR` names columns of the same table.

    A reason for a column that is no indicator cannot be stated, and is counted.
    """
    reasons = columns.model.schemes["no-value"]

    def state(context: RowContext, text: str) -> None:
        for part in text.split(";"):
            column, _, reason = (piece.strip() for piece in part.partition("="))
            if column not in names:
                hint = "write column=ND;column=NR"
                context.problem(line.column, f"{column!r} is no column", hint)
            elif reasons.find(reason) is None:
                message = f"{reason!r} is no reason for an empty cell"
                context.problem(line.column, message, "ND, NR or NA")
            elif column in indicators:
                indicators[column].no_value(context, line.column, reason)
            else:
                context.output.outside[columns.described.file, column] += 1

    return state


def subject_of(
    roles: tuple[str, str, str] | None, things: dict[str, NamedNode], cycle: str | None
) -> Subject | None:
    """Return what a row's indicators assess, None when the row has no such thing.

    Args:
        roles: names of the target, its plan, and the report if the row describes one.
        things: the things of the row.
        cycle: the cycle of the plan.
    """
    year = year_of(cycle)
    if roles is None or year is None:
        return None
    target, plan, report = roles
    if target not in things or plan not in things:
        return None
    key = things[target].value.rpartition("/")[2]
    return Subject(things[target], things[plan], year, things.get(report), key)
