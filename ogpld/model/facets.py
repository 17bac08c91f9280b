"""By what a list of things can be filtered, derived from the property shapes.

A property is a facet when its values are few in kind: codes, things with pages, yes or no, whole numbers.
What a thing must point at, or can point at once, lends its facets: a commitment has a plan, so commitments
can be asked for by the plan's cycle, and assessments by the member of what they assess. A thing of its own
that a class may lack, and that what it points at must have, is reached both ways: most reports have a member
through their plan alone. What a property leads to may itself be what the others are part of: an assessment is
of a plan, or of a commitment that has one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ogpld.errors import ModelError
from ogpld.model.context import Context
from ogpld.model.frames import is_part
from ogpld.model.schema import ClassDef, Model, PropertyDef
from ogpld.rdf import XSD

CODE, THING, BOOLEAN, INTEGER = "code", "thing", "boolean", "integer"
_KINDS = {XSD("boolean").value: BOOLEAN, XSD("integer").value: INTEGER}

#: Parameters of every list, which no filter can be called (`ogpld/web/lists/list_parameters.py`).
LIST_PARAMETERS = frozenset(
    [
        *("_context", "_mediatype", "_profile", "format", "lang"),
        *("all", "limit", "modified_since", "page", "q", "sort", "type"),
    ]
)
#: The code list of reasons for which a source gives no value.
_REASONS = "no-value"
#: Most properties between a thing and a value that filters it.
_STEPS = 3


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to filter.

    Attributes:
        key: the JSON-LD key of the property, which is the name of the parameter.
        kind: what its values are: code, thing, boolean or integer.
        definition: the property.
        paths: ways from a thing to its values, each a row of property IRIs.
        lender: the class whose property it is, where it is lent.
        first: whether only the first way that leads to a value counts.
        of_class: the class of its values where a way leads to things of others as well, "" where none does.
    """

    key: str
    kind: str
    definition: PropertyDef
    paths: tuple[tuple[str, ...], ...]
    lender: str = ""
    first: bool = False
    of_class: str = ""

    @property
    def title(self) -> str:
        """What it is called; a lent one says whose it is."""
        name = self.definition.name or self.key
        return f"{self.lender[:1].upper()}{self.lender[1:]}: {name}" if self.lender else name

    @property
    def own(self) -> bool:
        """Whether it is a property of the things themselves."""
        return (self.definition.iri,) in self.paths


def facets_of(model: Model, context: Context, definition: ClassDef) -> Mapping[str, Facet]:
    """Return the facets of a class by key: its own in page order, then those that are lent."""
    return _facets(model, context, definition, frozenset())


def check_facets(model: Model) -> None:
    """Refuse a property whose filter would be called as another parameter of lists.

    Raises:
        ModelError: naming property and key.
    """
    for definition in model.classes.values():
        for p in definition.properties:
            term = model.terms.get(p.iri)
            if term and term.key in LIST_PARAMETERS and _kind(model, p):
                raise ModelError(
                    f"lists would be filtered by <{p.iri}> with {term.key}=, which is a parameter "
                    "of every list already",
                    hint="give the property another ogpld:term",
                )


def _facets(
    model: Model, context: Context, definition: ClassDef, seen: frozenset[str]
) -> dict[str, Facet]:
    own: dict[str, Facet] = {}
    for p in definition.properties:
        keys = context.keys.get(p.iri, ())
        kind = _kind(model, p)
        if kind and len(keys) == 1:
            own[keys[0].name] = Facet(keys[0].name, kind, p, ((p.iri,),))
    own = _with_reasons(own)
    lent: dict[str, Facet] = {}
    seen |= {definition.iri}
    for p in definition.properties:
        if not (p.min_count or p.max_count == 1) or len(seen) >= _STEPS:
            continue
        for iri in p.things:
            target = model.by_class_iri.get(iri)
            if target is None or iri in seen or is_part(model, iri):
                continue
            for key, facet in _facets(model, context, target, seen).items():
                if key not in own:
                    lent_facet = replace(facet, lender=facet.lender or target.label)
                    _lend(lent, p.iri, _with_itself(lent_facet, target, p))
                elif p.iri != own[key].definition.iri and _is_lacked(own[key], facet):
                    _lend(own, p.iri, replace(facet, definition=own[key].definition))
    return {**own, **lent}


def _is_lacked(own: Facet, lent: Facet) -> bool:
    """Say whether a thing may lack what each thing that lends it has itself."""
    needed = lent.own and lent.definition.min_count
    return bool(own.kind == THING and not own.definition.min_count and needed)


def _with_reasons(own: Mapping[str, Facet]) -> dict[str, Facet]:
    """Return facets in which a stated reason for no value is a value: not applicable is not unknown."""
    reasons = [facet for facet in own.values() if facet.definition.scheme == _REASONS]
    return {
        key: replace(facet, paths=(*facet.paths, *(path for r in reasons for path in r.paths)))
        if facet.kind == CODE and not facet.definition.scheme
        else facet
        for key, facet in own.items()
    }


def _lend(lent: dict[str, Facet], step: str, facet: Facet) -> None:
    """Add a facet of what a property leads to; several ways to one property are one facet."""
    paths = tuple((step, *path) for path in facet.paths if len(path) < _STEPS)
    lent_facet = lent.get(facet.key)
    if lent_facet is not None:
        paths = (*lent_facet.paths, *(path for path in paths if path not in lent_facet.paths))
        facet = replace(facet, of_class=facet.of_class or lent_facet.of_class)
    if paths:
        lent[facet.key] = replace(facet, paths=paths)


def _with_itself(facet: Facet, lender: ClassDef, step: PropertyDef) -> Facet:
    """Return a facet of what a property leads to, with the empty way where that is itself its value."""
    kinds = facet.definition.things
    reflexive = lender.iri in kinds
    if not facet.own or reflexive or len(kinds) != 1 or kinds[0] not in step.things:
        return facet
    return replace(facet, paths=((), *facet.paths), of_class=kinds[0])


def _kind(model: Model, definition: PropertyDef) -> str:
    """Return what the values of a property are, "" when they are no facet."""
    if definition.codes:
        return CODE
    if definition.things:
        pages = all(
            target is not None and target.segment
            for target in (model.by_class_iri.get(iri) for iri in definition.things)
        )
        return THING if pages else ""
    kinds = {_KINDS.get(datatype, "") for datatype in definition.datatypes}
    return kinds.pop() if len(kinds) == 1 else ""
