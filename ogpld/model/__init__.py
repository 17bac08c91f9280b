"""The model: ontology/, shapes/ and the code lists, read once; everything else is derived from it.

Whoever needs to know what a property is, which codes a list has or how a key is spelt asks the
`Model`; nothing of that is written down a second time in Python.
"""

from __future__ import annotations

from pathlib import Path

from ogpld.model.codelists import read_codelists
from ogpld.model.reader import read_schema
from ogpld.model.schema import ClassDef, Code, Model, PropertyDef, Scheme, Term, Window
from ogpld.paths import shipped

__all__ = ["ClassDef", "Code", "Model", "PropertyDef", "Scheme", "Term", "Window", "load_model"]


def load_model(ontology: Path | None = None, shapes: Path | None = None) -> Model:
    """Read ontology, shapes and code lists into a `Model`.

    Raises:
        ModelError: when a file is broken or the three contradict each other.
    """
    ontology = ontology or shipped("ontology")
    shapes = shapes or shipped("shapes")
    schema = read_schema(ontology, shapes)
    lists = read_codelists(ontology / "codelists", schema)
    return Model(
        version=schema.version,
        classes=schema.classes,
        terms=schema.terms,
        groups=schema.groups,
        schemes=lists.schemes,
        windows=lists.windows,
        scales=lists.scales,
        quads=lists.quads,
    )
