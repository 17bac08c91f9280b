"""What a dataset turns out to have while its things go by: classes, languages, digest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from ogpld.dumps.index import DatasetState
from ogpld.dumps.things import Thing
from ogpld.rdf import Literal


@dataclass(slots=True)
class Content:
    """What a dataset has.

    Attributes:
        classes: IRIs of classes that have things.
        languages: by property, the languages of its texts.
        statements: number of lines.
    """

    classes: set[str] = field(default_factory=set)
    languages: dict[str, set[str]] = field(default_factory=dict)
    statements: int = 0
    _digest: Any = field(default_factory=hashlib.sha256)

    def note(self, thing: Thing) -> None:
        """Take note of a thing."""
        self.classes.update(thing.types)
        for quad in thing.quads:
            if isinstance(quad.object, Literal) and quad.object.language:
                self.languages.setdefault(quad.predicate.value, set()).add(quad.object.language)

    def count(self, line: bytes) -> None:
        """Take note of a line, in their order."""
        self.statements += 1
        self._digest.update(line)

    def state(self) -> DatasetState:
        """Return the state of the dataset, without its dates."""
        return DatasetState(self._digest.hexdigest(), self.statements)
