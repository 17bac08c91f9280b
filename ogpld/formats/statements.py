"""What a format is given to write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ogpld.model.context import Context
from ogpld.rdf import Triple


@dataclass(frozen=True, slots=True)
class Statements:
    """The statements of a document.

    Attributes:
        triples: each once, sorted.
        root: IRI of the thing the document is about.
        context: the JSON-LD context of the release.
        context_iri: where clients find that context.
    """

    triples: Sequence[Triple]
    root: str
    context: Context
    context_iri: str
