"""What releases took away that is no thing: data sets and named graphs, and what to say of one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ogpld.catalogue.withdrawals import Withdrawal, withdrawals
from ogpld.dumps.dump_index import read_index
from ogpld.errors import ReleaseError
from ogpld.release import Release
from ogpld.release.history import History
from ogpld.waiting import in_thread
from ogpld.web.current.open_release import OpenRelease, past_path_prefix
from ogpld.web.http.problems import Problem


def history_with(serving: OpenRelease, release: Release) -> History:
    """Return a change log that has a release, also one after the release in service."""
    history = serving.history
    is_there = release.id in {each.id for each in history.releases}
    return history if is_there else History(serving.release_store, release)


def withdrawals_of(serving: OpenRelease, release: Release) -> Sequence[Withdrawal]:
    """Return what a release took away, also one after the release in service.

    Raises:
        ReleaseError: when log, patches or data on the way cannot be read.
    """

    def read() -> Sequence[Withdrawal]:
        history, segment = (
            history_with(serving, release),
            serving.model.classes["ActionPlan"].segment,
        )
        return withdrawals(serving.release_store, history, release, segment)

    return serving.cached(("withdrawals", release.id), read, lambda parts: 1_000 + 500 * len(parts))


def missing_part(serving: OpenRelease, path: str, detail: str, hint: str) -> Problem:
    """Return what to say of a data set or graph that a release does not have: 410 where one before had it.

    Args:
        serving: the release.
        path: of the page of what is missing.
        detail: what to say where no release had it.
        hint: what to do then.
    """
    withdrawal = in_thread(partial(_withdrawal, serving, path))
    if withdrawal is None:
        return Problem("not-found", detail, hint)
    return _gone(withdrawal)


def _withdrawal(serving: OpenRelease, path: str) -> Withdrawal | None:
    """Return how a path went the last time; None where no release took it away, or that cannot be read."""
    for release in reversed(serving.history.releases):
        try:
            parts = withdrawals_of(serving, release)
        except ReleaseError:
            continue
        for part in parts:
            if part.path == path:
                return part
    return None


def _gone(part: Withdrawal) -> Problem:
    """Return what to say of what was withdrawn, with what it was and where it can be had as it was."""
    last = part.last
    members: dict[str, object] = {
        "thing": part.iri,
        "label": part.label,
        "lastRelease": last.id,
        "withdrawnIn": part.release.id,
        "replacedBy": [],
    }
    if not last.pruned:
        prefix, files = past_path_prefix(last), _files(part)
        is_graph = part.path.startswith("/graph/")
        members["memento"] = f"{prefix}{part.path}" if is_graph else prefix
        if files:
            members |= {"memento": f"/dump/{last.id}", "files": files}
    return Problem(
        "withdrawn",
        f"{part.label} was withdrawn. Before that, release {last.id} had it.",
        f"what changed then is at /release/{last.id}..{part.release.id}",
        **members,
    )


def _files(part: Withdrawal) -> list[str]:
    """Return the addresses of the files of a data set in the dumps of the release that had it."""
    place, _, name = part.path.rpartition("/")
    try:
        index = read_index(part.last) if place == "/dataset" else None
    except ReleaseError:
        return []
    return [f"/dump/{part.last.id}/{file.file}" for file in index.of(name)] if index else []
