"""What speaks against a thing with a like name: other words, other numbers, a name that many may have.

A person who looks at neither would not take one for the other, so that no score makes up for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import filterfalse

from rapidfuzz.distance import OSA

from ogpld.search.candidates import Candidate
from ogpld.search.countries import OtherCountries
from ogpld.search.entities import Entities
from ogpld.search.text_query import TextQuery, in_capitals
from ogpld.search.title_texts import is_abbreviation, title_forms, without
from ogpld.search.weighted_likeness import is_small, likeness, paired, words

_MEMBER, _INSTITUTION = "Member", "Institution"
#: Bodies with these names are in every country.
_EVERYWHERE = frozenset(
    ["ministry", "department", "parliament", "senate", "ministerio", "government"]
)
#: Share of the weight of a name that a text may lack.
_LACKING = 0.2
#: What the words of a title weigh at least that is not that of many.
_TELLING = 3.0
#: Endings that make no other word.
_ENDINGS = ("s", "es", "d", "ed", "ing")
#: What makes a word its contrary.
_NEGATING = ("a", "un", "in", "il", "im", "ir", "dis", "non", "anti", "de")
#: Letters of a word that may have a contrary.
_STEM = 5
#: Slips in a name of one word.
_SLIPS = 1
#: Words that names of bodies are made of in every country; titles have others in small letters.
_OF_BODIES = frozenset(
    (
        *("academy", "administraciones", "administration", "affairs", "agency", "archive"),
        *("archives", "assembly", "association", "audit", "authority", "bank", "board", "bureau"),
        *("cabinet", "camara", "central", "centre", "chamber", "chancellery", "chancellor"),
        *("chief", "city", "coalition", "college", "commerce", "commission", "commissioner"),
        *("committee", "commonwealth", "communications", "confederation", "congreso", "congress"),
        *("consumer", "corps", "council", "counsel", "court", "customs", "defence", "delivery"),
        *("department", "development", "directorate", "employers", "energy", "experts", "exterior"),
        *("federation", "finance", "forum", "foundation", "fund", "gazette", "general", "gobierno"),
        *("government", "hacienda", "health", "house", "industry", "inspection", "inspectorate"),
        *("institute", "institution", "insurance", "interior", "international", "investigation"),
        *("justice", "kingdom", "labour", "lawyers", "league", "library", "military", "ministere"),
        *("ministerio", "ministry", "movement", "municipalities", "museum", "national", "network"),
        *("notaries", "office", "ombudsman", "operations", "organisation", "organisations"),
        *("parliament", "partnership", "people", "planning", "police", "presidencia", "presidency"),
        *("president", "presidential", "press", "prime", "prosecutor", "provinces", "provincial"),
        *("registry", "representatives", "revenue", "roundtable", "rural", "school", "secretaria"),
        *("secretariat", "security", "senado", "senate", "service", "services", "shared"),
        *("society", "special", "state", "statistics", "student", "students", "studies", "supreme"),
        *("teachers", "trade", "treasury", "tribunal", "union", "unions", "unit", "university"),
        *("village", "women", "youth"),
    )
)


class Doubts:
    """Doubts about candidates.

    Args:
        entities: all things with their names.
    """

    def __init__(self, entities: Entities) -> None:
        self._entities = entities
        self._other_countries = OtherCountries(entities.member_names)

    def about(self, query: TextQuery, candidate: Candidate) -> bool:
        """Tell whether there is any about a candidate that a text is like."""
        if self._is_anothers(query, candidate):
            return True
        if candidate.class_name == _MEMBER or candidate.reason in {"initials", "plan"}:
            return False
        is_like = candidate.reason == "similar" and candidate.class_name == "ActionPlan"
        if is_like and query.plan.contradicts(self._entities[candidate.iri]):
            return True
        if self._is_other(query.all_forms, candidate):
            return True
        if candidate.member in {"", query.given.member, *query.members}:
            return False
        is_of_plan = query.given.names_plan and ("plan", 100.0) in candidate.features
        return not is_of_plan and self._is_of_many(candidate)

    def is_foreign_abbreviation(self, name: str, member: str) -> bool:
        """Tell whether a name is short for a member in another language, as RU is for Britain.

        It may be the code of a country that is no member.

        Args:
            name: of the member.
            member: its key.
        """
        spelled = words(name)
        return is_abbreviation(spelled) and not self._entities.shortens(spelled, member)

    def members_named(self, name: str) -> frozenset[str]:
        """Return the members that a name mentions: the Austrian-Estonian chamber is Estonia's.

        A country that is no member is "".
        """
        places = self._entities.members_in(words(name), in_capitals(name))
        return frozenset(key for key, _, _ in places)

    def _is_anothers(self, query: TextQuery, candidate: Candidate) -> bool:
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
        in_text, in_name = query.members, self.members_named(candidate.name)
        if candidate.member in in_text:
            return not in_text <= {candidate.member, *in_name}  # several, and no name has them all
        if in_text and candidate.member and in_name.isdisjoint(in_text):
            return True  # whatever member was given besides
        if query.given.member:
            return False
        if in_name.isdisjoint(in_text) and in_name:
            return True
        is_body = candidate.class_name == _INSTITUTION and candidate.member != ""
        return is_body and not _EVERYWHERE.isdisjoint(words(candidate.name))

    def _is_other(self, forms: Iterable[tuple[str, ...]], candidate: Candidate) -> bool:
        """Tell whether no form of a text says what the name of a candidate says.

        Args:
            forms: words of the text, in each form in which it may be read.
            candidate: one with a name that is like the text.
        """
        if candidate.reason == "same":
            return False
        names = title_forms(candidate.name, candidate.class_name)
        for name in [*names]:
            places = self._entities.members_in(name)
            names += (without(name, place) for place in places if place[0] == candidate.member)
        return not any(self._agree(form, name) for form in forms for name in names if name)

    def _is_of_many(self, candidate: Candidate) -> bool:
        """Tell whether things of other members may be called so, too.

        Args:
            candidate: of a member that nobody gave or named.
        """
        name = title_forms(candidate.name, candidate.class_name)[-1]
        for place in self._entities.members_in(name):
            name = without(name, place) if place[0] == candidate.member else name
        telling = _content(name)
        weight = sum(self._entities.weights[word] for word in telling)
        if candidate.class_name == _INSTITUTION and any(map(self._is_own, telling)):
            return False
        if weight < _TELLING:
            return True
        return any(
            entity.member not in {"", candidate.member}
            for entity in self._entities.with_all(telling, candidate.class_name)
        )

    def _is_own(self, word: str) -> bool:
        """Tell whether a word is the name of something: no title has it in small letters."""
        return word not in _OF_BODIES and word not in self._entities.ordinary

    def _agree(self, text: Sequence[str], name: Sequence[str]) -> bool:
        """Tell whether words say the same: the text has none besides, and the name hardly any."""
        weights = self._entities.weights
        if _is_negation(text, name):
            return False
        if _is_same_letters(text, name):
            return True
        left, rest = _unlike(*paired(text, name, weights)[1:])
        if left or any(map(_has_digit, rest)):
            return False
        telling, words_of_text = _content(name), _content(text)
        if len(telling) == len(words_of_text) == 1:
            return OSA.distance(*telling, *words_of_text) <= _SLIPS
        lacking = sum(weights[word] for word in rest)
        return lacking <= _LACKING * sum(weights[word] for word in telling)


def _content(text: Iterable[str]) -> list[str]:
    """Return the words that say something, each once."""
    return [word for word in dict.fromkeys(text) if not is_small(word) and not word.isdigit()]


def _has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))


def _is_negation(text: Sequence[str], name: Sequence[str]) -> bool:
    """Tell whether a word of one is the contrary of a word of the other: apolitical, undisclosed."""
    words_of_text, words_of_name = set(text) - {*name}, set(name) - {*text}
    stems = [word for word in words_of_text | words_of_name if len(word) >= _STEM]
    negations = [(prefix + word, word) for prefix in _NEGATING for word in stems]
    return any(
        (contrary in words_of_text and word in words_of_name)
        or (contrary in words_of_name and word in words_of_text)
        for contrary, word in negations
    )


def _is_same_letters(text: Sequence[str], name: Sequence[str]) -> bool:
    """Tell whether two texts have the same letters, with one slip and blanks wherever they are."""
    if [*filter(_has_digit, text)] != [*filter(_has_digit, name)]:
        return False
    return len(text) > 1 and OSA.distance("".join(text), "".join(name)) <= _SLIPS


def _unlike(left: Sequence[str], rest: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the telling words of two texts that differ in more than an ending, blanks or one slip."""
    words, others = [], [*rest]
    for word in left:
        same = next((other for other in others if _is_same_word(word, other)), None)
        if same is not None:
            others.remove(same)
        elif not is_small(word):
            words.append(word)
    others = [*filterfalse(is_small, others)]
    is_same = bool(words) and _is_same_letters(["", *words], others)
    return ([], []) if is_same else (words, others)


def _is_same_word(word: str, other: str) -> bool:
    is_swapped = sorted(word) == sorted(other) and OSA.distance(word, other) <= _SLIPS
    return is_swapped or _is_inflected(word, other) or _is_inflected(other, word)


def _is_inflected(word: str, stem: str) -> bool:
    return any(word in {stem + ending, stem.removesuffix("e") + ending} for ending in _ENDINGS)
