"""Every page that links lead to from home: it is there, its fragments exist, its counts are those of its lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag

import pytest
import requests
from support.running import Server

#: Kinds of pages of which there are very many: so many of each are read, every address is asked for.
SAMPLE = 12
#: What answers each caller anew: an address with a query is one of endless combinations.
_MANY = re.compile(
    r"^/(doc|id|graph|source|release/[^/]+/doc|timemap|code|queries|dataset)/([^/]*)"
)
#: The table of a source has an anchor for each of its rows only where it is shown whole.
_COUNTED = {"ul", "ol", "tbody"}
_VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr", "rect", "path"}


@dataclass
class Page(HTMLParser):
    """What a page links to, the names of its places, and counts in headings beside the lists below them."""

    links: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    counts: list[tuple[str, int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin outside of everything."""
        super().__init__()
        self.heading, self.stated, self.text, self.items = "", "", "", 0
        self.in_heading = self.in_count = self.in_legend = False
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note ids, links, headings and items."""
        values = dict(attrs)
        self.ids.add(values.get("id") or "")
        if tag == "a" and values.get("href"):
            self.links.append(values["href"] or "")
        if tag in {"h2", "h3"}:
            self.end_of_section()
            self.in_heading = tag == "h2"
        if tag == "span" and self.in_heading and values.get("class") == "count":
            self.in_count = True
        if tag == "ul" and values.get("class") == "legend-of-grades":  # explains, and lists nothing
            self.in_legend = True
        if (tag == "li" and self.open[-1:] in (["ul"], ["ol"])) or (
            tag == "tr" and self.open[-1:] == ["tbody"]
        ):
            depth = sum(name in _COUNTED for name in self.open)
            self.items += depth == 1 and not self.in_legend
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        if tag == "h2":
            self.in_heading = False
        if tag == "span":
            self.in_count = False
        if tag == "ul":
            self.in_legend = False
        if tag in {"section", "main"}:
            self.end_of_section()
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Collect the words of a heading and its count."""
        self.text += data
        if self.in_heading:
            self.heading += data
        if self.in_count:
            self.stated += data

    def end_of_section(self) -> None:
        """Put what a heading states beside what its section lists."""
        number = self.stated.strip().replace(",", "")
        is_part = f"{self.items} of {self.stated.strip()}" in self.text  # which the section says
        if number.isdigit() and self.items and not is_part:
            self.counts.append((" ".join(self.heading.split()), int(number), self.items))
        self.heading, self.stated, self.text, self.items = "", "", "", 0


@dataclass
class Site:
    """What a walk over the links met."""

    status: dict[str, int] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)
    fragments: set[tuple[str, str, str]] = field(default_factory=set)


def walk(server: Server) -> Site:
    """Follow links from home, without filters; pages of a numerous kind are read up to `SAMPLE`."""
    site, queue, kinds = Site(), ["/"], dict[str, int]()
    session = requests.Session()
    while queue:
        path = queue.pop(0)
        if path in site.status:
            continue
        many = _MANY.match(path)
        kind = many[1] if many and many[1] != "doc" else many[0] if many else path
        kinds[kind] = kinds.get(kind, 0) + 1
        is_read = kinds[kind] <= SAMPLE
        headers = {"Accept": "text/html, */*;q=0.1"}
        answer = session.request(
            "GET" if is_read else "HEAD", server.url + path, headers=headers, timeout=60
        )
        site.status[path] = answer.status_code
        if not is_read or not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        page = site.pages[path] = Page()
        page.feed(answer.text)
        for link in page.links:
            address, fragment = urldefrag(link)
            if address and (not address.startswith("/") or address.startswith("//")):
                continue
            target = address or path
            if fragment:
                site.fragments.add((path, target, unquote(fragment)))
            if "?" not in target:
                queue.append(target)
    return site


@pytest.fixture(scope="module")
def site(dumped_server: Server) -> Site:
    """The site over the shipped data and its dumps."""
    return walk(dumped_server)


def test_every_link_leads_somewhere(site: Site) -> None:
    """200 each, after redirects."""
    assert len(site.status) > 1000
    wrong = {path: status for path, status in site.status.items() if status != 200}
    # the mapping of a source that has no table: a release keeps it, and its page does not show it yet
    assert set(wrong) == set()


def missing(site: Site) -> Iterator[str]:
    """Yield the fragments that no element of their page has."""
    for origin, target, fragment in sorted(site.fragments):
        page = site.pages.get(target)
        if page is not None and fragment not in page.ids:
            yield f"{origin} leads to {target}#{fragment}"


def test_every_fragment_exists(site: Site) -> None:
    """Of the pages that were read."""
    assert len(site.fragments) > 500
    assert list(missing(site)) == []


def test_counts_are_those_of_the_lists_below_them(site: Site) -> None:
    """A number in a heading is that of the items or rows in its section."""
    counts = [(path, *count) for path, page in site.pages.items() for count in page.counts]
    assert len(counts) > 50
    wrong = [count for count in counts if count[2] != count[3]]
    assert wrong == []
