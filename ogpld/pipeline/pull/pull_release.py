"""Bring a home to the release that a mirror has in service, or to one that is named by its digest.

The releases before it come along, as the mirror has them: what it tells of changes and versions is made
from all of them. Everything is fetched beside, in the home, and held to its digests; then it is moved in,
oldest first, and `current` is swung last, as a build does. A pull that died is run again and goes on.
Each mirror is taken at its own word alone: what one lists is never held against another's files.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ogpld.errors import (
    MirrorError,
    MirrorUnreachableError,
    OgpldError,
    ReleaseError,
)
from ogpld.pipeline.progress import Progress
from ogpld.pipeline.pull.mirror import Mirror
from ogpld.pipeline.pull.release_fetch import LocalReleases, ReleaseFetch
from ogpld.release import Release, ReleaseStore
from ogpld.release.context_archive import archive_document, archived_context
from ogpld.release.erasure.erasure_record import write_erasure
from ogpld.release.folders import fsync_path, fsync_tree
from ogpld.release.held_files import verify_files
from ogpld.release.lock import publisher
from ogpld.release.manifest import Manifest
from ogpld.release.release_files import ReleaseEntry, ReleaseFiles, ReleaseList
from ogpld.release.release_store import PRUNED
from ogpld.release.steps import reached
from ogpld.search.release_index import write_release_index
from ogpld.statistics.release_statistics import write_release_statistics
from ogpld.stores.embedded import EmbeddedStore

#: Where a pull puts what is not whole yet, in the home; backups leave it out.
PULLING = ".tmp-pull"
#: Files of all releases of a pull, and contexts.
_MOST_FILES, _MOST_CONTEXTS = 1_000_000, 1_000
_EMPTY = "pull into an empty home and exchange the two: ogpld --home NEW pull URL"


@dataclass(frozen=True, slots=True)
class ReleasePart:
    """What a pull does for one release.

    Attributes:
        release: its id.
        size: bytes of its files.
        lacking: bytes that have to come from the mirror.
    """

    release: str
    size: int
    lacking: int


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull came to.

    Attributes:
        release: id of the release in service afterwards; with `--dry-run` of the one that would be.
        mirror: address of the mirror, "" where none had anything newer.
        parts: the releases that were fetched, oldest first; with `--dry-run` those that would be.
        received: bytes that came from the mirror, lists among them.
    """

    release: str
    mirror: str = ""
    parts: tuple[ReleasePart, ...] = ()
    received: int = 0


