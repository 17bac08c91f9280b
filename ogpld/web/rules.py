"""What the page of the shapes shows: rules in words, by class and property."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ogpld.web.words import Reference


@dataclass(frozen=True, slots=True)
class Found:
    """How many findings a rule has in a release, and where the report shows the first."""

    number: int = 0
    href: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One named shape that says something.

    Attributes:
        anchor: local name.
        severity: of a breach, "" for a building block no thing is held to on its own.
        messages: what its findings say.
        about: what it is asked of, "" where the section says so.
        demands: further demands on values, in words.
        patterns: regular expressions of the form of texts.
        comment: what the shape says of itself.
        found: its findings.
        query: its SPARQL text, "" for core constraints; `query_anchor` names it.
        parts: rules that belong to it.
    """

    anchor: str
    severity: str
    messages: tuple[str, ...]
    about: str = ""
    demands: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    comment: str = ""
    found: Found = Found()
    query: str = ""
    query_anchor: str = ""
    parts: tuple[Rule, ...] = ()

    @property
    def everything(self) -> tuple[Rule, ...]:
        """The rule and its parts."""
        return (self, *(inner for part in self.parts for inner in part.everything))


@dataclass(frozen=True, slots=True)
class PropertyRules:
    """One property of a class with every rule about it; `how_many` is "" for quality alone."""

    name: str
    description: str
    key: str
    term: Reference
    how_many: str
    range: Reference
    rules: tuple[Rule, ...]
    order: float = 1e6


@dataclass(frozen=True, slots=True)
class ShapeTable:
    """The rules of one class.

    Attributes:
        anchor: of its shape.
        anchors: of shapes that only put others together.
        rows: its own properties.
        shared: properties it has in common with other classes.
        across: rules it has in common with other classes.
        rules: what is about no single property.
    """

    anchor: str
    label: str
    comment: str
    term: Reference
    anchors: tuple[str, ...]
    rows: tuple[PropertyRules, ...]
    shared: tuple[Reference, ...]
    across: tuple[Reference, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class ShapesPage:
    """Everything shapes.html shows.

    Attributes:
        version: of the shapes.
        tables: one per class.
        shared: properties several classes have.
        across: rules over several classes.
        blocks: shapes that only others use.
        headings: anchor and label of each group of properties.
        counts: number of rules and of findings by severity, the worst first; None where the report
            cannot be read.
    """

    version: str
    tables: tuple[ShapeTable, ...]
    shared: tuple[PropertyRules, ...]
    across: tuple[Rule, ...]
    blocks: tuple[Rule, ...]
    headings: tuple[tuple[str, str], ...]
    counts: Mapping[str, tuple[int, int | None]]
