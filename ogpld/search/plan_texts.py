"""What a text says of an action plan: of which years it is, and the how many of its member it is.

`X Action Plan 4`, `First National Action Plan of X` and `X NAP 2016-18` name a plan without being its name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ogpld.search.entities import Entity

#: Years and the end of a period, which may be written in two digits: 2016-18.
_PERIOD = re.compile(r"\b((?:19|20)\d\d)(?:\s*[-\u2010-\u2015/]\s*((?:19|20)?\d\d)\b)?(?!\d)")
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er|e|a|o)")
#: Ordinals in words, folded, in languages of many plans.
_ORDINALS = {
    word: number
    for words in (
        "first second third fourth fifth sixth seventh eighth ninth tenth",
        "primer segundo tercer cuarto quinto sexto septimo octavo noveno decimo",
        "premier deuxieme troisieme quatrieme cinquieme sixieme septieme huitieme neuvieme dixieme",
        "esimene teine kolmas neljas viies kuues seitsmes kaheksas uheksas kumnes",
    )
    for number, word in enumerate(words.split(), 1)
}
#: What a plan is called in any country, folded: nothing else may stand in a text that means one.
_PLAN_WORDS = frozenset(
    (
        *("the", "of", "for", "s", "to", "on", "action", "plan", "nap", "ap", "national"),
        *("open", "government", "ogp", "partnership", "commitments", "country", "no", "number"),
        *("plan", "de", "del", "la", "el", "accion", "nacional", "gobierno", "abierto", "para"),
        *("d", "l", "le", "du", "pour", "un", "gouvernement", "ouvert"),
        *("avatud", "valitsemise", "partnerluse", "tegevuskava", "tegevusplaan"),
    )
)
_NAMING = frozenset(("plan", "nap", "ap", "tegevuskava", "tegevusplaan"))


@dataclass(frozen=True, slots=True)
class PlanText:
    """What a text says of a plan.

    Attributes:
        years: first and last year that it states; one twice, none at all.
        number: ordinal of the plan, "" where it does not say.
        is_plain: whether it says nothing else, but for the member.
        is_named: whether a word says that it is a plan.
    """

    years: tuple[str, ...]
    number: str
    is_plain: bool
    is_named: bool

    @classmethod
    def of(cls, text: str, spelled: Sequence[str]) -> PlanText:
        """Read a text.

        Args:
            text: as it was written.
            spelled: its words without the member.
        """
        periods = [*_PERIOD.finditer(text)]
        years = sorted(year for period in periods for year in _ends(period))
        parts = {part for period in periods for part in period.groups() if part}
        rest = [word for word in spelled if word not in parts]
        numbers = [(word, number) for word in rest if (number := _number(word))]
        ordinals = {number for _, number in numbers}
        others = {*rest} - {word for word, _ in numbers} - _PLAN_WORDS
        return cls(
            (years[0], years[-1]) if years else (),
            ordinals.pop() if len(ordinals) == 1 else "",
            not others and len(ordinals) <= 1 and len(periods) <= 1,
            not _NAMING.isdisjoint(rest),
        )

    def contradicts(self, plan: Entity) -> bool:
        """Tell whether a plan has other years or another number; of what nobody told there is none."""
        numbers = plan.facts.get("planNumber", ())
        return (self.number != "" and numbers != () and self.number not in numbers) or (
            self.years != () and not self._are_years_of(plan)
        )

    def meant(self, plans: Collection[Entity]) -> Entity | None:
        """Return the one of the plans of a member that is meant for certain."""
        if not self.years and not self.number:
            return None
        fitting = [plan for plan in plans if not self.contradicts(plan)]
        if self.number:
            fitting = [plan for plan in fitting if plan.facts.get("planNumber")]
        elif self.years and self.years[0] == self.years[1]:  # may be the end of the one before
            fitting = [p for p in plans if self.years[0] in p.facts.get("year", ())]
        one = fitting[0] if len(fitting) == 1 else None
        return None if one is None or self.contradicts(one) else one

    def _are_years_of(self, plan: Entity) -> bool:
        """Tell whether a plan is of these years; of its end nobody may have told, or the text does not."""
        first, last = self.years
        years = plan.facts.get("year", ())
        if not years or years[0] != first:
            return False
        return last in {first, years[-1]} or len(years) == 1


def _ends(period: re.Match[str]) -> tuple[str, str]:
    """Return first and last year of a period; one of two digits is of the same century."""
    first, last = period[1], period[2] or period[1]
    return first, last if len(last) == len(first) else first[:2] + last


def _number(word: str) -> str:
    """Return the number that a word is, as an ordinal or in digits, "" for none."""
    if word in _ORDINALS:
        return str(_ORDINALS[word])
    if match := _ORDINAL.fullmatch(word):
        return str(int(match[1]))
    if len(word) <= 2 and word.isascii() and word.isdigit():  # noqa: PLR2004  (a year has four)
        return str(int(word))
    return ""
