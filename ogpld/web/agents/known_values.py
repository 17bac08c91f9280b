"""Of how many things of a class each value is known: of all, of those of a member, of those of a plan."""

from __future__ import annotations

from collections.abc import Mapping

from ogpld.errors import UsageError
from ogpld.model.schema import ClassDef
from ogpld.queries import bind, load
from ogpld.rdf import NamedNode
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.lists.receipts import statements_of


def known_values(
    serving: OpenRelease, definition: ClassDef, owners: Mapping[str, str]
) -> tuple[dict[str, int], str]:
    """Return the number of things by property, `rdf:type` for all of them, and the query that counts.

    Args:
        serving: the release.
        definition: the class.
        owners: IRI of a plan and of a member by the name of their class; those of the plan are counted,
            else of the member.

    Raises:
        UsageError: where no property of the class says whose a thing is.
    """
    kind = NamedNode(definition.iri)
    name, values = "known-values", {"kind": kind}
    if owner := next((name for name in ("ActionPlan", "Member") if name in owners), ""):
        ours = serving.model.classes[owner].iri
        belongs = next((p for p in definition.properties if p.thing == ours), None)
        if belongs is None or definition.name == owner:
            raise UsageError(
                f"things of the class {definition.name} are not counted by {owner}",
                hint="leave out the class, or the member and the plan",
            )
        name = "known-values-of"
        values |= {"belongs": NamedNode(belongs.iri), "owner": NamedNode(owners[owner])}
    rows = serving.select(name, **values)
    return {row["property"]: int(row["things"]) for row in rows}, bind(load(name), **values)


def check_owners(serving: OpenRelease, owners: Mapping[str, str]) -> None:
    """Refuse a plan and a member of which the one is not the other's.

    Args:
        serving: the release.
        owners: IRI of a plan and of a member by the name of their class.

    Raises:
        UsageError: naming both.
    """
    plan, member = owners.get("ActionPlan"), owners.get("Member")
    if not plan or not member:
        return
    classes = serving.model.classes
    links = {p.iri for p in classes["ActionPlan"].properties if p.thing == classes["Member"].iri}
    quads = statements_of([plan], serving.select)
    if not any(name in links and value == member for _, _, name, value in quads):
        raise UsageError(
            f"the plan {plan} is none of the member {member}",
            hint="leave one of them out: of a plan its things are counted, of a member all it has",
        )
