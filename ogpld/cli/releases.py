"""`ogpld releases`: list, show, use, verify, prune, erase."""

from __future__ import annotations

import argparse
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from ogpld.cli.erase import run_erase
from ogpld.config import Settings
from ogpld.dumps.verify import verify_dumps
from ogpld.errors import ReleaseError
from ogpld.release import Release, ReleaseStore
from ogpld.release.erasure.erasure_journal import state
from ogpld.release.erasure.erasure_record import read_fingerprints
from ogpld.release.held_files import require_no_strays, verify_files
from ogpld.release.lock import publisher
from ogpld.release.log import read_log
from ogpld.release.query_register import QueryRegister
from ogpld.search.release_index import verify_index
from ogpld.statistics.release_statistics import verify_statistics


def run_releases(options: argparse.Namespace, settings: Settings) -> int:
    """Run one of the actions and return the exit code."""
    release_store = ReleaseStore(settings.home)
    if options.action == "list":
        return _list(release_store)
    if options.action == "verify":
        return _verify(release_store, options.release)
    if options.action == "prune":
        return _prune(release_store, options.keep, prune_cited=options.cited, dry=options.dry_run)
    if options.action == "unregister":
        return _unregister(release_store, options.digests)
    if options.action == "erase":
        return run_erase(options, settings)
    release = release_store.get(options.release)
    if options.action == "show":
        _show(release)
        return 0
    with publisher(settings.home):
        release.verify()
        verify_files(release)
        release_store.use(release)
    sys.stdout.write(f"current is now {release.id}\n")
    return 0


def _list(release_store: ReleaseStore) -> int:
    current = release_store.current_name()
    releases = release_store.releases()
    if not releases:
        sys.stdout.write(f"no release in {release_store.home}; make one with: ogpld build\n")
    for release in releases:
        manifest = release.manifest
        mark = "*" if release.id == current else " "
        findings = ", ".join(f"{n} {name}" for name, n in manifest.findings.items())
        pruned = "  pruned" if release.pruned else ""
        sys.stdout.write(
            f"{mark} {release.id}  {manifest.created}  {manifest.quads} quads  {findings}{pruned}\n"
        )
    for path, reason in release_store.unreadable().items():
        sys.stdout.write(f"! {path}  cannot be read: {reason.message}\n")
    return 0


def _prune(release_store: ReleaseStore, keep: int, *, prune_cited: bool, dry: bool) -> int:
    with publisher(release_store.home), _register_errors(release_store):
        cited = Counter(
            release_store.present_id(line.query.release)
            for line in QueryRegister(release_store.home).registrations()
            if line.query is not None
        )
        before = {release.id for release in release_store.releases() if not release.pruned}
        gone = release_store.prune(keep, () if prune_cited else cited, dry=dry)
    newest = {release.id for release in release_store.releases()[-keep:]} if keep else set()
    for name in sorted(cited.keys() & before):
        if not prune_cited and name not in newest:
            sys.stdout.write(
                f"{name}: keeps its data, {cited[name]} permanent queries name it; --cited prunes it\n"
            )
    for release in gone:
        what = (
            "would go, its manifest and changes stay"
            if dry
            else "is gone, its manifest and changes are kept"
        )
        sys.stdout.write(f"{release.id}: its data {what}\n")
    whole = sorted(
        before - {release.id for release in gone}, key=lambda name: int(name.partition("-")[0])
    )
    sys.stdout.write(f"with their data: {', '.join(whole)}\n")
    if not gone:
        sys.stdout.write("nothing to prune\n")
    return 0


def _unregister(release_store: ReleaseStore, digests: list[str]) -> int:
    register = QueryRegister(release_store.home)
    with _register_errors(release_store):
        lines = {digest: register.find(digest) for digest in digests}
        there = [digest for digest, line in lines.items() if line is not None and line.query]
        register.remove(there)
    for digest in digests:
        outcome = "taken out" if digest in there else "there is no such query"
        sys.stdout.write(f"{digest}: {outcome}\n")
    return 0 if len(there) == len(set(digests)) else 1


