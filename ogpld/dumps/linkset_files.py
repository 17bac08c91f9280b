"""The linksets of a release as files: SSSOM, one file a linkset, beside the dumps of the whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ogpld.dumps.digest_files import Sealed, entry
from ogpld.dumps.dump_index import DumpFile
from ogpld.dumps.thing_reader import Thing
from ogpld.formats import media
from ogpld.formats.sssom import SUFFIX, MappedPair, label_of, write_sssom
from ogpld.iris import Iris
from ogpld.linksets import LINK_PREDICATES, Linkset, linkset_of
from ogpld.rdf import NamedNode, Triple


@dataclass(slots=True)
class LinksetFiles:
    """The links of things that went by, until they are written; there are few of them."""

    iris: Iris
    _pairs: dict[Linkset, list[MappedPair]] = field(default_factory=dict)
    _descriptions: dict[str, list[Triple]] = field(default_factory=dict)

    def add(self, thing: Thing) -> None:
        """Take note of the links of a thing, or of what is said of a linkset."""
        if thing.iri.startswith(self.iris.graph("reconciled").value):
            self._descriptions[thing.iri] = thing.triples
        for triple in thing.triples:
            if triple.predicate.value in LINK_PREDICATES and isinstance(triple.object, NamedNode):
                value = triple.object.value
                links = linkset_of(thing.iri, triple.predicate.value, value)
                if links is not None:
                    pair = MappedPair(thing.iri, label_of(thing.triples), value)
                    self._pairs.setdefault(links, []).append(pair)

    def write(self, folder: Path, dataset: str, licence: str, version: str) -> Iterator[DumpFile]:
        """Write a file for each linkset and yield its entry.

        Args:
            folder: of the dataset.
            dataset: its name.
            licence: address of the licence of the data.
            version: id of the release.
        """
        for links in sorted(self._pairs):
            graph = self.iris.graph("reconciled", links.name).value
            with Sealed(folder / f"{links.name}.{SUFFIX}") as sealed:
                sealed.write(
                    write_sssom(
                        self.iris,
                        links,
                        self._descriptions.get(graph, ()),
                        self._pairs[links],
                        licence=licence,
                        version=version,
                    )
                )
            yield entry(
                sealed,
                dataset,
                "sssom",
                f"Links from {links.kind} to {links.target} (SSSOM)",
                "A linkset: one link a row, with how it was found.",
                media.TSV.type,
            )
