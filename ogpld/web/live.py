"""Which release is being served, and how the next one is taken up without a failed request.

A `Serving` holds everything one release needs; requests lease it, so that an old one is closed only
when the last request that began on it has ended. A watcher looks at `current` and swaps (house.md:
the release directory is the only contract between build and server).
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

from ogpld.config import Settings
from ogpld.errors import OgpldError, ReleaseError
from ogpld.iris import Iris
from ogpld.model import Model, load_model
from ogpld.model.context import Context, make_context
from ogpld.queries import load
from ogpld.release import Release, Shelf
from ogpld.release.history import History
from ogpld.report import Cause, Report
from ogpld.stores import Query
from ogpld.stores.limits import GuardLimits, Limits, TaskLimits
from ogpld.stores.pool import Pool
from ogpld.web.cache import ByteCache
from ogpld.web.published import by_thing, read_report

_LOG = logging.getLogger("ogpld")

#: What checks a document, named because neither the web nor the stores may import it.
_TASK = "ogpld.validate.task:prepare"

#: Seconds between two looks at `current`.
_WATCH = 0.5


@dataclass
class Serving:
    """One release, opened.

    Attributes:
        release: the release.
        settings: the server's settings.
        model: ontology, shapes and code lists the release was built with.
        store: the worker pool that answers about it.
    """

    release: Release
    settings: Settings
    model: Model
    store: Pool
    documents: ByteCache = field(init=False)
    results: ByteCache = field(init=False)
    leases: int = 0

    def __post_init__(self) -> None:
        self.documents = ByteCache(self.settings.document_cache)
        self.results = ByteCache(self.settings.result_cache)

    @classmethod
    def open(cls, release: Release, settings: Settings) -> Serving:
        """Open a release: verify it, read its model, start its workers.

        Raises:
            ReleaseError: when it is damaged.
        """
        release.verify()
        folder = release.path / "model"
        model = load_model(folder / "ontology", folder / "shapes")
        store = Pool(
            release.data,
            Limits.of(settings),
            workers=settings.query_workers,
            expected=release.manifest.quads,
            hidden_graphs=(Iris(release.manifest.base_iri).graph("shapes").value,),
            task=_TASK,
            task_limits=TaskLimits.of(settings),
            guard_limits=GuardLimits.of(settings),
        )
        store.start()
        return cls(release, settings, model, store)

    @cached_property
    def iris(self) -> Iris:
        """The IRI policy of the release (its own base, not the server's)."""
        return Iris(self.release.manifest.base_iri)

    @cached_property
    def context(self) -> Context:
        """The JSON-LD context of the release."""
        return make_context(self.model)

    @cached_property
    def report(self) -> Report:
        """What the check found in the release.

        Raises:
            ReleaseError: when the file is missing or damaged.
        """
        return read_report(self.release)

    @cached_property
    def findings(self) -> Mapping[str, tuple[Cause, ...]]:
        """The findings by the IRI of the thing they are about, for its page."""
        try:
            return by_thing(self.report)
        except ReleaseError:  # pages go on without; the report's own address says what is wrong
            _LOG.exception("the findings of %s cannot be shown", self.release.id)
            return {}

    @cached_property
    def history(self) -> History:
        """What happened to things up to this release."""
        return History(Shelf(self.settings.home), self.release)

    @cached_property
    def graph_sizes(self) -> Mapping[str, int]:
        """The number of statements of each named graph, by its IRI."""
        answer = self.store.answer(Query(load("graph-sizes"), ("json", "")), trusted=True)
        rows = json.loads(answer.body)["results"]["bindings"]
        return {row["graph"]["value"]: int(row["size"]["value"]) for row in rows}

    @cached_property
    def default_size(self) -> int:
        """The number of statements of the default graph."""
        answer = self.store.answer(Query(load("default-size"), ("json", "")), trusted=True)
        row = json.loads(answer.body)["results"]["bindings"][0]
        return int(row["size"]["value"])

    @cached_property
    def left_out(self) -> Mapping[str, str]:
        """What each source graph leaves out, so that no page looks complete that is not."""
        answer = self.store.answer(Query(load("leaves-out"), ("json", "")), trusted=True)
        rows = json.loads(answer.body)["results"]["bindings"]
        return {row["graph"]["value"]: row["text"]["value"] for row in rows}


class Live:
    """The release in service, swapped while requests go on."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.shelf = Shelf(settings.home)
        self._lock = threading.Condition()
        self._serving: Serving | None = None
        self._refused: str | None = None
        self._stop = threading.Event()
        self._watcher: threading.Thread | None = None

    def start(self) -> None:
        """Open the current release and watch for the next.

        Raises:
            ReleaseError: when there is none, or none that is whole.
        """
        self._serving = self._open_first()
        self._watcher = threading.Thread(target=self._watch, name="releases", daemon=True)
        self._watcher.start()

    @contextmanager
    def lease(self) -> Iterator[Serving]:
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
                self._lock.notify_all()

    def close(self) -> None:
        """Stop watching and close the store when the requests under way have ended."""
        self._stop.set()
        with self._lock:
            serving, self._serving = self._serving, None
        if serving is not None:
            self._retire(serving)

    def refresh(self) -> None:
        """Take up `current` if it names another release; a damaged one is refused, loudly."""
        name = self.shelf.current_name()
        serving = self._serving
        if serving is None or name in {None, serving.release.id, self._refused}:
            return
        try:
            release = self.shelf.current()
            if release is None:
                return
            fresh = Serving.open(release, self.settings)
        except OgpldError:
            self._refused = name
            _LOG.exception("release %s cannot be served; %s stays", name, serving.release.id)
            return
        with self._lock:
            old, self._serving = self._serving, fresh
        self._refused = None
        _LOG.warning("serving release %s", fresh.release.id)
        if old is not None:
            self._retire(old)

    def _open_first(self) -> Serving:
        """Open the current release, or the newest whole one if that is damaged."""
        wanted = self.shelf.current_name()
        try:
            current = self.shelf.current()
        except ReleaseError:
            _LOG.exception("release %s cannot be served", wanted)
            current = None
        others = [r for r in reversed(self.shelf.releases()) if r.id != wanted and not r.pruned]
        if current is None and not others:
            raise ReleaseError(f"there is no release in {self.shelf.home}", hint="run: ogpld build")
        for release in ([current] if current else []) + others:
            try:
                serving = Serving.open(release, self.settings)
            except OgpldError:
                _LOG.exception("release %s cannot be served", release.id)
                continue
            if release is not current:
                self._refused = wanted
                _LOG.error(
                    "SERVING %s INSTEAD OF %s, WHICH IS DAMAGED OR MISSING", release.id, wanted
                )
            return serving
        raise ReleaseError("no release is whole", hint="publish again: ogpld build --full")

    def _watch(self) -> None:
        while not self._stop.wait(_WATCH):
            try:
                self.refresh()
            except Exception:  # noqa: BLE001  (the watcher must outlive whatever it meets)
                _LOG.exception("looking for a new release failed")

    def _retire(self, serving: Serving) -> None:
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
