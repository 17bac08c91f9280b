"""Write the dumps of a release beside its data: `.tmp-…` in its folder, fsynced, renamed to `dump/`.

The data is read twice and never held: once to learn what belongs to which member, once to write the whole
and to set the lines of each member aside; a member's files are then written from its own lines. A crash
leaves a release without dumps, which the next build completes.
"""

from __future__ import annotations

import heapq
import io
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from ogpld.dumps.belonging import Belonging
from ogpld.dumps.content import Content
from ogpld.dumps.digest_files import Packed, copy, entry
from ogpld.dumps.dump_index import (
    FOLDER,
    INDEX,
    WHOLE,
    DatasetState,
    DumpFile,
    DumpIndex,
    read_index,
)
from ogpld.dumps.linkset_files import LinksetFiles
from ogpld.dumps.rdf_files import JsonLd, write_turtle
from ogpld.dumps.tabular import Tables
from ogpld.dumps.thing_reader import Aside, Thing, read, things
from ogpld.errors import ReleaseError
from ogpld.formats import media
from ogpld.model import Model
from ogpld.model.context import Context, make_context
from ogpld.release import Release, ReleaseStore
from ogpld.release.folders import folder_beside, fsync_path
from ogpld.release.steps import reached

_ASIDE = ".aside"
#: Bytes that are compressed at once.
_BUFFER = 1 << 17
#: Bytes a statement takes at most while dumps are written, as measured: about 130 in the dumps (the
#: tables are not compressed) and 200 set aside.
_SPACE = 400


Reach = Callable[[int, int], None]


def write_dumps(
    release_store: ReleaseStore,
    release: Release,
    licence: str,
    reach: Reach = lambda _done, _total: None,
) -> DumpIndex:
    """Write the dumps of a release and return their list; the caller holds the publisher's lock.

    Args:
        release_store: where earlier dumps tell when datasets changed.
        release: the release.
        licence: address of the licence of the data.
        reach: called with how many lines are done, of how many.

    Raises:
        ReleaseError: when the data is damaged, or the disk too small or broken.
    """
    sweep_dumps(release_store)
    try:
        _check_space(release)
        beside = folder_beside(release.path)
        reached("dumps")
        try:
            index = _Dumping(release_store, release, licence, beside, reach).run()
            (beside / INDEX).write_bytes(index.as_json())
            _fsync_tree(beside)
            reached("dumps-rename")
            beside.rename(release.path / FOLDER)
            fsync_path(release.path)
        except BaseException:
            shutil.rmtree(beside, ignore_errors=True)
            raise
    except OSError as error:
        raise ReleaseError(
            f"{release.path} cannot take the dumps: {error.strerror or error}",
            hint=f"{release.id} is published without them; free space and run: ogpld build",
        ) from error
    return index


def sweep_dumps(release_store: ReleaseStore) -> None:
    """Remove what a writer of dumps that died left behind."""
    for folder in release_store.folders():
        for path in folder.glob(".tmp-*"):
            shutil.rmtree(path, ignore_errors=True)


def _check_space(release: Release) -> None:
    need = _SPACE * release.manifest.quads
    free = shutil.disk_usage(release.path).free
    if free < need:
        raise ReleaseError(
            f"{release.path} has {free:,} bytes free, the dumps may need {need:,}",
            hint=f"{release.id} is published without them; free space and run: ogpld build",
        )


