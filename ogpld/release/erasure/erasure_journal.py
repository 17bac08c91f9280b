"""Put erased releases in the place of the old ones, so that it can be ended after a crash at any moment.

Everything new is written under `{home}/erasing/` first. The journal is written when all of it is on the disk;
until then nothing was changed, and an erasure that died is simply run again. From then on every step can be
repeated: `finish` moves one release after the other and ends what another process began.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from ogpld.errors import ReleaseError, Where
from ogpld.release.erasure.erasure_record import (
    Erasure,
    Fingerprints,
    write_erasure,
    write_fingerprints,
)
from ogpld.release.folders import fsync_path, whole_file
from ogpld.release.release_store import LOG, PATCH, REPORT, REPORTS, ReleaseStore
from ogpld.release.steps import reached

FOLDER = "erasing"
_RELEASES, _OLD, _JOURNAL = "releases", "old", "journal.json"


@dataclass(frozen=True, slots=True)
class Journal:
    """An erasure that is written and waits to be put in place.

    Attributes:
        erasure: its public record.
        fingerprints: the digests that are to be kept, those of earlier erasures among them.
    """

    erasure: Erasure
    fingerprints: Fingerprints


def staging_folder(home: Path) -> Path:
    """Make the empty folder in which releases are written anew; what an erasure that died left goes.

    Raises:
        OSError: when it cannot be made.
    """
    shutil.rmtree(home / FOLDER, ignore_errors=True)
    folder = home / FOLDER / _RELEASES
    folder.mkdir(parents=True)
    return folder


def discard(home: Path) -> None:
    """Take away what was written beside, unless it waits to be put in place."""
    if not (home / FOLDER / _JOURNAL).exists():
        shutil.rmtree(home / FOLDER, ignore_errors=True)


def state(home: Path) -> str:
    """Return what an erasure that did not end left, a sentence; "" for nothing."""
    if not (home / FOLDER).is_dir():
        return ""
    if (home / FOLDER / _JOURNAL).exists():
        return "an erasure is half done: end it with ogpld releases erase --resume"
    return "an erasure was begun and changed nothing: run it again"


def is_pending(home: Path) -> bool:
    """Say whether an erasure waits to be ended."""
    return (home / FOLDER / _JOURNAL).exists()


def write_journal(home: Path, journal: Journal) -> None:
    """Make a written erasure one that will be put in place.

    Raises:
        OSError: when it cannot be written.
    """
    for path in sorted((home / FOLDER / _RELEASES).rglob("*"), reverse=True):
        if not path.is_symlink():
            fsync_path(path)
    fsync_path(home / FOLDER / _RELEASES)
    content = {
        "erasure": json.loads(journal.erasure.as_json()),
        "fingerprints": json.loads(journal.fingerprints.as_json()),
    }
    with whole_file(home / FOLDER / _JOURNAL, 0o600) as beside:
        beside.write_text(json.dumps(content), encoding="utf-8")
    reached("erase-journal")


def read_journal(home: Path) -> Journal | None:
    """Return the erasure that waits to be ended, None when there is none.

    Raises:
        ReleaseError: when the journal is damaged.
    """
    path = home / FOLDER / _JOURNAL
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        erasure = Erasure.from_json(json.dumps(content["erasure"]), str(path))
        prints = Fingerprints.from_json(json.dumps(content["fingerprints"]), str(path))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReleaseError(
            f"the journal of an erasure is damaged: {error}",
            where=Where(str(path)),
            hint="remove the folder erasing and run the erasure again",
        ) from error
    return Journal(erasure, prints)


def finish(release_store: ReleaseStore, journal: Journal) -> Erasure:
    """Put every release in its place and end the erasure; the caller holds the publisher's lock.

    Raises:
        OSError: when a file cannot be moved; it can be run again.
    """
    home, erasure = release_store.home, journal.erasure
    write_fingerprints(home, journal.fingerprints)
    write_erasure(home, erasure)
    reached("erase-record")
    shutil.rmtree(home / "build", ignore_errors=True)  # what builds remember holds it too
    for entry in erasure.releases:
        _place(release_store, entry.before, entry.after)
    staged = home / FOLDER / _RELEASES / erasure.closing
    if staged.is_dir() and not staged.is_symlink():
        staged.rename(release_store.folder / erasure.closing)
        fsync_path(release_store.folder)
    reached("erase-closing")
    if erasure.closing:
        release_store.use(release_store.get(erasure.closing))
    reached("erase-end")
    (home / FOLDER / _JOURNAL).unlink(missing_ok=True)
    shutil.rmtree(home / FOLDER, ignore_errors=True)
    fsync_path(home)
    return erasure


def _place(release_store: ReleaseStore, before: str, after: str) -> None:
    """Put one release in its place."""
    staged = release_store.home / FOLDER / _RELEASES / after
    live, old = release_store.folder / after, release_store.folder / before
    is_staged = staged.is_dir() and not staged.is_symlink()
    if before == after:
        if is_staged:
            _replace_files(staged, live, release_store.get(after).manifest.previous)
        return
    if is_staged:
        staged.rename(live)
        fsync_path(release_store.folder)
    reached("erase-release")
    if release_store.current_name() == before:
        release_store.use(release_store.get(after))
    reached("erase-current")
    aside = release_store.home / FOLDER / _OLD
    shutil.rmtree(aside, ignore_errors=True)
    if old.is_dir():  # it is gone from the list at once, however long its files take
        old.rename(aside)
        fsync_path(release_store.folder)
    reached("erase-old")
    shutil.rmtree(aside, ignore_errors=True)


def _replace_files(staged: Path, live: Path, previous: str | None) -> None:
    """Put the files that changed in the place of those of a release whose id stays.

    A file of an earlier version has another name than the one that takes its place, and goes; what is live
    alone says so, because a staged file is there no more when this is run again.
    """
    for path in sorted(staged.rglob("*")):
        target = live / path.relative_to(staged)
        if path.is_file() and not (target.exists() and path.samefile(target)):
            path.replace(target)
            fsync_path(target.parent)
    superseded = [
        live / name.removesuffix(".gz") for name in (LOG, PATCH) if (live / name).exists()
    ]
    if (live / REPORT).exists():
        superseded += [live / name for name in REPORTS - {REPORT}]
    if previous is None:
        superseded += [live / PATCH, live / PATCH.removesuffix(".gz")]
    for path in superseded:
        path.unlink(missing_ok=True)
    fsync_path(live)
    reached("erase-release")
    shutil.rmtree(staged, ignore_errors=True)
