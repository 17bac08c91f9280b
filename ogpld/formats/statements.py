"""What a format is given to write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ogpld.formats.profiles import COMPACTED
from ogpld.model.context import Context
from ogpld.model.frames import Frame
from ogpld.rdf import Triple, read_triples


@dataclass(frozen=True)
class Statements:
    """The statements of a document.

    Attributes:
        ntriples: each once, sorted, as `canonical_triples` returns them.
        root: IRI of the thing the document is about.
        context: the JSON-LD context of the release.
        context_iri: where clients find the context of the day; documents name its version.
        profile: the shape of a JSON-LD document.
        inline: whether a JSON-LD document brings its context along.
        frame: the frame of the thing's class, where there is one and the profile is framed.
    """

    ntriples: bytes
    root: str
    context: Context
    context_iri: str
    profile: str = COMPACTED
    inline: bool = False
    frame: Frame | None = None

    @cached_property
    def triples(self) -> Sequence[Triple]:
        """The statements one by one."""
        return read_triples(self.ntriples)

    @property
    def context_value(self) -> str | dict[str, Any]:
        """What stands at `@context`: the address of the version that never changes, or all of it."""
        return self.context.body if self.inline else self.context.address(self.context_iri)
