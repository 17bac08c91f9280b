"""Erase a statement or a thing from every release of a home: plan, write beside, put in place."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from ogpld.config import Settings
from ogpld.dumps.write_dumps import write_dumps
from ogpld.errors import ReleaseError, UsageError
from ogpld.model import Model
from ogpld.pipeline.erasing.data_description import DataDescription
from ogpld.pipeline.erasing.erased_queries import remove_queries
from ogpld.pipeline.progress import Progress
from ogpld.release import Difference, Release, ReleaseStore
from ogpld.release.changes import Change, changes_of
from ogpld.release.difference import between
from ogpld.release.erasure.erasure_journal import (
    Journal,
    discard,
    finish,
    read_journal,
    staging_folder,
    write_journal,
)
from ogpld.release.erasure.erasure_record import (
    Erasure,
    Fingerprints,
    ReleaseErasure,
    read_erasures,
    read_fingerprints,
)
from ogpld.release.erasure.erasure_scope import Scope, Selection, scope_of
from ogpld.release.erasure.release_erasure import (
    Marks,
    ReleasePlan,
    Staging,
    patch_of,
    plan_of,
    write_file,
)
from ogpld.release.lock import publisher
from ogpld.release.log import write_log
from ogpld.release.patch import packed_patch
from ogpld.release.release_store import LOG, PATCH
from ogpld.release.steps import reached
from ogpld.release.write_release import sweep

_DUMP = "dump"
_UNCHANGED = "nothing was erased; free space and run the command again"


@dataclass(frozen=True, slots=True)
class ErasurePlan:
    """What an erasure would do.

    Attributes:
        scope: what is erased.
        releases: what each release holds of it, by number.
    """

    scope: Scope
    releases: tuple[ReleasePlan, ...]

    @property
    def is_empty(self) -> bool:
        """Whether no file of any release holds anything of it."""
        return not any(plan.counts for plan in self.releases)


def plan_erasure(release_store: ReleaseStore, selection: Selection) -> ErasurePlan:
    """Look for what is to be erased in every release.

    Raises:
        ReleaseError: when there is no release, or a file of one is damaged or cannot be read.
        UsageError: when the ontology, a shape or a code is to be erased: those are files of their own.
    """
    current = release_store.current()
    if current is None:
        raise ReleaseError(f"there is no release in {release_store.home}", hint="run: ogpld build")
    unreadable = {path.name for path in release_store.folders()}
    unreadable -= {release.id for release in release_store.releases()}
    if unreadable:
        raise ReleaseError(
            f"{min(unreadable)}: its manifest cannot be read, so nothing can be erased from it",
            hint="restore it or remove its folder, then run the command again",
        )
    base, model = current.manifest.base_iri, current.model()
    _check_selection(selection, base)
    releases = release_store.releases()
    scope = scope_of(selection, _lines(releases), base, _required(model))
    terms = {iri: term.key for iri, term in model.terms.items()}
    return ErasurePlan(scope, tuple(plan_of(release, scope, terms) for release in releases))


def _check_selection(selection: Selection, base: str) -> None:
    named = [*selection.things, *(s[1:-1] for s, _, _ in selection.statements)]
    for iri in named:
        if not iri.startswith(f"{base}id/"):
            raise UsageError(
                f"{iri} is no thing of this data set",
                hint=f"things are {base}id/CLASS/KEY; ontology, shapes and codes are files: edit them",
            )


def _lines(releases: Iterable[Release]) -> set[bytes]:
    """Return every line of data and patches, each once."""
    lines: set[bytes] = set()
    for release in releases:
        patch = patch_of(release)
        lines.update(patch.added, patch.gone)
        if not release.pruned:
            lines.update(release.lines())
    return lines


def _required(model: Model) -> Mapping[str, frozenset[str]]:
    """Return by IRI of a class the properties that link its things to others they must have."""
    return {
        definition.iri: frozenset(
            p.iri for p in definition.properties if p.min_count and (p.thing or p.things)
        )
        for definition in model.classes.values()
    }


def erase(
    release_store: ReleaseStore,
    selection: Selection,
    reason: str,
    settings: Settings,
    progress: Progress,
) -> Erasure | None:
    """Erase what is selected and return the record; None when no release holds it.

    Args:
        release_store: the releases.
        selection: what is erased.
        reason: why; it is published.
        settings: home and licence.
        progress: where to tell how far it is.

    Raises:
        ReleaseError: when a release is damaged, or the disk too small or broken. Until the journal is written
            nothing was changed; afterwards `resume_erasure` ends it.
    """
    with publisher(release_store.home):
        sweep(release_store)
        release_store.finish_pruning()
        plan = plan_erasure(release_store, selection)
        if plan.is_empty:
            return None
        try:
            journal = _Writing(release_store, plan, reason, settings, progress).run()
            remove_queries(release_store.home, plan.scope)  # a second run would find them as well
            write_journal(release_store.home, journal)
        except OSError as error:
            raise ReleaseError(
                f"{release_store.home} cannot be written: {error.strerror or error}",
                hint=_UNCHANGED,
            ) from error
        finally:
            discard(release_store.home)
        return _finish(release_store, journal)


def resume_erasure(release_store: ReleaseStore) -> Erasure | None:
    """End an erasure that is half done and return its record; None when there is none.

    Raises:
        ReleaseError: when it cannot be ended.
    """
    with publisher(release_store.home, resuming=True):
        journal = read_journal(release_store.home)
        if journal is None:
            discard(release_store.home)
            return None
        return _finish(release_store, journal)


def _finish(release_store: ReleaseStore, journal: Journal) -> Erasure:
    try:
        return finish(release_store, journal)
    except OSError as error:
        raise ReleaseError(
            f"{release_store.home} cannot be written: {error.strerror or error}",
            hint="the erasure is half done; end it with: ogpld releases erase --resume",
        ) from error


class _Writing:
    """The writing of all releases beside the old ones."""

    def __init__(
        self,
        release_store: ReleaseStore,
        plan: ErasurePlan,
        reason: str,
        settings: Settings,
        progress: Progress,
    ) -> None:
        self.release_store, self.plan, self.reason = release_store, plan, reason
        self.settings, self.progress = settings, progress
        self.staging = Staging(staging_folder(release_store.home))
        #: What is staged, with the releases that do not change beside it.
        self.staged_store = ReleaseStore(release_store.home)
        self.staged_store.folder = self.staging.folder
        self.entries: list[ReleaseErasure] = []

    def run(self) -> Journal:
        """Write everything and return the journal."""
        scope, store = self.plan.scope, self.release_store
        for plan in self.plan.releases:
            old = plan.release
            if not self.staging.changes(plan):
                self.staging.keep(old)
                continue
            self.progress.step(f"erasing from {old.id}")
            reached("erase-write")
            new = self.staging.add(plan, scope, DataDescription(old.iris))
            if plan.dumped:
                write_dumps(self.staged_store, new, self._licence(old), remedy=_UNCHANGED)
            digests = old.manifest.digest, new.manifest.digest
            self.entries.append(ReleaseErasure(old.id, new.id, *digests, plan.counts))
        self.progress.finish()
        number = max((e.number for e in read_erasures(store.home)), default=0) + 1
        closing = self._closing(number)
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        things, subjects = (tuple(sorted(part)) for part in (scope.things, scope.subjects))
        erasure = Erasure(
            number, now, self.reason, things, subjects, tuple(self.entries), closing.id
        )
        return Journal(erasure, _fingerprints(store, scope, number))

    def _licence(self, release: Release) -> str:
        return release.manifest.inputs.get("licence", self.settings.licence)

    def _closing(self, number: int) -> Release:
        """Write the release that tells the erasure: the data of the current one, and its log."""
        current = self.release_store.current()
        if current is None:
            raise ReleaseError("there is no current release")
        staged = self.staged_store.get(self.staging.ids[current.id])
        times = [release.time for release in self.release_store.releases()]
        created = max(datetime.now(UTC).replace(microsecond=0), max(times) + timedelta(seconds=1))
        # the sources still make what was erased: the next build has to look at them
        inputs = hashlib.sha256(f"{staged.manifest.inputs_digest} {number}".encode()).hexdigest()
        manifest = replace(
            staged.manifest,
            sequence=self.release_store.last_sequence() + 1,
            previous=staged.id,
            created=created.strftime("%Y-%m-%dT%H:%M:%SZ"),
            inputs_digest=inputs,
        )
        folder = self.staging.copy(staged, manifest)
        write_file(folder / PATCH, packed_patch(Difference(), manifest.id, staged.id))
        last = self.release_store.releases()[-1]
        log = write_log(list(self._changes(current)), manifest.id, self.staging.ids[last.id])
        write_file(folder / LOG, log)
        closing = Release(folder, self.staging.write_manifest(staged, folder, manifest))
        if (staged.path / _DUMP).is_dir():
            write_dumps(self.staged_store, closing, self._licence(staged), remedy=_UNCHANGED)
        return closing

    def _changes(self, current: Release) -> Iterator[Change]:
        """Yield what the erasure did to things since the release with the last number."""
        plan = next(p for p in self.plan.releases if p.release.id == current.id)
        difference = Difference(gone=plan.gone)
        last = self.release_store.releases()[-1]
        if last.id != current.id:
            difference = between(self.release_store, last, current).then(difference)
        staged = self.staged_store.get(self.staging.ids[current.id])
        marks = Marks(self.plan.scope, plan.tables)
        base, old_base = current.manifest.base_iri, last.manifest.base_iri
        for change in changes_of(difference, base, staged.about, old_base=old_base):
            if (changed := marks.changed(change)) is not None:
                yield changed


def _fingerprints(release_store: ReleaseStore, scope: Scope, number: int) -> Fingerprints:
    """Return the digests of a home with those of an erasure."""
    prints = read_fingerprints(release_store.home) or Fingerprints()
    for triple in scope.triples:
        prints.statements[prints.digest(triple.decode())] = number
    for text in scope.texts.texts:
        prints.texts[prints.digest(text)] = number
    return prints
