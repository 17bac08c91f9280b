"""Limit how long names become when a submitted JSON-LD context writes them out.

The parser expands a whole document before it yields a statement, so a context that gives a short
word a long IRI has to be noticed beforehand. IRI compaction is JSON-LD 1.1 section 4.1.5; a name
may build on another (`"b": "a:x"`), a chain which usual contexts keep to one or two links.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ogpld.errors import DocumentError
from ogpld.validate.document_text import DocumentText

#: Names a name may be built on.
CHAIN = 8
#: Characters all strings may have when each becomes the longest name: so many, or so many for each.
WRITTEN, SPREAD = 256 * 1024 * 1024, 32


@dataclass(slots=True)
class ContextTerms:
    """The terms that all contexts of a document define, with every value they are given."""

    values: dict[str, set[str]] = field(default_factory=dict)

    def define(self, name: str, value: str) -> None:
        """Note that a name stands for a value somewhere."""
        self.values.setdefault(name, set()).add(value)

    def check(self, document: DocumentText) -> None:
        """Refuse a context that makes the document too long.

        Raises:
            DocumentError: `document-too-large`.
        """
        if not self.values:
            return
        text = document.text
        strings = text.count('"') // 2
        if strings * self._longest(document) > max(WRITTEN, SPREAD * len(text)):
            raise _too_large(document, "its context makes the names too long")

    def _longest(self, document: DocumentText) -> int:
        """Return the length of the longest name the contexts can make."""
        lengths = dict.fromkeys(self.values, 0)
        for _ in range(CHAIN + 1):
            longer = {
                name: max(_length(value, lengths) for value in values)
                for name, values in self.values.items()
            }
            if longer == lengths:
                return max(lengths.values()) + lengths.get("@vocab", 0)
            lengths = longer
        raise _too_large(document, f"its context builds names on more than {CHAIN} others")


def _length(value: str, lengths: dict[str, int]) -> int:
    """Return the length of what a value in a context stands for, as far as it is known."""
    prefix, colon, rest = value.partition(":")
    if colon and prefix in lengths and not rest.startswith("//"):
        return lengths[prefix] + len(rest)
    return max(len(value), lengths.get(value, 0))


def _too_large(document: DocumentText, message: str) -> DocumentError:
    return document.error(
        message, code="document-too-large", hint="define short names, each with its IRI in full"
    )
