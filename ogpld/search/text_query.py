"""What is looked for: a text in each form in which it may be read, and what is known besides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ogpld.letters import words_in
from ogpld.search.entities import Entities
from ogpld.search.folding import fold
from ogpld.search.given_properties import GivenProperties
from ogpld.search.plan_texts import PlanText
from ogpld.search.title_texts import number_in_front, title_forms, without, without_initials
from ogpld.search.weighted_likeness import words


@dataclass(frozen=True, slots=True)
class TextQuery:
    """A text and the properties that were given beside it.

    Attributes:
        forms: words of the text, in each form in which it may be read.
        without_member: its words without the member that it names, none where it names none.
        without_initials: its words without the initials in brackets at its end, none where there are none.
        in_brackets: keys of the members that these are short for, "" for other countries.
        given: the properties.
        members: keys of the members that it names, "" for other countries.
        initials: the text as initials of a body, "" where it is none.
        number: what stands in front of a title.
        plan: what it says of an action plan.
    """

    forms: Sequence[tuple[str, ...]]
    without_member: tuple[str, ...]
    without_initials: tuple[str, ...]
    in_brackets: frozenset[str]
    given: GivenProperties
    members: frozenset[str]
    initials: str
    number: str
    plan: PlanText

    @classmethod
    def of(cls, text: str, given: GivenProperties, entities: Entities) -> TextQuery:
        """Read a text."""
        spelled, capitals = words(text), in_capitals(text)
        places = entities.members_in(spelled, capitals)
        rest = without(spelled, places[0]) if places and places[0][0] else ()
        long, short = without_initials(text)
        countries = [key for key, _, _ in entities.members_in(words(short), in_capitals(short))]
        codes = [member.key for member in entities.by_identifier(short, ("Member",))]
        return cls(
            title_forms(text),
            rest,
            words(long),
            frozenset([*countries, *codes]),
            given,
            frozenset(key for key, _, _ in places),
            next(
                (form[0] for form in (spelled, rest) if len(form) == 1 and form[0] in capitals), ""
            ),
            number_in_front(text),
            PlanText.of(text, rest or spelled),
        )

    @property
    def all_forms(self) -> list[tuple[str, ...]]:
        """All forms, that without the member and that without initials among them."""
        return [form for form in (*self.forms, self.without_member, self.without_initials) if form]


def in_capitals(text: str) -> set[str]:
    """Return the words of a text that have two capitals or more, folded."""
    return {fold(word) for word in words_in(text) if sum(map(str.isupper, word)) > 1}
