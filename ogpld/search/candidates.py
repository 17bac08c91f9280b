"""Things that a text may mean, and what is given besides the text."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ogpld.search.entities import Entity


@dataclass(frozen=True, slots=True)
class PropertyValue:
    """What else is known of what is meant.

    Attributes:
        property: `member`, `plan`, `year`, `lead` or `identifier`.
        value: as somebody wrote it.
    """

    property: str
    value: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing that may be meant.

    Attributes:
        iri: of the thing.
        class_name: local name of its class.
        key: its key.
        label: what it is called, in English where there is such a label.
        member: key of its member, "" for none.
        name: the name that is most like the text.
        score: from 0 to 100, how sure it is.
        match: whether it is meant without doubt.
        features: what the score is made of, by name.
        reason: in a word why: `identifier`, `same`, `similar`, `initials`, `properties`.
    """

    iri: str
    class_name: str
    key: str
    label: str
    member: str
    name: str
    score: float
    match: bool
    features: tuple[tuple[str, float], ...]
    reason: str

    @classmethod
    def of(
        cls,
        entity: Entity,
        name: str,
        score: float,
        features: tuple[tuple[str, float], ...],
        reason: str,
        *,
        match: bool = False,
    ) -> Candidate:
        """Return an entity as a candidate."""
        return cls(
            entity.iri,
            entity.class_name,
            entity.key,
            entity.label,
            entity.member,
            name,
            score,
            match,
            features,
            reason,
        )


def identified(
    entities: Sequence[Entity], others: Collection[str], score_of_others: float
) -> list[Candidate]:
    """Return entities with one identifier as candidates; one alone is meant for certain.

    Args:
        entities: those with the identifier.
        others: IRIs of those of them that are of another member than was given.
        score_of_others: their score.
    """
    identifier, alone = ("identifier", 100.0), len(entities) - len(others) == 1
    own = [e for e in entities if e.iri not in others]
    return [
        *(Candidate.of(e, e.key, 100.0, (identifier,), "identifier", match=alone) for e in own),
        *(
            Candidate.of(e, e.key, score_of_others, (identifier, ("member", 0.0)), "identifier")
            for e in entities
            if e.iri in others
        ),
    ]
