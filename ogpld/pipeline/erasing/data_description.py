"""What an erased release says of its own data: VoID statistics and catalogue, brought up to date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ogpld.catalogue.void_counts import VoidCounts, void_quads
from ogpld.iris import Iris
from ogpld.pipeline.drafts import turtle
from ogpld.pipeline.graph_kinds import Graphs
from ogpld.rdf import Quad, Triple, canonical_lines, parse_quads, term_text
from ogpld.release import Difference
from ogpld.release.blocks import subject_of


class DataDescription:
    """The descriptions of a release under a base IRI."""

    def __init__(self, iris: Iris) -> None:
        self.iris, self.graphs = iris, Graphs(iris)

    def difference(self, lines: list[bytes], gone: list[bytes]) -> Difference:
        """Return how the VoID description changes when lines go that were counted.

        Args:
            lines: the lines that stay.
            gone: the lines that go.
        """
        void = f"<{self.iris.graph('void').value}>".encode()
        described_lines = [line for line in lines if line.rsplit(b" ", 2)[1] == void]
        if not described_lines:
            return Difference()
        subjects = {subject_of(line) for line in (*described_lines, *gone)}
        now = self._counted(line for line in lines if subject_of(line) in subjects)
        before = self._counted(gone)
        described = _quads(described_lines)

        def others(subject: str) -> set[Triple]:
            return now.get(subject, set())

        counts = VoidCounts.read(described)
        # what goes was counted with the rest of its subject
        counts.join(described, lambda s: others(s) | before.get(s, set()), -1)
        for subject, triples in before.items():
            counts.add(others(subject) | triples, -1)
            counts.add(others(subject))
        after = {line.encode() for line in canonical_lines(void_quads(self.iris, counts, others))}
        old = set(described_lines)
        return Difference(tuple(sorted(after - old)), tuple(sorted(old - after)))

    def files(self, lines: list[bytes]) -> Mapping[str, bytes]:
        """Return `catalog.ttl` and `void.ttl` as the lines have them."""
        files = {}
        for name, file in (("catalogue", "catalog.ttl"), ("void", "void.ttl")):
            graph = f"<{self.iris.graph(name).value}>".encode()
            files[file] = turtle(_quads(ln for ln in lines if ln.rsplit(b" ", 2)[1] == graph))
        return files

    def _counted(self, lines: Iterable[bytes]) -> dict[str, set[Triple]]:
        by_subject: dict[str, set[Triple]] = {}
        for quad in _quads(lines):
            if self.graphs.counted(term_text(quad.graph_name)):
                by_subject.setdefault(term_text(quad.subject), set()).add(quad.triple)
        return by_subject


def _quads(lines: Iterable[bytes]) -> list[Quad]:
    return list(parse_quads(b"".join(lines), "nq"))
