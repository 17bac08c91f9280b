"""The written forms of literals that are published (docs/contract.md#literals)."""

from __future__ import annotations

import re

from ogpld.rdf import RDF, XSD, Literal

_CANONICAL_FORMS = {
    XSD.iri + "integer": re.compile(r"0|-?[1-9][0-9]*"),
    XSD.iri + "decimal": re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9])?"),
    XSD.iri + "boolean": re.compile(r"true|false"),
    XSD.iri + "date": re.compile(r"\d{4}-\d{2}-\d{2}"),
    XSD.iri + "gYear": re.compile(r"\d{4}"),
    XSD.iri + "gYearMonth": re.compile(r"\d{4}-\d{2}"),
    XSD.iri + "dateTime": re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z"),
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
    pattern = _CANONICAL_FORMS.get(datatype)
    if pattern is None:
        return f"datatype {datatype} is not one we publish"
    if not pattern.fullmatch(literal.value):
        return f"{literal.value!r} is not the canonical form of {XSD.local(datatype)}"
    return None
