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
from ogpld.rdf import RDFS, Literal, NamedNode, Quad, compact
from ogpld.release import Difference, Release
from ogpld.release.change_formats import as_csv, as_json, as_text
from ogpld.release.changes import Change, PropertyChange, changes_with_properties
from ogpld.release.difference import between
from ogpld.release.patch import rdf_patch
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.http_messages import Response
from ogpld.web.http.languages import DEFAULT
from ogpld.web.http.page_numbers import page_number
from ogpld.web.http.parameters import whole_only
from ogpld.web.http.problems import Problem
from ogpld.web.http.redirects import moved
from ogpld.web.http.responses import HTML, IMMUTABLE, LIVE, choose, respond
from ogpld.web.pages.links import Description, local_path
from ogpld.web.pages.reports import PLAIN_JSON, TEXT
from ogpld.web.pages.tables import Row, Table, Value
from ogpld.web.pages.templates import render
from ogpld.wording import has_label, label, marked

_PATCH, _CSV = media.offer_of(media.RDF_PATCH), media.offer_of(media.CSV)
OFFERS: tuple[Offer, ...] = (PLAIN_JSON, _CSV, _PATCH, TEXT, HTML)

#: Statements that are told thing by thing; more are for `ogpld diff`, which nobody waits for.
LIMIT = 50_000
#: Things on one page.
PAGE = 50
_LABEL = RDFS("label")
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
        Problem: 404 for an unknown release, 410 where patches are not enough, 503 where something is
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
    about = _described(request, changes_of_page, new.iris)
    return render(
        request,
        "difference.html",
        old=old,
        new=new,
        place=path,
        counts=Counter(change.kind for change in changes),
        statements=count,
        things=[_view(change, about) for change in changes_of_page],
        page=number,
        pages=pages,
        first=(number - 1) * PAGE + 1,
        total=len(changes),
    ).encode()


def _described(request: ReleaseRequest, changes: Sequence[Change], iris: Iris) -> Description:
    """Return what things and values of changes are called: in the release in service, else as they were."""
    values = [
        (change_of_property.subject, change_of_property.predicate, value)
        for change in changes
        for change_of_property in change.properties
        for value in (*change_of_property.old, *change_of_property.new)
    ]
    named = {change.thing for change in changes}
    named |= {iri for change in changes for iri in change.replaced_by}
    named |= {value.value for *_, value in values if isinstance(value, NamedNode)}
    things = [NamedNode(iri) for iri in sorted(named)]
    names = [
        (row["thing"], Literal(row["label"], language=row.get("language") or None))
        for row in (request.release.select("labels", things=things) if things else ())
    ]
    held = {iri for iri, _ in names}
    names += [
        (subject, value)
        for subject, predicate, value in values
        if predicate == _LABEL.value and isinstance(value, Literal) and subject not in held
    ]
    names += [
        (change.thing, Literal(change.label, language=change.language or "und"))
        for change in changes
        if change.label and change.thing not in held
    ]
    quads = [Quad(NamedNode(iri), _LABEL, name) for iri, name in dict.fromkeys(names)]
    return Description(quads, "", request.release.model, iris)


def _view(change: Change, about: Description) -> ThingView:
    rows = tuple(_row(change_of_property, about) for change_of_property in change.properties)
    return ThingView(
        change.kind,
        about.link(change.thing),
        change.thing.removeprefix(f"{about.iris.base}id/"),
        tuple(map(about.link, change.replaced_by)),
        Table((marked("Property"), marked("Before"), marked("After")), rows),
    )


def _row(property_change: PropertyChange, about: Description) -> Row:
    part, iri = property_change.subject.partition("#")[2], property_change.predicate
    term = about.model.terms.get(iri)
    text = label(term.label, iri) if term else compact(iri)
    is_said = term is None or has_label(iri) or has_label(term.label)
    name = Value(
        f"#{part} {text}" if part else text,
        local_path(iri, about.iris) or "",
        language="" if is_said else DEFAULT,
    )
    sides = (property_change.old, property_change.new)
    old, new = (tuple(about.value(value, "") for value in side) for side in sides)
    return Row(((name,), old, new))
