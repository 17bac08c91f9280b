"""`/release/{a}..{b}`: what changed from one release to another, thing by thing.

Pages show old and new values side by side; programs get JSON, CSV or an RDF Patch with every statement.
Releases may be named by id or number; the answer is sent from the address with both ids, which never
changes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ogpld.errors import ReleaseError
from ogpld.formats import media
from ogpld.formats.negotiation import Offer
from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.rdf import Literal, NamedNode, compact
from ogpld.release import Difference, Release
from ogpld.release.change_formats import as_csv, as_json, as_text
from ogpld.release.changes import Change, PropertyChange, changes_with_properties
from ogpld.release.difference import between
from ogpld.release.patch import rdf_patch
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.http_messages import Response
from ogpld.web.http.page_numbers import page_number
from ogpld.web.http.parameters import whole_only
from ogpld.web.http.problems import Problem
from ogpld.web.http.redirects import moved
from ogpld.web.http.responses import HTML, IMMUTABLE, LIVE, choose, respond
from ogpld.web.pages.links import local_path, outside_host
from ogpld.web.pages.reports import PLAIN_JSON, TEXT
from ogpld.web.pages.tables import Row, Table, Value
from ogpld.web.pages.templates import render

_PATCH, _CSV = media.offer_of(media.RDF_PATCH), media.offer_of(media.CSV)
OFFERS: tuple[Offer, ...] = (PLAIN_JSON, _CSV, _PATCH, TEXT, HTML)

#: Statements that are told thing by thing; more are for `ogpld diff`, which nobody waits for.
LIMIT = 50_000
#: Things on one page.
PAGE = 50
_NAME = re.compile(r"([0-9a-z-]+)\.\.([0-9a-z-]+)(?:\.([a-z]+))?")


@dataclass(frozen=True, slots=True)
class ThingView:
    """A thing as a page shows it: what happened to it, and old and new values side by side."""

    kind: str
    name: Value
    key: str
    replaced_by: tuple[Value, ...]
    table: Table


def difference(request: ReleaseRequest, name: str) -> Response:
    """Answer with the difference of two releases, named `a..b`.

    Raises:
        Problem: 404 for a release there is not, 410 where patches are not enough, 503 where something is
            damaged, 413 for a difference of more statements than can be told at once.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        raise Problem("not-found", f"There is no difference {name}.", "name two releases: a..b")
    release_store = request.release.release_store
    old, new = _release(request, match[1]), _release(request, match[2])
    path = f"/release/{old.id}..{new.id}"
    if (old.id, new.id) != (match[1], match[2]):
        return moved(request, path + (f".{match[3]}" if match[3] else ""), 302)
    offer, negotiated = choose(request, OFFERS, match[3] or "")
    if offer is not HTML:
        whole_only(request, offer.name, ("page",))
    try:
        changes = between(release_store, old, new)
        body = _written(request, changes, old, new, offer, path)
    except ReleaseError as error:
        code = "pruned" if release_store.pruned() else "release-damaged"
        code = "release-gap" if release_store.absent() else code
        raise Problem(code, f"{error.message}.", "see the releases at /releases") from error
    return respond(
        request,
        body,
        offer,
        negotiated=negotiated,
        path="" if request.args else path,
        offers=OFFERS,
        links=[f'<{path}>; rel="canonical"'],
        caching=LIVE if offer is HTML else IMMUTABLE,
    )


def _release(request: ReleaseRequest, name: str) -> Release:
    try:
        current = request.release
        return current.release if name == "current" else current.release_store.get(name)
    except ReleaseError as error:
        raise Problem(
            "not-found", f"There is no release {name}.", "see the list at /releases"
        ) from error


def _written(
    request: ReleaseRequest,
    release_difference: Difference,
    old: Release,
    new: Release,
    offer: Offer,
    path: str,
) -> bytes:
    if offer is _PATCH:
        return rdf_patch(release_difference.added, release_difference.gone, new.id, old.id)
    count = len(release_difference.added) + len(release_difference.gone)
    if count > LIMIT:
        raise Problem(
            "difference-too-large",
            f"{count:,} statements changed, more than the {LIMIT:,} that are told thing by thing.",
            f"get the patch at {path}.rdfp, or ask for fewer releases",
        )
    changes = changes_with_properties(request.release.release_store, release_difference, old, new)
    if offer is PLAIN_JSON:
        return as_json(changes, old, new).encode()
    if offer is _CSV:
        return as_csv(changes).encode()
    if offer is TEXT:
        return as_text(changes, old, new).encode()
    return _page(request, changes, old, new, count, path)


def _page(
    request: ReleaseRequest,
    changes: Sequence[Change],
    old: Release,
    new: Release,
    count: int,
    path: str,
) -> bytes:
    pages = max(1, -(-len(changes) // PAGE))
    number = page_number(request.args.get("page", "1"), pages, path)
    changes_of_page = changes[(number - 1) * PAGE : number * PAGE]
    iris, model = new.iris, request.release.model
    return render(
        request,
        "difference.html",
        old=old,
        new=new,
        place=path,
        counts=Counter(change.kind for change in changes),
        statements=count,
        things=[_view(change, iris, model) for change in changes_of_page],
        page=number,
        pages=pages,
        first=(number - 1) * PAGE + 1,
        total=len(changes),
    ).encode()


def _view(change: Change, iris: Iris, model: Model) -> ThingView:
    key = change.thing.removeprefix(f"{iris.base}id/")
    href = local_path(change.thing, iris) or ""
    rows = tuple(_row(change_of_property, iris, model) for change_of_property in change.properties)
    return ThingView(
        change.kind,
        Value(change.label or key, href),
        key,
        tuple(_value(NamedNode(iri), iris) for iri in change.replaced_by),
        Table(("Property", "Before", "After"), rows),
    )


def _row(property_change: PropertyChange, iris: Iris, model: Model) -> Row:
    part = property_change.subject.partition("#")[2]
    term = model.terms.get(property_change.predicate)
    label = term.label if term else compact(property_change.predicate)
    name = Value(
        f"#{part} {label}" if part else label, local_path(property_change.predicate, iris) or ""
    )
    old, new = (
        tuple(_value(v, iris) for v in end) for end in (property_change.old, property_change.new)
    )
    return Row(((name,), old, new))


def _value(value: NamedNode | Literal, iris: Iris) -> Value:
    if isinstance(value, Literal):
        return Value(value.value, language=value.language or "")
    if (path := local_path(value.value, iris)) is not None:
        return Value(path.rpartition("/")[2] or path, path)
    host = outside_host(value.value)
    return Value(value.value, value.value if host else "", host)
