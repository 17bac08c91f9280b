"""The vocabulary side: `/ns`, `/shapes`, `/code/…`, each deployment's own copy."""

from __future__ import annotations

from functools import partial

from flask import Blueprint

from ogpld.errors import ReleaseError
from ogpld.formats import Statements, format_named
from ogpld.formats.negotiation import Offer
from ogpld.formats.profiles import PLAIN
from ogpld.iris import is_key
from ogpld.model import Code, Scheme
from ogpld.queries import bind, load
from ogpld.rdf import CODE, NamedNode, canonical_blank_nodes, canonical_triples, parse_quads
from ogpld.stores import Query
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.documents.answer_document import represent
from ogpld.web.documents.document import Document, find_document
from ogpld.web.http.http_messages import Response
from ogpld.web.http.jsonld_profile import shaped
from ogpld.web.http.parameters import whole_only
from ogpld.web.http.problems import Problem
from ogpld.web.http.redirects import moved
from ogpld.web.http.responses import HTML, OFFERS, choose, respond, suffix_of
from ogpld.web.pages.area_page import area_of
from ogpld.web.pages.assessed_things import assessed_things
from ogpld.web.pages.codebook import codebook, is_codebook
from ogpld.web.pages.codelists import CodeLists
from ogpld.web.pages.columns import read_columns
from ogpld.web.pages.counts import read_counts
from ogpld.web.pages.division import divide, element_count
from ogpld.web.pages.examples import Examples
from ogpld.web.pages.graphs import Graph, read_graph
from ogpld.web.pages.links import Description
from ogpld.web.pages.shapes import shapes_page
from ogpld.web.pages.subject import Subject
from ogpld.web.pages.templates import render
from ogpld.web.pages.thing import make_page
from ogpld.web.pages.vocabulary import vocabulary

routes = Blueprint(__name__.rpartition(".")[2], __name__)


@routes.get("/ns")
@routes.get("/ns.<suffix>")
def ontology(request: ReleaseRequest, suffix: str = "") -> Response:
    """Answer with the ontology: one document with an anchor per term."""
    return _schema(request, "ontology", "/ns", suffix)


@routes.get("/ns/<version>")
def ontology_version(request: ReleaseRequest, version: str) -> Response:
    """Redirect the version IRI of the ontology in service to its document (OWL 2, section 3.2)."""
    there = request.release.model.version
    if version != there:
        raise Problem(
            "not-found",
            f"There is no version {version} of the ontology here.",
            f"the one in service is {there}: /ns/{there}",
        )
    return moved(request, "/ns", 302, caching="public, max-age=300")


@routes.get("/shapes")
@routes.get("/shapes.<suffix>")
def shapes(request: ReleaseRequest, suffix: str = "") -> Response:
    """Answer with the shapes."""
    return _schema(request, "shapes", "/shapes", suffix)


def _schema(request: ReleaseRequest, name: str, path: str, suffix: str) -> Response:
    offer, negotiated = choose(request, OFFERS, suffix, profiles=PLAIN)
    if offer is HTML:
        body = (_vocabulary_page(request) if name == "ontology" else _shapes_page(request)).encode()
    else:
        whole_only(request, offer.name, ("page",))
        body = _schema_graph(request, name, offer)
    request.state.cacheable = True
    return respond(request, body, offer, negotiated=negotiated, path=path, profiles=PLAIN)


def _schema_graph(request: ReleaseRequest, name: str, offer: Offer) -> bytes:
    """Return the graph of ontology or shapes in an RDF form; JSON-LD of it lists its nodes.

    The engine names blank nodes anew with every start; here they have the names that the release has.
    """
    current, form = request.release, format_named(suffix_of(offer))
    graph = current.iris.graph(name)
    query = Query(load("graph"), ("", "nt"), default_graphs=(graph.value,))
    answer = current.store.answer(query, trusted=True)
    quads = canonical_blank_nodes(parse_quads(answer.body, "nt"), graph)
    triples = canonical_triples(quad.triple for quad in quads)
    content = Statements(triples, "", current.context, current.iris.context)
    return form.write(shaped(content, offer))


def _vocabulary_page(request: ReleaseRequest) -> str:
    current = request.release
    page = vocabulary(
        read_graph(current, "ontology"),
        current.model,
        Examples(current.release.path / "model" / "ontology" / "examples", current.model),
        current.release.manifest.classes,
    )
    return render(request, "vocabulary.html", vocabulary=page, **_division(request, "/ns", 1_000))


def _shapes_page(request: ReleaseRequest) -> str:
    current = request.release
    try:
        report = current.report
    except ReleaseError:  # the page goes on without; the report's own address says what is wrong
        report = None
    page = shapes_page(read_graph(current, "shapes"), current.model, report)
    return render(
        request,
        "shapes.html",
        page=page,
        release=current.release.id,
        **_division(request, "/shapes", 700),
    )


