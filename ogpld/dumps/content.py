"""What a dataset turns out to have while its things go by: classes, languages, digest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from ogpld.dumps.index import DatasetState
from ogpld.dumps.things import Thing
from ogpld.model.tables import longest_strokes
from ogpld.rdf import Literal, term_text


@dataclass(slots=True)
class Content:
    """What a dataset has.

    Attributes:
        classes: IRIs of classes that have things.
        languages: by property, the languages of its texts.
        strokes: by property and language, the longest run of strokes in a value (`longest_strokes`).
        semicolons: properties of which a value holds a semicolon.
        statements: number of lines.
    """

    classes: set[str] = field(default_factory=set)
    languages: dict[str, set[str]] = field(default_factory=dict)
    strokes: dict[tuple[str, str], int] = field(default_factory=dict)
    semicolons: set[str] = field(default_factory=set)
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
            self._note_separators(quad.predicate.value, language, term_text(value))

    def _note_separators(self, name: str, language: str, text: str) -> None:
        """Note what a value of a property holds of what may separate values."""
        if ";" in text:
            self.semicolons.add(name)
        if "|" in text and (strokes := longest_strokes(text)):
            place = (name, language)
            self.strokes[place] = max(strokes, self.strokes.get(place, 0))

    def count(self, line: bytes) -> None:
        """Take note of a line, in their order."""
        self.statements += 1
        self._digest.update(line)

    def state(self) -> DatasetState:
        """Return the state of the dataset, without its dates."""
        return DatasetState(self._digest.hexdigest(), self.statements)
