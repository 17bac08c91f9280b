"""The forms a document can take: one small protocol, one file per kind, no HTTP in here.

A format knows its media type, its file suffix and how to write a document's statements. HTML is
offered by `ogpld.web`, because it needs templates. A new format is one file and one line below.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ogpld.formats.jsonld import write_jsonld
from ogpld.formats.rdf_writers import write_ntriples, write_rdfxml, write_turtle
from ogpld.formats.statements import Statements

__all__ = ["FORMATS", "Format", "Statements"]


@dataclass(frozen=True, slots=True)
class Format:
    """One form of a document.

    Attributes:
        name: short name, which is also the suffix of its address.
        media_type: what it is sent as.
        aliases: other media types that clients ask it by.
        title: what people call it.
        write: turns statements into bytes.
    """

    name: str
    media_type: str
    title: str
    write: Callable[[Statements], bytes]
    aliases: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """The media type with its charset, where text has one."""
        return (
            f"{self.media_type}; charset=utf-8" if "text/" in self.media_type else self.media_type
        )


#: In order of preference; the first answers `*/*` (docs/contract.md#negotiation).
FORMATS: Sequence[Format] = (
    Format(
        "ttl",
        "text/turtle",
        "Turtle",
        write_turtle,
        ("application/x-turtle", "application/turtle", "text/n3", "text/rdf+n3"),
    ),
    Format("jsonld", "application/ld+json", "JSON-LD", write_jsonld, ("application/json",)),
    Format("nt", "application/n-triples", "N-Triples", write_ntriples, ("text/plain",)),
    Format("rdf", "application/rdf+xml", "RDF/XML", write_rdfxml, ("application/xml", "text/xml")),
)
