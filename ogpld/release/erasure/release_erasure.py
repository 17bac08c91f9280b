"""Write a release of a home anew, beside, without what is erased: every file that can hold it.

The staged folder is whole. What does not change is linked, so that an erasure costs what it changes; a file
that changes is written anew, never through a link.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from ogpld.claims.verdicts import FILE as VERDICTS
from ogpld.claims.verdicts import as_json, read_verdicts, verdict_quads
from ogpld.errors import ReleaseError
from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.rdf import RDF
from ogpld.release.blocks import INDEX, digest_of, write_blocks, write_index
from ogpld.release.changes import DELETE, Change
from ogpld.release.erasure.erased_tables import ErasedTables, erased_tables
from ogpld.release.erasure.erasure_scope import Scope, TextIndex
from ogpld.release.folders import folder_beside
from ogpld.release.held_files import digests_after
from ogpld.release.log import read_log, write_log
from ogpld.release.manifest import Manifest
from ogpld.release.packed_files import packed, present_file, unpacked
from ogpld.release.patch import Difference, packed_patch, read_patch, step
from ogpld.release.release_store import DATA, DERIVED, LOG, PATCH, REPORT, REPORTS, Release
from ogpld.report import Finding, Report

_DUMP = "dump"
#: What is written anew for every staged release, or not at all.
_REWRITTEN = DERIVED | {"manifest.json", PATCH, PATCH.removesuffix(".gz")}
_REWRITTEN |= {LOG, LOG.removesuffix(".gz")}
#: Characters of a long text by which an excerpt of it is recognised.
_BEGINNING = 300
_TYPE = f" <{RDF('type').value}> ".encode()


class Descriptions(Protocol):
    """What a release says of its own data, which changes with it."""

    def difference(self, lines: list[bytes], gone: list[bytes]) -> Difference:
        """Return how the statistics among the remaining lines change because others are gone."""

    def files(self, lines: list[bytes]) -> Mapping[str, bytes]:
        """Return the files that repeat graphs of the data, by name."""


@dataclass(frozen=True, slots=True)
class ReleasePlan:
    """What a release holds of what is erased.

    Attributes:
        release: the release.
        gone: lines of its data.
        patch: lines of its patch.
        changes: entries of its change log that go or lose their label.
        findings: what its report loses.
        tables: its tables that change.
        dumped: whether it has dumps that must be written anew.
    """

    release: Release
    gone: tuple[bytes, ...]
    patch: int
    changes: int
    findings: tuple[Finding, ...]
    tables: ErasedTables
    dumped: bool

    @property
    def counts(self) -> dict[str, int]:
        """How many places there are, by what they are in; zeroes left out."""
        numbers = {
            "statements": len(self.gone),
            "patch": self.patch,
            "changes": self.changes,
            "findings": len(self.findings),
            "cells": len(self.tables.cells),
            "dumps": int(self.dumped),
        }
        return {name: number for name, number in numbers.items() if number}


def plan_of(release: Release, scope: Scope, terms: Mapping[str, str]) -> ReleasePlan:
    """Return what a release holds of what is erased.

    Raises:
        ReleaseError: when a file of it is damaged: nothing is sure to be taken out of it then.
    """
    patch = patch_of(release)
    lines = [] if release.pruned else list(release.lines())
    gone = tuple(line for line in lines if scope.holds_line(line))
    tables = ErasedTables({}, frozenset())
    if (release.path / "sources").is_dir():
        tables = erased_tables(release.path / "sources", lines, scope, terms)
    marks = Marks(scope, tables)
    log = read_log(release)
    return ReleasePlan(
        release,
        gone,
        sum(map(scope.holds_line, (*patch.added, *patch.gone))),
        sum(marks.changed(change) != change for change in log),
        tuple(finding for finding in _report(release).findings if marks.holds(finding)),
        tables,
        bool(gone) and (release.path / _DUMP).is_dir(),
    )


def patch_of(release: Release) -> Difference:
    """Return the patch that a release has; one that was made from none has none, but in earlier versions.

    Raises:
        ReleaseError: when it is missing or damaged.
    """
    path = release.path / PATCH
    if release.manifest.previous is None and not present_file(path).exists():
        return Difference()
    return read_patch(path)


def _report(release: Release) -> Report:
    path = release.path / REPORT
    if not present_file(path).exists():
        return Report()
    try:
        return Report.from_json(unpacked(path))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReleaseError(f"{release.id}: {REPORT} is damaged: {error}") from error


class Marks:
    """Tells findings and changes that repeat what is erased."""

    def __init__(self, scope: Scope, tables: ErasedTables) -> None:
        self.scope, self.cells = scope, tables.cells
        self.texts = TextIndex({*scope.texts.texts, *_beginnings(scope.texts)})
        self.local = TextIndex({*scope.local.texts, *_beginnings(scope.local)})
        direct = (triple.split(b" ", 2)[:2] for triple in scope.triples)
        self.properties = {(s[1:-1].decode(), p[1:-1].decode()) for s, p in direct}

    def holds(self, finding: Finding) -> bool:
        """Say whether a finding is about what is erased, or repeats it."""
        if self.scope.concerns(finding.focus) or (
            (finding.focus, finding.path) in self.properties and finding.value is not None
        ):
            return True
        if any((w.file, w.row, w.column) in self.cells for w in finding.where):
            return True
        texts = [t for t in (finding.cell, finding.value, finding.message, finding.hint) if t]
        mentioned = (finding.value_term or "").strip("<>")
        if self.scope.concerns(mentioned) or any(self.scope.concerns(t) for t in texts):
            return True
        near = finding.focus.partition("#")[0] in self.scope.subjects
        return any(self.texts.within(t) or (near and self.local.within(t)) for t in texts)

    def changed(self, change: Change) -> Change | None:
        """Return a change without what is erased, None where nothing of it stays.

        That a thing was deleted stays: who follows the log learns of it there.
        """
        if self.scope.concerns(change.thing):
            return Change(change.thing, DELETE) if change.kind == DELETE else None
        label, language = change.label, change.language
        is_local = change.thing in self.scope.subjects and self.scope.local.within(label)
        if self.scope.texts.within(label) or is_local:
            label, language = "", ""
        others = tuple(iri for iri in change.replaced_by if not self.scope.concerns(iri))
        return replace(change, label=label, language=language, replaced_by=others)


def _beginnings(texts: TextIndex) -> set[str]:
    """Return the beginnings of long texts, up to a whole word, which excerpts have."""
    return {t[:_BEGINNING].rpartition(" ")[0] for t in texts.texts if len(t) > _BEGINNING} - {""}


@dataclass(slots=True)
class Staging:
    """The releases that are written anew, in the order of their numbers.

    Attributes:
        folder: where they are written.
        ids: the id of a release after the erasure by that before.
        described: how the descriptions in a release's data changed, by its id before.
    """

    folder: Path
    ids: dict[str, str] = field(default_factory=dict)
    described: dict[str, Difference] = field(default_factory=dict)

    def add(self, plan: ReleasePlan, scope: Scope, descriptions: Descriptions) -> Release:
        """Write a release anew and return it; the releases before it were added before.

        Raises:
            ReleaseError: when a file of it is damaged.
            OSError: when it cannot be written.
        """
        old = plan.release
        beside = folder_beside(self.folder)
        skipped = _REWRITTEN | ({DATA, INDEX, _DUMP} if plan.gone else frozenset())
        _link(old.path, beside, skipped | (REPORTS if plan.findings else frozenset()))
        marks = Marks(scope, plan.tables)
        manifest = self._data(plan, beside, descriptions) if plan.gone else old.manifest
        manifest = self._report(plan, beside, manifest)
        _erase_verdicts(beside, scope, set(plan.gone), old.iris)
        for name, content in plan.tables.contents.items():
            write_file(beside / "sources" / name, content)
        before = manifest.previous
        manifest = replace(manifest, previous=self.ids.get(before or "", before))
        self.ids[old.id] = manifest.id
        if manifest.previous:
            write_file(beside / PATCH, self._patch(old, manifest, scope))
        write_file(beside / LOG, self._log(old, manifest, marks))
        sealed = self.write_manifest(old, beside, manifest)
        beside.rename(self.folder / manifest.id)
        staged = Release(self.folder / manifest.id, sealed)
        if plan.gone:
            staged.verify()
        return staged

    def keep(self, release: Release) -> None:
        """Make a release that does not change visible beside those that do."""
        self.ids[release.id] = release.id
        (self.folder / release.id).symlink_to(release.path.absolute())

    def copy(self, release: Release, manifest: Manifest) -> Path:
        """Copy a staged release for another manifest, but for dumps, patch and log; return the folder."""
        folder = self.folder / manifest.id
        _link(release.path, folder, _REWRITTEN | {_DUMP})
        return folder

    @staticmethod
    def write_manifest(old: Release, folder: Path, manifest: Manifest) -> Manifest:
        """Write the manifest of a folder that was made from a release's, after its files; return it.

        Raises:
            OSError: when a file cannot be read or written.
        """
        sealed = replace(manifest, files=digests_after(old, folder))
        write_file(folder / "manifest.json", sealed.as_json().encode())
        return sealed

    def changes(self, plan: ReleasePlan) -> bool:
        """Say whether a file of a release changes, if only because another release has another id."""
        previous = plan.release.manifest.previous or ""
        head = _head(plan.release).get("before") or ""
        moved = any(self.ids.get(name, name) != name for name in (previous, head))
        return bool(plan.counts) or moved

    def _data(self, plan: ReleasePlan, beside: Path, descriptions: Descriptions) -> Manifest:
        """Write data, blocks and descriptions; return the manifest that says so."""
        old = plan.release
        gone = set(plan.gone)
        lines = [line for line in old.lines() if line not in gone]
        described = self.described[old.id] = descriptions.difference(lines, list(plan.gone))
        lines = sorted((set(lines) - set(described.gone)) | set(described.added))
        blocks = write_blocks(beside / DATA, lines)
        write_index(beside / INDEX, blocks)
        for name, content in descriptions.files(lines).items():
            write_file(beside / name, content)
        graphs = {line.rsplit(b" ", 2)[1] for line in lines}
        return replace(
            old.manifest,
            digest=digest_of((block.digest for block in blocks), beside / "model"),
            quads=sum(block.lines for block in blocks),
            blocks=len(blocks),
            graphs=len(graphs),
            classes=_classes(old.model(), old.manifest, plan.gone),
        )

    @staticmethod
    def _report(plan: ReleasePlan, beside: Path, manifest: Manifest) -> Manifest:
        if not plan.findings:
            return manifest
        less = set(plan.findings)
        report = Report(tuple(f for f in _report(plan.release).findings if f not in less))
        write_file(beside / REPORT, packed(report.as_json().encode()))
        return replace(manifest, findings=report.counts())

    def _patch(self, old: Release, manifest: Manifest, scope: Scope) -> bytes:
        """Return the patch between what the two releases say now."""
        patch = read_patch(old.path / PATCH)
        before = self.described.get(old.manifest.previous or "", Difference())
        after = self.described.get(old.id, Difference())
        added, gone = set(before.gone), set(before.added)
        step(added, gone, more=patch.added, less=patch.gone)
        step(added, gone, more=after.added, less=after.gone)
        kept_added, kept_gone = (
            [line for line in part if not scope.holds_line(line)] for part in (added, gone)
        )
        remaining = Difference(tuple(kept_added), tuple(kept_gone))
        return packed_patch(remaining, manifest.id, manifest.previous or "")

    def _log(self, old: Release, manifest: Manifest, marks: Marks) -> bytes:
        before = _head(old).get("before")
        changes = [c for c in map(marks.changed, read_log(old)) if c is not None]
        return write_log(changes, manifest.id, self.ids.get(before, before) if before else None)


def _head(release: Release) -> dict[str, str]:
    head: dict[str, str] = json.loads(unpacked(release.path / LOG).partition(b"\n")[0])
    return head


def _classes(model: Model, manifest: Manifest, gone: tuple[bytes, ...]) -> dict[str, int]:
    """Return the number of things by class without those whose type goes."""
    names = {f"<{d.iri}>".encode(): n for n, d in model.classes.items() if d.segment}
    classes = dict(manifest.classes)
    typed = {line.rsplit(b" ", 2)[0] for line in gone if _TYPE in line}
    for triple in typed:
        _, predicate, value = triple.split(b" ", 2)
        if predicate == _TYPE.strip() and value in names and names[value] in classes:
            classes[names[value]] -= 1
    return {name: number for name, number in classes.items() if number}


def _erase_verdicts(folder: Path, scope: Scope, gone: set[bytes], iris: Iris) -> None:
    """Take out of a release's file of verdicts those that are erased, and their queries."""
    verdicts = read_verdicts(folder)
    erased = {
        key
        for key, verdict in verdicts.items()
        if scope.concerns(iris.thing("claim", key).value)
        or any(f"{quad} .\n".encode() in gone for quad in verdict_quads([verdict], iris))
    }
    if erased:
        remaining = (verdict for key, verdict in verdicts.items() if key not in erased)
        write_file(folder / VERDICTS, as_json(remaining))
        for key in erased:
            (folder / "claims" / f"{key}.rq").unlink(missing_ok=True)


def _link(source: Path, target: Path, skipped: Collection[str]) -> None:
    """Make a copy of a folder whose files are links where the disk can have them."""

    def place(old: str, new: str) -> None:
        try:
            os.link(old, new)
        except OSError:
            shutil.copy2(old, new)

    def ignored(folder: str, names: list[str]) -> set[str]:
        return {n for n in names if Path(folder) == source and n in skipped}

    shutil.copytree(source, target, copy_function=place, ignore=ignored, dirs_exist_ok=True)


def write_file(target: Path, content: bytes) -> None:
    """Write a file anew, never through a link to that of another release."""
    target.unlink(missing_ok=True)
    target.write_bytes(content)
