"""Every address that answers of a site name: links, headers, assets, forms, JSON, RDF, lists of addresses."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import requests

_ATTRIBUTES = {
    "href",
    "src",
    "action",
    "formaction",
    "data",
    "poster",
    "data-endpoint",
    "data-base",
}
_HEADER_LINK = re.compile(r"<([^>]*)>\s*;")
_RULE = re.compile(r"(?im)^(?:allow|disallow|sitemap):\s*(\S+)")
#: An address in a text of any kind, up to what cannot be in one.
_ADDRESS = re.compile(r"https?://[^\s\"'<>\\`{}|^)\]*]+")
#: A path at the place of an address: in RDF and lists of links, and in XML.
_ROOTED = re.compile(r"<(/(?!/)[^\s\"'<>()]*)>")
_ROOTED_IN_XML = re.compile(r"[\">](/[\w.][^\s\"'<>()]*)[\"<]")
_TEXT = re.compile(r"json|xml|turtle|n-triples|n-quads|text/|link-format|linkset")


class _Elements(HTMLParser):
    """The addresses in the attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note addresses."""
        del tag
        self.addresses += [value for name, value in attrs if name in _ATTRIBUTES and value]


def addresses(answer: requests.Response) -> Iterator[str]:
    """Yield the addresses an answer names, as they are written."""
    for name in ("Location", "Content-Location"):
        if name in answer.headers:
            yield answer.headers[name]
    yield from _HEADER_LINK.findall(answer.headers.get("Link", ""))
    kind = answer.headers.get("Content-Type", "")
    if kind.startswith("text/html"):
        elements = _Elements()
        elements.feed(answer.text)
        yield from elements.addresses
        yield from _written_out(html.unescape(answer.text))
    elif _TEXT.search(kind) and not kind.startswith("text/csv"):
        text = html.unescape(answer.text) if "xml" in kind else answer.text
        yield from _written_out(text)
        if "xml" in kind:
            yield from _ROOTED_IN_XML.findall(text)
        elif not kind.startswith(("text/javascript", "text/css", "text/markdown")):
            yield from _ROOTED.findall(text)
        if kind.startswith("text/plain"):
            yield from _RULE.findall(text)
        if "json" in kind:
            documents = text.splitlines() if "ndjson" in kind else [text]
            yield from _paths([json.loads(document) for document in documents])
    elif kind.startswith("text/csv"):
        yield from (address.partition(",")[0] for address in _ADDRESS.findall(answer.text))


def _written_out(text: str) -> Iterator[str]:
    """Yield the addresses in a text; what ends in a slash or a colon is a beginning of addresses."""
    for address in _ADDRESS.findall(text):
        if not address.endswith(("/", ":", "&", "#")):
            yield address.rstrip(".,;")


def _paths(value: object) -> Iterator[str]:
    """Yield the texts in JSON that are paths."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from _paths(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _paths(inner)
    elif isinstance(value, str) and re.fullmatch(r"/[\w.~%/-]+", value):
        yield value


@dataclass
class AddressWalk:
    """What a walk over the addresses of a site met.

    Attributes:
        status: status of every address that was asked for.
        outside: addresses of the host that are not below the site, with where they stand.
        kinds: how many of each kind were asked for.
    """

    status: dict[str, int] = field(default_factory=dict)
    outside: set[tuple[str, str]] = field(default_factory=set)
    origin: dict[str, str] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)

    @property
    def missing(self) -> dict[str, str]:
        """Addresses that are not there, with where they stand."""
        return {
            address: self.origin[address]
            for address, status in self.status.items()
            if status in {404, 500, 502}
        }


def kind_of(path: str) -> str:
    """Return what stands for all paths alike: names in them do not count, but for classes and their forms."""
    *folders, name = path.split("/")
    suffix = re.sub(r"^[\d-]+T?\S*?(?=\.|$)", "", name).partition(".")[2]
    if not folders:
        return name
    names = [folder for folder in folders if not re.match(r"\d{4,}|\d+-", folder)]
    return "/".join([*names[: 2 if "doc" in names else 1], str(len(folders))]) + f".{suffix}"


def walk(base: str, starts: list[str], *, most: int) -> AddressWalk:
    """Ask for every address from some on, `most` of each kind, and note where they lead.

    What ends in a slash or has a star begins addresses (namespaces, rules of robots.txt), and is none.

    Args:
        base: address of the site, with a slash at its end; nothing is asked for that is not below it.
        starts: where to begin, relative to it.
        most: how many addresses of one kind are asked for.
    """
    host = f"{urlsplit(base).scheme}://{urlsplit(base).netloc}/"
    met, session = AddressWalk(), requests.Session()
    queue = [urljoin(base, start) for start in starts]
    met.origin.update(dict.fromkeys(queue, "start"))
    while queue:
        here = queue.pop(0)
        kind = kind_of(here.removeprefix(base).partition("?")[0]) + ("?" if "?" in here else "")
        if here in met.status or met.kinds[kind] >= most:
            continue
        met.kinds[kind] += 1
        for accept in ("text/html, */*;q=0.1", "*/*"):
            answer = session.get(
                here, headers={"Accept": accept}, timeout=60, allow_redirects=False
            )
            met.status[here] = answer.status_code
            for written in addresses(answer):
                target = urldefrag(urljoin(here, written))[0]
                if not target.startswith(host):
                    continue
                if not f"{target}/".startswith(base):
                    met.outside.add((target, here))
                elif target not in met.origin and not target.endswith("/") and "*" not in target:
                    met.origin[target] = here
                    queue.append(target)
            if "Accept" not in answer.headers.get("Vary", "").split(", "):
                break
    return met
