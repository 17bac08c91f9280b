"""Tell which thing a text means, with a confidence: the one matcher of `/reconcile` and `/match`.

Precision comes first: `match` is true only for one thing that stands out clearly. A name that is one of
several bodies' never does without the member, and a part of a name is not the name.

Long because reading, choosing and judging work on the same names.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz, process

from ogpld.search.countries import COUNTRIES
from ogpld.search.folding import fold
from ogpld.search.index import LONGEST_TEXT, SearchIndex
from ogpld.search.weighted_likeness import Weights, likeness, words

#: From this score on a candidate may be meant for certain, when the next is this much lower.
CERTAIN, MARGIN = 84.0, 6.0
#: Score of a name that is the same and not what the thing is called in the first place.
_NEARLY = 99.0
#: Candidates with a lower score are not worth a look.
_LEAST = 45.0
#: Likeness from which lead institutions are the same.
_SAME_LEAD = 0.8
#: Letters a member's name has at least to be one inside another text.
_HINT = 4
#: The highest score of what is like a member's name in another language, as names of others are too.
_FOREIGN = 80.0
#: The highest score of a member for the name of another country.
_ELSEWHERE = 60.0
#: How many words of a text, the rarest, names are looked for by.
_RARE = 5
#: How many names with words in common, and how many with like letters, are compared.
_BY_WORDS, _BY_LETTERS = 40, 15
_LETTERS = 62
#: What a wrong value of a property leaves of a score.
_WRONG = {"member": 0.6, "plan": 0.6, "year": 0.75}
#: Bodies with these names are in every country.
_EVERYWHERE = frozenset(
    ["ministry", "department", "parliament", "senate", "ministerio", "government"]
)
_LEADING_NUMBER = re.compile(
    r"\s*(?:(?:commitment|action|initiative|compromiso)\b)?\s*(?:no\.?\s*)?\d+(?:\.\d+)*"
    r"\s*[.:)\-\u2013]?\s+",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")


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
        reason: in a word why: `identifier`, `same`, `similar`.
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


@dataclass(slots=True)
class _Thing:
    iri: str
    class_name: str
    key: str
    label: str
    member: str
    facts: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Named:
    """A name of a thing, as it is compared."""

    thing: _Thing
    text: str
    folded: str
    words: tuple[str, ...]
    kind: str
    language: str


@dataclass(frozen=True, slots=True)
class _Query:
    """What is looked for: the forms of the text, and what is known besides."""

    forms: tuple[tuple[str, ...], ...]
    without_member: tuple[str, ...]
    member: str
    members_in_text: frozenset[str]
    properties: dict[str, str]


class Matcher:
    """Compares texts with all names of a release, from memory; for any thread once it is made.

    Args:
        index: of the release.
    """

    def __init__(self, index: SearchIndex) -> None:
        self._things: dict[str, _Thing] = {}
        self._names: list[_Named] = []
        self._by_id: dict[str, list[_Thing]] = defaultdict(list)
        self._same: dict[str, list[int]] = defaultdict(list)
        self._of_class: dict[str, list[int]] = defaultdict(list)
        self._with_word: dict[str, list[int]] = defaultdict(list)
        self._member_names: dict[tuple[str, ...], str] = {}
        self._read(index)
        self._spelled = {
            name: {number: self._names[number].folded for number in numbers}
            for name, numbers in self._of_class.items()
        }
        self._weights = Weights(named.words for named in self._names)
        self._elsewhere = {words(name) for name in COUNTRIES} - set(self._member_names)
        self._longest_member = max((len(name) for name in self._member_names), default=0)

    def __contains__(self, iri: str) -> bool:
        """Tell whether an IRI is that of a thing with a name."""
        return iri in self._things

    @property
    def classes(self) -> tuple[str, ...]:
        """Local names of the classes that have things with names."""
        return tuple(sorted(self._of_class))

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
            text: a name, an identifier or an address.
            classes: local names of the classes that are wanted; all, when there are none.
            properties: what else is known.
            limit: how many candidates to return.
        """
        text = text[:LONGEST_TEXT].strip()
        wanted = frozenset(classes)
        given = {p.property: p.value[:LONGEST_TEXT].strip() for p in properties if p.value.strip()}
        exact = self._by_identifier(given.get("identifier", ""), wanted)
        exact = exact or self._by_identifier(text, wanted)
        if exact:
            return _certain(exact, limit)
        query = self._query(text, given)
        best: dict[str, Candidate] = {}
        for number in self._numbers(query, wanted):
            candidate = self._judge(query, self._names[number])
            other = best.get(candidate.iri)
            if candidate.score >= _LEAST and (other is None or candidate.score > other.score):
                best[candidate.iri] = candidate
        ranked = sorted(best.values(), key=lambda c: (-c.score, c.iri))
        return self._decide(query, ranked)[:limit]

    # what is read

    def _read(self, index: SearchIndex) -> None:
        seen: set[tuple[str, str]] = set()
        parts = []
        for iri, class_name, key, label, member, text, kind, language in index.names():
            if "#" in iri:  # names of a territory are its member's
                parts.append((iri.partition("#")[0], text, kind, language))
                continue
            thing = self._things.setdefault(iri, _Thing(iri, class_name, key, label, member))
            self._read_name(thing, text, kind, language, seen)
        for iri, text, kind, language in parts:
            if iri in self._things and kind != "key":
                self._read_name(self._things[iri], text, kind, language, seen)
        for thing in self._things.values():
            self._identify(thing, thing.iri)
        self._read_facts(index)
        self._hand_down()

    def _read_name(
        self, thing: _Thing, text: str, kind: str, language: str, seen: set[tuple[str, str]]
    ) -> None:
        if (thing.iri, text) not in seen:
            seen.add((thing.iri, text))
            if kind in {"key", "identifier", "code"}:
                self._identify(thing, text)
            if kind not in {"key", "identifier"}:
                self._name(thing, text, kind, language)

    def _read_facts(self, index: SearchIndex) -> None:
        for iri, kind, value in index.facts():
            thing = self._things.get(iri.partition("#")[0])
            if thing is None:
                continue
            if kind in {"code", "link"}:
                self._identify(thing, value)
            else:
                thing.facts.setdefault(kind, []).append(value)

    def _hand_down(self) -> None:
        """Give each commitment the years, number and name of its plan."""
        plans = {t.key: t for t in self._things.values() if t.class_name == "ActionPlan"}
        for plan in plans.values():
            years = sorted(
                int(year) for year in (*_YEAR.findall(plan.label), *plan.facts.get("year", ()))
            )
            plan.facts["year"] = [str(y) for y in range(years[0], years[-1] + 1)] if years else []
            plan.facts["planName"] = [plan.label]
        for thing in self._things.values():
            for key in thing.facts.get("plan", ()) if thing.class_name == "Commitment" else ():
                for kind, values in plans[key].facts.items() if key in plans else ():
                    thing.facts.setdefault(kind, []).extend(values)

    def _identify(self, thing: _Thing, text: str) -> None:
        things = self._by_id[_identifier(text)]
        if thing not in things:
            things.append(thing)

    def _name(self, thing: _Thing, text: str, kind: str, language: str) -> None:
        number = _LEADING_NUMBER.match(text) if thing.class_name == "Commitment" else None
        self._add(thing, text, words(text), kind, language)
        if number:
            self._add(thing, text, words(text[number.end() :]), kind, language)

    def _add(
        self, thing: _Thing, text: str, spelled: tuple[str, ...], kind: str, language: str
    ) -> None:
        if not spelled:
            return
        number = len(self._names)
        self._names.append(_Named(thing, text, " ".join(spelled), spelled, kind, language))
        self._same[" ".join(spelled)].append(number)
        self._of_class[thing.class_name].append(number)
        for word in set(spelled):
            self._with_word[word].append(number)
        if thing.class_name == "Member" and (kind == "label" or len(text) >= _HINT):
            self._member_names.setdefault(spelled, thing.key)

    # what is looked for

    def _by_identifier(self, text: str, wanted: frozenset[str]) -> list[_Thing]:
        things = self._by_id.get(_identifier(text), ()) if text else ()
        return [t for t in things if not wanted or t.class_name in wanted]

    def _query(self, text: str, given: dict[str, str]) -> _Query:
        spelled = words(text)
        forms = [spelled]
        if number := _LEADING_NUMBER.match(text):
            forms.append(words(text[number.end() :]))
        places = self._members_in(spelled)
        without: tuple[str, ...] = ()
        if places:
            _, start, end = places[0]
            without = spelled[:start] + spelled[end:]
            while without and without[-1] in {"of", "in", "the", "de"}:
                without = without[:-1]
        member = self.member_key(given["member"]) if "member" in given else ""
        return _Query(
            tuple(form for form in forms if form),
            without,
            member,
            frozenset(key for key, _, _ in places),
            given,
        )

    def member_key(self, text: str) -> str:
        """Return the key of the member a text names, "" when it names none for certain."""
        things = self._by_identifier(text, frozenset({"Member"}))
        if things:
            return things[0].key
        spelled = words(text)
        if spelled in self._member_names:
            return self._member_names[spelled]
        if len(text) <= _HINT:
            return ""
        first = next(iter(self.match(text, classes=("Member",), limit=1)), None)
        return first.key if first and first.match else ""

    def _members_in(self, spelled: tuple[str, ...]) -> list[tuple[str, int, int]]:
        places = []
        for size in range(min(self._longest_member, len(spelled)), 0, -1):
            for start in range(len(spelled) - size + 1):
                key = self._member_names.get(spelled[start : start + size])
                if key and len(" ".join(spelled[start : start + size])) >= _HINT:
                    places.append((key, start, start + size))
            if places:
                break
        return places

    def _numbers(self, query: _Query, wanted: frozenset[str]) -> Iterable[int]:
        forms = [*query.forms, *([query.without_member] if query.without_member else [])]
        numbers: set[int] = set()
        for form in forms:
            numbers.update(n for n in self._same.get(" ".join(form), ()) if self._is(n, wanted))
            numbers.update(self._by_words(form, wanted, query.member))
        numbers.update(self._by_letters(" ".join(query.forms[0]), wanted) if query.forms else ())
        return numbers

    def _is(self, number: int, wanted: frozenset[str]) -> bool:
        return not wanted or self._names[number].thing.class_name in wanted

    def _by_words(self, form: tuple[str, ...], wanted: frozenset[str], member: str) -> list[int]:
        shares: dict[int, float] = defaultdict(float)
        rare = sorted(set(form), key=lambda w: (-self._weights[w], w))
        for word in rare[:_RARE]:
            weight = self._weights[word]
            for number in self._with_word.get(word, ()):
                if self._is(number, wanted):
                    shares[number] += weight
        if member:
            for number in shares:
                if self._names[number].thing.member == member:
                    shares[number] += 1.0
        length = len(form)
        return sorted(
            shares, key=lambda n: (-shares[n], abs(len(self._names[n].words) - length), n)
        )[:_BY_WORDS]

    def _by_letters(self, folded: str, wanted: frozenset[str]) -> list[int]:
        rows = [
            row
            for class_name in (wanted or self._spelled)
            for row in process.extract(
                folded,
                self._spelled.get(class_name, {}),
                scorer=fuzz.ratio,
                score_cutoff=_LETTERS,
                limit=_BY_LETTERS,
            )
        ]
        return [number for _, _, number in sorted(rows, key=lambda r: -r[1])[:_BY_LETTERS]]

    # what is judged

    def _judge(self, query: _Query, named: _Named) -> Candidate:
        thing = named.thing
        value = max(likeness(form, named.words, self._weights) for form in query.forms)
        if (
            thing.class_name != "Member"
            and query.without_member
            and (thing.member in query.members_in_text)
        ):
            value = max(value, likeness(query.without_member, named.words, self._weights))
        if query.member and thing.member == query.member:
            value = max(value, self._without_own_member(query, named))
        features = [("name", round(100 * value, 1))]
        score = 100 * value
        for name, holds in self._properties(query, thing):
            features.append((name, 100.0 if holds else 0.0))
            if not holds:
                score *= _WRONG.get(name, 0.9)
        if named.kind == "other name" and thing.class_name == "Member":
            english = named.language.partition("-")[0] in {"", "en"}
            score = min(score, _NEARLY if value == 1.0 else 98.0 if english else _FOREIGN)
        if thing.class_name == "Member" and query.forms[0] in self._elsewhere:
            score = min(score, _ELSEWHERE)
        reason = "same" if value == 1.0 else "similar"
        return Candidate(
            thing.iri,
            thing.class_name,
            thing.key,
            thing.label,
            thing.member,
            named.text,
            round(score, 2),
            match=False,
            features=tuple(features),
            reason=reason,
        )

    def _without_own_member(self, query: _Query, named: _Named) -> float:
        own = self._members_in(named.words)
        if not own or own[0][0] != query.member or named.thing.class_name == "Member":
            return 0.0
        _, start, end = own[0]
        rest = named.words[:start] + named.words[end:]
        while rest and rest[-1] in {"of", "in", "the"}:
            rest = rest[:-1]
        return (
            0.97 * max(likeness(form, rest, self._weights) for form in query.forms) if rest else 0.0
        )

    def _properties(self, query: _Query, thing: _Thing) -> Iterable[tuple[str, bool]]:
        if thing.class_name != "Member":
            if query.member:
                yield "member", thing.member == query.member
            elif "member" in query.properties:
                yield "member", False
            elif query.members_in_text and thing.class_name == "Institution" and thing.member:
                yield "member", thing.member in query.members_in_text
        plan = query.properties.get("plan")
        if plan and (thing.class_name == "ActionPlan" or "plan" in thing.facts):
            yield "plan", self._is_plan(plan, thing)
        year = _YEAR.search(query.properties.get("year", ""))
        if year and "year" in thing.facts:
            yield "year", year[0] in thing.facts["year"]
        lead = query.properties.get("lead")
        if lead and "lead" in thing.facts:
            spelled = words(lead)
            yield (
                "lead",
                any(
                    likeness(spelled, words(name), self._weights) > _SAME_LEAD
                    for name in thing.facts["lead"]
                ),
            )

    def _is_plan(self, text: str, thing: _Thing) -> bool:
        folded = fold(text)
        keys = [thing.key, *thing.facts.get("plan", ())]
        if folded in [fold(key) for key in keys]:
            return True
        return folded in thing.facts.get("planNumber", ()) or folded in [
            fold(name) for name in thing.facts.get("planName", ())
        ]

    def _decide(self, query: _Query, ranked: list[Candidate]) -> list[Candidate]:
        if not ranked:
            return ranked
        first = ranked[0]
        second = ranked[1].score if len(ranked) > 1 else 0.0
        same = first.reason == "same" and second < _NEARLY <= first.score
        clear = same or first.score - second >= MARGIN
        certain = first.score >= CERTAIN and clear and not self._anywhere(query, first)
        return [replace(first, match=certain), *ranked[1:]]

    def _anywhere(self, query: _Query, candidate: Candidate) -> bool:
        """Tell whether a body of such a name may be in any country, and none is named."""
        if candidate.class_name != "Institution" or query.member or not candidate.member:
            return False
        if candidate.member in query.members_in_text:
            return False
        return bool(_EVERYWHERE.intersection(words(candidate.name)))


def _identifier(text: str) -> str:
    """Return a form in which identifiers and addresses are equal when they mean the same."""
    plain = text.strip().casefold().rstrip("/")
    for scheme in ("https://", "http://"):
        if plain.startswith(scheme):
            return plain.removeprefix(scheme).removeprefix("www.")
    return plain


def _certain(things: list[_Thing], limit: int) -> list[Candidate]:
    """Return things with such an identifier; one alone is meant for certain."""
    return [
        Candidate(
            thing.iri,
            thing.class_name,
            thing.key,
            thing.label,
            thing.member,
            thing.key,
            100.0,
            len(things) == 1,
            (("identifier", 100.0),),
            "identifier",
        )
        for thing in things[:limit]
    ]
