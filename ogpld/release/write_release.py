"""Publish a release: write beside, verify, fsync, rename, swing `current`.

A crash at any moment leaves the old release current and complete; what lies half-written in a
`.tmp-` folder is removed by the next publisher. The data is written whole, or derived from the current
release by a difference: then the blocks that do not change are copied as they are.
"""

from __future__ import annotations

import gzip
import shutil
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import IO, cast

from ogpld.errors import ReleaseError
from ogpld.rdf import parse_file, parse_quads
from ogpld.release.blocks import INDEX, Block, digest_of, write_blocks, write_changed, write_index
from ogpld.release.changes import DELETE, Change, changes_of, moved_iri
from ogpld.release.difference import between
from ogpld.release.folders import folder_beside, fsync_path, fsync_tree, whole_file
from ogpld.release.held_files import damaged_files, held_digests
from ogpld.release.log import write_log
from ogpld.release.lookup import about
from ogpld.release.manifest import Manifest
from ogpld.release.packed_files import unpacked
from ogpld.release.patch import Difference, packed_patch
from ogpld.release.predecessor import Predecessor
from ogpld.release.release_store import DATA, LOG, PATCH, REPORT, Release, ReleaseStore
from ogpld.release.steps import reached

#: Things that are named where some would disappear.
_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything a build hands over to be frozen.

    Attributes:
        ontology: folder to keep beside the data.
        shapes: folder to keep beside the data.
        manifest: without sequence, digest, previous and time, which publishing decides.
        lines: canonical N-Quads lines, sorted; None when the data is given by its difference.
        difference: how the data differs from the current release's, where `lines` is None.
        files: further files by name in the release, as bytes (catalogue, report, tables).
    """

    ontology: Path
    shapes: Path
    manifest: Manifest
    lines: list[bytes] | None = None
    difference: Difference = field(default_factory=Difference)
    files: dict[str, bytes] = field(default_factory=dict)


def publish(
    release_store: ReleaseStore,
    draft: Draft,
    *,
    allow_shrink: bool = False,
    before: Predecessor | None = None,
    derive: Callable[[Release], None] = lambda _release: None,
) -> tuple[Release, bool]:
    """Freeze a draft and make it current; the caller holds the publisher's lock.

    Args:
        release_store: where the release goes.
        draft: what it is made from.
        allow_shrink: whether things may disappear.
        before: what it is made from; the current release when left out.
        derive: adds to the folder of the release what is made from it, before anybody sees it.

    Returns:
        the current release, and whether it is new (an equal digest and report publish nothing,
        but where the current release is damaged).

    Raises:
        ReleaseError: when things would disappear without `allow_shrink`, when the disk is too
            small or fails, or when what was written does not read back as it was meant.
        DifferenceError: when a difference does not fit the current release.
    """
    before = before or Predecessor.unchecked(release_store)
    previous = before.release
    reached("space")
    sweep(release_store)
    try:
        release_store.folder.mkdir(parents=True, exist_ok=True)
        _check_space(release_store.folder, draft, previous)
        beside = folder_beside(release_store.folder)
    except OSError as error:
        raise _unwritable(release_store.folder, error) from error
    try:
        reached("build")
        for name, folder in (("ontology", draft.ontology), ("shapes", draft.shapes)):
            shutil.copytree(folder, beside / "model" / name)
        blocks, difference = _write_data(beside, draft, previous)
        digest = digest_of((block.digest for block in blocks), beside / "model")
        if previous is not None and not before.damage and _holds(previous, digest, draft):
            shutil.rmtree(beside)
            return previous, False
        manifest = _dated(draft.manifest, digest, blocks, previous, release_store)
        new = Release(beside, manifest)
        # all lines of a first release are new; nothing needs to be looked up
        lines_after = new.about if previous else partial(about, difference.added)
        old_base = previous.manifest.base_iri if previous else ""
        changes = changes_of(difference, manifest.base_iri, lines_after, old_base=old_base)
        if previous is not None and not allow_shrink:
            _check_shrink(changes, previous.manifest, draft.manifest)
        for name, content in draft.files.items():
            (beside / name).parent.mkdir(parents=True, exist_ok=True)
            (beside / name).write_bytes(content)
        _write_changes(release_store, new, previous, difference, changes)
        reached("verify")
        _verify(new, draft.difference if draft.lines is None else None)
        manifest = replace(manifest, files=held_digests(beside))
        derive(new)
        reached("manifest")
        fsync_tree(beside)
        _write_manifest(beside, manifest)
        reached("rename")
        target = release_store.folder / manifest.id
        beside.rename(target)
        fsync_path(release_store.folder)
    except OSError as error:
        shutil.rmtree(beside, ignore_errors=True)
        raise _unwritable(release_store.folder, error) from error
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    release = Release(target, manifest)
    reached("current")
    release_store.use(release)
    reached("readers")
    return release, True


def sweep(release_store: ReleaseStore) -> None:
    """Remove what a publisher or a pull that died left behind; the lock says nobody else is writing."""
    for folder in (release_store.folder, release_store.home):
        for path in folder.glob(".tmp-*"):
            shutil.rmtree(path, ignore_errors=True)
    for path in release_store.home.glob(".current-*"):
        path.unlink(missing_ok=True)


def _unwritable(folder: Path, error: OSError) -> ReleaseError:
    return ReleaseError(
        f"{folder} cannot be written: {error.strerror or error}",
        hint="free space (ogpld releases prune) or choose another --home; the current release stays",
    )


def _holds(release: Release, digest: str, draft: Draft) -> bool:
    """Say whether a release has this digest and the report of a draft, however it is packed."""
    if release.manifest.digest != digest:
        return False
    try:
        return unpacked(release.path / REPORT) == gzip.decompress(draft.files[REPORT])
    except OSError:
        return False


def _check_space(folder: Path, draft: Draft, previous: Release | None) -> None:
    """Refuse to start when the disk cannot hold three times the release."""
    if draft.lines is not None:
        need = sum(map(len, draft.lines))
    else:
        need = sum(map(len, draft.difference.added))
        need += previous.data.stat().st_size if previous else 0
    need = 3 * (need + sum(map(len, draft.files.values())))
    free = shutil.disk_usage(folder).free
    if free < need:
        raise ReleaseError(
            f"{folder} has {free:,} bytes free, the release may need {need:,}",
            hint="free space (ogpld releases prune) or choose another --home; the current release stays",
        )


def _check_shrink(changes: Sequence[Change], old: Manifest, new: Manifest) -> None:
    """Refuse a release that lost things, also one that has others in their place; another base loses none.

    Args:
        changes: what it would do to things.
        old: the manifest of the current release.
        new: its own.
    """
    lost: dict[str, list[str]] = {}
    for change in changes:
        moved = moved_iri(change.thing, old.base_iri, new.base_iri)
        if change.kind == DELETE and change.replaced_by != (moved,):
            key = change.thing.removeprefix(f"{old.base_iri}id/")
            lost.setdefault(key.partition("/")[0], []).append(key)
    # those of which the fewest go first: a commitment takes its assessments along
    names = [key for keys in sorted(lost.values(), key=len) for key in keys]
    if names:
        examples = ", ".join(names[:_EXAMPLES])
        more = f" and {len(names) - _EXAMPLES} more" if len(names) > _EXAMPLES else ""
        raise ReleaseError(
            f"{len(names)} things would disappear: {examples}{more}",
            hint="check the sources (a changed id takes a thing away and makes another), "
            "or publish with --allow-shrink if that is meant",
        )
    for name, count in old.classes.items():
        if new.classes.get(name, 0) < count:
            raise ReleaseError(
                f"{new.classes.get(name, 0)} {name} instead of {count}: things would disappear",
                hint="check the sources, or publish with --allow-shrink if that is meant",
            )


def _write_data(
    beside: Path, draft: Draft, previous: Release | None
) -> tuple[list[Block], Difference]:
    """Write data and blocks, and return the blocks and the difference from the previous release."""
    if draft.lines is not None:
        blocks = write_blocks(beside / DATA, draft.lines)
        old = previous.lines() if previous else iter(())
        difference = Difference.between(old, draft.lines)
    else:
        if previous is None:
            raise ReleaseError("there is no release that a difference could change")
        difference = draft.difference
        blocks = write_changed(
            beside / DATA, previous.data, previous.blocks(), difference.added, difference.gone
        )
    write_index(beside / INDEX, blocks)
    return blocks, difference


def _write_changes(
    release_store: ReleaseStore,
    new: Release,
    previous: Release | None,
    difference: Difference,
    changes: Sequence[Change],
) -> None:
    """Write log and patch; without a release before the patch would repeat the data, and is left out."""
    log = _log(release_store, previous, difference, new, changes)
    (new.path / LOG).write_bytes(log)
    if previous is not None:
        patch = packed_patch(difference, new.manifest.id, previous.id)
        (new.path / PATCH).write_bytes(patch)


def _log(
    release_store: ReleaseStore,
    previous: Release | None,
    difference: Difference,
    new: Release,
    changes: Sequence[Change],
) -> bytes:
    """Return the new release's part of the change log, which follows the release with the last number.

    Args:
        release_store: the releases there are.
        previous: the one it was made from.
        difference: how it differs from that.
        new: the new release.
        changes: what it did to things since that.

    Where the last one is damaged so that nobody can tell how it differs, the log is since the one it was made
    from, and says so: whoever reads it finds a gap.
    """
    releases = release_store.releases()
    last = releases[-1] if releases else None
    if last is not None and (previous is None or last.id != previous.id):
        try:
            difference = _since(release_store, last, previous).then(difference)
        except ReleaseError:
            return write_log(changes, new.manifest.id, previous.id if previous else None)
        base = new.manifest.base_iri
        changes = changes_of(difference, base, new.about, old_base=last.manifest.base_iri)
    return write_log(changes, new.manifest.id, last.id if last else None)


def _since(release_store: ReleaseStore, last: Release, previous: Release | None) -> Difference:
    """Return how the release that another was made from differs from the last one.

    Raises:
        ReleaseError: when what would tell it is damaged, or there is no such release.
    """
    if previous is None or PATCH in damaged_files(last):
        raise ReleaseError(f"{last.id} is damaged")
    return between(release_store, last, previous)


def _dated(
    draft: Manifest,
    digest: str,
    blocks: list[Block],
    previous: Release | None,
    release_store: ReleaseStore,
) -> Manifest:
    """Return the manifest with sequence, digest and a time that never goes back."""
    now = datetime.now(UTC).replace(microsecond=0)
    for release in release_store.releases():
        earlier = datetime.fromisoformat(release.manifest.created)
        now = max(now, earlier + timedelta(seconds=1))
    return replace(
        draft,
        sequence=release_store.last_sequence() + 1,
        digest=digest,
        quads=sum(block.lines for block in blocks),
        blocks=len(blocks),
        previous=previous.id if previous else None,
        created=now.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )


def _verify(release: Release, difference: Difference | None) -> None:
    """Read the release back: digest, count, and what is new as a reader would load it."""
    if difference is None:
        release.verify()
        quads = _readable_quads(release)
        if quads != release.manifest.quads:
            raise ReleaseError(f"{quads} quads read back, not {release.manifest.quads}")
        return
    release.blocks()
    read = {f"{quad} .\n".encode() for quad in parse_quads(b"".join(difference.added), "nq")}
    if read != set(difference.added):
        raise ReleaseError("lines of the difference do not read back as they were meant")
    release.verify_changed(difference)


def _readable_quads(release: Release) -> int:
    """Return how many quads a reader finds in the data of a release."""
    try:
        with gzip.open(release.data, "rb") as file:
            return sum(1 for _ in parse_file(cast("IO[bytes]", file), "nq"))
    except (OSError, EOFError, zlib.error, SyntaxError, ValueError) as error:
        raise ReleaseError(f"{release.data.name} does not read back: {error}") from error


def _write_manifest(beside: Path, manifest: Manifest) -> None:
    """Write the manifest last, when everything it speaks of is on the disk."""
    with whole_file(beside / "manifest.json") as file:
        file.write_text(manifest.as_json(), encoding="utf-8")