def _division(request: ReleaseRequest, path: str, most: int) -> dict[str, object]:
    """Return the number of the page of a text that is asked for, and what gives that page.

    Args:
        request: the request.
        path: the bare address.
        most: elements of the sections on a page.
    """
    number = request.args.get("page", "1")
    page = partial(divide, path=path, number=number, most=most, weigh=element_count)
    return {"number": number, "divide": page}


@routes.get("/code")
def lists(request: ReleaseRequest) -> Response:
    """Answer with the list of code lists."""
    offer, negotiated = choose(request, (HTML,))
    body = render(request, "codelists.html", groups=_lists(request).groups()).encode()
    request.state.cacheable = True
    return respond(request, body, offer, negotiated=negotiated)


@routes.get("/code/<scheme>")
def code_list(request: ReleaseRequest, scheme: str) -> Response:
    """Answer with a code list and all its codes; indicators are the codebook."""
    name, _, suffix = scheme.partition(".")
    current = request.release
    code_list_def = current.model.schemes.get(name)
    if code_list_def is None:
        raise _unknown(scheme)
    offer, negotiated = choose(request, OFFERS, suffix, profiles=PLAIN)
    path = f"/code/{name}"
    if offer is HTML:
        body = _list_page(request, code_list_def, path).encode()
    else:
        form = format_named(suffix_of(offer))
        body = form.write(shaped(_scheme_statements(request, code_list_def.iri), offer))
    request.state.cacheable = True
    return respond(request, body, offer, negotiated=negotiated, path=path, profiles=PLAIN)


def _lists(request: ReleaseRequest) -> CodeLists:
    current = request.release
    graph = current.cached("graph of the model", lambda: Graph(current.model.quads))
    return CodeLists(current.model, read_counts(current), graph)


def _list_page(request: ReleaseRequest, scheme: Scheme, path: str) -> str:
    code_lists = _lists(request)
    code_list_view = code_lists.code_list(scheme)
    if is_codebook(code_lists, scheme):
        columns = read_columns(request.release.release, code_lists.model)
        entries = codebook(code_lists, scheme, columns)
        return render(request, "codebook.html", list=code_list_view, entries=entries, path=path)
    return render(request, "codelist.html", list=code_list_view, path=path)


@routes.get("/code/<scheme>/<name>")
def code(request: ReleaseRequest, scheme: str, name: str) -> Response:
    """Answer with one code."""
    notation, _, suffix = name.partition(".")
    code_list_def = request.release.model.schemes.get(scheme)
    path = f"/code/{scheme}/{notation}"
    iri = CODE(f"{scheme}/{notation}").value if code_list_def and is_key(notation) else ""
    document = find_document(request.release, path, iri) if iri else None
    if code_list_def is None or document is None:
        raise _unknown(f"{scheme}/{name}")
    code_view = next((c for c in code_list_def.codes if c.iri == iri), None)
    if code_view is None:  # described in the release, but in no list of its model
        return represent(request, document, suffix)
    return represent(
        request,
        document,
        suffix,
        lambda request, document: _code_page(request, document, code_list_def, code_view).encode(),
    )


def _code_page(request: ReleaseRequest, document: Document, scheme: Scheme, code: Code) -> str:
    """Return the page of a code; what carries it is counted, and listed where that is short."""
    current, code_lists = request.release, _lists(request)
    about = Description(document.quads, document.iri, current.model, current.iris)
    subject = Subject(current, about, document.incoming)
    page = make_page(about, document.incoming, assessed=assessed_things(subject))
    entry = None
    if is_codebook(code_lists, scheme):
        columns = read_columns(current.release, code_lists.model)
        entries = codebook(code_lists, scheme, columns)
        entry = next(entry for entry in entries if entry.row.iri == code.iri)
    return render(
        request,
        "code.html",
        page=page,
        row=code_lists.row(scheme, code),
        list=code_lists.code_list(scheme),
        uses=code_lists.uses(code.iri),
        entry=entry,
        area=area_of(current, scheme, code),
        path=document.path,
        findings=current.findings.get(document.iri, ()),
    )


def _scheme_statements(request: ReleaseRequest, iri: str) -> Statements:
    """Return a whole code list: the scheme and every statement about its codes."""
    current = request.release
    text = bind(load("scheme"), scheme=NamedNode(iri))
    body = current.store.answer(Query(text, ("", "nt")), trusted=True).body
    return Statements(canonical_triples((), body), iri, current.context, current.iris.context)


def _unknown(what: str) -> Problem:
    return Problem("not-found", f"There is no {what}.", "see the code lists at /code")
