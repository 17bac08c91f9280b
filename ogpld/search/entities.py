"""Everything in a release that has a name, in memory: what is called what, and which names to compare.

Entity is the word of the Reconciliation API for a thing that a text may mean.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from itertools import accumulate, chain

from rapidfuzz import fuzz, process

from ogpld.letters import words_in
from ogpld.search.countries import country_names, demonyms
from ogpld.search.folding import fold
from ogpld.search.identifier_spellings import identifier_spellings, without_zeros
from ogpld.search.index import SearchIndex
from ogpld.search.name_table import IDENTIFYING
from ogpld.search.readings import SHORTEST_HINT
from ogpld.search.title_texts import (
    YEAR,
    is_abbreviation,
    number_in_front,
    title_forms,
    without,
)
from ogpld.search.weighted_likeness import Weights, initials, words

#: How many words of a text, the rarest, names are looked for by.
_RARE = 5
#: How many names with words in common, and how many with like letters, are compared.
_BY_WORDS, _BY_LETTERS = 40, 15
#: What the right member counts beside words in common.
_MEMBER = 1.0
_NONE: frozenset[int] = frozenset()
#: Share of letters, in percent, from which names have like letters.
_LETTERS = 62
#: Share of letters, in percent, of a name with a slip.
_NEARLY = 85
_MEMBER_CLASS, _INSTITUTION = "Member", "Institution"


@dataclass(slots=True)
class Entity:
    """A thing that may be meant.

    Attributes:
        iri: of the thing.
        class_name: local name of its class.
        key: its key.
        label: what it is called.
        member: key of its member, "" for none.
        facts: values by kind (`ogpld.search.name_table.FACT_KINDS`).
        plans: what its plan, it as a plan, or the plans of a member may be called: key, number and names,
            folded.
        leads: the words of each name of a lead institution.
        members: keys of the members it is of: its own, and for a member the country it is called after, too.
    """

    iri: str
    class_name: str
    key: str
    label: str
    member: str
    facts: dict[str, list[str]] = field(default_factory=dict)
    plans: frozenset[str] = frozenset()
    leads: tuple[tuple[str, ...], ...] = ()
    members: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class EntityName:
    """A name of an entity, as it is compared; its number is that in front of a title."""

    entity: Entity
    text: str
    words: tuple[str, ...]
    kind: str
    language: str
    number: str = ""


class _Names:
    """The numbers of the names of a class: by all their words, by each of them, and how they are spelled."""

    def __init__(self) -> None:
        self.same: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self.with_word: dict[str, set[int]] = defaultdict(set)
        self.spelled: dict[int, str] = {}


class Entities:
    """All entities of a release with their names; read once, for any thread.

    Args:
        index: of the release.

    Attributes:
        member_names: keys of members by the words of their names.
        weights: what each word counts.
        ordinary: words that titles have in small letters.
    """

    def __init__(self, index: SearchIndex) -> None:
        self.member_names: dict[tuple[str, ...], str] = {}
        self.ordinary: set[str] = set()
        self._entities: dict[str, Entity] = {}
        self._names: list[EntityName] = []
        self._by_id: dict[str, list[Entity]] = defaultdict(list)
        self._by_short_key: dict[str, list[Entity]] = defaultdict(list)
        self._names_of: dict[str, _Names] = defaultdict(_Names)
        self._of_member: dict[str, list[int]] = defaultdict(list)
        self._plans: dict[str, list[Entity]] = defaultdict(list)
        self._read(index)
        self._by_iri = sorted(self._entities.values(), key=lambda e: e.iri)
        others = chain(country_names(), *(e.leads for e in self._entities.values()))
        self.weights = Weights((name.words for name in self._names), others)
        self._in_texts = self._names_in_texts()
        self._first_words = {name[0] for name in self._in_texts}
        self._longest_member = max((len(name) for name in self._in_texts), default=0)
        for entity in self._entities.values():
            country = entity.label.rpartition(",")[2] if entity.class_name == _MEMBER_CLASS else ""
            named = self.members_in(words(country))
            entity.members = frozenset([entity.member, *(key for key, _, _ in named)]) - {""}
        self._initials = self._read_initials()

    def __contains__(self, iri: str) -> bool:
        """Tell whether an IRI is that of an entity."""
        return iri in self._entities

    def __getitem__(self, iri: str) -> Entity:
        """Return the entity with an IRI."""
        return self._entities[iri]

    @property
    def classes(self) -> tuple[str, ...]:
        """Local names of the classes that have entities."""
        return tuple(sorted(self._names_of))

    def of_classes(self, classes: Collection[str] = ()) -> Iterator[Entity]:
        """Yield the entities of some classes, of all where there are none, by IRI."""
        return (e for e in self._by_iri if not classes or e.class_name in classes)

    def by_identifier(self, text: str, classes: Collection[str] = ()) -> list[Entity]:
        """Return the entities with such an IRI, key, code, official id or address, as it is usually written.

        Where one class alone is wanted, a key may lack zeros.
        """
        for spelled in identifier_spellings(text):
            entities = self._by_id.get(spelled, ())
            if wanted := [e for e in entities if not classes or e.class_name in classes]:
                return wanted
        short = without_zeros(text) if len(classes) == 1 else ""
        return [
            entity for entity in self._by_short_key.get(short, ()) if entity.class_name in classes
        ]

    def members_in(
        self, spelled: tuple[str, ...], capitals: Collection[str] = ()
    ) -> list[tuple[str, int, int]]:
        """Return the countries that the longest name names: key of the member or "", first word, word after.

        Args:
            spelled: the words.
            capitals: those of them that were written in capitals: only so is `UK` the name of a member.
        """
        starts = [at for at, word in enumerate(spelled) if word in self._first_words]
        for size in range(min(self._longest_member, len(spelled)), 0, -1) if starts else ():
            places = []
            for start in (at for at in starts if at + size <= len(spelled)):
                name = spelled[start : start + size]
                is_long = len(" ".join(name)) >= SHORTEST_HINT or name[0] in capitals
                if is_long and name in self._in_texts:
                    places.append((self._in_texts[name], start, start + size))
            if places:
                return places
        return []

    def shortens(self, name: tuple[str, ...], member: str) -> bool:
        """Tell whether an abbreviation is this member's for readers of English, or its code."""
        codes = self.by_identifier("".join(name), (_MEMBER_CLASS,))
        return self._in_texts.get(name) == member or member in (e.key for e in codes)

    def with_initials(self, initials: str) -> list[EntityName]:
        """Return the names of institutions that are shortened like this, each by its first name."""
        names = {
            self._names[n].entity.iri: self._names[n] for n in self._initials.get(initials, ())
        }
        return list(names.values())

    def with_all(self, spelled: Sequence[str], class_name: str) -> Iterator[Entity]:
        """Yield the entities of a class with a name that has all of some words."""
        with_word = self._names_of[class_name].with_word
        numbers = [with_word.get(word, _NONE) for word in spelled]
        least = min(numbers, key=len, default=_NONE)
        return (self._names[n].entity for n in least if all(n in those for those in numbers))

    def names_of(self, entity: Entity) -> list[EntityName]:
        """Return the names of an entity."""
        return [
            self._names[n]
            for n in self._of_member[entity.member]
            if self._names[n].entity is entity
        ]

    def plans_of(self, member: str) -> list[Entity]:
        """Return the action plans of a member."""
        return self._plans.get(member, [])

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
            for names in self._of(classes):
                numbers += names.same.get(form, ())
            numbers += self._by_words(form, classes, member)
        numbers += self._by_letters(" ".join(forms[0]), classes, member) if forms else []
        return [self._names[number] for number in dict.fromkeys(numbers)]

    def _of(self, classes: Collection[str]) -> list[_Names]:
        return [
            self._names_of[name] for name in (classes or self.classes) if name in self._names_of
        ]

    def _by_words(self, form: tuple[str, ...], classes: Collection[str], member: str) -> list[int]:
        """Return the names with the most of the rarest words, those of the member before others."""
        weights = self.weights
        rare = sorted(set(form), key=lambda w: (-weights[w], w))[:_RARE]
        postings = [[names.with_word.get(w, _NONE) for names in self._of(classes)] for w in rare]
        still = [0.0, *accumulate(weights[w] for w in reversed(rare))]
        shares: dict[int, float] = {}
        for word, numbers in zip(rare, postings, strict=True):
            weight, most = weights[word], still.pop() + _MEMBER
            if sum(map(len, numbers)) > len(shares) > _BY_WORDS and most < _least(shares):
                for number in shares:  # no other name can have as much in common any more
                    if any(number in those for those in numbers):
                        shares[number] += weight
                continue
            for those in numbers:
                for number in those:
                    shares[number] = shares.get(number, 0.0) + weight
        for number in self._of_member.get(member, ()) if member else ():
            if number in shares:
                shares[number] += _MEMBER
        if len(shares) > _BY_WORDS:
            least = _least(shares)
            shares = {number: share for number, share in shares.items() if share >= least}
        length = len(form)
        return sorted(
            shares, key=lambda n: (-shares[n], abs(len(self._names[n].words) - length), n)
        )[:_BY_WORDS]

    def _by_letters(self, folded: str, classes: Collection[str], member: str) -> list[int]:
        """Return the names with like letters: of the member alone, when one of its own is nearly the same."""
        if numbers := [*self._of_member.get(member, ())] if member else []:
            own = [
                {number: names.spelled[number] for number in numbers if number in names.spelled}
                for names in self._of(classes)
            ]
            if any(
                process.extractOne(folded, n, scorer=fuzz.ratio, score_cutoff=_NEARLY) for n in own
            ):
                return _with_like_letters(folded, own)
        return _with_like_letters(folded, [names.spelled for names in self._of(classes)])

    def _read(self, index: SearchIndex) -> None:
        for iri, class_name, key, label, member, text, kind, language in index.names():
            entity = self._entities.setdefault(iri, Entity(iri, class_name, key, label, member))
            if kind not in IDENTIFYING or kind == "code":
                number = number_in_front(text)
                for spelled in title_forms(text, class_name):
                    self._add(EntityName(entity, text, spelled, kind, language, number))
                if class_name not in {_MEMBER_CLASS, _INSTITUTION}:
                    self.ordinary.update(fold(word) for word in words_in(text) if word.islower())
        for iri, folded in index.identifiers():
            self._by_id[folded].append(self._entities[iri])
        for entity in self._entities.values():
            if short := without_zeros(entity.key):
                self._by_short_key[short].append(entity)
        for iri, kind, value in index.facts():
            self._entities[iri].facts.setdefault(kind, []).append(value)
        self._hand_down()

    def _add(self, name: EntityName) -> None:
        number, class_name = len(self._names), name.entity.class_name
        self._names.append(name)
        names = self._names_of[class_name]
        names.same[name.words].append(number)
        names.spelled[number] = " ".join(name.words)
        for word in set(name.words):
            names.with_word[word].add(number)
        self._of_member[name.entity.member].append(number)
        is_hint = len(name.text) >= SHORTEST_HINT and not is_abbreviation(name.words)
        if class_name == _MEMBER_CLASS and (name.kind == "label" or is_hint):
            self.member_names.setdefault(name.words, name.entity.key)

    def _names_in_texts(self) -> dict[tuple[str, ...], str]:
        """Return the keys of members by what names them inside a text: adjectives and short names too.

        What names a country that is no member has the key "".
        """
        names = dict.fromkeys(country_names(), "")
        for adjective, code in demonyms().items():
            names[adjective] = "".join(m.key for m in self.by_identifier(code, (_MEMBER_CLASS,)))
        for name in self._names:
            english = name.kind == "other name" and name.language.partition("-")[0] in {"", "en"}
            short = is_abbreviation(name.words) and name.text.isupper()
            if english and short and name.entity.class_name == _MEMBER_CLASS:
                names[name.words] = name.entity.key
        return names | self.member_names

    def _read_initials(self) -> dict[str, list[int]]:
        """Return the names of institutions by their initials, with and without the member in them."""
        numbers: dict[str, list[int]] = defaultdict(list)
        for number in (
            self._names_of[_INSTITUTION].spelled if _INSTITUTION in self._names_of else ()
        ):
            name = self._names[number]
            own = [place for place in self.members_in(name.words) if place[0] == name.entity.member]
            forms = {name.words, *(without(name.words, place) for place in own)}
            for short in {short for form in forms for short in initials(form)}:
                numbers[short].append(number)
        return numbers

    def _hand_down(self) -> None:
        """Give each commitment what its plan has, and each thing what its plan and its leads are called."""
        plans = {e.key: e for e in self._entities.values() if e.class_name == "ActionPlan"}
        for plan in plans.values():
            years = sorted(
                int(year) for year in (*YEAR.findall(plan.label), *plan.facts.get("year", ()))
            )
            plan.facts["year"] = [str(y) for y in range(years[0], years[-1] + 1)] if years else []
            plan.facts["planName"] = [plan.label]
            self._plans[plan.member].append(plan)
        for entity in self._entities.values():
            for key in entity.facts.get("plan", ()) if entity.class_name == "Commitment" else ():
                for kind, values in plans[key].facts.items() if key in plans else ():
                    entity.facts.setdefault(kind, []).extend(values)
            names = [entity.key, *entity.facts.get("plan", ()), *entity.facts.get("planName", ())]
            numbers = entity.facts.get("planNumber", ())
            entity.plans = frozenset(map(fold, names)) | frozenset(numbers)
            entity.leads = tuple(map(words, entity.facts.get("lead", ())))
        for member in self._entities.values():
            if member.class_name == _MEMBER_CLASS:
                own = self.plans_of(member.key)
                member.plans = frozenset(chain.from_iterable(plan.plans for plan in own))
                member.facts["year"] = [year for plan in own for year in plan.facts["year"]]


def _least(shares: Mapping[int, float]) -> float:
    """Return the lowest share of the names that are compared for their words."""
    return nlargest(_BY_WORDS, shares.values())[-1]


def _with_like_letters(folded: str, spelled: Sequence[Mapping[int, str]]) -> list[int]:
    """Return the numbers of the names whose letters are most like those of a text."""
    rows = [
        row
        for names in spelled
        for row in process.extract(
            folded, names, scorer=fuzz.ratio, score_cutoff=_LETTERS, limit=_BY_LETTERS
        )
    ]
    return [number for _, _, number in sorted(rows, key=lambda r: -r[1])[:_BY_LETTERS]]
