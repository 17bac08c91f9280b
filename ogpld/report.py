"""Findings of the gate as plain data, with text and JSON views; no SHACL engine in here.

A finding is one `sh:result` (SHACL section 3.6.2) plus the cells it comes from, so that a clerk is
sent to a file, row and column instead of a focus node.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from ogpld.errors import Where


class Severity(Enum):
    """SHACL severities, worst first when sorted by `rank`."""

    VIOLATION = "Violation"
    WARNING = "Warning"
    INFO = "Info"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of validation.

    Attributes:
        severity: how bad.
        focus: IRI of the node that was checked.
        message: the shape's own sentence.
        shape: IRI of the shape that speaks.
        component: IRI of the constraint component.
        path: IRI of the property, if the shape has one.
        value: the value at fault as text, if there is one.
        value_term: the same as an N-Triples term, for the report graph.
        where: the cells the statement was read from; empty when it was derived.
        cell: the text printed in that cell.
        hint: what to do next.
    """

    severity: Severity
    focus: str
    message: str
    shape: str = ""
    component: str = ""
    path: str | None = None
    value: str | None = None
    value_term: str | None = None
    where: tuple[Where, ...] = ()
    cell: str | None = None
    hint: str = ""

    def sort_key(self) -> tuple[Any, ...]:
        """Order by severity, then by place."""
        place = tuple((w.file, w.row or 0, w.column or "") for w in self.where)
        return (self.severity.rank, place, self.focus, self.path or "", self.value or "")

    def as_dict(self) -> dict[str, Any]:
        """Return the finding for JSON, empty fields left out."""
        places = [
            {k: v for k, v in (("file", w.file), ("row", w.row), ("column", w.column)) if v}
            for w in self.where
        ]
        fields = {
            "severity": self.severity.value,
            "where": places,
            "cell": self.cell,
            "message": self.message,
            "hint": self.hint,
            "focus": self.focus,
            "path": self.path,
            "value": self.value,
            "shape": self.shape,
            "component": self.component,
        }
        return {name: value for name, value in fields.items() if value}

    def as_text(self) -> str:
        """Return the finding as lines a clerk can act on."""
        place = "; ".join(str(w) for w in self.where) or self.focus
        lines = [f"{self.severity.value}: {place}", f"  {self.message}"]
        shown = self.cell if self.cell is not None else self.value
        if shown is not None:
            lines.append(f"  value: {shown!r}")
        if self.where:
            lines.append(f"  about: {self.focus}")
        if self.hint:
            lines.append(f"  -> {self.hint}")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of one run, in a stable order."""

    findings: tuple[Finding, ...] = field(default=())

    @classmethod
    def of(cls, findings: list[Finding]) -> Report:
        """Sort findings into a report."""
        return cls(tuple(sorted(findings, key=Finding.sort_key)))

    @property
    def refused(self) -> bool:
        """Whether any finding is a Violation."""
        return any(f.severity is Severity.VIOLATION for f in self.findings)

    def counts(self) -> dict[str, int]:
        """Count findings by severity, zeroes included."""
        counted = Counter(f.severity.value for f in self.findings)
        return {severity.value: counted[severity.value] for severity in Severity}

    def summary(self) -> str:
        """Say in one line how many findings of each severity there are."""
        return ", ".join(f"{n} {name}{'s' * (n != 1)}" for name, n in self.counts().items())

    def as_text(self, *, worst_only: bool = False) -> str:
        """Return every finding as text; with `worst_only` the Violations alone."""
        chosen = [f for f in self.findings if not worst_only or f.severity is Severity.VIOLATION]
        return "\n".join(f.as_text() for f in chosen)

    def as_json(self) -> str:
        """Return the report as JSON with counts and findings."""
        return json.dumps(
            {
                "conforms": not self.findings,
                "publishable": not self.refused,
                "counts": self.counts(),
                "findings": [f.as_dict() for f in self.findings],
            },
            ensure_ascii=False,
            indent=2,
        )
