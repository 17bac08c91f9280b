"""What is given beside a text, as things are held to it: member, plan, year and lead institution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ogpld.search.entities import YEAR, Entity
from ogpld.search.folding import fold
from ogpld.search.weighted_likeness import Weights, likeness, words

#: How like the name of a lead institution has to be that is given.
_SAME_LEAD = 0.8


class GivenProperties:
    """Properties that were given, read once for all the things that are held to them.

    Args:
        values: texts by property.
        member: key of the member that was given, "" for none that is known.
        weights: what each word counts.
    """

    def __init__(self, values: Mapping[str, str], member: str, weights: Weights) -> None:
        self.member = member
        self._names = values.keys()
        self._plan = fold(values.get("plan", ""))
        year = YEAR.search(values.get("year", ""))
        self._year = year[0] if year else ""
        self._lead = words(values.get("lead", ""))
        self._weights = weights
        self._leads: dict[tuple[str, ...], bool] = {}

    def __contains__(self, name: str) -> bool:
        """Tell whether a property was given."""
        return name in self._names

    def of(self, entity: Entity) -> Iterator[tuple[str, bool]]:
        """Yield for each property that was given and is known of an entity, whether it is the same."""
        facts = entity.facts
        if "member" in self and entity.class_name != "Member":
            yield "member", self.member != "" and entity.member == self.member
        if "plan" in self and (entity.class_name == "ActionPlan" or "plan" in facts):
            yield "plan", self._plan in entity.plans
        if self._year and "year" in facts:
            yield "year", self._year in facts["year"]
        if "lead" in self and "lead" in facts:
            yield "lead", any(map(self._is_lead, entity.leads))

    def _is_lead(self, name: tuple[str, ...]) -> bool:
        """Tell whether the lead that was given is called so; few institutions lead many things."""
        if name not in self._leads:
            like = likeness(self._lead, name, self._weights, _SAME_LEAD)
            self._leads[name] = like > _SAME_LEAD
        return self._leads[name]
