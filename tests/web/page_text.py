"""Pages as a reader takes them in, and what they must say, read by other code than ours."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from running import Server
from test_http import BROWSER
from test_pages import Reader
from test_pages import read as whole

from ogpld.release import Release

LINE = re.compile(r"<([^>]+)> <([^>]+)> (.+) <([^>]+)> \.\n")


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
    found = Text()
    found.feed(answer.text)
    return whole(answer.text), found


def cells(found: Text, section: str = "") -> dict[str, list[str]]:
    """Return rows of the tables in a section by the first line of their first cell."""
    rows = [[cell.strip() for cell in row] for row in found.rows.get(section, ()) if row]
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
            if found := LINE.fullmatch(line):
                yield found[1], found[2], found[3], found[4]
