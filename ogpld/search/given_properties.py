"""What is given beside a text, as things are held to it: member, plan, year and lead institution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ogpld.search.entities import Entity
from ogpld.search.folding import fold
from ogpld.search.title_texts import YEAR
from ogpld.search.weighted_likeness import Weights, likeness, words

#: How like the name of a lead institution has to be that is given.
_SAME_LEAD = 0.8


class GivenProperties:
    """Properties that were given, read once for all the things that are held to them.

    Args:
        values: texts by property.
        member: key of the member that was given, "" for none that is known.
        weights: what each word counts.

    Attributes:
        member: as above.
        names_plan: whether a plan was given by more than its number, so that its member is known.
    """

    def __init__(self, values: Mapping[str, str], member: str, weights: Weights) -> None:
        self.member = member
        self._names = values.keys()
        self._plan = fold(values.get("plan", ""))
        year = YEAR.search(values.get("year", ""))
        self._year = year[0] if year else ""
        self._lead = words(values.get("lead", ""))
        self.names_plan = self._plan != "" and not self._plan.isdigit()
        self._weights = weights
        self._leads: dict[tuple[str, ...], bool] = {}

    def __contains__(self, name: str) -> bool:
        """Tell whether a property was given."""
        return name in self._names

    def of(self, entity: Entity) -> Iterator[tuple[str, bool]]:
        """Yield for each property that was given and is known of an entity, whether it is the same.

        A member may have plans that nobody told us of, or whose end: a number is no proof against it, nor is
        a year after the first.
        """
        facts = entity.facts
        is_member = entity.class_name == "Member"
        if "member" in self:
            yield "member", self.member in entity.members
        if "plan" in self and (entity.class_name == "ActionPlan" or is_member or "plan" in facts):
            holds = self._plan in entity.plans
            if holds or self.names_plan or not is_member:
                yield "plan", holds
        if self._year and facts.get("year"):
            holds = self._year in facts["year"]
            if holds or not is_member or self._year < min(facts["year"]):
                yield "year", holds
        if "lead" in self and "lead" in facts:
            yield "lead", any(map(self._is_lead, entity.leads))

    def _is_lead(self, name: tuple[str, ...]) -> bool:
        """Tell whether the lead that was given is called so; few institutions lead many things."""
        if name not in self._leads:
            like = likeness(self._lead, name, self._weights, _SAME_LEAD)
            self._leads[name] = like > _SAME_LEAD
        return self._leads[name]
