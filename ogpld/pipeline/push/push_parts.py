"""The graphs that a store holds of a release, made from its lines."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from ogpld.release import Release
from ogpld.stores.remote.release_graphs import HeldGraphs, SiteGraphs


@dataclass(slots=True)
class Part:
    """A graph as N-Triples.

    Attributes:
        lines: its statements, each once, in the order of the release.
    """

    lines: list[bytes] = field(default_factory=list)

    def digest(self) -> str:
        """Return sha256 over the lines, in hexadecimal."""
        return hashlib.sha256(b"".join(self.lines)).hexdigest()

    def properties(self) -> dict[str, int]:
        """Return how many statements each property has, by IRI."""
        counts = Counter(line.split(b" ", 2)[1] for line in self.lines)
        return {name[1:-1].decode(): number for name, number in counts.items()}


@dataclass(frozen=True, slots=True)
class ReleaseParts:
    """A release as graphs.

    Attributes:
        graphs: their names.
        parts: by name in the store.
    """

    graphs: HeldGraphs
    parts: dict[str, Part]


def parts_of(release: Release, site: SiteGraphs) -> ReleaseParts:
    """Return the graphs of a release.

    Raises:
        ReleaseError: when its data is damaged.
    """
    hidden = {graph.encode() for graph in release.hidden_graphs}
    union, named = _divided(release.lines(), hidden)
    parts: dict[str, Part] = {}
    names = {}
    for name, part in named.items():
        held = site.content(part.digest())
        names[name.decode()] = held
        parts[held] = part
    whole = site.content(union.digest())
    parts[whole] = union
    sizes = {held: len(part.lines) for held, part in parts.items()}
    return ReleaseParts(HeldGraphs(whole, names, sizes), parts)


def union_lines(release: Release) -> list[bytes]:
    """Return the statements of the visible graphs of a release, each once."""
    union, _ = _divided(release.lines(), {graph.encode() for graph in release.hidden_graphs})
    return union.lines


def _divided(lines: Iterable[bytes], hidden: set[bytes]) -> tuple[Part, dict[bytes, Part]]:
    """Return union and named graphs of sorted lines: what two graphs state stands side by side."""
    union, named, last = Part(), {}, b""
    for line in lines:
        triple, _, graph = line.rstrip(b"\n")[:-2].rpartition(b" ")
        name = graph[1:-1]
        triple += b" .\n"
        if name not in named:
            named[name] = Part()
        named[name].lines.append(triple)
        if name not in hidden and triple != last:
            union.lines.append(triple)
            last = triple
    return union, named
