"""The graphs in which a store holds releases, and how their names say what is in them.

    urn:x-ogpld:SITE:graph:CONTENT     statements; the name is made from their digest, so nobody changes it
    urn:x-ogpld:SITE:release:DIGEST    which of these a release has, under which names, and how large they are
    urn:x-ogpld:SITE:releases          which releases are there: the pointer, written last

SITE is made from the base IRI, so several sites can share an engine. A release has one graph that is the
union of its visible graphs, which is the default graph of queries, and one for each of its named graphs.
Equal graphs of two releases are one graph. What is `retired` may be dropped once `GRACE` seconds have passed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ogpld.errors import StoreIncompleteError
from ogpld.stores.remote.http_exchange import whole_number

#: Seconds between the word that a release is retired and the first drop of a graph of it.
GRACE = 60.0
_VOCABULARY = "urn:x-ogpld:push:"
_CHARACTERS = 32


@dataclass(frozen=True, slots=True)
class HeldRelease:
    """What the pointer says of one release.

    Attributes:
        digest: of the release.
        id: of the release.
        state: `current`, `previous` or `retired`.
        since: when that began, seconds of the clock of who pushed (Unix time).
        graphs: how many names its description has.
    """

    digest: str
    id: str
    state: str
    since: float
    graphs: int


@dataclass(frozen=True, slots=True)
class HeldGraphs:
    """The graphs of one release in a store.

    Attributes:
        union: the graph that is the default graph of queries.
        named: by the name a graph has in the release, the one it has in the store.
        sizes: statements by name in the store.
    """

    union: str
    named: Mapping[str, str]
    sizes: Mapping[str, int]


class SiteGraphs:
    """Names of the graphs of a site.

    Args:
        base_iri: that of the releases.
    """

    def __init__(self, base_iri: str) -> None:
        site = hashlib.sha256(base_iri.encode()).hexdigest()[:12]
        self.prefix = f"urn:x-ogpld:{site}:"
        self.pointer = f"{self.prefix}releases"
        #: Names nothing; what a query names that the release has not.
        self.nothing = f"{self.prefix}nothing"

    def content(self, digest: str) -> str:
        """Return the name of the graph whose statements have a digest."""
        return f"{self.prefix}graph:{digest[:_CHARACTERS]}"

    def release(self, digest: str) -> str:
        """Return the name of the graph that describes a release."""
        return f"{self.prefix}release:{digest}"

    def description(self, graphs: HeldGraphs) -> list[str]:
        """Return the statements that describe a release, as N-Triples."""
        lines = []
        for name, graph in (("", graphs.union), *sorted(graphs.named.items())):
            node = name or f"{self.prefix}union"
            lines.append(f"<{graph}> <{_VOCABULARY}name> <{node}> .\n")
            lines.append(f'<{graph}> <{_VOCABULARY}statements> "{graphs.sizes[graph]}" .\n')
        return list(dict.fromkeys(lines))

    def read_description(
        self, statements: Iterable[Sequence[str]], held: HeldRelease
    ) -> HeldGraphs:
        """Read the statements of a description (`statements_query`).

        Raises:
            StoreIncompleteError: when it is not whole.
        """
        union, named, sizes = "", {}, {}
        for graph, verb, value in statements:
            if verb == f"{_VOCABULARY}statements":
                if (size := whole_number(value)) is not None:
                    sizes[graph] = size
            elif value == f"{self.prefix}union":
                union = graph
            else:
                named[value] = graph
        names = len(named) + bool(union)
        if not union or names != held.graphs or sizes.keys() != {union, *named.values()}:
            raise StoreIncompleteError(
                f"the store describes {names} graphs of release {held.id}, not {held.graphs}",
                hint="push the release again: ogpld push",
            )
        return HeldGraphs(union, named, sizes)

    def pointer_lines(self, releases: Iterable[HeldRelease]) -> list[str]:
        """Return the statements of the pointer, as N-Triples."""
        return [
            f'<{self.release(held.digest)}> <{_VOCABULARY}{name}> "{value}" .\n'
            for held in releases
            for name, value in (
                ("id", held.id),
                ("state", held.state),
                ("since", f"{held.since:.0f}"),
                ("graphs", held.graphs),
            )
        ]

    def read_pointer(self, statements: Iterable[Sequence[str]]) -> dict[str, HeldRelease]:
        """Return what the statements of the pointer say, by the digest of the release, each whole."""
        fields: dict[str, dict[str, str]] = {}
        for release, verb, value in statements:
            about = fields.setdefault(release.removeprefix(self.release("")), {})
            about[verb.removeprefix(_VOCABULARY)] = value
        return {
            digest: HeldRelease(digest, about["id"], about["state"], float(since), graphs)
            for digest, about in fields.items()
            if about.keys() >= {"id", "state", "since", "graphs"}
            and (since := whole_number(about["since"])) is not None
            and (graphs := whole_number(about["graphs"])) is not None
        }

    def sizes_query(self) -> str:
        """Return the query that counts the statements of every graph of the site."""
        return (
            f"SELECT ?of (COUNT(*) AS ?n) {{ GRAPH ?of {{ ?s ?p ?o }} "
            f'FILTER(STRSTARTS(STR(?of), "{self.prefix}")) }} GROUP BY ?of'
        )


def statements_query(graph: str) -> str:
    """Return the query that reads a graph: with its properties named, Virtuoso thinks it takes an hour."""
    return f"SELECT ?s ?p ?o {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
