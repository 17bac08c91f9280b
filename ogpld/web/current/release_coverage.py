"""What the release in service holds of members and plans, said wherever a number could mislead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ogpld.catalogue.coverage import Coverage, read_coverage
from ogpld.queries.named import NamedQuery
from ogpld.web.current.open_release import OpenRelease

#: Classes whose lists and answers are counts of what was read.
_COUNTED = frozenset({"Commitment", "ActionPlan", "Assessment", "Milestone", "SubCommitment"})


def coverage(serving: OpenRelease) -> Coverage:
    """Return the coverage of a release, kept while there is room."""

    def read() -> Coverage:
        return read_coverage(
            serving.select_named("coverage-plans", "plan"),
            serving.select_named("coverage-members", "member"),
            serving.select("coverage-graphs"),
            serving.select("graph-selections"),
        )

    return serving.cached("coverage", read)


def of_things(serving: OpenRelease, iris: Iterable[str]) -> list[str]:
    """Return the statements about those of some things that are members or plans."""
    held = coverage(serving)
    statements = (held.members.get(iri) or held.plans.get(iri) for iri in iris)
    return [_sentence(str(one)) for one in statements if one is not None]


def of_list(serving: OpenRelease, name: str, filters: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the statements for a list: of the members and plans it is narrowed to, else of the whole.

    Args:
        serving: the release.
        name: class of the list.
        filters: IRIs or other values by facet.
    """
    if name not in _COUNTED:
        return []
    held = coverage(serving)
    sentences = []
    for iri in (value for values in filters.values() for value in values):
        if iri in held.members:
            member = held.members[iri]
            named = f"{member.label}: {member}" if not member.held else str(member)
            sentences.append(_sentence(named))
        elif iri in held.plans:
            sentences.append(_sentence(f"{held.plans[iri].label}: {held.plans[iri]}"))
    return sentences or [_sentence(str(held))]


def covered(query: NamedQuery, values: Mapping[str, str], serving: OpenRelease) -> list[str]:
    """Return the statements for a question: of the member it is asked about, else of the whole."""
    if not (query.unknown or query.parameters):
        return []
    iris = [
        serving.iris.thing(serving.model.classes[p.kind].segment, values.get(p.name) or p.default)
        for p in query.parameters
        if p.kind in {"Member", "ActionPlan"}
    ]
    return of_list(serving, "Commitment", {"": [iri.value for iri in iris]})


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
