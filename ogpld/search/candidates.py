"""Things that a text may mean, and what is given besides the text."""

from __future__ import annotations

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
        reason: in a word why: `identifier`, `same`, `similar`, `initials`, `plan`, `properties`.
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
