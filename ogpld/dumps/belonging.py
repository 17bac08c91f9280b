"""Tell which member's dataset a thing belongs to, and what things are called.

A thing belongs to the member it names, or to that of a thing it names: only properties with at most one
value count, as the shapes say, those that name members first. Parts belong where their thing does. What
leads to no member (authors, bodies of no government) is in the dataset overall alone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field

from ogpld.dumps.dump_index import CODES, WHOLE, dataset_name
from ogpld.dumps.thing_reader import Thing
from ogpld.errors import ReleaseError
from ogpld.iris import Iris
from ogpld.language_tags import nearest_label
from ogpld.model import Model
from ogpld.rdf import NS, RDFS, Literal, NamedNode, term_text

_MEMBER, _PLAN = NS("Member").value, NS("ActionPlan").value
#: Nothing points at these by name but their own pages; they are most of all things.
_UNCALLED = NS("Assessment").value
_COMMITMENT, _PLANS = NS("Commitment").value, NS("plan")
_LABEL, _CYCLE, _ISO = RDFS("label"), NS("cycle"), NS("iso3")


@dataclass(slots=True)
class Belonging:
    """Who a thing belongs to, worked out from one reading of all lines.

    Args:
        model: classes and properties.
        iris: the IRI policy of the release.

    Attributes:
        labels: label by IRI (`nearest_label`), of all things but assessments.
        plans: plans by commitment.
        cycles: cycle by plan.
        graphs: by graph, the datasets that have statements in it.
        iso: by member, the ISO 3166-1 alpha-3 code of its country.
    """

    model: Model
    iris: Iris
    labels: dict[str, str] = field(default_factory=dict)
    plans: dict[str, tuple[str, ...]] = field(default_factory=dict)
    cycles: dict[str, str] = field(default_factory=dict)
    graphs: dict[str, set[str]] = field(default_factory=dict)
    iso: dict[str, str] = field(default_factory=dict)
    _leads: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _members: set[str] = field(default_factory=set)
    _with_plans: list[str] = field(default_factory=list)
    _links: dict[str, tuple[NamedNode, ...]] = field(default_factory=dict)
    _owners: dict[str, str] = field(default_factory=dict)

    def read(self, everything: Iterable[Thing]) -> None:
        """Read all things once; nothing can be asked before."""
        codes = self.iris.graph("codes")
        for thing in everything:
            if self.iris.is_thing(thing.iri):
                self._note(thing)
            elif any(quad.graph_name == codes for quad in thing.quads):
                self._owners[thing.iri] = CODES
            else:
                continue
            if _UNCALLED not in thing.types:
                self._call(thing)

    def datasets(self) -> list[str]:
        """Return the names of all datasets but the whole: members that have plans, and the codes.

        Raises:
            ReleaseError: when two datasets would have the same name.
        """
        members = sorted({self.member_of(plan) for plan in self._with_plans} - {""})
        names = {WHOLE: "the whole dataset", CODES: "the dataset of codes"}
        for member in members:
            other = names.setdefault(dataset_name(member), member)
            if other != member:
                raise ReleaseError(
                    f"the dumps of {member} and of {other} would have one name: "
                    f"{dataset_name(member)!r}",
                    hint="give the member a key that differs in more than capital letters",
                )
        return [*sorted(map(dataset_name, members)), CODES]

    def owner(self, iri: str) -> str:
        """Return the name of the dataset a thing belongs to besides the whole one, "" for none."""
        owner = self._owners.get(iri)
        if owner is not None:
            return owner
        member = self.member_of(iri.partition("#")[0])
        return dataset_name(member) if member else ""

    def place(self, lines: Iterable[bytes], owner: str) -> None:
        """Note in which graphs a dataset has statements, of lines with a graph each."""
        for graph in {line[line.rindex(b" <") + 2 : -4] for line in lines}:
            self.graphs.setdefault(graph.decode(), set()).add(owner)

    def _note(self, thing: Thing) -> None:
        """Remember what leads from a thing to its member."""
        if "#" in thing.iri:
            if code := _first(thing, _ISO):
                self.iso[thing.iri.partition("#")[0]] = code
            return
        types = thing.types
        if _MEMBER in types:
            self._members.add(thing.iri)
            return
        if _PLAN in types:
            self._with_plans.append(thing.iri)
            self.cycles[thing.iri] = _first(thing, _CYCLE)
        if _COMMITMENT in types:
            self.plans[thing.iri] = tuple(_values(thing, _PLANS))
        for kind in types:
            for predicate in self._leading(kind):
                targets = [v for v in _values(thing, predicate) if self.iris.is_thing(v)]
                if targets:
                    links = self._leads.get(thing.iri, ())
                    self._leads[thing.iri] = (*links, *map(sys.intern, targets))

    def _leading(self, kind: str) -> tuple[NamedNode, ...]:
        """Return the properties of a class that may lead to a member, the straight ones first."""
        if kind not in self._links:
            definition = self.model.by_class_iri.get(kind)
            properties = [
                p
                for p in (definition.properties if definition else ())
                if p.links and not p.codes and p.max_count == 1
            ]
            properties.sort(key=lambda p: p.thing != _MEMBER)
            self._links[kind] = tuple(NamedNode(p.iri) for p in properties)
        return self._links[kind]

    def member_of(self, iri: str, above: frozenset[str] = frozenset()) -> str:
        """Return the IRI of the member a thing belongs to, "" for none."""
        if iri in self._members:
            return iri
        if iri in above:
            return ""
        for other in self._leads.get(iri, ()):
            if member := self.member_of(other.partition("#")[0], above | {iri}):
                return member
        return ""

    def cycles_of(self, iri: str, above: frozenset[str] = frozenset()) -> tuple[str, ...]:
        """Return the cycles of the plans a thing is about, in order; none where it leads to no plan."""
        if iri in self.cycles:
            return (self.cycles[iri],) if self.cycles[iri] else ()
        if iri in self.plans:
            cycles = {cycle for plan in self.plans[iri] for cycle in self.cycles_of(plan)}
            return tuple(sorted(cycles))
        if iri in above or iri in self._members:
            return ()
        for other in self._leads.get(iri, ()):
            if cycles_of := self.cycles_of(other.partition("#")[0], above | {iri}):
                return cycles_of
        return ()

    def _call(self, thing: Thing) -> None:
        texts = [
            t.object
            for t in thing.triples
            if t.predicate == _LABEL and isinstance(t.object, Literal)
        ]
        if texts:
            self.labels[thing.iri] = nearest_label(texts).value


def _values(thing: Thing, predicate: NamedNode) -> list[str]:
    return [term_text(t.object) for t in thing.triples if t.predicate == predicate]


def _first(thing: Thing, predicate: NamedNode) -> str:
    return next(iter(_values(thing, predicate)), "")
