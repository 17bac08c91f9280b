"""The written forms of literals that are published (docs/contract.md#literals), the common as patterns."""

from __future__ import annotations

import re

from ogpld.model.literal_forms import FORMS
from ogpld.rdf import RDF, XSD, Literal

_CANONICAL_FORMS = {
    XSD.iri + "integer": re.compile(r"0|-?[1-9][0-9]*"),
    XSD.iri + "boolean": re.compile(r"true|false"),
    XSD.iri + "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    XSD.iri + "gYear": re.compile(r"[0-9]{4}"),
    XSD.iri + "gYearMonth": re.compile(r"[0-9]{4}-[0-9]{2}"),
    XSD.iri + "string": re.compile(r"(?s).*"),
}


def lexical_form_problem(literal: Literal) -> str | None:
    """Say what is wrong with a literal's form, or None when it is one we publish.

    Only these forms (docs/contract.md#literals) keep their spelling in every engine, so the gate
    refuses all others.
    """
    datatype = literal.datatype.value
    if datatype == RDF.iri + "langString":
        tag = literal.language or ""
        return None if tag == tag.lower() else f"language tag {tag!r} is not lower case"
    pattern, name = _CANONICAL_FORMS.get(datatype), XSD.local(datatype)
    if pattern is None and (datatype != XSD.iri + name or name not in FORMS):
        return f"datatype {datatype} is not one we publish"
    if not (pattern.fullmatch(literal.value) if pattern else _is_own_form(name, literal.value)):
        return f"{literal.value!r} is not the canonical form of {name}"
    return None


def _is_own_form(name: str, text: str) -> bool:
    """Say whether a text is the published form of its value."""
    try:
        return FORMS[name](text) == text
    except ValueError:
        return False
