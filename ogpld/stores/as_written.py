"""Literals as they were written, in an engine that holds values.

The engine gives `4.0` back as `4` and an `xsd:byte` as an integer. RDF 1.1 Concepts 3.3 says two
literals are the same term only with the same lexical form, and SHACL judges terms. What the engine
would alter is therefore stored as a *stand-in*: the same text with a datatype the engine does not
know, which it keeps character by character.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any, cast

import pyoxigraph as ox

#: What the datatype of a stand-in begins with; the datatype it stands for follows.
_PREFIX = "urn:x-ogpld:as-written:"
_SELF = ox.NamedNode("urn:x-ogpld:self")
_TEXTS = frozenset(
    {
        "http://www.w3.org/2001/XMLSchema#string",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString",
    }
)
_scratch = threading.local()


@lru_cache(maxsize=1 << 16)
def engine_form(literal: ox.Literal) -> ox.Literal:
    """Return a literal as the engine gives it back."""
    if not hasattr(_scratch, "store"):
        _scratch.store = ox.Store()
    store: ox.Store = _scratch.store
    quad = ox.Quad(_SELF, _SELF, literal)
    store.add(quad)
    (written,) = store
    store.remove(quad)
    value: Any = written.object
    return cast("ox.Literal", value)


def stand_in(term: Any) -> Any:
    """Return what is stored for a term: itself, or the stand-in of a literal the engine alters."""
    if not isinstance(term, ox.Literal):
        return term
    datatype = term.datatype.value
    if datatype in _TEXTS:
        return term
    if not datatype.startswith(_PREFIX) and engine_form(term) == term:
        return term
    return ox.Literal(term.value, datatype=ox.NamedNode(_PREFIX + datatype))


def as_written(term: Any) -> Any:
    """Return the term that is stored as another; the reverse of `stand_in`."""
    if not isinstance(term, ox.Literal):
        return term
    datatype = term.datatype.value
    if not datatype.startswith(_PREFIX):
        return term
    return ox.Literal(term.value, datatype=ox.NamedNode(datatype.removeprefix(_PREFIX)))


def datatypes(datatype: ox.NamedNode) -> str:
    """Return, as a list for SPARQL's IN, the datatypes that literals of a datatype are stored with."""
    return f"{datatype}, <{_PREFIX}{datatype.value}>"
