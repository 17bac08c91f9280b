"""The names of the things of a class, so that forms take `Latvia` for `LVA`."""

from __future__ import annotations

from ogpld.model import ClassDef
from ogpld.queries import bind, load
from ogpld.queries.named.names import Names
from ogpld.rdf import NamedNode
from ogpld.web.lists.index import ask
from ogpld.web.serving import Serving

#: Bytes that a name takes here, for the bound on what is kept.
_ENTRY = 256


def names_of(serving: Serving, definition: ClassDef) -> Names:
    """Return the names of a class's things in a release, kept while there is room."""
    found: Names | None = serving.documents.get(("names", definition.name))
    if found is None:
        text = bind(load("names"), kind=NamedNode(definition.iri))
        found = Names((iri, name) for iri, name in ask(serving, text))
        serving.documents.put(("names", definition.name), found, _ENTRY * (len(found.labels) + 1))
    return found
