"""Write the dumps of a release beside its data: `.tmp-…` in its folder, fsynced, renamed to `dump/`.

The data is read and never held: once to learn what belongs to which member, once to set the lines of each
member aside. Then the statements of everything, the tables of everything and the files of each member, from
its own lines, are written in any order, in processes of their own where there are several
(`ogpld/executors/`). A crash leaves a release without dumps, which the next build completes.
"""

from __future__ import annotations

import heapq
import io
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import groupby
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
from ogpld.dumps.rdf_files import JsonLd, write_turtle_and_others
from ogpld.dumps.tabular import Tables
from ogpld.dumps.thing_reader import Aside, Thing, read, things
from ogpld.errors import ReleaseError
from ogpld.executors import BuildExecutor, SerialExecutor
from ogpld.formats import media
from ogpld.model import Model
from ogpld.model.context import Context, make_context
from ogpld.release import Release, ReleaseStore
from ogpld.release.blocks import subject_of
from ogpld.release.folders import folder_beside, fsync_path, fsync_tree
from ogpld.release.steps import reached

_ASIDE = ".aside"
#: Bytes that are compressed at once.
_BUFFER = 1 << 17
#: Bytes a statement takes at most while dumps are written, as measured: about 130 in the dumps (the
#: tables are not compressed) and 200 set aside.
_SPACE = 400
#: Statements of a release from which its dumps are divided among processes.
_LARGE = 50_000
#: Statements of a part that is held in memory while its files are written.
_HELD = 100_000
#: What is written beside the datasets, which have no name like this: the tables of everything.
_TABLES = ".tables"


Reach = Callable[[int, int], None]


def write_dumps(
    release_store: ReleaseStore,
    release: Release,
    licence: str,
    reach: Reach = lambda _done, _total: None,
    executor: BuildExecutor | None = None,
    remedy: str = "",
) -> DumpIndex:
    """Write the dumps of a release and return their list; the caller holds the publisher's lock.

    Args:
        release_store: where earlier dumps tell when datasets changed.
        release: the release.
        licence: address of the licence of the data.
        reach: called with how many lines are done, of how many.
        executor: where the files of datasets are written, where there are many; here when left out.
        remedy: what the error says of a disk that is too small; that the release is published without
            them when left out.

    A folder of dumps that is there is replaced: whoever calls has seen that it is not whole.

    Raises:
        ReleaseError: when the data is damaged, or the disk too small or broken.
        BuildWorkerError: as the executor raises it.
    """
    executor = executor.here if executor and release.manifest.quads > _LARGE else SerialExecutor()
    sweep_dumps(release_store)
    remedy = remedy or f"{release.id} is published without them; free space and run: ogpld build"
    try:
        _check_space(release, remedy)
        beside = folder_beside(release.path)
        reached("dumps")
        try:
            index = _Dumping(release_store, release, licence, beside, reach).run(executor)
            (beside / INDEX).write_bytes(index.as_json())
            fsync_tree(beside)
            reached("dumps-rename")
            if (release.path / FOLDER).exists():
                (release.path / FOLDER).rename(folder_beside(release.path) / FOLDER)
            beside.rename(release.path / FOLDER)
            fsync_path(release.path)
        except BaseException:
            shutil.rmtree(beside, ignore_errors=True)
            raise
    except OSError as error:
        raise ReleaseError(
            f"{release.path} cannot take the dumps: {error.strerror or error}",
            hint=remedy,
        ) from error
    sweep_dumps(release_store)
    return index


def sweep_dumps(release_store: ReleaseStore) -> None:
    """Remove what a writer of dumps that died left behind."""
    for folder in release_store.folders():
        for path in folder.glob(".tmp-*"):
            shutil.rmtree(path, ignore_errors=True)


