"""Keep what was erased from being published again: the sources may still make it.

Statements and texts are compared by their keyed digests, for the home keeps no copy of them. A build that
would publish one is refused, with the file, row and column to empty; the finding does not repeat what stands
there.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ogpld.errors import Where
from ogpld.rdf import Literal, Quad, term_text
from ogpld.release.erasure.erasure_record import (
    Fingerprints,
    read_erasures,
    read_fingerprints,
)
from ogpld.release.erasure.erasure_scope import is_distinctive, plain
from ogpld.report import Finding, Severity
from ogpld.validate.finding_places import StatementTrace, trace_finding

_HINT = "empty the cell (or its part) in the source, or leave the row out, then run: ogpld check"


@dataclass(frozen=True, slots=True)
class ErasureCheck:
    """What must not come back to a home.

    Attributes:
        prints: digests of statements and texts.
        reasons: number, date and reason of each erasure, a sentence by number.
        things: number of the erasure by IRI of a thing that was erased whole.
        base: base IRI of what is built.
    """

    prints: Fingerprints
    reasons: Mapping[int, str]
    things: Mapping[str, int]
    base: str

    @classmethod
    def of(cls, home: Path, base: str) -> ErasureCheck | None:
        """Return the check of a home, None where nothing was erased.

        Raises:
            ReleaseError: when the records are damaged or missing.
        """
        prints = read_fingerprints(home)
        if prints is None:
            return None
        erasures = read_erasures(home)
        reasons = {e.number: f"erasure {e.number} of {e.date}: {e.reason}" for e in erasures}
        return cls(prints, reasons, {iri: e.number for e in erasures for iri in e.things}, base)

    def findings(
        self, quads: Iterable[Quad], tables: Mapping[str, bytes], trace: StatementTrace | None
    ) -> list[Finding]:
        """Return a Violation for each property of a thing, and each cell, that says what was erased.

        Args:
            quads: what is to be published.
            tables: the tables as they would be published, by source and file.
            trace: where statements are from.
        """
        by_property: dict[tuple[str, str], Finding] = {}
        for quad in quads:
            number = self._of_statement(quad)
            if number is None:
                continue
            key = term_text(quad.subject), quad.predicate.value
            if key not in by_property:
                finding = Finding(
                    Severity.VIOLATION,
                    key[0],
                    f"This was erased and must not be published again ({self.reasons.get(number)}).",
                    path=key[1],
                    value_term=str(quad.object),
                    hint=_HINT,
                )
                traced = trace_finding(finding, trace)
                by_property[key] = replace(traced, value_term=None, cell=None)
        findings = list(by_property.values())
        cells = {(w.file, w.row, w.column) for finding in findings for w in finding.where}
        for place, finding in self._cells(tables):
            if place not in cells:
                findings.append(finding)
        return findings

    def _of_statement(self, quad: Quad) -> int | None:
        """Return the number of the erasure that took a statement."""
        subject, value = term_text(quad.subject), term_text(quad.object)
        for iri in (subject, value):
            if (number := self.things.get(iri.partition("#")[0])) is not None:
                return number
        text = f"{quad.subject} {quad.predicate} {quad.object}"
        number = self.prints.statements.get(self.prints.digest(text))
        if number is None and isinstance(quad.object, Literal):
            return self._of_text(value)
        return number

    def _of_text(self, text: str) -> int | None:
        normalised = plain(text)
        if not is_distinctive(normalised):
            return None
        return self.prints.texts.get(self.prints.digest(normalised))

    def _cells(self, tables: Mapping[str, bytes]) -> Iterator[tuple[tuple[str, int, str], Finding]]:
        """Yield each cell that prints an erased text, with its file, row and column."""
        if not self.prints.texts:
            return
        for name, content in tables.items():
            rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
            header = next(rows, [])
            for number, row in enumerate(rows, 2):
                for column, cell in zip(header, row, strict=False):
                    erasure = self._of_text(cell) if cell else None
                    if erasure is not None:
                        place = (name.rpartition("/")[2], number, column)
                        yield (
                            place,
                            Finding(
                                Severity.VIOLATION,
                                f"{self.base}source/{name}#row={number}",
                                f"This cell was erased ({self.reasons.get(erasure)}).",
                                where=(Where(*place),),
                                hint=_HINT,
                            ),
                        )
