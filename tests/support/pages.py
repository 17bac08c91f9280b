"""Read pages with other code than ours: their structure, text and tables; and the files they are made of."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

from ogpld.release import Release
from support.running import Server

LINE = re.compile(r"<([^>]+)> <([^>]+)> (.+) <([^>]+)> \.\n")


#: What a browser accepts.
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
#: The one script of every page: a file, which the page names.
FRAME_SCRIPT = '<script src="/static/search.js" defer></script>'


class Reader(HTMLParser):
    """Read a page as a strict browser would, and collect what is wrong with it."""

    VOID = frozenset({"meta", "link", "br", "input", "img", "hr", "wbr"})
    LABELLED = frozenset({"textarea", "select", "input"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.hrefs: list[str] = []
        self.ids: list[str] = []
        self.languages: list[str] = []
        self.headings: list[int] = []
        self.labels: set[str] = set()
        self.fields: set[str] = set()
        self.landmarks: list[str] = []
        self.next = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at a tag and its attributes."""
        if tag not in self.VOID:
            self.open.append(tag)
        given = dict(attrs)
        self.wrong += [n for n, _ in attrs if n == "style" or n.startswith("on")]
        of_frame = tag == "script" and given.get("src") == "/static/search.js"
        self.wrong += [f"<{tag}>"] * (
            tag in {"script", "style", "iframe", "object"} and not of_frame
        )
        self.wrong += ["th without scope"] * (tag == "th" and "scope" not in given)
        if given.get("rel") == "next":
            self.next = given.get("href") or ""
        if tag in {"h1", "h2", "h3", "h4"}:
            self.headings.append(int(tag[1]))
        if tag in {"header", "nav", "main", "footer"}:
            self.landmarks.append(tag)
        if tag in self.LABELLED and given.get("type") != "hidden":
            self.fields.add(given.get("id") or "")
        if tag == "label":
            self.labels.add(given.get("for") or "")
        for name, values in (("href", self.hrefs), ("id", self.ids), ("lang", self.languages)):
            values += [value or "" for given_name, value in attrs if given_name == name]

    def handle_endtag(self, tag: str) -> None:
        """Match the last open tag."""
        if tag not in self.VOID and (not self.open or self.open.pop() != tag):
            self.wrong.append(f"</{tag}>")


def read(html: str) -> Reader:
    """Check what holds for every page, and return what was found."""
    page = Reader()
    page.feed(html)
    page.close()
    assert (page.wrong, page.open) == ([], [])
    assert len(page.ids) == len(set(page.ids))
    assert page.headings.count(1) == 1
    steps = zip(page.headings, page.headings[1:], strict=False)
    assert page.headings[0] == 1
    assert all(after <= before + 1 for before, after in steps), page.headings
    assert page.landmarks[:3] == ["header", "nav", "main"]
    assert page.landmarks[-1] == "footer"
    assert "#main" in page.hrefs
    assert page.fields <= page.labels
    assert "und" not in page.languages
    for href in page.hrefs:
        parts = urlsplit(href)
        assert parts.scheme in {"", "http", "https"}
        assert parts.scheme or href.startswith(("/", "#"))
        assert not href.startswith("//")
    return page


class Text(HTMLParser):
    """Collect the text and the rows of tables inside each element that has an id."""

    VOID = Reader.VOID

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.texts: dict[str, str] = {}
        self.rows: dict[str, list[list[str]]] = {}
        self.hrefs: dict[str, list[str]] = {}

    @property
    def inside(self) -> list[str]:
        """The ids of the elements around this place."""
        return ["", *(name for _, name in self.open if name)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        given = dict(attrs)
        if tag not in self.VOID:
            self.open.append((tag, given.get("id") or ""))
        for name in self.inside:
            self.texts.setdefault(name, "")
            if tag == "tr":
                self.rows.setdefault(name, []).append([])
            elif tag in {"td", "th"} and self.rows.get(name):
                self.rows[name][-1].append("")
            if given.get("href"):
                self.hrefs.setdefault(name, []).append(given["href"] or "")

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        if tag not in self.VOID:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        """Add text to every element around it."""
        in_cell = any(tag in {"td", "th"} for tag, _ in self.open)
        for name in self.inside:
            self.texts[name] = self.texts.get(name, "") + data
            if in_cell and self.rows.get(name) and self.rows[name][-1]:
                self.rows[name][-1][-1] += data


def words(text: str) -> str:
    """Return text with single spaces."""
    return " ".join(text.split())


def page(server: Server, path: str) -> tuple[Reader, Text]:
    """Return a page, checked as a whole."""
    answer = server.get(path, headers={"Accept": BROWSER})
    assert answer.status_code == 200, path
    content = Text()
    content.feed(answer.text)
    return read(answer.text), content


def pages(server: Server, path: str) -> tuple[Reader, Text]:
    """Return the first page of a text in pages, and what stands in all of them."""
    first, content = page(server, path)
    following = first
    while following.next:
        answer = server.get(following.next, headers={"Accept": BROWSER})
        assert len(answer.content) < 100_000
        content.feed(answer.text)
        following = read(answer.text)
    return first, content


def cells(content: Text, section: str = "") -> dict[str, list[str]]:
    """Return rows of the tables in a section by the first line of their first cell."""
    rows = [[cell.strip() for cell in row] for row in content.rows.get(section, ()) if row]
    return {row[0]: row[1:] for row in rows}


def codelist(root: Path, name: str) -> list[dict[str, str]]:
    """Return the rows of a code list file."""
    path = root / "ontology" / "codelists" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lists(root: Path) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Yield each list with a file and its rows."""
    for line in codelist(root, "index"):
        if line["file"]:
            yield line["notation"], codelist(root, line["notation"])


def split_lines(release: Release) -> Iterator[tuple[str, str, str, str]]:
    """Yield subject, predicate, object and graph of each line with a graph and no blank node."""
    with gzip.open(release.data, "rt", encoding="utf-8") as lines:
        for line in lines:
            if match := LINE.fullmatch(line):
                yield match[1], match[2], match[3], match[4]


def main_text(html: str) -> str:
    """Return the text of a page."""
    main = html.partition("<main")[2].partition("</main>")[0]
    return unescape(" ".join(re.sub(r"<[^>]*>", " ", main).split())).replace(" .", ".")
