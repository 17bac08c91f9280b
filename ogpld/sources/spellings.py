"""Keys that differ in the case of letters only: two things to a machine, one to a reader."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ogpld.errors import Where
from ogpld.report import Finding, Severity

#: An id as OGP writes it (RUR001, EE0050, EST04), but in small letters.
_SMALL = re.compile("[a-z]{2,4}[0-9]{2,4}")


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
        """Take up the things of a source; return Warnings about their letters.

        A key that is here in other letters is told with both places, and one that looks like an id of OGP
        in small letters (`rur001`) with the capitals that are probably meant.
        """
        findings = []
        for small, iris in other.places.items():
            here = self.places.setdefault(small, {})
            for iri, where in iris.items():
                if here and iri not in here:
                    findings.append(_clash(iri, where, *next(iter(here.items()))))
                elif _SMALL.fullmatch(key := iri.rpartition("/")[2]):
                    findings.append(_small(iri, key, where))
                here.setdefault(iri, where)
        return findings

    def other(self, iri: str) -> str | None:
        """Return a thing that is described and differs in case only, None where this one is described."""
        iris = self.places.get(iri.lower(), {})
        return None if iri in iris else next(iter(iris), None)


def _small(iri: str, key: str, where: Where) -> Finding:
    return Finding(
        Severity.WARNING,
        focus=iri,
        message=f"the key {key!r} is in small letters, and ids of OGP are in capitals",
        where=(where,),
        hint=f"did you mean {key.upper()}? a key is never changed after its first release",
    )


def _clash(iri: str, where: Where, first: str, place: Where) -> Finding:
    key, other = iri.rpartition("/")[2], first.rpartition("/")[2]
    return Finding(
        Severity.WARNING,
        focus=iri,
        message=f"the keys {key!r} and {other!r} differ in case only, and are two things",
        where=(where, place),
        hint=f"did you mean {other}? write the key in one way if both are the same thing",
    )
