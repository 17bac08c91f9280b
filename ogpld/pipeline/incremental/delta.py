"""Quads that came and went since the release before."""

from __future__ import annotations

from dataclasses import dataclass, field

from ogpld.rdf import NamedNode, Quad


@dataclass(slots=True)
class Delta:
    """Quads that are new and quads that are no more, after any number of steps."""

    added: set[Quad] = field(default_factory=set)
    gone: set[Quad] = field(default_factory=set)

    def take(self, added: set[Quad], gone: set[Quad]) -> None:
        """Take up another step."""
        self.added, self.gone = (self.added - gone) | added, (self.gone - added) | gone

    def subjects(self) -> set[NamedNode]:
        """Return what they speak of."""
        subjects = (q.subject for quads in (self.added, self.gone) for q in quads)
        return {s for s in subjects if isinstance(s, NamedNode)}
