"""The store of releases in a home: list them, open one, verify it, choose the current one.

Long because a release and those beside it are read by the same rules.
"""

from __future__ import annotations

import gzip
import io
import os
import re
import shutil
import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ogpld.claims.verdicts import FILE as VERDICTS
from ogpld.denied_access import access_errors
from ogpld.errors import ReleaseError
from ogpld.iris import Iris
from ogpld.model import Model, load_model
from ogpld.release.blocks import (
    INDEX,
    Block,
    check_blocks,
    check_holding,
    digest_of,
    read_index,
    subject_of,
)
from ogpld.release.erasure.erasure_record import Erasure, present_ids, read_erasures
from ogpld.release.folders import fsync_path
from ogpld.release.lookup import lines_about
from ogpld.release.manifest import Manifest
from ogpld.release.patch import Difference

DATA = "data.nq.gz"
#: What the release did to which thing (log.py); like every name with `.gz`, see packed_files.py.
LOG = "changes.jsonl.gz"
#: The statements it differs in from the one it was made from (patch.py); that made from none has none.
PATCH = "changes.rdfp.gz"
#: What the check found.
REPORT = "report.json.gz"
#: The report, as this version and earlier ones have it.
REPORTS = frozenset({REPORT, REPORT.removesuffix(".gz"), "report.ttl"})
#: Its search index (ogpld/search); derived, and made again where it is missing.
SEARCH = "search.sqlite"
#: The same while it is written.
SEARCH_BESIDE = f".{SEARCH}.tmp"
#: Its statistics (ogpld/statistics); derived, and made again where they are missing.
STATISTICS = "statistics.jsonl.gz"
#: Files that are made from the data of a release and that an erasure leaves behind.
DERIVED = frozenset(
    {SEARCH, SEARCH_BESIDE, STATISTICS, STATISTICS.removesuffix(".gz"), f".{STATISTICS}.tmp"}
)
#: Marks a release whose data was taken away; without it, data that is not there is damage.
PRUNED = "pruned"
#: What is left of a pruned release.
_REMAINING = frozenset({PRUNED, "manifest.json", VERDICTS, LOG, LOG.removesuffix(".gz")})
_PATCHES = frozenset({PATCH, PATCH.removesuffix(".gz")})
#: Bytes that are read at once.
_READ = 1 << 17
_ID = re.compile(r"(\d+)-[0-9a-f]+")
_CHOOSE = "choose another: ogpld releases list, then ogpld releases use ID"
_DAMAGED = "the files were changed or damaged; publish again or use another release"