@contextmanager
def _register_errors(release_store: ReleaseStore) -> Iterator[None]:
    """Say which file it is when the register of queries cannot be used."""
    try:
        yield
    except sqlite3.Error as error:
        raise ReleaseError(
            f"{QueryRegister(release_store.home).path} cannot be used: {error}",
            hint="put back a copy of it, or move it away: its addresses are 404 then",
        ) from error


def _show(release: Release) -> None:
    manifest = release.manifest
    rows = {
        "release": release.id,
        "digest": manifest.digest,
        "created": manifest.created,
        "previous": manifest.previous or "none",
        "base IRI": manifest.base_iri,
        "quads": f"{manifest.quads} in {manifest.graphs} graphs",
        "things": ", ".join(f"{n} {name}" for name, n in manifest.classes.items()),
        "findings": ", ".join(f"{n} {name}" for name, n in manifest.findings.items()),
        "versions": ", ".join(f"{name} {version}" for name, version in manifest.versions.items()),
        "inputs": f"{len(manifest.inputs)} (sha256 of each in manifest.json)",
        "folder": str(release.path),
    }
    for name, text in rows.items():
        sys.stdout.write(f"{name:<10} {text}\n")


def _verify(release_store: ReleaseStore, name: str | None) -> int:
    """Read every file of the releases; say of each if it is what was published."""
    failed = 0
    for release in [release_store.get(name)] if name else release_store.releases():
        try:
            read_log(release)
            if release.pruned and not name:
                verify_files(release)
                sys.stdout.write(f"{release.id}: pruned, its changes are kept\n")
                _tell_erasures(release_store, release)
                continue
            release.verify()
            others = verify_files(release)
            require_no_strays(release)
            index = verify_dumps(release)
            dumps = f"{len(index.files)} dumps" if index else "no dumps"
            search = "a search index" if verify_index(release) else "no search index"
            statistics = "statistics" if verify_statistics(release) else "no statistics"
            sys.stdout.write(
                f"{release.id}: good, {release.manifest.quads} quads, {dumps}, {search},"
                f" {statistics}\n"
            )
            if others:
                sys.stdout.write(
                    f"  {others} files beside data and model have no digests to compare: an earlier version"
                    f" wrote it ({release.manifest.versions['software']})\n"
                )
            _tell_erasures(release_store, release)
        except ReleaseError as error:
            failed += 1
            sys.stdout.write(f"{error}\n")
    failed += 0 if name else _verify_home(release_store)
    for path, reason in ({} if name else release_store.unreadable()).items():
        failed += 1
        sys.stdout.write(f"{path}: cannot be read: {reason}\n")
    try:
        release_store.current()
    except ReleaseError as error:
        failed += 1
        sys.stdout.write(f"{error}\n")
    return 1 if failed else 0


def _tell_erasures(release_store: ReleaseStore, release: Release) -> None:
    """Print what was erased from a release: its digest is another since."""
    number = release.manifest.sequence
    for erasure in release_store.erasures():
        for entry in erasure.releases:
            if int(entry.before.partition("-")[0]) != number or not entry.counts:
                continue
            what = f"digest {entry.digest_before[:12]}… was erased to {entry.digest_after[:12]}…"
            if entry.digest_before == entry.digest_after:
                what = "was erased from; its digest, which is of its data, stays"
            sys.stdout.write(f"  release {number}: {what} on {erasure.date}, {erasure.reason}\n")


def _verify_home(release_store: ReleaseStore) -> int:
    """Say what is missing or half done in a home; return how many faults there are."""
    faults = [
        f"{name}: removed by hand: its folder is missing, what changed then cannot be told any more"
        for name in release_store.absent()
    ]
    if half_done := state(release_store.home):
        faults.append(half_done)
    try:
        read_fingerprints(release_store.home)
    except ReleaseError as error:
        faults.append(str(error))
    register = QueryRegister(release_store.home)
    try:
        register.verify()
    except (sqlite3.Error, ValueError, KeyError) as error:
        faults.append(f"{register.path}: permanent queries cannot be answered: {error}")
    for fault in faults:
        sys.stdout.write(f"{fault}\n")
    return len(faults)
