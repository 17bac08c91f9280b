"""Long texts in pages: as many sections on each as weigh little, and every anchor still at the bare address.

A text that is the same in every language is weighed in bytes; one that is translated is in its elements, of
which it has as many in each: the number of a page means the same sections whatever the language.

A section begins with a heading of the second level. Where an anchor of another page is named at the bare
address (`/ns#cycle`), the line of the contents that leads to it is there under that name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from markupsafe import Markup

from ogpld.web.http.page_numbers import page_number

#: Bytes of sections on a page.
MOST = 45_000
#: Elements without those that only mark a text as being in another language.
_ELEMENT = re.compile(r"<(?!/|span\b|!)")
_SECTION = re.compile(r"^(?:<section\b[^>]*>\s*)?<h2\b", re.MULTILINE)
_HEADING = re.compile(r"<h2\b[^>]*>(.*?)</h2>", re.DOTALL)
_ANCHOR = re.compile(r'\sid="([^"]+)"')
_HREF = re.compile(r'href="#([^"]+)"')
_COUNT = re.compile(r'\s*<span class="count">.*?</span>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a text.

    Attributes:
        page: number of its page, from 1.
        title: what its heading says.
        anchors: names in it, that of the heading or of the whole first.
        html: the section.
    """

    page: int
    title: str
    anchors: tuple[str, ...]
    html: str


@dataclass(frozen=True)
class Division:
    """A text in pages, and the page of it that is asked for.

    Attributes:
        path: the bare address.
        number: of the page, from 1.
        lead: what stands before the first section; it is on the first page.
        sections: all of them.
    """

    path: str
    number: int
    lead: str
    sections: tuple[Section, ...]

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return self.sections[-1].page if self.sections else 1

    @cached_property
    def page_of(self) -> dict[str, int]:
        """The page of each anchor."""
        return {anchor: section.page for section in self.sections for anchor in section.anchors}

    def href(self, anchor: str) -> str:
        """Return the address of an anchor on the page that is asked for, or on its own."""
        page = self.page_of.get(anchor, self.number)
        return f"#{anchor}" if page == self.number else f"{self.address(page)}#{anchor}"

    def address(self, number: int) -> str:
        """Return the address of a page."""
        return self.path if number == 1 else f"{self.path}?page={number}"

    @property
    def contents(self) -> Iterator[tuple[str, str, str]]:
        """Titles of the sections, their addresses, and the anchor that the line has, "" for none."""
        for section in self.sections:
            if section.anchors:
                anchor = section.anchors[0]
                is_elsewhere = self.number == 1 and section.page > 1
                yield section.title, self.href(anchor), anchor if is_elsewhere else ""

    @property
    def elsewhere(self) -> list[str]:
        """The other anchors of other pages: on the first page, where the bare address leads."""
        if self.number > 1:
            return []
        names = {anchor for s in self.sections if s.page > 1 for anchor in s.anchors[1:]}
        return sorted(names, key=str.casefold)

    @property
    def opening(self) -> Markup:
        """The lead, on the first page."""
        return self._linked(self.lead) if self.number == 1 else Markup()

    @property
    def content(self) -> Markup:
        """The sections of this page."""
        return self._linked("".join(s.html for s in self.sections if s.page == self.number))

    def _linked(self, html: str) -> Markup:
        """Return a part of the text whose links lead to where the anchors are."""
        linked = _HREF.sub(lambda match: f'href="{self.href(match[1])}"', html)
        return Markup(linked)  # noqa: S704  (is a part of what a template wrote)


def byte_count(html: str) -> int:
    """Return the bytes of a section."""
    return len(html.encode())


def element_count(html: str) -> int:
    """Return the elements of a section, the same in every language."""
    return len(_ELEMENT.findall(html))


def divide(
    html: str,
    path: str,
    number: str = "1",
    most: int = MOST,
    weigh: Callable[[str], int] = byte_count,
) -> Division:
    """Return the page of a text that is asked for.

    Args:
        html: the text as a template wrote it.
        path: its bare address.
        number: of the page, from 1.
        most: weight of the sections on a page; one alone may have more.
        weigh: what a section weighs.

    Raises:
        Problem: 404 for a page past the last.
    """
    starts = [match.start() for match in _SECTION.finditer(html)]
    texts = [html[start:end] for start, end in pairwise([*starts, len(html)])]
    lead = html[: starts[0]] if starts else html
    sections, page, weight = [], 1, 0
    for text in texts:
        size = weigh(text)
        if weight and weight + size > most:
            page, weight = page + 1, 0
        weight += size
        heading = _HEADING.search(text)
        title = Markup(_COUNT.sub("", heading[1])).striptags() if heading else ""  # noqa: S704  (likewise)
        sections.append(Section(page, title, tuple(_ANCHOR.findall(text)), text))
    return Division(path, page_number(number, page, path), lead, tuple(sections))
