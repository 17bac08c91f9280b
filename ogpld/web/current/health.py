"""What is wrong with a server, as an operator has to see it: workers, releases, dumps, disk.

A problem is named by a stable code. What stops pages or queries makes the server unready; all else is told
beside the answers that go on.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from dataclasses import dataclass
from typing import Any

from ogpld.dumps.dump_index import FOLDER
from ogpld.errors import OgpldError, QueryStoppedError
from ogpld.release.file_digest import has_content, has_size
from ogpld.release.query_register import FILE as REGISTER
from ogpld.release.query_register import UNWRITABLE
from ogpld.release.release_time import is_ahead
from ogpld.stores import Query
from ogpld.web.current.dataset_facts import dumps
from ogpld.web.current.open_release import OpenRelease

#: The smallest query that has to read data, and the seconds it gets.
_QUERY = "ASK { ?s ?p ?o }"
_PATIENCE = 2.0
#: Seconds for which the answer to it holds: who asks all the time must not keep workers busy.
_HOLDS = 1.0
#: Releases like the one in service that must fit on the disk, and the least that must be free, in bytes.
_RELEASES, _LEAST_FREE = 2, 64 << 20
#: Files that must be free: publishing makes a few hundred.
_LEAST_FILES = 1_000


@dataclass(frozen=True, slots=True)
class HealthProblem:
    """Something an operator has to know.

    Attributes:
        code: `workers`, `restarting`, `draining`, `query`, `busy`, `stores`, `release-refused`,
            `files-damaged`, `queries`, `settings`, `clock`, `dumps-missing` or `disk-full`.
        detail: what is wrong and what to do, in sentences.
        stops: whether pages or queries are not answered because of it.
        release: id of the release it is about, "" for none.
    """

    code: str
    detail: str
    stops: bool = False
    release: str = ""

    def as_json(self) -> dict[str, str]:
        """Return it as members of a JSON object."""
        about = {"release": self.release} if self.release else {}
        return {"code": self.code, **about, "detail": self.detail}


class _WorkerProbe:
    """Asks the workers of a release a real query; the answer holds for a moment, whoever asks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._moment = 0.0
        self._problems: tuple[HealthProblem, ...] = ()

    def problems(self, serving: OpenRelease) -> tuple[HealthProblem, ...]:
        """Return what keeps pages or queries from being answered."""
        with self._lock:
            if time.monotonic() - self._moment > _HOLDS:
                self._problems = tuple(
                    problem
                    for trusted in (True, False)
                    if (problem := _query_problem(serving, trusted=trusted))
                )
                self._moment = time.monotonic()
            return self._problems


def probe_problems(serving: OpenRelease) -> tuple[HealthProblem, ...]:
    """Return the problems that a real query shows."""
    return serving.cached(("health", "probe"), _WorkerProbe).problems(serving)


def _query_problem(serving: OpenRelease, *, trusted: bool) -> HealthProblem | None:
    """Ask the workers of pages (`trusted`) or those of callers' queries."""
    work = "pages" if trusted else "queries"
    try:
        answer = serving.store.answer(Query(_QUERY, deadline=_PATIENCE), trusted=trusted)
    except QueryStoppedError as error:
        if error.limit in {"queue", "deadline"}:
            detail = f"All workers of {work} are busy: {error.message}."
            return HealthProblem("busy", detail, stops=trusted)
        return HealthProblem(
            "query", f"A query of {work} was not answered: {error.message}.", stops=True
        )
    except OgpldError as error:
        return HealthProblem("query", f"A query of {work} failed: {error.message}.", stops=True)
    if b"true" not in answer.body:
        return HealthProblem("query", f"A query of {work} does not find any data.", stops=True)
    return None


def standing_problems(serving: OpenRelease) -> list[HealthProblem]:
    """Return the problems that can be seen without asking a query."""
    problems = (
        _workers(serving),
        _stores(serving),
        _refused(serving),
        _files(serving),
        _queries(serving),
        _settings(serving),
        _clock(serving),
        _dumps(serving),
        _disk(serving),
    )
    return [problem for problem in problems if problem]


def _workers(serving: OpenRelease) -> HealthProblem | None:
    pool = serving.store.status()
    lanes: tuple[dict[str, Any], ...] = (pool, pool["internal"], pool.get("tasks", {}))
    failures = dict.fromkeys(lane["failure"] for lane in lanes if "failure" in lane)
    if failures:
        detail = f"Workers cannot be started: {'; '.join(failures)}."
        return HealthProblem("workers", detail, stops=not pool["ready"])
    if not pool["ready"]:
        return HealthProblem("restarting", "The query workers are being restarted.", stops=True)
    return None