@dataclass(frozen=True, slots=True)
class Release:
    """One release on disk; read-only."""

    path: Path
    manifest: Manifest

    @property
    def id(self) -> str:
        """Folder name of the release."""
        return self.path.name

    @property
    def time(self) -> datetime:
        """When it was published; every release is later than those with lower numbers."""
        return datetime.fromisoformat(self.manifest.created)

    @property
    def pruned(self) -> bool:
        """Whether only manifest and changes are left of it, on purpose."""
        return (self.path / PRUNED).exists()

    @property
    def data(self) -> Path:
        """The canonical data."""
        return self.path / DATA

    @property
    def iris(self) -> Iris:
        """The IRI policy of the release: its own base, whatever the settings say now."""
        return Iris(self.manifest.base_iri)

    @property
    def quads(self) -> int:
        """The number of quads in the data."""
        return self.manifest.quads

    @property
    def hidden_graphs(self) -> tuple[str, ...]:
        """IRIs of the graphs that are not part of the default graph of queries: the shapes."""
        return (self.iris.graph("shapes").value,)

    @property
    def model_graphs(self) -> tuple[str, ...]:
        """IRIs of the graphs of the model and of what is said of the data, which are asked for whole."""
        return tuple(self.iris.graph(name).value for name in ("ontology", "shapes", "void"))

    def model(self) -> Model:
        """Read the ontology, shapes and code lists that the release was built with.

        Raises:
            ModelError: when a file is damaged.
        """
        folder = self.path / "model"
        return load_model(folder / "ontology", folder / "shapes")

    def lines(self) -> Iterator[bytes]:
        """Yield the canonical N-Quads lines.

        Raises:
            ReleaseError: when the file is cut or damaged.
        """
        try:
            # GzipFile reads a line in Python; the reader around it does not
            with io.BufferedReader(gzip.GzipFile(self.data), _READ) as file:
                yield from file
        except (OSError, EOFError, zlib.error) as error:
            raise ReleaseError(f"{self.id}: {DATA} is damaged: {error}") from error

    def about(self, subjects: Iterable[bytes], *, parts: bool = False) -> list[bytes]:
        """Return the lines about some subjects, given as they stand in lines.

        Args:
            subjects: the subjects.
            parts: whether lines about their parts (`…#territory`) are wanted as well.

        Raises:
            ReleaseError: when the file is damaged.
        """
        try:
            with self.data.open("rb") as file:
                return list(lines_about(file, self.blocks(), subjects, parts=parts))
        except OSError as error:
            raise ReleaseError(f"{self.id}: {DATA} cannot be read: {error.strerror}") from error

    @access_errors()
    def verify(self) -> None:
        """Check count and digest against the manifest.

        Raises:
            ReleaseError: saying what differs.
        """
        if self.pruned:
            raise ReleaseError(
                f"{self.id}: its data was pruned", hint="only its manifest and changes are kept"
            )
        try:
            digest, count = self._checked_blocks()
        except ReleaseError as error:
            raise ReleaseError(f"{self.id}: {error.message}", hint=_DAMAGED) from error
        if count != self.manifest.quads:
            raise ReleaseError(f"{self.id}: {count} quads, the manifest says {self.manifest.quads}")
        if digest != self.manifest.digest:
            raise ReleaseError(
                f"{self.id}: the digest is {digest[:12]}…, not {self.manifest.digest[:12]}…",
                hint=_DAMAGED,
            )

    def verify_changed(self, difference: Difference) -> None:
        """Check what is said of the subjects of a difference, and the sums of everything else.

        Raises:
            DifferenceError: when something else is said of one of them.
            ReleaseError: for a block that is damaged.
        """
        subjects = {subject_of(line) for line in (*difference.added, *difference.gone)}
        with self.data.open("rb") as file:
            check_holding(file, self.blocks(), subjects, difference.after)

    def blocks(self) -> list[Block]:
        """Return the blocks of the data; they are what the manifest's digest is made from.

        Raises:
            ReleaseError: when their list is not the one the digest was made from.
        """
        blocks = read_index(self.path / INDEX)
        digest = digest_of((block.digest for block in blocks), self.path / "model")
        if digest != self.manifest.digest:
            raise ReleaseError(f"{self.id}: {INDEX} or the model was changed", hint=_DAMAGED)
        return blocks

    def _checked_blocks(self) -> tuple[str, int]:
        blocks = read_index(self.path / INDEX)
        try:
            with self.data.open("rb") as file:
                check_blocks(file, blocks)
        except PermissionError:
            raise
        except OSError as error:
            raise ReleaseError(f"{DATA} cannot be read: {error.strerror}") from error
        digest = digest_of((block.digest for block in blocks), self.path / "model")
        return digest, sum(block.lines for block in blocks)


