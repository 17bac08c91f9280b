"""Shapes in plain English: what values a property takes, how many, and under which limits.

Only what the model and the shapes graph say; a sentence of our own stands here for a constraint, never
for a property.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ogpld.model import Model, PropertyDef
from ogpld.rdf import NS, RDF, SH, SHAPES, XSD
from ogpld.web.pages.graphs import Graph, curie

_DATES = {XSD("date").value: "day", XSD("gYearMonth").value: "month", XSD("gYear").value: "year"}
#: Properties of a target that are named one by one; more are counted.
_MANY = 4
_WORDS = {
    XSD("string").value: "text without a language",
    RDF("langString").value: "text with its language",
    XSD("integer").value: "whole number",
    XSD("boolean").value: "yes or no",
    XSD("decimal").value: "number",
}


@dataclass(frozen=True, slots=True)
class Reference:
    """A word that leads to its definition; `local` if it is in the language of the page already."""

    text: str
    href: str = ""
    local: bool = False


def anchor_of(iri: str) -> str:
    """Return the anchor of a term on the page of the vocabulary: the local name of one of ours."""
    return NS.local(iri) if iri in NS else curie(iri).replace(":", "-")


def term_reference(model: Model, iri: str) -> Reference:
    """Return a term by its label, leading to where the vocabulary defines it."""
    definition = model.by_class_iri.get(iri)
    if definition is not None:
        if iri in NS:
            return Reference(definition.label, f"/ns#{definition.name}")
        return Reference(definition.label, f"/shapes#{SHAPES.local(definition.shape)}")
    term = model.terms.get(iri)
    if term is not None:
        return Reference(term.label, f"/ns#{anchor_of(iri)}")
    return Reference(curie(iri), f"/ns#{NS.local(iri)}" if iri in NS else "")


def code_reference(model: Model, scheme: str, notation: str) -> Reference:
    """Return a code by its label."""
    code_list = model.schemes.get(scheme)
    label = (
        next((c.label for c in code_list.codes if c.notation == notation), "") if code_list else ""
    )
    return Reference(label or notation, f"/code/{scheme}/{notation}" if label else "")


def list_of(model: Model, name: str) -> str:
    """Return the notation of the list that a property of ours takes its codes from."""
    iri = NS(name).value
    property_defs = (d.property(iri) for d in model.classes.values())
    return next((p.scheme for p in property_defs if p and p.scheme), "")


def range_in_words(
    model: Model, property_def: PropertyDef, graph: Graph | None = None
) -> Reference:
    """Say what values a property takes; `graph` has the shapes, for those of several classes."""
    if property_def.scheme:
        code_list = model.schemes.get(property_def.scheme)
        label = code_list.label if code_list else property_def.scheme
        return Reference(f"code of “{label}”", f"/code/{property_def.scheme}")
    if property_def.codes:
        return Reference("code", "/code")
    if property_def.thing:
        return term_reference(model, property_def.thing)
    if property_def.links:
        classes = _alternatives(graph, property_def.shape) if graph else ()
        labels = [term_reference(model, iri).text for iri in classes]
        return Reference(" or ".join(labels) or "address (IRI)")
    return Reference(datatypes_in_words(property_def.datatypes) or "value")


def datatypes_in_words(datatypes: Iterable[str]) -> str:
    """Return datatypes as words; dates from the least exact one on."""
    given = set(datatypes)
    dates = [word for datatype, word in reversed(_DATES.items()) if datatype in given]
    others = [_WORDS.get(d, curie(d)) for d in sorted(given - set(_DATES))]
    return " or ".join([*dates, *others])


def cardinality(property_def: PropertyDef) -> str:
    """Say whether a property is required, and how often it may stand."""
    need = "required" if property_def.min_count else "optional"
    if property_def.unique_lang and property_def.max_count is None:
        return f"{need}, at most one in each language"
    if property_def.max_count is None:
        least = (
            f"{_number(property_def.min_count)} or more" if property_def.min_count else "any number"
        )
        return f"{need}, {least}"
    if property_def.min_count == property_def.max_count:
        return f"{need}, exactly {_number(property_def.max_count)}"
    return f"{need}, at most {_number(property_def.max_count)}"


def _number(count: int) -> str:
    return "one" if count == 1 else str(count)


def limits(graph: Graph, model: Model, shape: str) -> Iterator[str]:
    """Yield what a shape demands of values beyond their kind, a clause each."""
    for head in graph.texts(shape, SH("in")):
        yield f"one of: {', '.join(_name(model, item) for item in graph.items(head))}"
    low, high = (graph.text(shape, SH(n)) for n in ("minInclusive", "maxInclusive"))
    if low or high:
        yield " ".join((f"from {low}" * bool(low), f"to {high}" * bool(high))).strip()
    for name, words in (
        ("maxLength", "at most {} characters"),
        ("minLength", "at least {} characters"),
        ("hasValue", "must be {}"),
        ("lessThanOrEquals", "not after “{}”"),
        ("lessThan", "before “{}”"),
        ("equals", "the same as “{}”"),
    ):
        for value in graph.texts(shape, SH(name)):
            yield words.format(_name(model, value))


def _alternatives(graph: Graph, shape: str) -> Iterator[str]:
    """Yield the classes one of which a value must have."""
    for head in graph.texts(shape, SH("or")):
        for member in graph.items(head):
            yield from graph.texts(member, SH("class"))


def _name(model: Model, text: str) -> str:
    """Return a term or code as people call it, any other text as it is."""
    for scheme in model.schemes.values():
        for code in scheme.codes:
            if code.iri == text:
                return code.label
    definition = model.terms.get(text) or model.by_class_iri.get(text)
    return definition.label if definition else curie(text)


def targets(graph: Graph, model: Model, shape: str) -> str:
    """Say what a rule is asked of, "" where its section says so."""
    classes = graph.texts(shape, SH("targetClass"))
    stated = [f"“{_name(model, iri)}”" for iri in graph.texts(shape, SH("targetSubjectsOf"))]
    if len(classes) > 1:
        return ", ".join(sorted(term_reference(model, iri).text for iri in classes))
    if len(stated) > _MANY:
        return f"whatever states one of {len(stated)} properties"
    if stated:
        return f"whatever states {' or '.join(stated)}"
    return ""
