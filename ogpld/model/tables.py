"""The canonical table of a class: its CSV header, derived from the model.

A header is the JSON-LD key of a property, with `@en` for text; the first column is the key. Code
lists are such tables already; templates for clerks will be made from the same.
"""

from __future__ import annotations

from ogpld.model.schema import Model
from ogpld.rdf import RDF

_TEXT = RDF("langString").value


def header(model: Model, class_name: str) -> tuple[str, ...]:
    """Return the columns of a class's canonical table, in page order.

    Raises:
        ModelError: when the model has no such class.
    """
    columns = ["key"]
    for found in model.class_named(class_name).properties:
        term = model.terms.get(found.iri)
        if term is None:
            continue
        columns.append(f"{term.key}@en" if _TEXT in found.datatypes else term.key)
    return tuple(columns)