def _fsync_tree(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        fsync_path(path)
    fsync_path(folder)


class _Dumping:
    """The writing of one release's dumps."""

    def __init__(
        self,
        release_store: ReleaseStore,
        release: Release,
        licence: str,
        folder: Path,
        reach: Reach,
    ) -> None:
        self.release_store, self.release, self.licence = release_store, release, licence
        self.folder, self.reach, self.done = folder, reach, 0
        self.model: Model = release.model()
        self.context: Context = make_context(self.model)
        self.iris = release.iris
        self.left_out = frozenset(self.iris.graph(name) for name in ("ontology", "shapes"))
        self.belonging = Belonging(self.model, self.iris)
        self.described: list[Thing] = []

    def run(self) -> DumpIndex:
        """Write everything and return the list."""
        whole = Content(f"{self.iris.base}id/")
        self.belonging.read(self._noted(whole))
        names = self.belonging.datasets()
        states = {WHOLE: DatasetState(self.release.manifest.digest, self.release.manifest.quads)}
        files = list(self._whole(whole, set(names)))
        for name in names:
            state, part_files = self._part(name)
            if state.statements:
                states[name] = state
                files += part_files
        shutil.rmtree(self.folder / _ASIDE)
        return DumpIndex(self.release.id, self._dated(states), tuple(files))

    def _things(self) -> Iterator[Thing]:
        for thing in things(self.release.lines()):
            self._advance(len(thing.lines))
            visible = thing.without(self.left_out)
            if visible is not None:
                yield visible

    def _advance(self, lines: int) -> None:
        self.done += lines
        self.reach(min(self.done, 3 * self.release.manifest.quads), 3 * self.release.manifest.quads)

    def _noted(self, content: Content) -> Iterator[Thing]:
        for thing in self._things():
            content.note(thing)
            yield thing

    def _whole(self, content: Content, names: set[str]) -> Iterator[DumpFile]:
        """Write the files of everything, and set the lines of each part aside."""
        folder = self.folder / WHOLE
        folder.mkdir()
        (self.folder / _ASIDE).mkdir()
        aside = Aside(self.folder / _ASIDE)
        graphs, linksets = self.iris.graph("").value, LinksetFiles(self.iris)

        def set_aside(thing: Thing) -> None:
            linksets.add(thing)
            if thing.iri.startswith(graphs):
                self.described.append(thing)
                return
            owner = self.belonging.owner(thing.iri)
            if owner in names:
                self.belonging.place(thing, owner)
                aside.add(owner, thing.lines)

        nquads = copy(self.release.data, folder / "data.nq.gz")
        yield entry(
            nquads,
            WHOLE,
            "nq",
            "Everything (N-Quads)",
            "The release itself: every statement in its graph, ontology and shapes included.",
            media.N_QUADS.type,
        )
        yield from self._files(WHOLE, content, self._things(), set_aside)
        yield from linksets.write(folder, WHOLE, self.licence, self.release.id)
        aside.close()

    def _part(self, name: str) -> tuple[DatasetState, list[DumpFile]]:
        """Write the files of a member, or of the code lists."""
        folder = self.folder / name
        folder.mkdir()
        content = Content(f"{self.iris.base}id/")
        path = folder / "data.nq.gz"
        file = Packed(path)
        with io.BufferedWriter(file, _BUFFER) as text:
            for line in self._lines(name):
                content.count(line)
                text.write(line)
        if not content.statements:
            shutil.rmtree(folder)
            return content.state(), []
        for thing in things(self._lines(name)):
            content.note(thing)
        files = [
            entry(
                file.sealed,
                name,
                "nq",
                "All statements (N-Quads)",
                "Every statement about the dataset's things, in its graph; with a description "
                "of each graph.",
                media.N_QUADS.type,
            )
        ]
        files += self._files(name, content, things(self._lines(name)), self._count)
        return content.state(), files

    def _count(self, thing: Thing) -> None:
        self._advance(len(thing.lines))

    def _lines(self, name: str) -> Iterable[bytes]:
        """Yield the lines of a part in order, those that describe its graphs among them."""
        owners = self.belonging.graphs
        about = (line for t in self.described if name in owners.get(t.iri, ()) for line in t.lines)
        return heapq.merge(read(self.folder / _ASIDE / name), about)

    def _files(
        self,
        name: str,
        content: Content,
        everything: Iterable[Thing],
        also: Callable[[Thing], None],
    ) -> Iterator[DumpFile]:
        folder = self.folder / name
        document = JsonLd(folder / "data.jsonld.gz", self.context)
        named = (self.release.id, self.release.manifest.created[:10])
        about = named if name == WHOLE else None  # the files of a member change with its data alone
        tables = Tables(folder, content, self.model, self.iris, self.belonging, about)

        def add(thing: Thing) -> None:
            also(thing)
            document.add(thing)
            tables.add(thing)

        turtle = write_turtle(folder / "data.ttl.gz", everything, add)
        document.close()
        yield entry(
            turtle.sealed,
            name,
            "ttl",
            "All statements (Turtle)",
            "Every statement once, without its graph.",
            media.TURTLE.type,
        )
        yield entry(
            document.file.sealed,
            name,
            "jsonld",
            "All statements (JSON-LD)",
            "Every thing as a node, compacted; the context is inside.",
            media.JSON_LD.type,
        )
        yield from tables.close(name, f"ogpld, dataset {name}", self.licence)

    def _dated(self, states: dict[str, DatasetState]) -> dict[str, DatasetState]:
        """Return the states with the times that earlier dumps give, else without."""
        created = self.release.manifest.created
        before, first = self._before()
        dated_states = {}
        for name, state in states.items():
            previous = before.datasets.get(name) if before else None
            if previous is not None:
                modified = previous.modified if previous.digest == state.digest else created
                dated_states[name] = replace(state, issued=previous.issued, modified=modified)
            elif before is not None or first:
                dated_states[name] = replace(state, issued=created, modified=created)
            else:
                dated_states[name] = state
        return dated_states

    def _before(self) -> tuple[DumpIndex | None, bool]:
        """Return the list of the nearest release before that has one, and whether there is none before."""
        releases = {release.id: release for release in self.release_store.releases()}
        previous = self.release.manifest.previous
        first = previous is None
        while previous in releases:
            with suppress(ReleaseError):
                if (index := read_index(releases[previous])) is not None:
                    return index, False
            previous = releases[previous].manifest.previous
        return None, first
