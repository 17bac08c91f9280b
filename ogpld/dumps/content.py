"""What a dataset turns out to have while its things go by: classes, languages, digest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from ogpld.dumps.dump_index import DatasetState
from ogpld.dumps.thing_reader import Thing
from ogpld.model.tables import longest_strokes
from ogpld.rdf import CODE, Literal, NamedNode, term_text


@dataclass(slots=True)
class Content:
    """What a dataset has.

    Args:
        things: what IRIs of things begin with.

    Attributes:
        classes: IRIs of classes that have things.
        languages: by property, the languages of its texts.
        strokes: by property and language, the longest run of strokes in a value (`longest_strokes`).
        addresses: properties with a value that is no thing or code of ours: no key is told from its end by
            a semicolon.
        statements: number of lines.
    """

    things: str
    classes: set[str] = field(default_factory=set)
    languages: dict[str, set[str]] = field(default_factory=dict)
    strokes: dict[tuple[str, str], int] = field(default_factory=dict)
    addresses: set[str] = field(default_factory=set)
    statements: int = 0
    _digest: Any = field(default_factory=hashlib.sha256)

    def note(self, thing: Thing) -> None:
        """Take note of a thing."""
        self.classes.update(thing.types)
        for quad in thing.quads:
            value, language = quad.object, ""
            if isinstance(value, Literal) and value.language:
                language = value.language
                self.languages.setdefault(quad.predicate.value, set()).add(language)
            name, text = quad.predicate.value, term_text(value)
            if isinstance(value, NamedNode) and not text.startswith((self.things, CODE.iri)):
                self.addresses.add(name)
            if "|" in text:
                self.note_strokes(name, language, text)

    def note_strokes(self, name: str, language: str, text: str) -> None:
        """Take note of a value with strokes in it."""
        strokes = max(longest_strokes(text), self.strokes.get((name, language), 0))
        if strokes:
            self.strokes[name, language] = strokes

    def count(self, line: bytes) -> None:
        """Take note of a line, in their order."""
        self.statements += 1
        self._digest.update(line)

    def state(self) -> DatasetState:
        """Return the state of the dataset, without its dates."""
        return DatasetState(self._digest.hexdigest(), self.statements)