@dataclass(frozen=True, slots=True)
class Pull:
    """How to pull.

    Attributes:
        home: the home; made where there is none.
        progress: where to report the steps.
        digest: of the release that is wanted; "" takes the one in service at the mirror, if it is newer.
        most: bytes that the files of what is fetched may have.
        seconds: how long an answer may take, beside the time for its bytes.
    """

    home: Path
    progress: Progress
    digest: str = ""
    most: int = 10_000_000_000
    seconds: float = 10.0

    def run(self, addresses: Sequence[str]) -> Pulled:
        """Pull from the first mirror that has the release and gives it whole.

        Raises:
            MirrorError: when none does; `MirrorUnreachableError` when none could be asked.
            ReleaseError: when the home cannot be read or written.
            PublishLockedError: when somebody publishes there.
        """
        mirrors = self._mirrors(addresses)
        with publisher(self.home):
            pulled = self._first(mirrors, dry=False)
            shutil.rmtree(self.home / PULLING, ignore_errors=True)
        return pulled

    def plan(self, addresses: Sequence[str]) -> Pulled:
        """Say what `run` would do; nothing is written.

        Raises:
            MirrorError: as `run`.
        """
        return self._first(self._mirrors(addresses), dry=True)

    def _mirrors(self, addresses: Sequence[str]) -> list[Mirror]:
        """Return the mirrors; a wrong address is refused before any is asked."""
        return [Mirror(address, self.seconds) for address in addresses]

    def _first(self, mirrors: Sequence[Mirror], *, dry: bool) -> Pulled:
        faults: list[MirrorError] = []
        current = ReleaseStore(self.home).current()
        if current is not None and current.manifest.digest == self.digest:
            return Pulled(current.id)
        for mirror in mirrors:
            with closing(mirror):
                try:
                    pulled = self._from(mirror, current, dry=dry)
                except MirrorError as error:
                    faults.append(error)
                    self.progress.warn(f"{error.message}; {mirror.address} is left")
                    continue
                except OSError as error:
                    raise ReleaseError(
                        f"{self.home} cannot be written: {error.strerror or error}",
                        hint="make room and run the command again: it goes on where it was",
                    ) from error
                finally:
                    self.progress.finish()
            if pulled is not None:
                return pulled
        refused = [error for error in faults if not isinstance(error, MirrorUnreachableError)]
        if len(faults) < len(mirrors) and current is not None and not refused:
            return Pulled(current.id)
        raise (refused or faults)[0]

    def _from(self, mirror: Mirror, current: Release | None, *, dry: bool) -> Pulled | None:
        """Pull from one mirror; None when it has nothing newer."""
        listed = mirror.releases()
        target = self._target(mirror, listed)
        if current is not None and (target.id == current.id or self._is_behind(target, current)):
            return None
        store = ReleaseStore(self.home)
        wanted = self._wanted(mirror, listed, target, store)
        files = self._lists(mirror, wanted, target)
        local = LocalReleases(r for r in reversed(store.releases()) if not r.pruned)
        beside = self.home / PULLING
        if dry:
            parts = [
                ReleasePart(f.release, f.size, self._fetch(beside, f, local, mirror).lacking())
                for f in files
            ]
            return Pulled(target.id, mirror.address, tuple(parts), mirror.received)
        self._require_room(mirror, files)
        parts = [self._fetched(self._fetch(beside, f, local, mirror), target) for f in files]
        self._take_along(mirror, listed, store)
        reached("rename")
        store.folder.mkdir(parents=True, exist_ok=True)
        for file_list in files:
            (beside / file_list.release).rename(store.folder / file_list.release)
            fsync_path(store.folder)
        release = store.get(target.id)
        if not files:  # it was here, and may have been for long
            release.verify()
            verify_files(release)
        reached("current")
        store.use(release)
        reached("readers")
        return Pulled(release.id, mirror.address, tuple(parts), mirror.received)

    def _target(self, mirror: Mirror, listed: ReleaseList) -> ReleaseEntry:
        """Return the release that is wanted."""
        for entry in reversed(listed.releases):  # one that took the place of a damaged one is later
            if entry.digest == self.digest or (not self.digest and entry.id == listed.current):
                return entry
        raise MirrorError(
            f"{mirror.address} has no release with the digest {self.digest}",
            hint="name another mirror, or another digest: releases are listed at its /releases",
        )

    def _is_behind(self, target: ReleaseEntry, current: Release) -> bool:
        """Say whether a mirror, asked for what it has in service, would take the home back."""
        return not self.digest and target.sequence < current.manifest.sequence

    def _wanted(
        self, mirror: Mirror, listed: ReleaseList, target: ReleaseEntry, store: ReleaseStore
    ) -> list[ReleaseEntry]:
        """Return the releases up to the wanted one that are not here.

        Raises:
            MirrorError: when the home has others under the same numbers.
        """
        entries = [entry for entry in listed.releases if entry.sequence <= target.sequence]
        names = {entry.id for entry in entries}
        here = {path.name for path in store.folders()}
        others = {n for n in here - names if int(n.partition("-")[0]) <= target.sequence}
        records = store.erasures()
        if others or records != list(listed.erasures[: len(records)]):
            what = f"release {min(others)}" if others else "a record of an erasure"
            raise MirrorError(
                f"{self.home} has {what} that {mirror.address} has not: something was erased in one of both,"
                " or they have releases of their own",
                hint=_EMPTY,
            )
        return [entry for entry in entries if entry.id not in here]

    def _lists(
        self, mirror: Mirror, wanted: list[ReleaseEntry], target: ReleaseEntry
    ) -> list[ReleaseFiles]:
        """Return the files of each release."""
        lists, number = [], 0
        for entry in wanted:
            files = mirror.files(entry)
            lists.append(files)
            number += len(files.files)
            if number > _MOST_FILES or sum(f.size for f in lists) > self.most:
                raise MirrorError(
                    f"{mirror.address} lists more than {self.most:,} bytes or {_MOST_FILES:,} files",
                    hint="if that is meant, allow more: --max-bytes",
                )
            if files.pruned and entry is target:
                raise MirrorError(
                    f"{mirror.address} has no data of release {entry.id} any more",
                    hint="name another mirror",
                )
        return lists

    def _require_room(self, mirror: Mirror, files: Sequence[ReleaseFiles]) -> None:
        need = 2 * sum(file_list.size for file_list in files)
        free = shutil.disk_usage(self.home).free
        if free < need:
            raise MirrorError(
                f"{self.home} has {free:,} bytes free, and what {mirror.address} lists may need {need:,}",
                hint="make room; the current release is untouched",
            )

    def _fetch(
        self, beside: Path, files: ReleaseFiles, local: LocalReleases, mirror: Mirror
    ) -> ReleaseFetch:
        size = files.size

        def tell(there: int) -> None:
            self.progress.reach(there // 1000, size // 1000)

        return ReleaseFetch(beside / files.release, files, local, mirror, tell)

    def _fetched(self, fetch: ReleaseFetch, target: ReleaseEntry) -> ReleasePart:
        """Fetch one release, hold it to its digest, and add what is made from it."""
        files, before = fetch.listed, fetch.mirror.received
        self.progress.step(f"fetching {files.release} (kB)", files.size // 1000)
        fetch.run()
        self.progress.finish()
        try:
            self._complete(fetch.folder, files, derive=files.release == target.id)
        except OgpldError as error:  # what is wrong in it may be anywhere
            shutil.rmtree(fetch.folder)
            raise MirrorError(
                f"{fetch.mirror.address}: {error.message}", hint="name another mirror"
            ) from error
        fetch.local.add(fetch.folder)
        return ReleasePart(files.release, files.size, fetch.mirror.received - before)

    def _complete(self, folder: Path, files: ReleaseFiles, *, derive: bool) -> None:
        """Verify a release that was fetched.

        Raises:
            OgpldError: when it is not what it is called.
        """
        place = folder / "manifest.json"
        manifest = Manifest.from_json(place.read_bytes().decode(errors="replace"), str(place))
        if (manifest.id, manifest.digest) != (files.release, files.digest):
            raise ReleaseError(f"its manifest is that of {manifest.id}")
        release = Release(folder, manifest)
        if files.pruned:
            (folder / PRUNED).touch()
        else:
            self.progress.step(f"verifying {files.release}")
            release.verify()
        verify_files(release)
        if derive:
            EmbeddedStore.load(release.data, release.quads).close()
            write_release_index(release)
            write_release_statistics(release)
        fsync_tree(folder)

    def _take_along(self, mirror: Mirror, listed: ReleaseList, store: ReleaseStore) -> None:
        """Fetch what the home has beside the releases: contexts, and the records of erasures."""
        if len(listed.contexts) > _MOST_CONTEXTS:
            raise MirrorError(f"{mirror.address} has more than {_MOST_CONTEXTS:,} contexts")
        for digest in listed.contexts:
            if archived_context(self.home, digest) is None:
                archive_document(self.home, digest, mirror.context(digest))
        for record in listed.erasures[len(store.erasures()) :]:
            write_erasure(self.home, record)
