"""Quads on disk with the union of some graphs beside them, changed by differences.

A build keeps one of these of what it published, so that the next build can look at what a change touches
without reading the rest. It is a cache: whoever finds it missing or in doubt makes it again. Nobody
serves from it, so that its graphs may also be notes of a build (`urn:x-ogpld:…`), outside of the union.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from ogpld.errors import ReleaseError

Subject = ox.NamedNode | ox.BlankNode
_UNION = ox.DefaultGraph()
_DATA = ".sst"
#: Files that are no part of the data.
_IDLE = {"LOCK", "LOG"}


class DiskStore:
    """Quads in a folder.

    Args:
        path: the folder; it is made when it is not there.
        united: whether the statements of a graph belong to the union.

    Raises:
        ReleaseError: when the folder cannot be opened.
    """

    def __init__(self, path: Path, united: Callable[[str], bool]) -> None:
        self.path = path
        self._united = united
        try:
            self._store = ox.Store(str(path))
        except (OSError, RuntimeError) as error:
            raise ReleaseError(f"the store {path} cannot be opened: {error}") from error

    @property
    def engine(self) -> ox.Store:
        """The engine's own store, for work beside queries in this package (`validation_store.py`)."""
        return self._store

    def fill(self, quads: Iterable[ox.Quad]) -> None:
        """Add many quads at once, to a new store."""
        unique = list(dict.fromkeys(quads))
        self._store.bulk_extend(unique)
        visible = (q for q in unique if self._united(_name(q)))
        self._store.bulk_extend(ox.Quad(q.subject, q.predicate, q.object) for q in visible)

    def change(self, added: Iterable[ox.Quad], gone: Iterable[ox.Quad]) -> None:
        """Take quads away and add others, and follow in the union."""
        for quad in gone:
            self._store.remove(quad)
            if self._united(_name(quad)) and not self._is_stated(quad):
                self._store.remove(ox.Quad(quad.subject, quad.predicate, quad.object))
        more = list(added)
        self._store.extend(more)
        visible = (q for q in more if self._united(_name(q)))
        self._store.extend(ox.Quad(q.subject, q.predicate, q.object) for q in visible)

    def _is_stated(self, quad: ox.Quad) -> bool:
        matches = self._store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
        return any(q.graph_name != _UNION and self._united(_name(q)) for q in matches)

    def about(self, subject: Subject) -> list[ox.Quad]:
        """Return what all graphs say of a subject."""
        statements = self._store.quads_for_pattern(subject, None, None, None)
        return [quad for quad in statements if quad.graph_name != _UNION]

    def in_graph(self, graph: ox.NamedNode) -> list[ox.Quad]:
        """Return the statements of a graph."""
        return list(self._store.quads_for_pattern(None, None, None, graph))

    def pointing(self, predicate: ox.NamedNode, value: Subject) -> Iterator[ox.Quad]:
        """Yield statements with this property and value, of all graphs."""
        for quad in self._store.quads_for_pattern(None, predicate, value, None):
            if quad.graph_name != _UNION:
                yield quad

    def holds(self, quad: ox.Quad) -> bool:
        """Say whether a quad is there."""
        return quad in self._store

    def has_graph(self, graph: ox.NamedNode) -> bool:
        """Say whether a graph has statements."""
        return next(self._store.quads_for_pattern(None, None, None, graph), None) is not None

    def graphs(self, beginning: str) -> list[str]:
        """Return the named graphs whose IRIs begin so."""
        names = (g.value for g in self._store.named_graphs() if isinstance(g, ox.NamedNode))
        return [name for name in names if name.startswith(beginning)]

    def flush(self) -> None:
        """Write everything to disk, so that another process can read it."""
        self._store.flush()

    def close(self) -> None:
        """Write everything to disk and let go of the folder."""
        self._store.flush()
        self.drop()

    def drop(self) -> None:
        """Let go of the folder, whatever is not written yet: nothing is, and so no full disk is met."""
        self._store = ox.Store()


def seal(folder: Path) -> dict[str, tuple[int, str]]:
    """Return size and digest of the files of a closed store, by name.

    The digest of a data file is left out: its blocks have sums of their own, which are checked when they
    are read. Of the others nothing may be missing, or the store opens with less in it and does not tell.
    """
    return {
        path.name: (path.stat().st_size, "" if path.suffix == _DATA else _digest(path))
        for path in sorted(folder.iterdir())
        if path.name not in _IDLE
    }


def copy_store(source: Path, target: Path) -> None:
    """Copy a closed store; its data files never change, so they are shared and cost nothing."""
    target.mkdir()
    for path in source.iterdir():
        if path.suffix == _DATA:
            os.link(path, target / path.name)
        elif path.name not in _IDLE:
            shutil.copyfile(path, target / path.name)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _name(quad: ox.Quad) -> str:
    return quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
