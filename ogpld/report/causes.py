"""Group findings so that one cause is one line.

A wrong label in a code list is at fault in forty rows, and one wrong cell breaks three rules: both
are one thing to correct. Findings are one cause when the same rule says the same about the same
value in the same column (or, without cells, of the same property), and such groups are joined when
the same cells are the first they name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ogpld.errors import Where
from ogpld.report.finding import Finding, Severity, shortened

#: Places listed in text before "and N more".
_EXAMPLES = 12


@dataclass(frozen=True, slots=True)
class Cause:
    """Findings that one correction mends, worst first.

    Attributes:
        findings: at least one.
    """

    findings: tuple[Finding, ...]

    @property
    def severity(self) -> Severity:
        """The worst severity among them."""
        return self.findings[0].severity

    @property
    def messages(self) -> tuple[str, ...]:
        """What the rules say, each sentence once."""
        return tuple(dict.fromkeys(f.message for f in self.findings))

    @property
    def where(self) -> tuple[Where, ...]:
        """Every cell, each once, in order of place."""
        return tuple(dict.fromkeys(w for f in self.findings for w in f.where))

    @property
    def focus(self) -> tuple[str, ...]:
        """The things it is about."""
        return tuple(dict.fromkeys(f.focus for f in self.findings))

    @property
    def shapes(self) -> tuple[str, ...]:
        """The shapes that speak."""
        return tuple(dict.fromkeys(f.shape for f in self.findings if f.shape))

    @property
    def value(self) -> str | None:
        """What is printed in the cells, else the value at fault, when all have the same."""
        values = {f.cell if f.cell is not None else f.value for f in self.findings}
        return values.pop() if len(values) == 1 else None

    @property
    def hint(self) -> str:
        """What to do next."""
        return next((f.hint for f in self.findings if f.hint), "")

    def as_dict(self) -> dict[str, Any]:
        """Return the cause for JSON: what is to be corrected, where, and how often."""
        fields = {
            "severity": self.severity.value,
            "messages": list(self.messages),
            "value": shortened(self.value),
            "hint": self.hint,
            "path": self.findings[0].path,
            "shapes": list(self.shapes),
            "where": [place for f in self.findings for place in f.places()],
            "focus": list(self.focus),
            "count": len(self.findings),
        }
        return {name: value for name, value in fields.items() if value or value == ""}

    def as_text(self) -> str:
        """Return the cause as lines a clerk can act on."""
        lines = [f"{self.severity.value}: {self._place()}"]
        lines += [f"  {message}" for message in self.messages]
        if self.value is not None:
            lines.append(f"  value: {shortened(self.value)!r}")
        if self.where:
            lines.append(f"  about: {_listed(self.focus, 3)}")
        if self.hint:
            lines.append(f"  -> {self.hint}")
        return "\n".join(lines)

    def _place(self) -> str:
        """Return files with their rows and columns, several rows of a column put together."""
        rows: dict[tuple[str, str | None], list[str]] = {}
        for place in self.where:
            if place.row is None:
                rows.setdefault((str(place), None), [])
            else:
                rows.setdefault((place.file, place.column), []).append(str(place.row))
        parts = []
        for (file, column), numbers in rows.items():
            location = file
            if numbers:
                many = len(numbers) > 1
                location += f", row{'s' * many} {_listed(numbers, _EXAMPLES)}"
            parts.append(location + (f", column {column}" if column else ""))
        return "; ".join(parts) or _listed(self.focus, _EXAMPLES)


def _listed(items: Iterable[str], most: int) -> str:
    values = list(items)
    more = f" and {len(values) - most} more" if len(values) > most else ""
    return ", ".join(values[:most]) + more


def causes(findings: Iterable[Finding]) -> tuple[Cause, ...]:
    """Group findings by cause, in the order of their first finding."""
    groups: dict[Any, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(_fault(finding), []).append(finding)
    cells: dict[Any, list[Finding]] = {}
    for key, group in groups.items():
        # the first cell is the one at fault; rules about it may look at others as well
        places = tuple(f.where[:1] for f in group)
        exact = all(where and where[0].column for where in places)
        cell = group[0].cell if exact else None
        cells.setdefault((places, cell) if exact else key, []).extend(group)
    return tuple(
        Cause(tuple(sorted(group, key=lambda f: f.severity.rank))) for group in cells.values()
    )


def _fault(finding: Finding) -> tuple[Any, ...]:
    """Return what findings of one cause have in common."""
    columns = frozenset((w.file, w.column) for w in finding.where)
    return (
        finding.severity,
        finding.shape,
        finding.component,
        finding.message,
        finding.path,
        finding.value_term or finding.value,
        columns,
    )
