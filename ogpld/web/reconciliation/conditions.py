"""The Reconciliation Service API 1.0-draft: its conditions as queries of the one matcher, and its answers.

A condition with several values is asked once a value; one that is checked, once more for each. Whether a
property holds of a candidate is asked of the matcher, however it was found, so that a property means the
same in both versions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod
from typing import Any

from ogpld import __version__
from ogpld.search.candidates import Candidate, PropertyValue
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.reconciliation.batches import (
    BATCH,
    MOST_CANDIDATES,
    PROPERTIES,
    Query,
    check_members,
    property_text,
    read_limit,
    read_object,
    read_types,
    text_of,
    too_many,
    wrong,
)
from ogpld.web.reconciliation.reconciler import NAME, PREVIEW, candidates, classes, types

VERSION = "1.0-draft"
#: Names of the features that are no properties.
_FEATURES = {"name": "Name", "initials": "Initials", "identifier": "Identifier"} | dict(PROPERTIES)
_TEXT, _ID = "name", "identifier"
_QUANTIFIERS = ("any", "all", "none")


@dataclass(frozen=True, slots=True)
class Condition:
    """What has to be so of a thing.

    Attributes:
        name: `name`, or a property of queries; an identifier is one.
        values: what is compared, at least one.
        required: whether a thing of which it is not so is no candidate.
        quantifier: how many of the values have to fit: `any`, `all`, `none`.
    """

    name: str
    values: tuple[str, ...]
    required: bool
    quantifier: str


@dataclass(frozen=True, slots=True)
class DraftQuery:
    """One query of a batch: conditions, classes, and how many candidates it wants."""

    conditions: tuple[Condition, ...]
    classes: tuple[str, ...]
    limit: int

    @property
    def fitting(self) -> list[Condition]:
        """The conditions that choose the candidates."""
        return [c for c in self.conditions if c.quantifier != "none"]

    @property
    def checked(self) -> list[Condition]:
        """The conditions that candidates are checked against, value by value."""
        return [c for c in self.conditions if c.required or c.quantifier != "any"]

    @property
    def matcher_queries(self) -> int:
        """Number of the questions that the matcher is asked."""
        chosen = prod(len(c.values) for c in self.fitting)
        return chosen + sum(len(c.values) for c in self.checked)

    def queries(self) -> Iterator[Query]:
        """Yield the queries that ask for what fits: one for each way to choose values."""
        fitting = self.fitting
        for values in product(*(c.values for c in fitting)):
            pairs = [(c.name, v) for c, v in zip(fitting, values, strict=True)]
            yield self._query(pairs)

    def query_by_name(self, value: str) -> Query:
        """Return a query that asks for what is called alike."""
        return self._query([(_TEXT, value)])

    def _query(self, pairs: Sequence[tuple[str, str]]) -> Query:
        text = " ".join(value for name, value in pairs if name == _TEXT)
        given = tuple(PropertyValue(name, value) for name, value in pairs if name != _TEXT)
        return Query(text, self.classes, given, MOST_CANDIDATES)


def manifest(current: OpenRelease) -> dict[str, Any]:
    """Return what the service says of itself."""
    service = f"{current.iris.base}reconcile"
    return {
        "versions": [VERSION],
        "name": NAME,
        "documentation": f"{current.iris.base}docs/contract#reconciliation",
        "serviceVersion": __version__,
        "defaultTypes": types(current),
        "view": {"url": f"{service}/view?id={{id}}"},
        "preview": dict(PREVIEW),
        "suggest": {"entity": True, "property": True, "type": True},
        "extend": {"proposeProperties": True, "propertySettings": []},
        "batchSize": BATCH,
        "standardizedScore": True,
        "lang": "en",
    }


def read_batch(data: Any, names: Mapping[str, str]) -> list[DraftQuery]:
    """Return the queries of a batch.

    Args:
        data: the JSON.
        names: local name of each class that can be asked for, by every name it has.

    Raises:
        Problem: 400 with the place of what is wrong.
    """
    members = read_object(data, "the body")
    check_members(members, ("queries",), "the body")
    rows = _rows(members.get("queries"), "queries")
    batch = [_read_query(row, f"queries[{number}]", names) for number, row in enumerate(rows)]
    count = sum(query.matcher_queries for query in batch)
    if count > BATCH:
        raise too_many("queries, each value and each check of a condition counted,", count, BATCH)
    return batch


def _read_query(data: Any, place: str, names: Mapping[str, str]) -> DraftQuery:
    members = read_object(data, place)
    check_members(members, ("type", "limit", "lang", "dir", "conditions"), place)
    rows = _rows(members.get("conditions"), f"{place}.conditions")
    if not rows:
        raise wrong(f"{place}.conditions", "has no condition")
    conditions = tuple(
        _read_condition(row, f"{place}.conditions[{number}]") for number, row in enumerate(rows)
    )
    if all(condition.quantifier == "none" for condition in conditions):
        raise wrong(
            f"{place}.conditions",
            "say only what must not be so",
            "add a condition on what is looked for",
        )
    kind = text_of(members["type"], f"{place}.type") if "type" in members else []
    wanted = read_types(kind, f"{place}.type", names)
    return DraftQuery(conditions, wanted, read_limit(members.get("limit"), f"{place}.limit"))


def _read_condition(data: Any, place: str) -> Condition:
    members = read_object(data, place)
    readable = ("matchType", "propertyId", "propertyValue", "required", "matchQuantifier")
    check_members(members, readable, place)  # no property has a matchQualifier
    kind = members.get("matchType")
    name = {"name": _TEXT, "id": _ID}.get(kind) if isinstance(kind, str) else None
    if kind == "property":
        name = text_of(members.get("propertyId"), f"{place}.propertyId")
        if name not in PROPERTIES:
            raise wrong(
                f"{place}.propertyId",
                f"names {name[:80]!r}, which is no property of queries",
                f"there are: {', '.join(PROPERTIES)}",
            )
    if name is None:
        raise wrong(f"{place}.matchType", "is none of name, id and property")
    value, at = members.get("propertyValue"), f"{place}.propertyValue"
    texts = [property_text(v, at) for v in (value if isinstance(value, list) else [value])]
    values = tuple(dict.fromkeys(text for text in texts if text))
    if not values:
        raise wrong(at, "has no value")
    quantifier = members.get("matchQuantifier", "any")
    if quantifier not in _QUANTIFIERS:
        raise wrong(f"{place}.matchQuantifier", f"is none of {', '.join(_QUANTIFIERS)}")
    required = members.get("required", False)
    if not isinstance(required, bool):
        raise wrong(f"{place}.required", "is neither true nor false")
    return Condition(name, values, required, quantifier)


def _rows(data: Any, place: str) -> list[Any]:
    if not isinstance(data, list):
        raise wrong(place, "is no list")
    return data


def results(current: OpenRelease, batch: Sequence[DraftQuery]) -> dict[str, Any]:
    """Return the candidates of each query of a batch, in its order."""
    labels = classes(current)
    return {
        "results": [
            {"candidates": [_row(c, labels) for c in _candidates(current, query)]}
            for query in batch
        ]
    }


def _candidates(current: OpenRelease, query: DraftQuery) -> list[Candidate]:
    best: dict[str, Candidate] = {}
    for candidate in (c for variant in query.queries() for c in candidates(current, variant)):
        other = best.get(candidate.iri)
        if other is None or (candidate.match, candidate.score) > (other.match, other.score):
            best[candidate.iri] = candidate
    for condition in query.checked:
        fits = [_fitting(current, query, condition.name, value, best) for value in condition.values]
        holds = all if condition.quantifier == "all" else any
        best = {
            iri: candidate
            for iri, candidate in best.items()
            if holds(iri in things for things in fits) != (condition.quantifier == "none")
        }
    ranked = sorted(best.values(), key=lambda c: (-c.score, c.iri))
    if sum(c.match for c in ranked) > 1:  # two values mean two things
        ranked = [replace(c, match=False) for c in ranked]
    return ranked[: query.limit]


def _fitting(
    current: OpenRelease, query: DraftQuery, name: str, value: str, things: Collection[str]
) -> frozenset[str]:
    """Return those of which a condition holds with a value: of some things, or what is called alike."""
    if name == _TEXT:
        return frozenset(c.iri for c in candidates(current, query.query_by_name(value)))
    given = PropertyValue(name, value)
    return frozenset(iri for iri in things if current.matcher.holds(iri, given))


def _row(candidate: Candidate, labels: Mapping[str, str]) -> dict[str, Any]:
    name = candidate.class_name
    label = labels.get(name, name)
    return {
        "id": candidate.iri,
        "name": candidate.label,
        "description": ", ".join(x for x in (label, candidate.member) if x),
        "score": candidate.score,
        "match": candidate.match,
        "type": [{"id": name, "name": label}],
        "features": [
            {"id": feature, "name": _FEATURES[feature], "value": value}
            for feature, value in candidate.features
        ],
    }


def extension_results(extended: Mapping[str, Any]) -> dict[str, Any]:
    """Return values of things as this version has them, from what 0.2 answers: rows in a list."""
    return {
        "meta": extended["meta"],
        "rows": [
            {"id": iri, "properties": [{"id": name, "values": v} for name, v in cells.items()]}
            for iri, cells in extended["rows"].items()
        ],
    }
