"""The RDF files of a dataset: N-Quads as they are, Turtle, JSON-LD, written as the things come."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, cast

from ogpld.dumps.digest_files import Packed
from ogpld.dumps.thing_reader import Thing
from ogpld.formats.jsonld import project
from ogpld.model.context import Context
from ogpld.rdf import PREFIXES, Triple, canonical_triples, serialise_into

#: Bytes that are compressed at once.
_BUFFER = 1 << 17


class JsonLd:
    """A JSON-LD document of many things, with our context in it.

    The context is inside because a dump is kept for years and read without a network. Every thing is one
    node, compacted as its own document is; a line holds a node.
    """

    def __init__(self, path: Path, context: Context) -> None:
        self.file = Packed(path)
        self._context = context
        self._text = io.BufferedWriter(self.file, _BUFFER)
        self._between = b""
        head = json.dumps(context.body, ensure_ascii=False, separators=(",", ":"))
        self._text.write(f'{{"@context":{head},\n"@graph":[\n'.encode())

    def add(self, thing: Thing) -> None:
        """Write one thing."""
        node = project(canonical_triples((), b"".join(thing.lines)), thing.iri, self._context)
        text = json.dumps(node, ensure_ascii=False, separators=(",", ":"))
        self._text.write(self._between + text.encode())
        self._between = b",\n"

    def close(self) -> None:
        """Finish the document."""
        self._text.write(b"\n]}\n")
        self._text.close()


def write_turtle_and_others(
    path: Path, everything: Iterable[Thing], others: Callable[[Thing], None]
) -> Packed:
    """Write Turtle, and hand every thing on to the other files while it is at hand."""

    def statements() -> Iterator[Triple]:
        for thing in everything:
            others(thing)
            yield from thing.triples

    with Packed(path) as file:
        serialise_into(cast("IO[bytes]", file), statements(), "ttl", PREFIXES)
    return file
