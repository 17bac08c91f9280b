"""`/catalog` and `/dataset/…`: the DCAT-AP catalogue, and every dataset with a page of its own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from urllib.parse import quote

from flask import Blueprint

from ogpld.catalogue.agents import publisher_name
from ogpld.catalogue.authority import authorities
from ogpld.catalogue.catalogue_jsonld import write_catalogue
from ogpld.catalogue.croissant import croissant, has_tables
from ogpld.catalogue.datasets import Dataset, DatasetFacts
from ogpld.catalogue.dcat import catalogue, one_dataset
from ogpld.catalogue.licence import licence_of
from ogpld.dumps.dump_index import FOLDER
from ogpld.formats import Statements, format_named, media
from ogpld.formats.negotiation import Offer
from ogpld.formats.profiles import COMPACTED, PLAIN
from ogpld.rdf import Triple, canonical_triples
from ogpld.search.folding import fold
from ogpld.web.current.dataset_facts import dumps, facts, keep_settled
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.current.withdrawn_parts import missing_part
from ogpld.web.documents.answer_document import represent
from ogpld.web.documents.document import find_document
from ogpld.web.documents.signposts import signposts
from ogpld.web.http.http_messages import Response
from ogpld.web.http.jsonld_profile import shaped
from ogpld.web.http.problems import Problem
from ogpld.web.http.responses import HTML, OFFERS, choose, respond, suffix_of
from ogpld.web.pages.citation_styles import STYLES
from ogpld.web.pages.templates import render

routes = Blueprint(__name__.rpartition(".")[2], __name__)

_JSONLD = media.offer_of(media.JSON_LD)


@routes.get("/catalog")
@routes.get("/catalog.<suffix>")
def whole(request: ReleaseRequest, suffix: str = "") -> Response:
    """Answer with the catalogue: complete, in one document."""
    offer, negotiated = choose(request, OFFERS, suffix, profiles=PLAIN)
    keep_settled(request)
    if offer is HTML:
        body = render(request, "catalogue.html", facts=facts(request.release)).encode()
    else:
        body = catalogue_bytes(request, offer)
    return respond(request, body, offer, negotiated=negotiated, path="/catalog", profiles=PLAIN)


def catalogue_bytes(request: ReleaseRequest, offer: Offer) -> bytes:
    """Return the catalogue in a form."""
    current = request.release
    catalogue_facts = facts(current)
    key = ("catalogue", suffix_of(offer), offer.profile, offer.inline, catalogue_facts.dumps)

    def written() -> bytes:
        triples = catalogue(catalogue_facts, current.settings)
        return _written(request, triples, f"{catalogue_facts.base}catalog", offer)

    return current.cached(key, written)


@routes.get("/dataset/<name>")
def dataset(request: ReleaseRequest, name: str) -> Response:
    """Answer with a dataset: its landing page, or its description."""
    key, _, suffix = name.partition(".")
    current = request.release
    keep_settled(request)
    catalogue_facts = facts(current)
    described = catalogue_facts.named(key)
    if described is None:
        return _other(request, key, suffix)
    offer, negotiated = choose(request, OFFERS, suffix, profiles=PLAIN)
    if offer is HTML:
        body = _page(request, catalogue_facts, described)
    else:
        body = _written(
            request, one_dataset(catalogue_facts, described, current.settings), described.iri, offer
        )
    return respond(
        request,
        body,
        offer,
        negotiated=negotiated,
        path=described.path,
        links=_links(request, described),
        profiles=PLAIN,
    )


@routes.get("/dataset/<name>/croissant.json")
def tables(request: ReleaseRequest, name: str) -> Response:
    """Answer with the Croissant description of a dataset's tables."""
    current = request.release
    keep_settled(request)
    catalogue_facts = facts(current)
    table_dataset = catalogue_facts.named(name)
    listed = dumps(current)
    if table_dataset is None:
        raise missing_dataset(request, name)
    if listed is None or not has_tables(table_dataset):
        raise Problem("not-found", f"There are no tables of a data set {name}.", "see /catalog")
    release, _ = listed
    described = next(file for file in table_dataset.files if file.kind == "csvw")
    schema = json.loads((release.path / FOLDER / described.file).read_bytes())
    body = croissant(catalogue_facts, table_dataset, current.settings, schema)
    links = [
        f'<{table_dataset.path}>; rel="describes"',
        f'<{current.settings.licence}>; rel="license"',
    ]
    return respond(request, body, _JSONLD, negotiated=False, links=links)


def missing_dataset(request: ReleaseRequest, name: str) -> Problem:
    """Return the problem of an unknown data set: 410 where an earlier release had it."""
    detail = f"There is no data set {name}."
    return missing_part(request.release, f"/dataset/{name}", detail, "see /catalog")


def _other(request: ReleaseRequest, key: str, suffix: str) -> Response:
    """Answer with a data set that the release describes itself, as the numbers that reports print."""
    document = find_document(
        request.release, f"/dataset/{key}", f"{request.release.iris.base}dataset/{key}"
    )
    if document is None:
        raise missing_dataset(request, key)
    return represent(request, document, suffix)


def _page(request: ReleaseRequest, catalogue_facts: DatasetFacts, described: Dataset) -> bytes:
    settings = request.release.settings
    return render(
        request,
        "dataset.html",
        citation_styles=STYLES,
        facts=catalogue_facts,
        dataset=described,
        licence=licence_of(described.licence),
        spatial=_places(request, catalogue_facts, described),
        publisher=publisher_name(catalogue_facts.base, settings),
        settings=settings,
        tables=has_tables(described),
    ).encode()


def _places(
    request: ReleaseRequest, catalogue_facts: DatasetFacts, described: Dataset
) -> list[tuple[str, str, str]]:
    """Return the places a dataset is about by name: address, name and its language."""
    names = {place: (entry.label, "en") for place, entry in authorities().items()}
    names |= request.release.names(set(described.spatial) - names.keys())
    places = [
        (place.replace(catalogue_facts.base, "/", 1), *names.get(place, (place, "")))
        for place in described.spatial
    ]
    return sorted(places, key=lambda place: fold(place[1]))


def _links(request: ReleaseRequest, described: Dataset) -> list[str]:
    """Return the Link values of a dataset beyond its other forms (Signposting)."""
    links = [
        f'<{described.path}>; rel="canonical"',
        f'<{described.licence}>; rel="license"',
        f'<{quote(described.path)}>; rel="cite-as"',
        '</catalog>; rel="collection"',
        '<https://schema.org/Dataset>; rel="type"',
    ]
    links += [
        f'</dump/current/{quote(file.file)}>; rel="item"; type="{file.sent_type}"'
        for file in described.files
        if file.kind in {"nq", "ttl", "jsonld", "tidy"}
    ]
    links += [link.header() for link in signposts(request.release, described.path)]
    return links


def _written(request: ReleaseRequest, triples: Sequence[Triple], root: str, offer: Offer) -> bytes:
    """Return statements in a form; JSON-LD brings all it needs along unless a profile is asked for."""
    name = suffix_of(offer)
    if name == "jsonld" and offer.profile in {"", COMPACTED}:
        return write_catalogue(triples, root)
    form, current = format_named(name), request.release
    content = Statements(canonical_triples(triples), root, current.context, current.iris.context)
    return form.write(shaped(content, offer))
