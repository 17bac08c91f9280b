"""Typed links, in the three ways they are written: a Link header, a linkset as JSON and as text.

RFC 8288 and RFC 9264. A target is an absolute-path reference in a header, so that a site served elsewhere
still works, and absolute in a linkset, which may be read away from where it was found.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Link:
    """A link from something.

    Attributes:
        rel: the relation.
        href: the target, an absolute-path reference or an address.
        attributes: of the target, such as `type` and `title`.
    """

    rel: str
    href: str
    attributes: Mapping[str, str] = field(default_factory=dict)

    def header(self) -> str:
        """Return it as a value of a Link header."""
        attributes = "".join(f'; {name}="{_plain(text)}"' for name, text in self.attributes.items())
        return f'<{self.href}>; rel="{self.rel}"{attributes}'


@lru_cache(256)
def _plain(text: str) -> str:
    """Return a text that can stand in a quoted string of a header."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return text
    plain = text.encode("ascii", "ignore").decode()
    return "".join(c for c in plain if c.isprintable() and c not in '"\\')


def _absolute(href: str, base: str) -> str:
    return base + href[1:] if href.startswith("/") else href


Linkset = Sequence[tuple[str, Sequence[Link]]]


def as_json(linkset: Linkset, base: str) -> bytes:
    """Return a linkset as JSON (RFC 9264 section 4.2).

    Args:
        linkset: what links lead from, with the links.
        base: base IRI of the site.
    """
    contexts = []
    for anchor, links in linkset:
        context: dict[str, object] = {"anchor": _absolute(anchor, base)}
        for rel in dict.fromkeys(link.rel for link in links):
            context[rel] = [
                {"href": _absolute(link.href, base), **link.attributes}
                for link in links
                if link.rel == rel
            ]
        contexts.append(context)
    return (json.dumps({"linkset": contexts}, ensure_ascii=False, indent=1) + "\n").encode()


def as_text(linkset: Linkset, base: str) -> bytes:
    """Return a linkset as text (RFC 9264 section 4.1)."""
    lines = []
    for anchor, links in linkset:
        for link in links:
            whole = Link(
                link.rel,
                _absolute(link.href, base),
                {"anchor": _absolute(anchor, base), **link.attributes},
            )
            lines.append(whole.header())
    return (",\n".join(lines) + "\n").encode()


_VALUE = re.compile(r"<([^>]*)>((?:\s*;\s*[\w*-]+=\"[^\"]*\")*)")
_ATTRIBUTE = re.compile(r";\s*([\w*-]+)=\"([^\"]*)\"")


def read_header(header: str) -> list[Link]:
    """Return the links of a Link header of ours; a value with two relations is two links."""
    links = []
    for value in _VALUE.finditer(header):
        attributes = dict(_ATTRIBUTE.findall(value[2]))
        links += [Link(rel, value[1], attributes) for rel in attributes.pop("rel", "").split()]
    return links
