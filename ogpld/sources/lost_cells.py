"""Report filled cells that no mapping reads: of things that a row does not describe, and of indicators.

What a row tells of depends on its cells: a condition that does not apply, a key that cannot be made and a
cycle that is no year leave a thing out. Where cells go with it somebody has to know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ogpld.iris import is_key
from ogpld.model.literals import quoted
from ogpld.report import Severity
from ogpld.sources.key_template import Template
from ogpld.sources.mapping import MappingLine, silent_by_column, silent_texts
from ogpld.sources.row_context import RowContext
from ogpld.sources.row_things import RowThing
from ogpld.sources.source_description import TableDescription

#: Ways of reading that state or check something of an assessment.
_ASSESSING = {"assess", "detail", "no-values"}
#: Columns and values that a sentence lists.
_LISTED = 6


class LostCells:
    """What to report of the rows of one table.

    Args:
        described: what rows tell of.
        header: the columns of the table.
        lines: what the columns mean.
        things: the things of a row, prepared.
    """

    def __init__(
        self,
        described: TableDescription,
        header: Sequence[str],
        lines: Sequence[MappingLine],
        things: Sequence[RowThing],
    ) -> None:
        self._header, self._joins = header, described.joins
        self._empty = frozenset({"", *described.empty})
        self._things = {row_thing.thing.name: row_thing for row_thing in things}
        self._owners = [name for name, row_thing in self._things.items() if row_thing.describes]
        self._assessments = described.assessments
        self._cycle = Template(described.assessments.cycle) if described.assessments else None
        target = described.assessments.target if described.assessments else ""
        self._indicators = [
            (
                line.column,
                target if line.how == "no-values" else line.thing,
                silent_texts(line, described),
            )
            for line in lines
            if line.how in _ASSESSING
        ]
        #: The things a column fills, for columns that are read for nothing else.
        self._filling: dict[str, set[str]] = {}
        #: The texts in a column with which nothing is lost.
        self._silent = silent_by_column(lines, described)
        for line in lines:
            self._filling.setdefault(line.column, set()).add(line.thing)
        used = set(_used(described, things))
        for column, names in [*self._filling.items()]:
            if column in used or "" in names:
                del self._filling[column]
        self._fills: dict[frozenset[str], tuple[str, ...]] = {}

    def report(self, context: RowContext, cycle: str | None) -> None:
        """Report what a row holds and nobody reads.

        Args:
            context: the row with its things.
            cycle: the cycle of its plan.
        """
        keyless: set[str] = set()
        if len(context.things) < len(self._things):
            absent = self._things.keys() - context.things.keys()
            keyless = {name for name in absent if self._without_key(context, name)}
            self._absent(context, absent - keyless)
        if self._assessments and context.subject is None:
            self._unassessed(context, cycle, keyless)

    def _without_key(self, context: RowContext, name: str) -> bool:
        """Say whether a thing is missing because what its key is made of makes none, and report it."""
        row_thing = self._things[name]
        if not row_thing.applies(context.row.cells):
            return False
        template = row_thing.template
        key = template.fill(context.row.cells)
        if key is None or is_key(key):
            return False
        context.remark(
            Severity.VIOLATION,
            self._places(template.columns),
            f"the {row_thing.thing.class_name} has no usable key: {template.text!r} gives {quoted(key)}",
            "correct the cells the key is made of; keys have letters, digits and dashes, and the filter slug "
            "of source.toml makes one of a name",
        )
        return True

    def _absent(self, context: RowContext, absent: set[str]) -> None:
        """Report a row that describes nothing, and cells of things that are not there."""
        cells = context.row.cells
        lost = tuple(c for c in self._lost(absent) if cells[c] not in self._silent[c])
        own = [name for name in self._owners if name in absent]
        describes = len(own) < len(self._owners)
        described = describes or self._states(context)
        if (own and not describes and (lost or not described)) or (lost and not described):
            wanted = own or sorted(absent)
            context.remark(
                Severity.VIOLATION,
                self._places(c for n in wanted for c in self._things[n].deciding(cells)),
                f"the row tells of nothing and was not read: {self._reasons(wanted, cells)}",
                "correct the cell, or source.toml if rows may say this; to leave the row out, remove it",
            )
        elif lost:
            named = {n for c in lost for n in self._filling[c]}
            context.remark(
                Severity.WARNING,
                lost,
                "the cells of things that the row does not tell of were not read",
                f"{self._reasons(sorted(named), cells)}: correct that, or empty the cells",
            )

    def _states(self, context: RowContext) -> bool:
        """Say whether a row states something of what it mentions; reasons for no value count as well."""
        cells = context.row.cells
        return bool(self._filled(context)) or any(
            row_thing.fills(cells)
            for name, row_thing in self._things.items()
            if name in context.things
        )

    def _filled(self, context: RowContext) -> list[str]:
        """Return the columns of indicators in which the row says something of its things."""
        cells, things = context.row.cells, context.things
        return [
            column
            for column, thing, silent in self._indicators
            if cells[column] not in silent and thing in things
        ]

    def _lost(self, absent: set[str]) -> tuple[str, ...]:
        """Return the columns that only these things would be filled from."""
        key = frozenset(absent)
        if key not in self._fills:
            self._fills[key] = tuple(c for c, names in self._filling.items() if names <= key)
        return self._fills[key]

    def _reasons(self, names: Iterable[str], cells: Mapping[str, str]) -> str:
        """Say why things are not there: which cells say something else than they want."""
        wanted: dict[str, list[str]] = {}
        reasons = []
        for name in names:
            row_thing = self._things[name]
            failing = list(row_thing.failing(cells))
            for column, texts in failing:
                wanted.setdefault(column, []).extend(texts)
            if not failing:
                reasons.append(f"{row_thing.template.text!r} cannot be filled")
        for column, texts in wanted.items():
            text = "" if cells[column] in self._empty else cells[column]
            what = f"says {quoted(text)}" if text else "says nothing"
            each = list(dict.fromkeys(texts))
            more = ", …" if len(each) > _LISTED else ""
            reasons.append(f"{column!r} {what}, and takes {' or '.join(each[:_LISTED])}{more}")
        return "; ".join(dict.fromkeys(reasons))

    def _unassessed(self, context: RowContext, cycle: str | None, keyless: set[str]) -> None:
        """Report indicator cells of a row whose target, plan or cycle is not there."""
        if self._assessments is None or self._cycle is None:
            return
        cells = context.row.cells
        roles = (self._assessments.target, self._assessments.plan)
        filled = self._filled(context)
        lacking = [role for role in roles if role not in context.things]
        if not filled or keyless.intersection(lacking):
            return
        more = ", …" if len(filled) > _LISTED else ""
        names = ", ".join(map(repr, filled[:_LISTED])) + more
        if lacking:
            columns = self._places(self._things[lacking[0]].deciding(cells))
            message = f"the row has indicators and no {lacking[0]!r} that they assess or belong to"
            hint = f"{self._reasons(lacking[:1], cells)}: correct that, or empty {names}"
        else:
            columns = self._places(self._cycle.columns)
            what = f"{quoted(cycle)} is no year" if cycle else "the cycle is empty"
            message = f"{what}, so the indicators of the row were not read"
            hint = f"write the year in which the plan was submitted, as 2016; without it nobody reads {names}"
        context.remark(Severity.VIOLATION, columns, message, hint)

    def _places(self, columns: Iterable[str]) -> tuple[str, ...]:
        """Return columns of the table: for one that is joined those it is looked up with."""
        return tuple(dict.fromkeys(self._own(columns)))

    def _own(self, columns: Iterable[str]) -> Iterator[str]:
        order = {column: at for at, column in enumerate(self._header)}
        for column in sorted(columns, key=lambda name: order.get(name, len(order))):
            if column in order:
                yield column
            for join in self._joins:
                if column in join.take and column not in join.on:
                    yield from self._own(join.on)


def _used(described: TableDescription, things: Iterable[RowThing]) -> Iterator[str]:
    """Yield the columns that decide what a row tells of, whatever else they fill."""
    texts = [described.unit, *described.years, *described.report_key]
    if described.assessments:
        texts.append(described.assessments.cycle)
    for row_thing in things:
        texts += [row_thing.template.text, *row_thing.thing.values.values()]
        yield from row_thing.thing.when
    for text in texts:
        yield from Template(text).columns
    for join in described.joins:
        yield from join.on
