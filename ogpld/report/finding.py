"""One finding: an `sh:result` (SHACL section 3.6.2) plus the cells it comes from.

A clerk is sent to a file, row and column instead of a focus node.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
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
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


_PLACE = ("file", "row", "column", "line")
#: Characters of a printed text that a report repeats; a whole cell may have a hundred thousand.
_EXCERPT = 1000
_CUT = re.compile(r"… \([\d,]+ characters\)")


def shortened(text: str | None) -> str | None:
    """Return a text, cut with a remark when it is long; what was cut before stays as it is."""
    if text is None or len(text) <= _EXCERPT or _CUT.fullmatch(text, _EXCERPT):
        return text
    return f"{text[:_EXCERPT]}… ({len(text):,} characters)"


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of validation.

    Attributes:
        severity: how bad.
        focus: IRI of the node that was checked.
        message: the shape's own sentence.
        shape: IRI of the shape that speaks.
        component: IRI of the constraint component; "" for what was found in reading, which no shape made.
        path: the property, as an IRI or a SPARQL property path, if the shape has one.
        value: the value at fault as text, if there is one.
        value_term: the same as an N-Triples term, for the report graph.
        involved: properties of the focus node a rule without a path looks at, in its order.
        where: the cells the statement was read from; empty when it was derived from no cell.
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
    involved: tuple[str, ...] = ()
    where: tuple[Where, ...] = ()
    cell: str | None = None
    hint: str = ""

    def sort_key(self) -> tuple[Any, ...]:
        """Order by severity, what was wrong in reading before what follows from it, then by place."""
        place = tuple((w.file, w.row or 0, w.column or "") for w in self.where)
        key = (self.path or "", self.value_term or self.value or "", self.shape, self.component)
        return (self.severity.rank, bool(self.component), place, self.focus, *key, self.message)

    def places(self) -> list[dict[str, Any]]:
        """Return the cells for JSON, empty fields left out."""
        return [
            {
                name: value
                for name, value in zip(_PLACE, (w.file, w.row, w.column, w.line), strict=True)
                if value
            }
            for w in self.where
        ]

    def as_dict(self) -> dict[str, Any]:
        """Return the finding for JSON, empty fields left out."""
        fields = {
            "severity": self.severity.value,
            "where": self.places(),
            "cell": shortened(self.cell),
            "message": self.message,
            "hint": self.hint,
            "focus": self.focus,
            "path": self.path,
            "value": shortened(self.value),
            "term": self.value_term,
            "involved": list(self.involved),
            "shape": self.shape,
            "component": self.component,
        }
        return {name: value for name, value in fields.items() if value or value == ""}

    @classmethod
    def from_dict(cls, fields: dict[str, Any]) -> Finding:
        """Read what `as_dict` wrote."""
        return cls(
            severity=Severity(fields["severity"]),
            focus=fields["focus"],
            message=fields["message"],
            shape=fields.get("shape", ""),
            component=fields.get("component", ""),
            path=fields.get("path"),
            value=fields.get("value"),
            value_term=fields.get("term"),
            involved=tuple(fields.get("involved", ())),
            where=tuple(Where(**place) for place in fields.get("where", ())),
            cell=fields.get("cell"),
            hint=fields.get("hint", ""),
        )
