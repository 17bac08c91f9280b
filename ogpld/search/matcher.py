"""Tell which thing a text means, with a confidence: the one matcher of `/reconcile` and `/match`.

Precision comes first: `match` is true only for one thing that stands out clearly. A name that is one of
several bodies' never does without the member, and a part of a name is not the name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from heapq import nlargest
from itertools import islice, takewhile
from math import prod
from operator import itemgetter

from ogpld.search.candidates import Candidate, PropertyValue
from ogpld.search.doubts import Doubts
from ogpld.search.entities import Entities, Entity, EntityName
from ogpld.search.given_properties import GivenProperties
from ogpld.search.index import LONGEST_TEXT, SearchIndex
from ogpld.search.text_query import TextQuery
from ogpld.search.title_texts import without
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
_MEMBER, _INSTITUTION, _PLAN = "Member", "Institution", "ActionPlan"
#: Scores of a body whose initials are the text, and of the only one of its member; so few may be any word.
_INITIALS, _INITIALS_OF_ONE, _FEW_INITIALS = 60.0, 90.0, 2
#: Score of what has the properties that were given, where there is no text.
_HELD = 60.0
#: What a name without the member in it counts of the whole.
_WITHOUT_MEMBER = 0.97
#: What a wrong value of a property leaves of a score.
_WRONG = {"member": 0.6, "plan": 0.6, "year": 0.75, "lead": 0.9, "identifier": 0.9}
#: What is left of the score of what an identifier found, where the text is the name of something else.
_UNLIKE = 0.6
#: The highest figure of a title with another number in front.
_OTHER_NUMBER = 0.8
#: Score of the plan whose member, and years or number, a text says.
_BY_PLAN = 98.0
#: Digits of a country's number in ISO 3166-1; some may be missing in front.
_ISO_DIGITS, _DIGITS = 3, re.compile(r"[0-9]{1,3}")
#: Markup that tables of web pages bring along.
_TAG = re.compile(r"</?[a-z][a-z0-9]{0,9}\s*/?>", re.IGNORECASE)
#: Texts that name a member and are looked up once: a table has few of them, and each in many rows.
_MEMBERS_AT_HAND = 4_096


class Matcher:
    """Compares texts with the names of a release; for any thread once it is made.

    Args:
        index: of the release.
    """

    def __init__(self, index: SearchIndex) -> None:
        self._entities = Entities(index)
        self._doubts = Doubts(self._entities)
        self.is_foreign_abbreviation = self._doubts.is_foreign_abbreviation
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
        text = _TAG.sub(" ", text[:LONGEST_TEXT]).strip()
        wanted = frozenset(classes)
        given = {p.property: p.value[:LONGEST_TEXT].strip() for p in properties if p.value.strip()}
        if exact := self._by_identifier(text, given, wanted, limit):
            return exact[:limit]
        if not text:
            return self._with_properties(given, wanted, limit)
        return self._by_name(text, given, wanted, limit)

    def _by_name(
        self, text: str, given: Mapping[str, str], wanted: frozenset[str], limit: int
    ) -> list[Candidate]:
        """Return what is called alike; of an identifier that was given it is known that nothing has it."""
        query = TextQuery.of(text, self._given(given), self._entities)
        if not query.forms:
            return []
        best: dict[str, Candidate] = {}
        needed, least = max(limit, 2), _LEAST  # the second tells whether the first stands out
        for name in self._entities.names_like(query.all_forms, wanted, query.given.member):
            candidate = self._judge(query, name, least)
            if candidate is None or candidate.score < least:
                continue
            other = best.get(candidate.iri)
            if other is None or candidate.score > other.score:
                best[candidate.iri] = candidate
                if len(best) >= needed:
                    least = nlargest(needed, (c.score for c in best.values()))[-1]
        others = (*self._by_initials(query, wanted), *self._by_plan(query, wanted))
        for candidate in others:
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

    def _likeness(self, query: TextQuery, name: EntityName, least: float) -> float:
        """Return how alike a text and a name are, from 0 to 1; one of them may name the member as well.

        Where it is less than `least`, any lower figure is returned.
        """
        entity, weights = name.entity, self._entities.weights
        values = [likeness(form, name.words, weights, least) for form in query.forms]
        is_member = entity.class_name == _MEMBER
        if query.in_brackets == {entity.member} or not (is_member or query.in_brackets):
            values.append(likeness(query.without_initials, name.words, weights, least))
        if is_member:
            return max(values)
        if query.without_member and entity.member in query.members:
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

    def _judge(self, query: TextQuery, name: EntityName, least: float) -> Candidate | None:
        """Return the entity of a name as a candidate, None or one with its score below `least`."""
        entity = name.entity
        properties = list(self._properties(query, name))
        share = prod((_WRONG[kind] for kind, holds in properties if not holds), start=1.0)
        if 100 * share < least:
            return None
        value = self._likeness(query, name, (least - _ROUNDING) / (100 * share))
        if query.number and name.number and query.number != name.number:
            value = min(value, _OTHER_NUMBER)
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

    def _by_initials(self, query: TextQuery, wanted: Collection[str]) -> Iterator[Candidate]:
        """Yield the bodies whose name is shortened like the text; the only one of a member is meant."""
        if wanted and _INSTITUTION not in wanted:
            return
        names = self._entities.with_initials(query.initials)
        of_members = {query.given.member} if query.given.member else query.members
        own = [name for name in names if name.entity.member in of_members]
        one = len(own) == 1 and len(query.initials) > _FEW_INITIALS
        for name in own if "member" in query.given or query.members else names:
            score = _INITIALS_OF_ONE if one else _INITIALS
            features = (("initials", score),)
            yield Candidate.of(name.entity, name.text, score, features, "initials")

    def _properties(self, query: TextQuery, name: EntityName) -> Iterator[tuple[str, bool]]:
        """Yield for each property that is known of both, whether it is the same."""
        entity = name.entity
        if "identifier" in query.given:
            yield "identifier", False
        in_text = query.members if "member" not in query.given else ()
        if in_text and entity.member and entity.class_name != _MEMBER:
            yield (
                "member",
                entity.member in in_text
                or not self._doubts.members_named(name.text).isdisjoint(in_text),
            )
        yield from query.given.of(entity)

    def _by_identifier(
        self, text: str, given: Mapping[str, str], wanted: frozenset[str], limit: int
    ) -> list[Candidate]:
        """Return what the given identifier, or else the text, identifies.

        Where a name was given beside an identifier and is not like those of the thing, or is more like that
        of another, nothing is meant for certain, nor is what has not the properties that were given.
        """
        entities = self._identified(given.get("identifier", ""), wanted)
        name = text if entities and not _share(entities, self._identified(text, wanted)) else ""
        entities = entities or self._identified(text, wanted)
        if not entities:
            return []
        others = {kind: value for kind, value in given.items() if kind != "identifier"}
        alike = self._by_name(name, others, wanted, max(limit, 2)) if name else []
        query = TextQuery.of(name, self._given(others), self._entities)
        candidates = [self._identified_candidate(query, entity, alike) for entity in entities]
        candidates.sort(key=lambda c: -c.score)
        if sum(c.match for c in candidates) > 1:
            candidates = [replace(c, match=False) for c in candidates]
        if name and not any(c.match for c in candidates):
            iris = {c.iri for c in candidates}
            candidates += [replace(c, match=False) for c in alike if c.iri not in iris]
        return candidates

    def _identified_candidate(
        self, query: TextQuery, entity: Entity, alike: Sequence[Candidate]
    ) -> Candidate:
        """Return what has an identifier as a candidate, a match where nothing speaks against it.

        Args:
            query: the name that was given beside it, and the properties.
            entity: the thing.
            alike: what the name alone is like.
        """
        held = [*query.given.of(entity)]
        features = [("identifier", 100.0)]
        share = prod((_WRONG[kind] for kind, holds in held if not holds), start=1.0)
        if query.forms:
            names = self._entities.names_of(entity)
            likest = 100 * max((self._likeness(query, name, 0.0) for name in names), default=0.0)
            features.append(("name", round(likest, 1)))
            best = next((c.score for c in alike[:1] if c.iri != entity.iri), 0.0)
            if likest < _LEAST or best >= max(CERTAIN, likest + _ROUNDING):
                share *= _UNLIKE
        features += ((kind, 100.0 if holds else 0.0) for kind, holds in held)
        score, match = round(100 * share, 2), share == 1.0
        return Candidate.of(entity, entity.key, score, tuple(features), "identifier", match=match)

    def _decide(self, query: TextQuery, ranked: list[Candidate]) -> list[Candidate]:
        """Return candidates of which the first is a match when it is certain."""
        if not ranked:
            return ranked
        first = ranked[0]
        second = ranked[1].score if len(ranked) > 1 else 0.0
        same = first.reason in {"same", "plan"} and second < _NEARLY and first.score >= _BY_PLAN
        clear = same or first.score - second >= MARGIN
        certain = (
            first.score >= CERTAIN
            and clear
            and all(value for _, value in first.features)
            and not self._doubts.about(query, first)
        )
        return [replace(first, match=certain), *ranked[1:]]

    def _by_plan(self, query: TextQuery, wanted: Collection[str]) -> Iterator[Candidate]:
        """Yield the plan whose member, and years or number, are all that the text says."""
        is_meant = query.plan.is_named or set(wanted) == {_PLAN}
        members = query.members | ({query.given.member} if "member" in query.given else set())
        if not (
            is_meant
            and query.plan.is_plain
            and len(members) == 1
            and (_PLAN in wanted or not wanted)
        ):
            return
        plan = query.plan.meant(self._entities.plans_of(*members))
        if plan is None:
            return
        held = [*query.given.of(plan)]
        read = [("year", 100.0)] if query.plan.years else []
        read += [("plan", 100.0)] if query.plan.number else []
        features = dict([*read, ("member", 100.0)]) | {
            kind: 100.0 if holds else 0.0 for kind, holds in held
        }
        share = prod((_WRONG[kind] for kind, holds in held if not holds), start=1.0)
        yield Candidate.of(
            plan, plan.label, round(_BY_PLAN * share, 2), tuple(features.items()), "plan"
        )


def _share(some: Sequence[Entity], others: Sequence[Entity]) -> bool:
    """Tell whether an entity is among both."""
    return any(entity is other for entity in some for other in others)
