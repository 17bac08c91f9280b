"""Kept releases that are not in service, opened when somebody asks and closed when nobody does.

An open release costs memory by its size, so the sum of what is open is bounded: the one that was asked least
recently goes first. A release that would not fit alone is never opened; its dump is there all the same.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ogpld.config import Settings
from ogpld.errors import ReleaseError
from ogpld.release import Release, ReleaseStore
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.http.problems import Problem

_LOG = logging.getLogger("ogpld")

#: Bytes that an open release takes for each of its quads, and beside them (bench/past.py).
_QUAD, _BESIDE = 850, 64 << 20
#: Seconds that a request for a document waits for a place.
_PATIENCE = 2.0


@dataclass
class _Open:
    """An open release: what answers about it, its size, who holds it, and when it was asked last.

    One that is forgotten is asked by nobody new.
    """

    serving: OpenRelease
    size: int
    leases: int = 0
    used: float = 0.0
    forgotten: bool = False


class PastReleases:
    """The open releases of the past.

    Args:
        settings: the server's settings; `past_memory` and `past_idle` are its bounds.
        release_store: where the releases are.
    """

    def __init__(self, settings: Settings, release_store: ReleaseStore) -> None:
        self.settings, self.release_store = settings, release_store
        self._open: OrderedDict[str, _Open] = OrderedDict()
        self._changed = threading.Condition()
        self._opening = threading.Lock()
        self._under_way = self._long = self._waiting = self._times_forgotten = 0

    @contextmanager
    def lease(self, release: Release, *, long: bool = False) -> Iterator[OpenRelease]:
        """Hold a release open while a request is answered.

        Args:
            release: the release.
            long: whether the answer may take long, as that of a query; these never take all places.

        Raises:
            Problem: 503 when it is too large to be opened, damaged, or others keep it from being asked now;
                410 when its data was pruned meanwhile.
        """
        with self._entered(release, long=long):
            held = self._take(release.id) or self._make(release)
            try:
                yield held.serving
            finally:
                with self._changed:
                    held.leases -= 1
                    held.used = time.monotonic()
                    is_last = held.forgotten and not held.leases
                    self._changed.notify_all()
                if is_last:
                    held.serving.store.close()

    @contextmanager
    def _entered(self, release: Release, *, long: bool) -> Iterator[None]:
        """Give a request one of the places during a block; documents wait a moment for one."""
        most = self.settings.past_requests
        deadline = time.monotonic() + (0 if long else _PATIENCE)
        with self._changed:
            self._waiting += 1
            try:
                while self._under_way >= most or (long and self._long >= max(1, most // 2)):
                    left = deadline - time.monotonic()
                    if left <= 0 or self._waiting > 2 * most:
                        raise _busy(release)
                    self._changed.wait(left)
            finally:
                self._waiting -= 1
            self._under_way += 1
            self._long += long
        try:
            yield
        finally:
            with self._changed:
                self._under_way -= 1
                self._long -= long
                self._changed.notify_all()

    def sweep(self) -> None:
        """Close what nobody asked for a while, and what is not there any more: erased, pruned or removed."""
        before = time.monotonic() - self.settings.past_idle
        with self._changed:
            idle = [
                name
                for name, held in self._open.items()
                if not held.leases
                and (held.used < before or not held.serving.release.data.exists())
            ]
            closing = [self._open.pop(name) for name in idle]
        for held in closing:
            held.serving.store.close()

    def forget(self) -> None:
        """Open everything anew for who asks next: what is in the files, or of other releases, may be another.

        What somebody is asking now is closed when the last of them has been answered.
        """
        with self._changed:
            self._times_forgotten += 1
            opened = list(self._open.values())
            self._open.clear()
            for held in opened:
                held.forgotten = True
            closing = [held for held in opened if not held.leases]
        for held in closing:
            held.serving.store.close()

    def close(self) -> None:
        """Close everything."""
        with self._changed:
            closing = list(self._open.values())
            self._open.clear()
        for held in closing:
            held.serving.store.close()

    def status(self) -> dict[str, int]:
        """Return how many releases are open and what they are taken to need, in bytes."""
        with self._changed:
            return {"open": len(self._open), "bytes": sum(o.size for o in self._open.values())}

    def _take(self, name: str) -> _Open | None:
        with self._changed:
            held = self._open.get(name)
            if held is not None:
                self._open.move_to_end(name)
                held.leases += 1
            return held

    def _make(self, release: Release) -> _Open:
        """Open a release, one at a time; who waited finds it open."""
        size = _BESIDE + _QUAD * release.manifest.quads
        if size > self.settings.past_memory:
            raise _refused(
                "past-memory",
                f"Release {release.id} needs about {size:,} bytes of memory to be asked, more than"
                f" the {self.settings.past_memory:,} that past releases get.",
                f"its data is in its files: /release/{release.id}",
                limit="past_memory",
            )
        deadline = time.monotonic() + self.settings.query_deadline
        if not self._opening.acquire(timeout=self.settings.query_deadline):
            raise _busy(release)
        try:
            if held := self._take(release.id):
                return held
            self._make_room(size, deadline, release)
            began, times_forgotten = time.monotonic(), self._times_forgotten
            serving = self._opened(release)
            _LOG.info("opened release %s in %.2f s", release.id, time.monotonic() - began)
            with self._changed:
                held = _Open(serving, size, leases=1)
                held.forgotten = times_forgotten != self._times_forgotten
                if not held.forgotten:
                    self._open[release.id] = held
            return held
        finally:
            self._opening.release()

    def _opened(self, release: Release) -> OpenRelease:
        try:
            return OpenRelease.open(release, self.release_store, self.settings, past=True)
        except ReleaseError as error:
            if release.pruned:
                raise pruned(release) from error
            _LOG.exception("release %s of the past cannot be opened", release.id)
            raise _refused(
                "release-damaged",
                f"Release {release.id} is damaged and cannot be asked.",
                "other releases can: see /releases",
            ) from error

    def _make_room(self, size: int, deadline: float, release: Release) -> None:
        """Close the releases asked least recently until another fits."""
        while True:
            with self._changed:
                used = sum(held.size for held in self._open.values())
                if used + size <= self.settings.past_memory:
                    return
                name = next((n for n, held in self._open.items() if not held.leases), None)
                closing = self._open.pop(name) if name else None
                if closing is None:
                    left = deadline - time.monotonic()
                    if left <= 0:
                        raise _busy(release)
                    self._changed.wait(left)
            if closing is not None:
                closing.serving.store.close()


def pruned(release: Release) -> Problem:
    """Return what to say of a release whose data is not kept."""
    return Problem(
        "pruned",
        f"The data of release {release.id} is not kept any more.",
        f"what it changed is at /release/{release.id}, the releases there are at /releases",
    )


def _busy(release: Release) -> Problem:
    return _refused(
        "past-busy",
        f"Release {release.id} cannot be asked now: others of the past are being asked.",
        "ask again in a moment",
        limit="past_requests",
    )


def _refused(code: str, detail: str, hint: str, **members: str) -> Problem:
    problem = Problem(code, detail, hint, **members)
    problem.headers["Retry-After"] = "5"
    return problem
