"""`/releases` and `/release/…`: every kept release with its manifest, its report and its tables.

What is under an id never changes. Pages may: they have our frame around them, so only the forms for
programs are sent as immutable.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from urllib.parse import quote

from flask import Blueprint

from ogpld.catalogue.release_description import (
    input_files,
    release_iri,
    release_triples,
    version_triples,
)
from ogpld.catalogue.withdrawals import Withdrawal
from ogpld.dumps.dump_index import read_index
from ogpld.errors import ReleaseError
from ogpld.formats.negotiation import Offer
from ogpld.formats.profiles import PLAIN
from ogpld.release import Release
from ogpld.report import Cause, Report, Severity
from ogpld.waiting import in_thread
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.past_releases import pruned
from ogpld.web.current.published import has_table, read_report, table_folders
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.current.withdrawn_parts import history_with, withdrawals_of
from ogpld.web.documents.document import write_triples
from ogpld.web.http.http_messages import Response
from ogpld.web.http.parameters import unknown_value, whole_only
from ogpld.web.http.problems import Problem
from ogpld.web.http.redirects import Redirection, is_number, location, moved
from ogpld.web.http.responses import HTML, IMMUTABLE, LIVE, OFFERS, choose, respond
from ogpld.web.pages.citation_styles import STYLES
from ogpld.web.pages.reports import REPORT_OFFERS, report_bytes, report_page
from ogpld.web.pages.templates import render
from ogpld.web.routes.differences import difference
from ogpld.web.routes.source_tables import table_response

routes = Blueprint(__name__.rpartition(".")[2], __name__)

_ID = re.compile(r"\d+-[0-9a-z]+")


@routes.get("/releases")
@routes.get("/releases.<suffix>")
def releases(request: ReleaseRequest, suffix: str = "") -> Response:
    """Answer with the list of kept releases, newest first."""
    current = request.release
    offer, negotiated = choose(request, OFFERS, suffix, profiles=PLAIN)
    releases_by_age = current.release_store.releases()[::-1]
    if offer is HTML:
        body = render(
            request, "releases.html", releases=releases_by_age, current=current.release.id
        ).encode()
    else:
        triples = [triple for release in releases_by_age for triple in version_triples(release)]
        body = write_triples(request.release, triples, f"{current.iris.base}dataset/ogpld", offer)
    return respond(request, body, offer, negotiated=negotiated, path="/releases", profiles=PLAIN)


@routes.get("/release/current")
@routes.get("/release/current.<suffix>")
def current_release(request: ReleaseRequest, suffix: str = "") -> Response:
    """Redirect to the release in service."""
    return _to_current(request, suffix)


@routes.get("/release/current/validation")
@routes.get("/release/current/validation.<suffix>")
def current_report(request: ReleaseRequest, suffix: str = "") -> Response:
    """Redirect to the report of the release in service."""
    return _to_current(request, suffix, "/validation")


@routes.get("/release/<old>..<new>")
def compared(request: ReleaseRequest, old: str, new: str) -> Response:
    """Answer with the difference of two releases."""
    return difference(request, f"{old}..{new}")


@routes.get("/release/<name>")
def release(request: ReleaseRequest, name: str) -> Response:
    """Answer with a release: its manifest."""
    if ".." in name:  # of two releases one is not named
        return difference(request, name)
    plain, _, suffix = name.partition(".")
    release_of_name = find_release(request, plain)
    offer, negotiated = choose(request, OFFERS, suffix, profiles=PLAIN)
    dumps = _dumps(release_of_name)
    withdrawn = in_thread(partial(_withdrawals, request.release, release_of_name))
    if offer is HTML:
        body = render(
            request,
            "release.html",
            citation_styles=STYLES,
            release=release_of_name,
            current=request.release.release.id,
            classes=request.release.model.classes,
            files=_files(release_of_name),
            dumps=dumps,
            withdrawn=withdrawn,
        ).encode()
    else:
        root = release_iri(release_of_name.manifest, release_of_name.id)
        log = history_with(request.release, release_of_name).changes
        changes = log.get(release_of_name.id, ())
        triples = list(release_triples(release_of_name, withdrawn, changes))
        body = write_triples(request.release, triples, root, offer)
    if dumps or offer is not HTML:  # else its page may get a link to them any time
        request.state.cacheable = True
    return respond(
        request,
        body,
        offer,
        negotiated=negotiated,
        path=f"/release/{release_of_name.id}",
        caching=LIVE if withdrawn is None else _caching(offer),
        profiles=PLAIN,
    )


def _withdrawals(serving: OpenRelease, release_of_name: Release) -> Sequence[Withdrawal] | None:
    """Return the data sets and graphs that a release took away, None where that cannot be read."""
    try:
        return withdrawals_of(serving, release_of_name)
    except ReleaseError:
        return None


def _files(release_of_name: Release) -> list[tuple[str, str, str]]:
    """Return name, digest and address of each input; "" for one the release has no copy of."""
    files = []
    for name, digest in input_files(release_of_name.manifest):
        folder, _, rest = name.partition("/")
        source, _, file = rest.partition("/")
        is_published = folder == "sources" and has_table(release_of_name, source, file)
        address = (
            quote(f"/release/{release_of_name.id}/source/{source}/{file}") if is_published else ""
        )
        files.append((name, digest, address))
    return files


def _dumps(release_of_name: Release) -> int:
    """Return how many dumps a release has."""
    try:
        index = read_index(release_of_name)
    except ReleaseError:
        return 0
    return len(index.files) if index else 0


@routes.get("/release/<name>/validation")
@routes.get("/release/<name>/validation.<suffix>")
def validation(request: ReleaseRequest, name: str, suffix: str = "") -> Response:
    """Answer with the report of a release: what its check found."""
    release_of_name = find_whole(request, name)
    offer, negotiated = choose(request, REPORT_OFFERS, suffix, profiles=PLAIN)
    if offer is not HTML:
        whole_only(request, offer.name, ("page", "severity", "about"))
    report, causes = _report(request, release_of_name)
    path = f"/release/{release_of_name.id}/validation"
    if offer is HTML:
        body = _page(request, release_of_name, report, causes)
    else:
        body = report_bytes(
            report,
            offer,
            iri=release_iri(release_of_name.manifest, f"{release_of_name.id}/validation"),
            context=request.release.context,
            context_iri=request.release.iris.context,
        )
    request.state.cacheable = True
    return respond(
        request,
        body,
        offer,
        negotiated=negotiated,
        # a page of a longer report is not what the address with the suffix alone gives
        path="" if request.args else path,
        offers=REPORT_OFFERS,
        profiles=() if request.args else PLAIN,
        links=[f'<{path}>; rel="canonical"', '</shapes>; rel="describedby"'],
        caching=_caching(offer),
    )


@routes.get("/release/<name>/source/<folder>/<file>")
def table(request: ReleaseRequest, name: str, folder: str, file: str) -> Response:
    """Answer with a source table as this release read it."""
    release_of_name = find_whole(request, name)
    return table_response(
        request, release_of_name, folder, file, f"/release/{release_of_name.id}/source", _caching
    )


def find_release(request: ReleaseRequest, name: str) -> Release:
    """Return a kept release by its id.

    Raises:
        Problem: 404 when there is none of that name, 301 when it has another id since an erasure.
        Redirection: for its number, to the same address with its id.
    """
    current = request.release
    if name == current.release.id:
        return current.release
    number = is_number(name)
    if not number and not _ID.fullmatch(name):
        raise _no_release(name)
    try:
        release_of_name = current.release_store.get(name)
    except ReleaseError as error:
        raise _no_release(name) from error
    if number:
        path = request.path.replace(name, release_of_name.id, 1)
        status = 302 if request.method in {"GET", "HEAD"} else 307  # else the body would get lost
        raise Redirection(moved(request, path, status))
    if release_of_name.id != name:
        raise moved_release(request, name, release_of_name.id)
    return release_of_name


def release_id(request: ReleaseRequest, name: str) -> str:
    """Return the id of the release that a parameter names by number or id; the name where there is none."""
    if not is_number(name) and not _ID.fullmatch(name):
        return name
    try:
        return request.release.release_store.get(name).id
    except ReleaseError:
        return name


def _no_release(name: str) -> Problem:
    """Return the problem of an unknown release."""
    return Problem("not-found", f"There is no release {name}.", "see the list at /releases")


def moved_release(request: ReleaseRequest, before: str, after: str) -> Problem:
    """Return the redirect from an address of a release before an erasure to that since."""
    problem = Problem(
        "release-erased",
        f"Something was erased from release {before}, which is {after} since.",
        "when and why is at /erasures",
        erasures="/erasures",
    )
    problem.headers["Location"] = location(request, request.path.replace(before, after, 1))
    problem.headers["Cache-Control"] = "no-store"
    return problem


def find_whole(request: ReleaseRequest, name: str) -> Release:
    """Return a release that has its data.

    Raises:
        Problem: 404 when there is none of that name, 410 when its data was pruned.
    """
    release_of_name = find_release(request, name)
    if release_of_name.pruned:
        raise pruned(release_of_name)
    return release_of_name


def _report(request: ReleaseRequest, release_of_name: Release) -> tuple[Report, tuple[Cause, ...]]:
    """Return the report of a release and its causes, kept as long as there is room."""
    current = request.release

    def read() -> tuple[Report, tuple[Cause, ...]]:
        report = (
            current.report
            if release_of_name.id == current.release.id
            else read_report(release_of_name)
        )
        return report, report.causes()

    return current.cached(("report", release_of_name.id), read)


def _page(
    request: ReleaseRequest, release_of_name: Release, report: Report, causes: tuple[Cause, ...]
) -> bytes:
    """Return the page the request asks for.

    Raises:
        Problem: 400 for an unknown severity, 404 for a page past the last.
    """
    severity, severities = request.args.get("severity", ""), [s.value for s in Severity]
    if severity and severity not in severities:
        detail = f"severity={severity[:80]} is none that findings have."
        raise unknown_value("filter-unknown", detail, "severity", severity, severities)
    folders = table_folders(release_of_name)
    place = f"/release/{release_of_name.id}"

    def table_of(file: str) -> str:
        return f"{place}/source/{folders[file]}/{file}" if file in folders else ""

    page = report_page(
        causes,
        report.counts(),
        iris=release_of_name.iris,
        table=table_of,
        path=f"{place}/validation",
        number=request.args.get("page", "1"),
        severity=severity,
        about=request.args.get("about", ""),
        names=request.release.names,
    )
    return render(
        request,
        "validation.html",
        page=page,
        release=release_of_name,
        current=request.release.release.id,
    ).encode()


def _to_current(request: ReleaseRequest, suffix: str, below: str = "") -> Response:
    """Redirect to an address under the id of the release in service."""
    path = f"/release/{request.release.release.id}{below}"
    return moved(request, path + (f".{suffix}" if suffix else ""), 302)


def _caching(offer: Offer) -> str:
    return LIVE if offer is HTML else IMMUTABLE