def _check_space(release: Release, remedy: str) -> None:
    need = _SPACE * release.manifest.quads
    free = shutil.disk_usage(release.path).free
    if free < need:
        raise ReleaseError(
            f"{release.path} has {free:,} bytes free, the dumps may need {need:,}",
            hint=remedy,
        )


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
        self.linksets = LinksetFiles(self.iris)
        self.content = Content(f"{self.iris.base}id/")
        self._process, self._done_before = os.getpid(), 0

    def run(self, executor: BuildExecutor) -> DumpIndex:
        """Write everything and return the list."""
        self.belonging.read(self._noted())
        names = self.belonging.datasets()
        self._set_aside(set(names))
        (self.folder / WHOLE).mkdir()
        states: dict[str, DatasetState] = {}
        files: list[DumpFile] = []
        for state, part_files in executor.map(_written, self, [WHOLE, _TABLES, *names]):
            if state.statements:
                states[part_files[0].dataset] = state
            files += part_files
            self._finished(state.statements)
        shutil.rmtree(self.folder / _ASIDE)
        return DumpIndex(self.release.id, self._dated(states), tuple(files))

    def _things(self) -> Iterator[Thing]:
        for thing in things(self.release.lines()):
            self._advance(len(thing.lines))
            visible = thing.without(self.left_out)
            if visible is not None:
                yield visible

    def _advance(self, lines: int) -> None:
        if os.getpid() == self._process:  # a fork draws no progress
            self.done += lines
            total = 3 * self.release.manifest.quads
            self.reach(min(self.done, total), total)

    def _finished(self, lines: int) -> None:
        """Say that the files of a dataset of so many lines are written, wherever that was."""
        self._done_before += lines
        self._advance(max(0, self._done_before - self.done))

    def _noted(self) -> Iterator[Thing]:
        """Yield all things, and remember what the files of everything need to know of them."""
        graphs = self.iris.graph("").value
        for thing in self._things():
            self.content.note(thing)
            self.linksets.add(thing)
            if thing.iri.startswith(graphs):
                self.described.append(thing)
            yield thing
        self._done_before = self.done

    def _set_aside(self, names: set[str]) -> None:
        """Set the lines of each part aside, and remember in which graphs it has statements."""
        (self.folder / _ASIDE).mkdir()
        aside = Aside(self.folder / _ASIDE)
        graphs = f"<{self.iris.graph('').value}".encode()
        left_out = tuple(f" {graph} .\n".encode() for graph in self.left_out)
        for subject, lines in groupby(self.release.lines(), subject_of):
            if subject.startswith(graphs):
                continue
            owner = self.belonging.owner(subject[1:-1].decode())
            if owner in names and (own := [ln for ln in lines if not ln.endswith(left_out)]):
                self.belonging.place(own, owner)
                aside.add(owner, own)
        aside.close()

    def write_statements(self) -> tuple[DatasetState, list[DumpFile]]:
        """Write everything as RDF."""
        folder = self.folder / WHOLE
        nquads = entry(
            copy(self.release.data, folder / "data.nq.gz"),
            WHOLE,
            "nq",
            "Everything (N-Quads)",
            "The release itself: every statement in its graph, ontology and shapes included.",
            media.N_QUADS.type,
        )
        state = DatasetState(self.release.manifest.digest, self.release.manifest.quads)
        return state, [nquads, *self._rdf(WHOLE, self._things(), lambda _thing: None)]

    def write_tables(self) -> tuple[DatasetState, list[DumpFile]]:
        """Write everything as tables, and the linksets."""
        tables = self._tables(WHOLE, self.content)
        for thing in self._things():
            tables.add(thing)
        folder = self.folder / WHOLE
        files = [
            *tables.close(WHOLE, f"ogpld, dataset {WHOLE}", self.licence),
            *self.linksets.write(folder, WHOLE, self.licence, self.release.id),
        ]
        return DatasetState("", 0), files

    def write_part(self, name: str) -> tuple[DatasetState, list[DumpFile]]:
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
        # parsed once where it is no more than memory can spare, else once to take notes and once to write
        held = list(things(self._lines(name))) if content.statements < _HELD else None
        for thing in held or things(self._lines(name)):
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
        tables = self._tables(name, content)

        def add(thing: Thing) -> None:
            self._advance(len(thing.lines))
            tables.add(thing)

        files += self._rdf(name, held or things(self._lines(name)), add)
        files += tables.close(name, f"ogpld, dataset {name}", self.licence)
        return content.state(), files

    def _lines(self, name: str) -> Iterable[bytes]:
        """Yield the lines of a part in order, those that describe its graphs among them."""
        owners = self.belonging.graphs
        about = (line for t in self.described if name in owners.get(t.iri, ()) for line in t.lines)
        return heapq.merge(read(self.folder / _ASIDE / name), about)

    def _tables(self, name: str, content: Content) -> Tables:
        named = (self.release.id, self.release.manifest.created[:10])
        about = named if name == WHOLE else None  # the files of a member change with its data alone
        return Tables(self.folder / name, content, self.model, self.iris, self.belonging, about)

    def _rdf(
        self, name: str, everything: Iterable[Thing], others: Callable[[Thing], None]
    ) -> Iterator[DumpFile]:
        """Write Turtle and JSON-LD, and hand every thing on while it is at hand."""
        folder = self.folder / name
        document = JsonLd(folder / "data.jsonld.gz", self.context)

        def add(thing: Thing) -> None:
            others(thing)
            document.add(thing)

        turtle = write_turtle_and_others(folder / "data.ttl.gz", everything, add)
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


def _written(dumping: _Dumping, name: str) -> tuple[DatasetState, list[DumpFile]]:
    """Write a part of the dumps: the statements or the tables of everything, or all files of a dataset."""
    if name == WHOLE:
        return dumping.write_statements()
    return dumping.write_tables() if name == _TABLES else dumping.write_part(name)
