"""Texts of a page with the language that each is said to be in."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

#: Elements without an end.
_VOID = frozenset({"meta", "link", "br", "input", "img", "hr", "path", "rect", "col", "wbr"})
#: Elements that are no texts for readers, or that pictures are made of.
_SILENT = frozenset({"script", "style", "pre", "code", "textarea", "head", "svg"})
#: Elements within a name.
_INSIDE = frozenset({"mark"})


class SpokenTexts(HTMLParser):
    """Collect the texts of a page, each as long as no element begins or ends, with their languages.

    Attributes:
        texts: text and tag.
    """

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[tuple[str, str]] = []
        self._open: list[tuple[str, str]] = [("", "")]
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Enter an element."""
        if tag in _INSIDE or tag in _VOID:
            return
        self._end_text()
        self._open.append((tag, dict(attrs).get("lang") or self._open[-1][1]))

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        if tag in _INSIDE or tag in _VOID:
            return
        self._end_text()
        while len(self._open) > 1 and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Read a text."""
        if not any(tag in _SILENT for tag, _ in self._open):
            self._text.append(data)

    def _end_text(self) -> None:
        text = " ".join("".join(self._text).split())
        self._text = []
        if text:
            self.texts.append((text, self._open[-1][1]))


def spoken_texts(html: str) -> Iterator[tuple[str, str]]:
    """Give the texts of a page, each with the tag of its language."""
    reader = SpokenTexts()
    reader.feed(html)
    yield from reader.texts
