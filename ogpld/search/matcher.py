"""Tell which thing a text means, with a confidence: the one matcher of `/reconcile` and `/match`.

Precision comes first: `match` is true only for one thing that stands out clearly. A name that is one of
several bodies' never does without the member, and a part of a name is not the name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from heapq import nlargest
from itertools import islice, takewhile
from math import prod
from operator import itemgetter

from ogpld.letters import words_in
from ogpld.search.candidates import Candidate, PropertyValue, identified
from ogpld.search.countries import OtherCountries
from ogpld.search.entities import (
    Entities,
    Entity,
    EntityName,
    is_abbreviation,
    readings,
    without,
)
from ogpld.search.folding import fold
from ogpld.search.given_properties import GivenProperties
from ogpld.search.index import LONGEST_TEXT, SearchIndex
from ogpld.search.weighted_likeness import likeness, words

#: From this score on a candidate may be meant for certain, when the next is this much lower.
CERTAIN, MARGIN = 84.0, 6.0
#: What rounding a score may add.
_ROUNDING = 0.01
#: Score of a name that is the same and not what the thing is called in the first place.
_NEARLY = 99.0
#: Candidates with a lower score are not worth a look.
_LEAST = 45.0
#: The highest score of what is like another name of a member, by whether that is English.
_LIKE_OTHER_NAME = {True: 98.0, False: 80.0}
_MEMBER, _INSTITUTION = "Member", "Institution"
#: Scores of a body whose initials are the text, and of the only one of its member; so few may be any word.
_INITIALS, _INITIALS_OF_ONE, _FEW_INITIALS = 60.0, 90.0, 2
#: Score of what has the properties that were given, where there is no text.
_HELD = 60.0
#: What a name without the member in it counts of the whole.
_WITHOUT_MEMBER = 0.97
#: What a wrong value of a property leaves of a score.
_WRONG = {"member": 0.6, "plan": 0.6, "year": 0.75, "lead": 0.9}
#: Bodies with these names are in every country.
_EVERYWHERE = frozenset(
    ["ministry", "department", "parliament", "senate", "ministerio", "government"]
)
#: Digits of a country's number in ISO 3166-1; some may be missing in front.
_ISO_DIGITS, _DIGITS = 3, re.compile(r"[0-9]{1,3}")
#: Texts that name a member and are looked up once: a table has few of them, and each in many rows.
_MEMBERS_AT_HAND = 4_096


@dataclass(frozen=True, slots=True)
class _Query:
    """What is looked for: the forms of the text, what is known besides, and the initials that it is."""

    forms: Sequence[tuple[str, ...]]
    without_member: tuple[str, ...]
    given: GivenProperties
    members_in_text: frozenset[str]
    initials: str


class Matcher:
    """Compares texts with the names of a release; for any thread once it is made.

    Args:
        index: of the release.
    """

    def __init__(self, index: SearchIndex) -> None:
        self._entities = Entities(index)
        self._other_countries = OtherCountries(self._entities.member_names)
        self.member_key = lru_cache(_MEMBERS_AT_HAND)(self._member_key)
        self.classes = self._entities.classes

    def __contains__(self, iri: str) -> bool:
        """Tell whether an IRI is that of a thing with a name."""
        return iri in self._entities

    def match(
        self,
        text: str,
        *,
        classes: Collection[str] = (),
        properties: Collection[PropertyValue] = (),
        limit: int = 10,
    ) -> list[Candidate]:
        """Return the things that may be meant, the surest first.

        Args:
            text: a name, an identifier or an address; "" for whatever has the properties.
            classes: local names of the classes that are wanted; all, when there are none.
            properties: what else is known.
            limit: how many candidates to return.
        """
        text = text[:LONGEST_TEXT].strip()
        wanted = frozenset(classes)
        given = {p.property: p.value[:LONGEST_TEXT].strip() for p in properties if p.value.strip()}
        if exact := self._by_identifier(text, given, wanted):
            return exact[:limit]
        if not text:
            return self._with_properties(given, wanted, limit)
        query = self._query(text, given)
        if not query.forms:
            return []
        forms = [*query.forms, *([query.without_member] if query.without_member else [])]
        best: dict[str, Candidate] = {}
        needed, least = max(limit, 2), _LEAST  # the second tells whether the first stands out
        for name in self._entities.names_like(forms, wanted, query.given.member):
            candidate = self._judge(query, name, least)
            if candidate is None or candidate.score < least:
                continue
            other = best.get(candidate.iri)
            if other is None or candidate.score > other.score:
                best[candidate.iri] = candidate
                if len(best) >= needed:
                    least = nlargest(needed, (c.score for c in best.values()))[-1]
        for candidate in self._by_initials(query, wanted):
            other = best.get(candidate.iri)
            if other is None or candidate.score > other.score:
                best[candidate.iri] = candidate
        ranked = sorted(best.values(), key=lambda c: (-c.score, c.iri))
        return self._decide(query, ranked)[:limit]

    def holds(self, iri: str, given: PropertyValue) -> bool:
        """Tell whether a property of a thing is known and the one given, however the thing was found.

        Args:
            iri: of a candidate.
            given: an identifier is one of the thing's.
        """
        entity, value = self._entities[iri], given.value[:LONGEST_TEXT].strip()
        if given.property == "identifier":
            return entity in self._identified(value, {entity.class_name})
        held = self._given({given.property: value}).of(entity)
        return any(holds for _, holds in held)

    def _given(self, values: Mapping[str, str]) -> GivenProperties:
        """Return properties as things are held to them."""
        member = self.member_key(values["member"]) if "member" in values else ""
        return GivenProperties(values, member, self._entities.weights)

    def is_foreign_abbreviation(self, name: str, member: str) -> bool:
        """Tell whether a name is short for a member in another language, as RU is for Britain.

        It may be the code of a country that is no member.

        Args:
            name: of the member.
            member: its key.
        """
        spelled = words(name)
        return is_abbreviation(spelled) and not self._entities.shortens(spelled, member)

    def _identified(self, text: str, wanted: Collection[str]) -> list[Entity]:
        """Return the entities that a text identifies; spreadsheets take the zeros off a country's number."""
        if set(wanted) == {_MEMBER} and _DIGITS.fullmatch(text.strip()):
            text = text.strip().zfill(_ISO_DIGITS)
        return self._entities.by_identifier(text, wanted)

    def _member_key(self, text: str) -> str:
        """Return the key of the member a text names, "" when it names none for certain."""
        if members := self._identified(text, {_MEMBER}):
            return members[0].key
        if key := self._entities.member_names.get(words(text)):
            return key
        return "".join(c.key for c in self.match(text, classes=(_MEMBER,), limit=1) if c.match)

    def _query(self, text: str, given: dict[str, str]) -> _Query:
        spelled, capitals = words(text), _in_capitals(text)
        places = self._entities.members_in(spelled, capitals)
        rest = without(spelled, places[0]) if places and places[0][0] else ()
        return _Query(
            readings(text),
            rest,
            self._given(given),
            frozenset(key for key, _, _ in places),
            next(
                (form[0] for form in (spelled, rest) if len(form) == 1 and form[0] in capitals), ""
            ),
        )

    def _likeness(self, query: _Query, name: EntityName, least: float) -> float:
        """Return how alike a text and a name are, from 0 to 1; one of them may name the member as well.

        Where it is less than `least`, any lower figure is returned.
        """
        entity, weights = name.entity, self._entities.weights
        values = [likeness(form, name.words, weights, least) for form in query.forms]
        if entity.class_name == _MEMBER:
            return max(values)
        if query.without_member and entity.member in query.members_in_text:
            values.append(likeness(query.without_member, name.words, weights, least))
        own = (
            self._entities.members_in(name.words)
            if query.given.member == entity.member != ""
            else []
        )
        if own and own[0][0] == query.given.member:
            rest = without(name.words, own[0])
            values += (
                _WITHOUT_MEMBER * likeness(form, rest, weights, least) for form in query.forms
            )
        return max(values)

    def _judge(self, query: _Query, name: EntityName, least: float) -> Candidate | None:
        """Return the entity of a name as a candidate, None or one with its score below `least`."""
        entity = name.entity
        properties = list(self._properties(query, name))
        share = prod(_WRONG[kind] for kind, holds in properties if not holds)
        if 100 * share < least:
            return None
        value = self._likeness(query, name, (least - _ROUNDING) / (100 * share))
        score = 100 * value * share
        if score < least - _ROUNDING:
            return None
        features = [
            ("name", round(100 * value, 1)),
            *((kind, 100.0 if holds else 0.0) for kind, holds in properties),
        ]
        if name.kind == "other name" and entity.class_name == _MEMBER:
            english = name.language.partition("-")[0] in {"", "en"}
            score = min(score, _NEARLY if value == 1.0 else _LIKE_OTHER_NAME[english])
        reason = "same" if value == 1.0 else "similar"
        return Candidate.of(entity, name.text, round(score, 2), tuple(features), reason)

    def _with_properties(
        self, given: Mapping[str, str], wanted: Collection[str], limit: int
    ) -> list[Candidate]:
        """Return what has all properties that were given, by IRI; none is meant for certain."""
        if not given or "identifier" in given:  # an identifier that is somebody's was found before
            return []
        wanted_properties = self._given(given)
        features = tuple((kind, 100.0) for kind in given)
        entities = (
            entity
            for entity in self._entities.of_classes(wanted)
            if len([*takewhile(itemgetter(1), wanted_properties.of(entity))]) == len(given)
        )
        return [
            Candidate.of(entity, entity.label, _HELD, features, "properties")
            for entity in islice(entities, limit)
        ]

    def _by_initials(self, query: _Query, wanted: Collection[str]) -> Iterator[Candidate]:
        """Yield the bodies whose name is shortened like the text; the only one of a member is meant."""
        if wanted and _INSTITUTION not in wanted:
            return
        names = self._entities.with_initials(query.initials)
        of_members = {query.given.member} if query.given.member else query.members_in_text
        own = [name for name in names if name.entity.member in of_members]
        one = len(own) == 1 and len(query.initials) > _FEW_INITIALS
        for name in own if "member" in query.given or query.members_in_text else names:
            score = _INITIALS_OF_ONE if one else _INITIALS
            features = (("initials", score),)
            yield Candidate.of(name.entity, name.text, score, features, "initials")

    def _properties(self, query: _Query, name: EntityName) -> Iterator[tuple[str, bool]]:
        """Yield for each property that is known of both, whether it is the same."""
        entity = name.entity
        in_text = query.members_in_text if "member" not in query.given else ()
        if in_text and entity.member and entity.class_name != _MEMBER:
            yield (
                "member",
                entity.member in in_text or not self._members_named(name.text).isdisjoint(in_text),
            )
        yield from query.given.of(entity)

    def _by_identifier(
        self, text: str, given: Mapping[str, str], wanted: Collection[str]
    ) -> list[Candidate]:
        """Return what the given identifier, or else the text, identifies; no match is of another member."""
        entities = self._identified(given.get("identifier", ""), wanted)
        entities = entities or self._identified(text, wanted)
        return identified(entities, self._of_others(entities, given), 100 * _WRONG["member"])

    def _of_others(self, entities: Sequence[Entity], given: Mapping[str, str]) -> frozenset[str]:
        """Return the IRIs of the entities that are not of the member that was given."""
        if "member" not in given:
            return frozenset()
        member = self._given({"member": given["member"]})
        return frozenset(e.iri for e in entities if not all(holds for _, holds in member.of(e)))

    def _members_named(self, name: str) -> frozenset[str]:
        """Return the members that a name mentions: the Austrian-Estonian chamber is Estonia's.

        A country that is no member is "".
        """
        places = self._entities.members_in(words(name), _in_capitals(name))
        return frozenset(key for key, _, _ in places)

    def _decide(self, query: _Query, ranked: list[Candidate]) -> list[Candidate]:
        """Return candidates of which the first is a match when it is certain."""
        if not ranked:
            return ranked
        first = ranked[0]
        second = ranked[1].score if len(ranked) > 1 else 0.0
        same = first.reason == "same" and second < _NEARLY <= first.score
        clear = same or first.score - second >= MARGIN
        certain = first.score >= CERTAIN and clear and not self._is_anothers(query, first)
        return [replace(first, match=certain), *ranked[1:]]

    def _is_anothers(self, query: _Query, candidate: Candidate) -> bool:
        """Tell whether the text may mean something of another country, named in it or by nobody."""
        if candidate.class_name == _MEMBER:
            name = words(candidate.name)
            if self.is_foreign_abbreviation(candidate.name, candidate.key):
                return True
            if candidate.reason == "same":
                return False
            text, weights = query.forms[0], self._entities.weights
            least = likeness(text, name, weights)
            return self._other_countries.are_like(text, least, weights)
        in_text, in_name = query.members_in_text, self._members_named(candidate.name)
        if candidate.member in in_text:
            return False
        if in_text and candidate.member and in_name.isdisjoint(in_text):
            return True  # whatever member was given besides
        if query.given.member:
            return False
        if in_name.isdisjoint(in_text) and in_name:
            return True
        is_body = candidate.class_name == _INSTITUTION and candidate.member != ""
        return is_body and not _EVERYWHERE.isdisjoint(words(candidate.name))


def _in_capitals(text: str) -> set[str]:
    """Return the words of a text that have two capitals or more, folded."""
    return {fold(word) for word in words_in(text) if sum(map(str.isupper, word)) > 1}
