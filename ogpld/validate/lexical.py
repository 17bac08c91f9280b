"""The written forms of literals that are published (docs/contract.md#literals)."""

from __future__ import annotations

from ogpld.model.literal_forms import FORMS
from ogpld.rdf import RDF, XSD, Literal

_LANGUAGE_TEXT = RDF.iri + "langString"


def lexical_form_problem(literal: Literal) -> str | None:
    """Say what is wrong with a literal's form, or None when it is one we publish.

    Only these forms (docs/contract.md#literals) keep their spelling in every engine, so the gate
    refuses all others.
    """
    datatype, text = literal.datatype.value, literal.value
    if datatype == _LANGUAGE_TEXT:
        tag = literal.language or ""
        return None if tag == tag.lower() else f"language tag {tag!r} is not lower case"
    name = XSD.local(datatype)
    if name not in FORMS or datatype != XSD.iri + name:
        return f"datatype {datatype} is not one we publish"
    try:
        form = FORMS[name](text)
    except ValueError as error:
        return f"{text!r} {error}"
    return None if form == text else f"{text!r} is not the canonical form of {name}"
