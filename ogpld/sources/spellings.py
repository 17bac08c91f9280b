"""Keys that differ in the case of letters only: two things to a machine, one to a reader."""

from __future__ import annotations

from dataclasses import dataclass, field

from ogpld.errors import Where
from ogpld.report import Finding, Severity


@dataclass(slots=True)
class Spellings:
    """The IRIs of things that rows describe.

    Attributes:
        places: by IRI in small letters: the IRIs as they are written, with the place of the first row.
    """

    places: dict[str, dict[str, Where]] = field(default_factory=dict)

    def add(self, iri: str, where: Where) -> None:
        """Take up a thing that a row describes."""
        self.places.setdefault(iri.lower(), {}).setdefault(iri, where)

    def take(self, other: Spellings) -> list[Finding]:
        """Take up the things of a source; return a Warning for each that is here in other letters."""
        findings = []
        for small, iris in other.places.items():
            here = self.places.setdefault(small, {})
            for iri, where in iris.items():
                if here and iri not in here:
                    findings.append(_clash(iri, where, *next(iter(here.items()))))
                here.setdefault(iri, where)
        return findings

    def other(self, iri: str) -> str | None:
        """Return a thing that is described and differs in case only, None where this one is described."""
        iris = self.places.get(iri.lower(), {})
        return None if iri in iris else next(iter(iris), None)


def _clash(iri: str, where: Where, first: str, place: Where) -> Finding:
    key, other = iri.rpartition("/")[2], first.rpartition("/")[2]
    return Finding(
        Severity.WARNING,
        focus=iri,
        message=f"the keys {key!r} and {other!r} differ in case only, and are two things",
        where=(where, place),
        hint=f"did you mean {other}? write the key in one way if both are the same thing",
    )