def _stores(serving: OpenRelease) -> HealthProblem | None:
    """Say whether stores are not asked; their addresses are nobody else's business."""
    states = serving.store.status().get("remote_stores", [])
    lacking = [str(number) for number, ready in enumerate(states, 1) if not ready]
    if not lacking:
        return None
    detail = (
        f"Of {len(states)} stores, number {', '.join(lacking)} is not asked: it cannot be reached, or does"
        " not have the release whole. Others answer in its place; the log"
        " has the reason. Fill it: ogpld push."
    )
    return HealthProblem("stores", detail)


def _refused(serving: OpenRelease) -> HealthProblem | None:
    refused = serving.refused
    if refused is None:
        return None
    stays = f"Release {serving.release.id} stays in service."
    if not refused.id:
        detail = f"There is no current release any more. {stays} Choose one: ogpld releases use."
        return HealthProblem("release-refused", detail)
    advice = (
        "Let the user of the server read it"
        if refused.denied
        else "Publish again (ogpld build --full)"
    )
    detail = (
        f"Release {refused.id}, which is the current one, cannot be served: {refused.reason}. {stays}"
        f" {advice}, or choose another (ogpld releases use)."
    )
    return HealthProblem("release-refused", detail, release=refused.id)


def _files(serving: OpenRelease) -> HealthProblem | None:
    """Say whether files of the release have another size, or are still as damaged as when it was opened."""
    release = serving.release
    files = release.manifest.files
    damaged = [n for n, file in files.items() if not has_size(release.path / n, file.size)]
    damaged += [
        name
        for name in serving.damaged
        if name not in damaged and not has_content(release.path / name, files[name])
    ]
    if not damaged:
        return None
    more = f" and {len(damaged) - 1} more" if damaged[1:] else ""
    detail = (
        f"Missing in release {release.id}, not readable, or not as it was published: {damaged[0]}{more}."
        " Put it back from a backup, or publish again: ogpld build --full."
    )
    return HealthProblem("files-damaged", detail, release=release.id)


def _queries(serving: OpenRelease) -> HealthProblem | None:
    """Say whether permanent addresses of queries are not answered, or none can be given."""
    fault = serving.query_register.fault()
    if not fault or (fault == UNWRITABLE and not serving.settings.queries_bytes):
        return None
    detail = (
        f"The register of permanent queries, {REGISTER}, cannot be used: {fault}. Put it back from a backup,"
        " or let the user of the server write to the home; queries_bytes = 0 takes no new queries."
    )
    return HealthProblem("queries", detail)


def _settings(serving: OpenRelease) -> HealthProblem | None:
    """Say whether the settings are others than the release was built with."""
    contradictions = serving.release.manifest.contradictions(serving.settings)
    return HealthProblem("settings", " ".join(contradictions)) if contradictions else None


def _clock(serving: OpenRelease) -> HealthProblem | None:
    """Say whether the release is of a time that is still to come."""
    release = serving.release
    if not is_ahead(release):
        return None
    detail = (
        f"Release {release.id} is of {release.manifest.created}, in the future: it was published with a wrong"
        " clock, or the clock of this server is wrong. Releases after it are stamped after that time, unless"
        " it is taken back: see clock in docs/operate.md."
    )
    return HealthProblem("clock", detail, release=release.id)


def _dumps(serving: OpenRelease) -> HealthProblem | None:
    """Say whether files of the dumps are missing that a build should have written."""
    if not serving.settings.dumps:
        return None
    release = serving.release
    folder = release.path / FOLDER
    newest = dumps(serving)
    if newest is None or newest[0].id != release.id:
        detail = f"Release {release.id} has no complete dumps. Write them: ogpld build."
        return HealthProblem("dumps-missing", detail, release=release.id)
    missing = [
        each.file for each in newest[1].files if not has_size(folder / each.file, each.bytes)
    ]
    if not missing:
        return None
    detail = (
        f"{len(missing)} files of the dumps of release {release.id} are missing or cut short, the first is"
        f" {missing[0]}. Remove the folder {FOLDER} of the release and write them again: ogpld build."
    )
    return HealthProblem("dumps-missing", detail, release=release.id)


def _disk(serving: OpenRelease) -> HealthProblem | None:
    """Say whether the disk of the releases has no room for more of them."""
    home = serving.settings.home
    newest = dumps(serving)
    try:
        free, files = shutil.disk_usage(home).free, os.statvfs(home)
        size = serving.release.data.stat().st_size
    except OSError as error:
        return HealthProblem(
            "disk-full", f"The disk of the releases cannot be looked at: {error.strerror}."
        )
    size += sum(file.bytes for file in newest[1].files) if newest else 0
    needed = max(_LEAST_FREE, _RELEASES * size)
    if free < needed:
        detail = (
            f"The disk of the releases is nearly full: {free:,} bytes are free, and publishing may need"
            f" {needed:,}. Make room: ogpld releases prune."
        )
        return HealthProblem("disk-full", detail)
    if files.f_files and files.f_favail < _LEAST_FILES:
        return HealthProblem(
            "disk-full", f"The disk of the releases has room for {files.f_favail:,} more files."
        )
    return None
