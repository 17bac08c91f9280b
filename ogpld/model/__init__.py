"""The model: ontology/, shapes/ and the code lists, read once; everything else is derived from it.

Whoever needs to know what a property is, which codes a list has or how a key is spelt asks the
`Model`; nothing of that is written down a second time in Python.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from ogpld.errors import ModelError, Where
from ogpld.model.codelists import read_codelists
from ogpld.model.facets import check_facets
from ogpld.model.reader import read_schema
from ogpld.model.schema import ClassDef, Code, LabelIn, Model, PropertyDef, Scheme, Term, Window
from ogpld.paths import shipped

__all__ = [
    "ClassDef",
    "Code",
    "LabelIn",
    "Model",
    "PropertyDef",
    "Scheme",
    "Term",
    "Window",
    "load_model",
]


@dataclass(frozen=True)
class _ModelFiles:
    """The files a model is read from; equal where their names and bytes are, wherever they lie."""

    digest: str
    ontology: Path = field(compare=False)
    shapes: Path = field(compare=False)


def load_model(ontology: Path | None = None, shapes: Path | None = None) -> Model:
    """Return what ontology, shapes and code lists say as a `Model`.

    Equal files give the same `Model`, read once: releases that follow each other mostly have one.

    Raises:
        ModelError: when a file is broken or the three contradict each other.
    """
    ontology = ontology or shipped("ontology")
    shapes = shapes or shipped("shapes")
    return _read_model(_ModelFiles(_digest_of(ontology, shapes), ontology, shapes))


def _digest_of(*folders: Path) -> str:
    """Return a digest of the names and bytes of all files below some folders."""
    digest = hashlib.sha256()
    for number, folder in enumerate(folders):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            content = path.read_bytes()
            name = path.relative_to(folder).as_posix()
            digest.update(f"{number} {name} {len(content)}\n".encode(errors="surrogateescape"))
            digest.update(content)
    return digest.hexdigest()


@lru_cache(maxsize=4)
def _read_model(files: _ModelFiles) -> Model:
    schema = read_schema(files.ontology, files.shapes)
    lists = read_codelists(files.ontology / "codelists", schema)
    model = Model(
        version=schema.version,
        classes=schema.classes,
        terms=schema.terms,
        groups=schema.groups,
        schemes=lists.schemes,
        windows=lists.windows,
        scales=lists.scales,
        quads=lists.quads,
        labels=(*lists.labels, *schema.labels),
    )
    _check_lists(model)
    check_facets(model)
    return model


def _check_lists(model: Model) -> None:
    """Refuse a property whose codes are of an unknown list.

    Raises:
        ModelError: naming property, shape and list.
    """
    for definition in model.classes.values():
        for p in definition.properties:
            if p.scheme and p.scheme not in model.schemes:
                raise ModelError(
                    f"<{p.iri}> has codes of a list {p.scheme}, which index.csv has not",
                    where=Where("index.csv"),
                    hint=f"give the list a row there, or take it out of <{p.shape}>",
                )
