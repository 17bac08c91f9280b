"""Publish a release: write beside, verify, fsync, rename, swing `current` (reliability.md 3.2).

A crash at any moment leaves the old release current and complete; what lies half-written in a
`.tmp-` folder is removed by the next publisher.
"""

from __future__ import annotations

import gzip
import shutil
import tempfile
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ogpld.errors import ReleaseError
from ogpld.release.manifest import Manifest
from ogpld.release.patch import rdf_patch
from ogpld.release.shelf import DATA, Release, Shelf, fsync_path, release_digest
from ogpld.report import Report
from ogpld.stores.embedded import EmbeddedStore


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything a build hands over to be frozen.

    Attributes:
        lines: canonical N-Quads lines, sorted.
        model: folder with ontology/ and shapes/ to keep beside the data.
        manifest: without sequence, digest, previous and time, which publishing decides.
        report: the gate's findings.
        files: further files by name in the release, as bytes (catalogue, report, tables).
    """

    lines: list[str]
    ontology: Path
    shapes: Path
    manifest: Manifest
    report: Report
    files: dict[str, bytes] = field(default_factory=dict)


def publish(shelf: Shelf, draft: Draft, *, allow_shrink: bool = False) -> tuple[Release, bool]:
    """Freeze a draft and make it current; the caller holds the publisher's lock.

    Returns:
        the current release, and whether it is new (equal digests publish nothing).

    Raises:
        ReleaseError: when things would disappear without `allow_shrink`, when the disk is too
            small, or when what was written does not read back as it was meant.
    """
    previous = shelf.current()
    _sweep(shelf)
    shelf.folder.mkdir(parents=True, exist_ok=True)
    _check_space(shelf.folder, draft)
    beside = Path(tempfile.mkdtemp(prefix=".tmp-", dir=shelf.folder))
    beside.chmod(0o755)
    try:
        for name, folder in (("ontology", draft.ontology), ("shapes", draft.shapes)):
            shutil.copytree(folder, beside / "model" / name)
        encoded = [line.encode() for line in draft.lines]
        digest, count = release_digest(iter(encoded), beside / "model")
        if previous is not None and previous.manifest.digest == digest:
            shutil.rmtree(beside)
            return previous, False
        if previous is not None and not allow_shrink:
            _check_shrink(previous.manifest, draft.manifest)
        manifest = _dated(draft.manifest, digest, count, previous, shelf)
        _write_data(beside / DATA, encoded)
        for name, content in draft.files.items():
            (beside / name).parent.mkdir(parents=True, exist_ok=True)
            (beside / name).write_bytes(content)
        old = previous.lines() if previous else iter(())
        (beside / "changes.rdfp").write_bytes(rdf_patch(old, encoded, manifest))
        (beside / "manifest.json").write_text(manifest.as_json(), encoding="utf-8")
        _verify(Release(beside, manifest))
        _fsync_tree(beside)
        target = shelf.folder / manifest.id
        beside.rename(target)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    fsync_path(shelf.folder)
    release = Release(target, manifest)
    shelf.use(release)
    return release, True


def _sweep(shelf: Shelf) -> None:
    """Remove what a publisher that died left behind; the lock says nobody else is writing."""
    if shelf.folder.is_dir():
        for path in shelf.folder.glob(".tmp-*"):
            shutil.rmtree(path, ignore_errors=True)


def _check_space(folder: Path, draft: Draft) -> None:
    """Refuse to start when the disk cannot hold three times the release."""
    need = 3 * sum(len(line) for line in draft.lines)
    free = shutil.disk_usage(folder).free
    if free < need:
        raise ReleaseError(
            f"{folder} has {free:,} bytes free, the release may need {need:,}",
            hint="free space or choose another --home; the current release is untouched",
        )


def _check_shrink(old: Manifest, new: Manifest) -> None:
    """Refuse a release with fewer things of a class, unless the publisher says so."""
    for name, count in old.classes.items():
        if new.classes.get(name, 0) < count:
            raise ReleaseError(
                f"{new.classes.get(name, 0)} {name} instead of {count}: things would disappear",
                hint="check the sources, or publish with --allow-shrink if that is meant",
            )


def _dated(
    draft: Manifest, digest: str, count: int, previous: Release | None, shelf: Shelf
) -> Manifest:
    """Return the manifest with sequence, digest and a time that never goes back."""
    now = datetime.now(UTC).replace(microsecond=0)
    latest = shelf.releases()
    if latest:
        newest = datetime.fromisoformat(latest[-1].manifest.created)
        now = max(now, newest + timedelta(seconds=1))
    return replace(
        draft,
        sequence=(latest[-1].manifest.sequence if latest else 0) + 1,
        digest=digest,
        quads=count,
        previous=previous.id if previous else None,
        created=now.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )


def _write_data(path: Path, lines: list[bytes]) -> None:
    """Write the data with fixed gzip header fields, so that equal data has equal bytes."""
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as file:
        file.writelines(lines)


def _verify(release: Release) -> None:
    """Read the release back: digest, count, and a store that loads it as a reader would."""
    release.verify()
    store = EmbeddedStore.load(release.data, release.manifest.quads)
    store.close()


def _fsync_tree(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        fsync_path(path)
    fsync_path(folder)
