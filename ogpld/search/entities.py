"""Everything in a release that has a name, in memory: what is called what, and which names to compare.

Entity is the word of the Reconciliation API for a thing that a text may mean.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from ogpld.search.folding import fold_identifier
from ogpld.search.index import SearchIndex
from ogpld.search.name_table import IDENTIFYING
from ogpld.search.weighted_likeness import Weights, words

#: Letters a member's name has at least to be one inside another text.
SHORTEST_HINT = 4
#: How many words of a text, the rarest, names are looked for by.
_RARE = 5
#: How many names with words in common, and how many with like letters, are compared.
_BY_WORDS, _BY_LETTERS = 40, 15
#: Share of letters, in percent, from which names have like letters.
_LETTERS = 62
_LEADING_NUMBER = re.compile(
    r"\s*(?:(?:commitment|action|initiative|compromiso)\b)?\s*(?:no\.?\s*)?\d+(?:\.\d+)*"
    r"\s*[.:)\-\u2013]?\s+",
    re.IGNORECASE,
)
YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(slots=True)
class Entity:
    """A thing that may be meant; `facts` are values by kind (`ogpld.search.name_table.FACT_KINDS`)."""

    iri: str
    class_name: str
    key: str
    label: str
    member: str
    facts: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EntityName:
    """A name of an entity, as it is compared."""

    entity: Entity
    text: str
    words: tuple[str, ...]
    kind: str
    language: str


class Entities:
    """All entities of a release with their names; read once, for any thread.

    Args:
        index: of the release.

    Attributes:
        member_names: keys of members by the words of their names.
        weights: what each word counts.
    """

    def __init__(self, index: SearchIndex) -> None:
        self.member_names: dict[tuple[str, ...], str] = {}
        self._entities: dict[str, Entity] = {}
        self._names: list[EntityName] = []
        self._by_id: dict[str, list[Entity]] = defaultdict(list)
        self._same: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self._with_word: dict[str, list[int]] = defaultdict(list)
        self._spelled: dict[str, dict[int, str]] = defaultdict(dict)
        self._read(index)
        self.weights = Weights(name.words for name in self._names)
        self._longest_member = max((len(name) for name in self.member_names), default=0)

    def __contains__(self, iri: str) -> bool:
        """Tell whether an IRI is that of an entity."""
        return iri in self._entities

    @property
    def classes(self) -> tuple[str, ...]:
        """Local names of the classes that have entities."""
        return tuple(sorted(self._spelled))

    def by_identifier(self, text: str, classes: Collection[str] = ()) -> list[Entity]:
        """Return the entities with such an IRI, key, code, official id or address."""
        entities = self._by_id.get(fold_identifier(text), ())
        return [entity for entity in entities if not classes or entity.class_name in classes]

    def members_in(self, spelled: tuple[str, ...]) -> list[tuple[str, int, int]]:
        """Return the members named in some words by the longest name: key, first word, word after."""
        for size in range(min(self._longest_member, len(spelled)), 0, -1):
            places = []
            for start in range(len(spelled) - size + 1):
                name = spelled[start : start + size]
                if name in self.member_names and len(" ".join(name)) >= SHORTEST_HINT:
                    places.append((self.member_names[name], start, start + size))
            if places:
                return places
        return []

    def names_like(
        self, forms: Sequence[tuple[str, ...]], classes: Collection[str] = (), member: str = ""
    ) -> list[EntityName]:
        """Return the names that are worth comparing with a text.

        Args:
            forms: words of the text, in each form in which it may be read; like letters are looked for in
                the first alone.
            classes: local names of the classes that are wanted; all, when there are none.
            member: key of the member whose names come first, "" for none.
        """
        numbers: list[int] = []
        for form in forms:
            numbers += (n for n in self._same.get(form, ()) if self._is(n, classes))
            numbers += self._by_words(form, classes, member)
        numbers += self._by_letters(" ".join(forms[0]), classes) if forms else []
        return [self._names[number] for number in dict.fromkeys(numbers)]

    def _is(self, number: int, classes: Collection[str]) -> bool:
        return not classes or self._names[number].entity.class_name in classes

    def _by_words(self, form: tuple[str, ...], classes: Collection[str], member: str) -> list[int]:
        shares: dict[int, float] = defaultdict(float)
        rare = sorted(set(form), key=lambda w: (-self.weights[w], w))
        for word in rare[:_RARE]:
            weight = self.weights[word]
            for number in self._with_word.get(word, ()):
                if self._is(number, classes):
                    shares[number] += weight
        for number in shares if member else ():
            if self._names[number].entity.member == member:
                shares[number] += 1.0
        length = len(form)
        return sorted(
            shares, key=lambda n: (-shares[n], abs(len(self._names[n].words) - length), n)
        )[:_BY_WORDS]

    def _by_letters(self, folded: str, classes: Collection[str]) -> list[int]:
        rows = [
            row
            for class_name in (classes or self.classes)
            for row in process.extract(
                folded,
                self._spelled.get(class_name, {}),
                scorer=fuzz.ratio,
                score_cutoff=_LETTERS,
                limit=_BY_LETTERS,
            )
        ]
        return [number for _, _, number in sorted(rows, key=lambda r: -r[1])[:_BY_LETTERS]]

    def _read(self, index: SearchIndex) -> None:
        for iri, class_name, key, label, member, text, kind, language in index.names():
            entity = self._entities.setdefault(iri, Entity(iri, class_name, key, label, member))
            if kind not in IDENTIFYING or kind == "code":
                for spelled in readings(text, class_name):
                    self._add(EntityName(entity, text, spelled, kind, language))
        for iri, folded in index.identifiers():
            self._by_id[folded].append(self._entities[iri])
        for iri, kind, value in index.facts():
            self._entities[iri].facts.setdefault(kind, []).append(value)
        self._hand_down()

    def _add(self, name: EntityName) -> None:
        number, class_name = len(self._names), name.entity.class_name
        self._names.append(name)
        self._same[name.words].append(number)
        self._spelled[class_name][number] = " ".join(name.words)
        for word in set(name.words):
            self._with_word[word].append(number)
        if class_name == "Member" and (name.kind == "label" or len(name.text) >= SHORTEST_HINT):
            self.member_names.setdefault(name.words, name.entity.key)

    def _hand_down(self) -> None:
        """Give each commitment the years, number and name of its plan."""
        plans = {e.key: e for e in self._entities.values() if e.class_name == "ActionPlan"}
        for plan in plans.values():
            years = sorted(
                int(year) for year in (*YEAR.findall(plan.label), *plan.facts.get("year", ()))
            )
            plan.facts["year"] = [str(y) for y in range(years[0], years[-1] + 1)] if years else []
            plan.facts["planName"] = [plan.label]
        for entity in self._entities.values():
            for key in entity.facts.get("plan", ()) if entity.class_name == "Commitment" else ():
                for kind, values in plans[key].facts.items() if key in plans else ():
                    entity.facts.setdefault(kind, []).extend(values)


def readings(text: str, class_name: str = "Commitment") -> list[tuple[str, ...]]:
    """Return the words of a text, and those of a commitment's title without the number in front."""
    number = _LEADING_NUMBER.match(text) if class_name == "Commitment" else None
    forms = [words(text), *([words(text[number.end() :])] if number else [])]
    return [form for form in dict.fromkeys(forms) if form]
