"""Write a release as files: every address, what their pages lead to, and rules for web servers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ogpld import __version__
from ogpld.base_path import base_path
from ogpld.config import Settings
from ogpld.dumps.dump_index import read_index
from ogpld.errors import BuildWorkerError, ExportError
from ogpld.executors import BuildExecutor, SerialExecutor
from ogpld.export.address_writer import (
    NEWEST_DUMPS,
    SITE,
    ExportOptions,
    ExportSource,
    record_path,
    stem_of,
    write_addresses,
)
from ogpld.export.addresses import other_addresses, things_of
from ogpld.export.answers import Site, open_site
from ogpld.export.browser_page import write_error_files, write_query_page
from ogpld.export.export_rules import write_rules
from ogpld.export.file_tree import FileTree, changes_of, read_sums
from ogpld.export.records import REDIRECTS, AddressRecord, RecordJournal
from ogpld.pipeline.progress import Progress
from ogpld.release import ReleaseStore
from ogpld.web.current.open_release import OpenRelease

__all__ = ["ExportOptions", "ExportSummary", "write_export"]

#: What an export is made of, below its folder.
STATE = "export.json"
_RECORDS = ".records"
#: Things that a process writes before it tells; of other addresses, some take as long as these.
_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class ExportSummary:
    """What an export did: the release, and numbers of files and bytes."""

    release: str
    addresses: int
    written: int
    unchanged: int
    removed: int


def write_export(
    folder: Path,
    settings: Settings,
    options: ExportOptions,
    progress: Progress,
    executor: BuildExecutor | None = None,
) -> ExportSummary:
    """Write the release in service into a folder.

    Args:
        folder: the folder.
        settings: those of the server.
        options: what the export has.
        progress: told how far it is.
        executor: runs what writes addresses; the files are the same wherever it does.

    Raises:
        ExportError: when the folder has files of others or cannot be written, an address has no answer, or a
            process was killed.
        ReleaseError: when there is no release.
    """
    try:
        return _write_export(folder, settings, options, progress, executor or SerialExecutor())
    except BuildWorkerError as error:
        raise ExportError(
            "a process of the export was killed, by the system for want of memory or by somebody",
            hint="run again, with fewer at once (--jobs 1) or more memory: it goes on where it was",
        ) from error
    except OSError as error:
        raise ExportError(
            f"{error.filename or folder} cannot be written: {error.strerror or error}",
            hint="make room, or choose another folder; run again, it goes on where it was",
        ) from error


def _write_export(
    folder: Path,
    settings: Settings,
    options: ExportOptions,
    progress: Progress,
    executor: BuildExecutor,
) -> ExportSummary:
    release_store = ReleaseStore(settings.home)
    release = release_store.with_data()
    state = _state(release.id, settings, options, release_store)
    if _stands(folder, state):
        total = len(read_sums(folder))
        return ExportSummary(release.id, 0, 0, total, 0)
    tree = FileTree(folder, state, packs=options.packs)
    progress.step("opening the release")
    with tree, open_site(settings) as site, site.current_release.lease() as current:
        if current.release.id != release.id:
            raise ExportError(
                f"release {release.id} cannot be exported: {current.release.id} is in service instead",
                hint="run again; where it stays so, ogpld releases verify says what is damaged",
            )
        journal = RecordJournal(folder / _RECORDS, state)
        prefix = base_path(current.iris.base)
        things = dict.fromkeys(things_of(current))
        source = ExportSource(site, current, tree, options, prefix, things)
        try:
            _write_all(source, journal, progress, executor)
            progress.step("writing rules")
            write_error_files(tree, SITE, site, prefix)
            if not write_query_page(tree, SITE, current, journal, prefix):
                progress.warn("/sparql is left out: it needs the dumps, and `make engine`")
            write_rules(tree, SITE, journal.records, prefix, options.languages)
            summary = {"state": state, "release": release.id, "digest": release.manifest.digest}
            tree.write(STATE, (json.dumps(summary, indent=1) + "\n").encode())
            tree.finish()
        except BaseException:
            journal.close(is_complete=False)
            raise
        journal.close(is_complete=True)
    progress.finish()
    return ExportSummary(
        release.id, len(journal.records), tree.written, tree.unchanged, tree.removed
    )


def _state(
    release: str, settings: Settings, options: ExportOptions, release_store: ReleaseStore
) -> str:
    """Return what an export is made of as one line: equal lines give equal files.

    Beside the release in service these are the dumps of all that are left after pruning and erasing.
    """
    others = [
        (each.id, each.pruned, index and index.as_json())
        for each in release_store.releases()
        for index in (read_index(each),)
    ]
    erasures = [erasure.number for erasure in release_store.erasures()]
    made_of = repr((settings, options, others, erasures, __version__))
    return f"{release} {hashlib.sha256(made_of.encode()).hexdigest()}"


def _stands(folder: Path, state: str) -> bool:
    """Whether a folder has an export of a state, with every file as it was written."""
    try:
        before = json.loads((folder / STATE).read_bytes())["state"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return before == state and next(changes_of(folder), None) is None


def _write_all(
    source: ExportSource, journal: RecordJournal, progress: Progress, executor: BuildExecutor
) -> None:
    """Write every address: what the release has, then round by round what the pages of it lead to."""
    current = source.current
    _note_redirects(source.site, journal, source.prefix)
    wanted = dict.fromkeys([*_withdrawn(current), *other_addresses(current), *source.things])
    seen: set[str] = set()
    progress.step("writing addresses", len(wanted))
    done = 0  # by this run: what one before did says nothing of the time that is left
    while wanted:
        seen |= wanted.keys()
        paths = [path for path in wanted if stem_of(path) not in seen]
        links: dict[str, None] = {}
        missing = []
        for path in paths:
            key = record_path(path, source.prefix)
            record = journal.records.get(key)
            if record and source.tree.has(record.files):
                links.update(dict.fromkeys(journal.links[key]))
            else:
                missing.append(path)
        parts, left = _parts(missing, source.things), len(missing)
        for part in executor.map(write_addresses, source, parts) if parts else ():
            source.tree.add(part.files)
            for record, to in part.records:
                journal.add(record, to)
                links.update(dict.fromkeys(to))
            done, left = done + part.number, left - part.number
            progress.reach(done, done + left + len(links.keys() - seen))
        wanted = {link: None for link in links if link not in seen}


def _parts(paths: Sequence[str], things: Collection[str]) -> list[Sequence[str]]:
    """Return addresses in the parts in which processes get them: things together, what is larger alone."""
    single = [[path] for path in paths if path not in things]
    small = [path for path in paths if path in things]
    return [*single, *(small[n : n + _AT_ONCE] for n in range(0, len(small), _AT_ONCE))]


def _withdrawn(current: OpenRelease) -> Iterator[str]:
    """Yield the addresses of things that earlier releases had."""
    things = [
        *current.history.withdrawn_things(),
        *(t for e in current.erasures for t in e.things),
    ]
    for iri in filter(current.iris.is_thing, dict.fromkeys(things)):
        yield current.iris.document(iri).removeprefix(current.iris.base.rstrip("/"))


def _note_redirects(site: Site, journal: RecordJournal, prefix: str) -> None:
    """Note the addresses that lead to the newest."""
    for path in ("/dump", NEWEST_DUMPS, "/release/current"):
        answer = site.get(path)
        if answer.status in REDIRECTS:
            location = answer.headers["location"]
            journal.add(AddressRecord(prefix + path, answer.status, location))
