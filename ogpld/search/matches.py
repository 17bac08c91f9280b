"""What is found in an index: things with why they match, and codes with how many carry them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Match:
    """A thing and the name by which it was found.

    Attributes:
        iri: of the thing.
        class_name: local name of its class.
        key: its key.
        label: what it is called, in English where there is such a label.
        label_language: tag of the label, "" for none.
        member: key of its member, "" for none.
        name: the name that matches best.
        name_kind: what that name is: `label`, `other name`, `code` and so on.
        language: tag of that name, "" for none.
        score: from 0 to 1: 1 for the same name, from 0.9 for one that has all words, less for one
            that is like it.
        reason: why it matches: `identifier`, `same`, `words`, `member` (the text names its member too),
            `topic` (a code that it carries has the words) or `similar`.
        topic: the name of the code by which it was found, "" where it was found by its own.
        topic_language: tag of that name.
    """

    iri: str
    class_name: str
    key: str
    label: str
    member: str
    name: str
    name_kind: str
    language: str
    score: float
    reason: str
    topic: str = ""
    topic_language: str = ""
    label_language: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """A code, and how many commitments carry it.

    Attributes:
        iri: of the code.
        key: its notation.
        label: what it is called, in English where there is such a label.
        property: local name of the property that states it.
        number: how many commitments.
    """

    iri: str
    key: str
    label: str
    property: str
    number: int


@dataclass(frozen=True, slots=True)
class Results:
    """Some matches, the best first, and how many there are in all.

    Attributes:
        total: number of things that match.
        matches: those of them that were wanted.
        exact: whether there are no more than `total`; there may be where names are only like the text.
        counts: number of things by class, whatever classes were wanted.
    """

    total: int
    matches: tuple[Match, ...]
    exact: bool = True
    counts: Mapping[str, int] = field(default_factory=dict)
