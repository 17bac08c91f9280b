"""Which release is being served, and how the next one is taken up without a failed request.

Requests lease the `OpenRelease`, so that an old one is closed only when the last request that began on it has
ended. A watcher looks at `current` and swaps: the release directory is the only
contract between build and server.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ogpld.config import Settings
from ogpld.errors import OgpldError, ReleaseError
from ogpld.release import Release, ReleaseStore
from ogpld.release.query_register import RegisterReader
from ogpld.web.current.open_release import OpenRelease, RefusedRelease
from ogpld.web.current.past_releases import PastReleases
from ogpld.workers.pool import QueryService

_LOG = logging.getLogger("ogpld")

#: Seconds between two looks at `current`.
_WATCH = 0.5


class CurrentRelease:
    """The release in service, swapped while requests go on.

    Args:
        settings: the server's settings.
        open_store: opens what answers about a release, where that is not to be a pool of workers.

    Attributes:
        prepare: called with the next release before it comes into service.
    """

    def __init__(
        self,
        settings: Settings,
        open_store: Callable[[Release, Settings], QueryService] | None = None,
    ) -> None:
        self._open_store = open_store
        self.prepare: Callable[[OpenRelease], None] = lambda _: None
        self.settings = settings
        self.release_store = ReleaseStore(settings.home)
        self.past = PastReleases(settings, self.release_store)
        self._lock = threading.Condition()
        self._serving: OpenRelease | None = None
        self._register = RegisterReader(settings.home)
        self._complaint = ""
        self._unusable = ""
        self._pruned: set[str] = set()
        self._erasures = 0
        self._stop = threading.Event()
        self._watcher: threading.Thread | None = None

    def start(self, *, watch: bool = True) -> None:
        """Open the current release and watch for the next, unless it is to be this one to the end.

        Raises:
            ReleaseError: when there is none, or none that is whole.
        """
        self._serving = self._open_first()
        self._pruned = self.release_store.pruned()
        self._erasures = len(self._serving.erasures)
        if not watch:
            return
        self._watcher = threading.Thread(target=self._watch, name="releases", daemon=True)
        self._watcher.start()

    @contextmanager
    def lease(self) -> Iterator[OpenRelease]:
        """Hold the release in service while a request is answered."""
        with self._lock:
            serving = self._serving
            if serving is None:
                raise ReleaseError("the server is closing", hint="ask again")
            serving.leases += 1
        try:
            yield serving
        finally:
            with self._lock:
                serving.leases -= 1
                if serving is not self._serving:  # somebody waits for its end
                    self._lock.notify_all()

    def announce_end(self) -> None:
        """Report at /healthz/ready that the server is ending, and load no further release."""
        self._stop.set()
        with self._lock:
            if self._serving is not None:
                self._serving.ending = True

    def close(self) -> None:
        """Stop watching and close the stores when the requests under way have ended."""
        self._stop.set()
        with self._lock:
            serving, self._serving = self._serving, None
        if serving is not None:
            self._retire(serving)
        self.past.close()

    def refresh(self) -> None:
        """Take up `current` if it names another release; a damaged one is refused, loudly."""
        name = self.release_store.current_name() or ""
        serving = self._serving
        if serving is None or (serving.refused and serving.refused.id == name):
            return
        if name == serving.release.id:
            serving.refused = None
            return
        try:
            release = self.release_store.current()
            if release is None:
                raise ReleaseError("there is no current release any more")
            fresh = self._open(release)
        except OgpldError as error:
            serving.refused = self._refusal(name, error)
            _LOG.exception("release %s cannot be served; %s stays", name, serving.release.id)
            return
        self.prepare(fresh)
        if len(fresh.erasures) != self._erasures:
            self._erasures = len(fresh.erasures)
            self.past.forget()
        with self._lock:
            old, self._serving = self._serving, fresh
        _LOG.info("serving release %s", fresh.release.id)
        for sentence in fresh.release.manifest.contradictions(self.settings):
            _LOG.warning("%s", sentence)
        if old is not None:
            self._retire(old)

    def _refusal(self, name: str, error: OgpldError) -> RefusedRelease:
        """Return a release that cannot be served and why, without places of files: anybody may read it."""
        home = self.settings.home
        reason = error.message
        for place in (str(home.absolute()), str(home)):
            reason = reason.replace(f"{place}/", "")
        return RefusedRelease(name, reason, denied=isinstance(error.__cause__, PermissionError))

    def forget_pruned(self) -> None:
        """Forget the answers that are kept when a release was pruned: some are its own, some name it."""
        pruned = self.release_store.pruned()
        if pruned != self._pruned:
            self._pruned = pruned
            with self.lease() as serving:
                serving.documents.clear()

    def look_at_register(self) -> None:
        """Log once that the register of permanent queries cannot be used, and that it can again."""
        fault = self._register.fault()
        if fault and fault != self._unusable:
            _LOG.error("the register of permanent queries %s: %s", self._register.path, fault)
        elif self._unusable and not fault:
            _LOG.info("the register of permanent queries can be used again")
        self._unusable = fault

    def _open(self, release: Release) -> OpenRelease:
        store = self._open_store(release, self.settings) if self._open_store else None
        opened = OpenRelease.open(release, self.release_store, self.settings, store=store)
        opened.query_register = self._register  # it knows what was there before
        return opened

    def _open_first(self) -> OpenRelease:
        """Open the current release, or the newest whole one if that is damaged."""
        wanted = self.release_store.current_name() or ""
        refused = None
        try:
            current = self.release_store.current()
        except ReleaseError as error:
            _LOG.exception("release %s cannot be served", wanted)
            current, refused = None, self._refusal(wanted, error)
        others = [
            r for r in reversed(self.release_store.releases()) if r.id != wanted and not r.pruned
        ]
        if current is None and not others:
            raise ReleaseError(
                f"there is no release in {self.release_store.home}", hint="run: ogpld build"
            )
        for release in ([current] if current else []) + others:
            try:
                serving = self._open(release)
            except OgpldError as error:
                _LOG.exception("release %s cannot be served", release.id)
                if release is current:
                    refused = self._refusal(wanted, error)
                continue
            if release is not current:
                serving.refused = refused
                _LOG.error(
                    "SERVING %s INSTEAD OF %s, WHICH IS DAMAGED OR MISSING", release.id, wanted
                )
            return serving
        raise ReleaseError("no release is whole", hint="publish again: ogpld build --full")

    def _watch(self) -> None:
        while not self._stop.wait(_WATCH):
            try:
                self.refresh()
                self.forget_pruned()
                self.look_at_register()
                self.past.sweep()
                self._complaint = ""
            except Exception as error:  # noqa: BLE001  (the watcher must outlive whatever it meets)
                complaint = f"{type(error).__name__}: {error}"
                if complaint != self._complaint:  # two a second would fill the log
                    _LOG.exception("looking for a new release failed; looking on")
                self._complaint = complaint

    def _retire(self, serving: OpenRelease) -> None:
        """Close a release when nobody holds it any more, at the latest after the drain time."""
        deadline = (
            time.monotonic()
            + self.settings.drain
            + max(self.settings.query_deadline, self.settings.validate_deadline)
        )
        with self._lock:
            while serving.leases and (left := deadline - time.monotonic()) > 0:
                self._lock.wait(left)
        serving.store.close()