class ReleaseStore:
    """All releases of a home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder = home / "releases"
        self.pointer = home / "current"

    def releases(self) -> list[Release]:
        """Return every release, oldest first; half-written and unreadable folders are none."""
        releases = []
        for path in self.folders():
            with suppress(ReleaseError):
                releases.append(self._read(path))
        return sorted(releases, key=lambda r: r.manifest.sequence)

    def pruned(self) -> set[str]:
        """Return the ids of the releases whose data was taken away."""
        names = (path.name for path in self.folders())
        return {name for name in names if os.path.exists(self.folder / name / PRUNED)}  # noqa: PTH110

    @access_errors()
    def folders(self) -> list[Path]:
        """Return the folders of releases, readable or not, oldest first."""
        try:
            paths = tuple(self.folder.iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return []
        named = [(int(match[1]), path) for path in paths if (match := _ID.fullmatch(path.name))]
        return [path for _, path in sorted(named)]

    def unreadable(self) -> dict[str, ReleaseError]:
        """Return by folder why it cannot be read: its manifest is damaged, or of another version."""
        reasons = {}
        for path in self.folders():
            try:
                self._read(path)
            except ReleaseError as error:
                reasons[path.name] = error
        return reasons

    def last_sequence(self) -> int:
        """Return the highest number any release had, 0 before the first."""
        folders = self.folders()
        return int(folders[-1].name.partition("-")[0]) if folders else 0

    def get(self, name: str) -> Release:
        """Return a release by id, by an id it had before an erasure, or by sequence number.

        Raises:
            ReleaseError: when there is none; the hint lists what there is.
        """
        name = self.present_id(name)
        for path in self.folders():
            if name in {path.name, path.name.partition("-")[0]}:
                with suppress(ReleaseError):
                    return self._read(path)
        available = ", ".join(release.id for release in self.releases()) or "none yet"
        raise ReleaseError(f"there is no release {name!r}", hint=f"releases: {available}")

    def erasures(self) -> list[Erasure]:
        """Return the records of what was erased, oldest first.

        Raises:
            ReleaseError: when one is damaged.
        """
        return read_erasures(self.home)

    def present_id(self, name: str) -> str:
        """Return the id that a release has since it was erased from; a name that is none as it is."""
        with suppress(ReleaseError):
            return present_ids(self.erasures()).get(name, name)
        return name

    def absent(self) -> list[str]:
        """Return the releases that were removed by hand: numbers that no folder has, ids nobody has.

        Erasing renames and pruning keeps folders, so neither makes a gap.
        """
        folders = {path.name for path in self.folders()}
        numbers = {int(name.partition("-")[0]) for name in folders}
        named = {r.manifest.previous for r in self.releases() if r.manifest.previous}
        gone = {self.present_id(name) for name in named} - folders
        last = max([*numbers, *(int(name.partition("-")[0]) for name in gone)], default=0)
        by_number = {int(name.partition("-")[0]): name for name in gone}
        return [by_number.get(n, str(n)) for n in range(1, last + 1) if n not in numbers]

    @access_errors()
    def current(self) -> Release | None:
        """Return the current release, None before the first.

        Raises:
            ReleaseError: when `current` points at something that is no release.
        """
        name = self.current_name()
        if name is None:
            return None
        if not (self.folder / name).is_dir():
            raise ReleaseError(f"current points at {name!r}, which is no release", hint=_CHOOSE)
        return self._read(self.folder / name)

    def with_data(self, name: str | None = None) -> Release:
        """Return a release by its name, the current one without, whose data is there to be asked.

        Raises:
            ReleaseError: when there is none, or its data was pruned.
        """
        release = self.get(name) if name else self.current()
        if release is None:
            raise ReleaseError(f"there is no release in {self.home}", hint="run: ogpld build")
        if release.pruned:
            raise ReleaseError(
                f"{release.id}: its data was pruned", hint="ask another: ogpld releases list"
            )
        return release

    @access_errors()
    def current_name(self) -> str | None:
        """Return where `current` points, without opening it."""
        try:
            return self.pointer.readlink().name
        except PermissionError:
            raise
        except OSError:
            return None

    def use(self, release: Release) -> None:
        """Make a release the current one, by renaming a new symlink over the old.

        Raises:
            ReleaseError: for a release whose data was pruned.
        """
        if release.pruned:
            raise ReleaseError(
                f"{release.id} was pruned: its data is gone", hint="ogpld releases list"
            )
        beside = self.pointer.with_name(f".current-{os.getpid()}")
        beside.unlink(missing_ok=True)
        beside.symlink_to(Path("releases") / release.id)
        beside.replace(self.pointer)
        fsync_path(self.home)

    def prune(self, keep: int, cited: Collection[str] = (), *, dry: bool = False) -> list[Release]:
        """Take the data of old releases away; manifests and changes stay, so that history does.

        The current release and the one it was made from are kept whatever their age. The caller holds
        the publisher's lock.

        Args:
            keep: how many of the newest releases keep their data.
            cited: ids of further releases that keep theirs.
            dry: whether nothing is to be done.

        Returns:
            the releases whose data went, or would.

        Raises:
            ReleaseError: when the current release cannot be read.
        """
        current = self.current()
        whole = [release for release in self.releases() if not release.pruned]
        held = {release.id for release in whole[len(whole) - keep :]} if keep else set()
        held |= set(cited)
        if current is not None:
            held |= {current.id, current.manifest.previous or ""}
        gone = [release for release in whole if release.id not in held]
        if dry:
            return gone
        for release in gone:
            (release.path / PRUNED).touch()
            fsync_path(release.path)
        self.finish_pruning()
        return gone

    def finish_pruning(self) -> None:
        """Take away what releases that are pruned have still got; the caller holds the publisher's lock.

        A prune that was interrupted leaves some.
        """
        for release in self.releases():
            if not release.pruned:
                continue
            # the patch of a release that was made from none is a copy of its data (earlier versions)
            remaining = _REMAINING | (_PATCHES if release.manifest.previous else frozenset())
            for path in release.path.iterdir():
                if path.is_dir():
                    shutil.rmtree(path)
                elif path.name not in remaining:
                    path.unlink()

    @staticmethod
    @access_errors()
    def _read(path: Path) -> Release:
        file = path / "manifest.json"
        try:
            text = file.read_text(encoding="utf-8")
        except PermissionError:
            raise
        except (OSError, UnicodeDecodeError) as error:
            raise ReleaseError(
                f"{path.name}: the manifest cannot be read: {error}", hint=_CHOOSE
            ) from error
        manifest = Manifest.from_json(text, str(file))
        if manifest.id != path.name:
            raise ReleaseError(f"{path.name}: its manifest is that of {manifest.id}", hint=_CHOOSE)
        return Release(path, manifest)
