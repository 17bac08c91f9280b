"""One defect each: what is done to the answers of the little server, and the checks that must find it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass

from support import little_content as content
from support.little import TYPES, Answer, Request, problem

Change = Callable[[Request, Answer], Answer | None]
_COUNTER = itertools.count()


@dataclass(frozen=True)
class Defect:
    """A way to be wrong.

    Attributes:
        name: what is wrong, in words.
        finds: ids of the checks that must find it.
        change: what is done to an answer; None leaves it as changed in place.
        late: whether it is done after validators and the common headers are added.
    """

    name: str
    finds: frozenset[str]
    change: Change
    late: bool = False


def document(request: Request) -> bool:
    """Say whether a document of a thing is asked for, in whatever form."""
    return request.path.startswith("/doc/thing/")


def negotiated(request: Request) -> bool:
    """Say whether the Accept header decides."""
    return document(request) and "." not in request.path and not request.query


def header(path: str, name: str, value: str | None) -> Change:
    """Set or drop a header of answers below a path."""

    def change(request: Request, answer: Answer) -> None:
        if request.path.startswith(path):
            answer.headers.pop(name, None)
            if value is not None:
                answer.headers[name] = value

    return change


def text(path: str, old: str, new: str) -> Change:
    """Replace a text of bodies below a path."""

    def change(request: Request, answer: Answer) -> None:
        if request.path.startswith(path):
            assert (
                request.method == "HEAD" or old.encode() in answer.body or answer.status != 200
            ), old
            answer.text(old, new)

    return change


def gone(path: str) -> Change:
    """Answer 404 below a path."""
    return lambda request, answer: problem(404, request) if request.path.startswith(path) else None


def only(
    condition: Callable[[Request], bool], make: Callable[[Request, Answer], Answer | None]
) -> Change:
    """Change answers where a condition holds."""
    return lambda request, answer: make(request, answer) if condition(request) else None


def instead(status: int, media_type: str, body: str) -> Callable[[Request, Answer], Answer]:
    """Return what answers with this."""
    return lambda _request, _answer: Answer(status, {"content-type": media_type}, body.encode())


def as_form(suffix: str) -> Callable[[Request, Answer], Answer]:
    """Return what answers with a thing's document in one form."""

    def make(request: Request, answer: Answer) -> Answer:
        body = content.write(content.thing(request.path[-1]), suffix)
        return Answer(200, {**answer.headers, "content-type": TYPES[suffix]}, body)

    return make


def drop_link(rel: str) -> Change:
    """Leave out a link of documents' headers."""

    def change(_request: Request, answer: Answer) -> None:
        if "link" in answer.headers:
            links = [x for x in answer.headers["link"].split(", ") if f'"{rel}"' not in x]
            answer.headers["link"] = ", ".join(links)

    return change


def repeat_host(request: Request, answer: Answer) -> None:
    """Make Location from the Host the client names."""
    if "location" in answer.headers:
        answer.headers["location"] = f"http://{request.headers['host']}{answer.headers['location']}"


def accepts(*needles: str) -> Callable[[Request], bool]:
    """Say whether a document is negotiated with one of these in Accept."""
    return lambda request: negotiated(request) and any(n in (request.accept or "") for n in needles)


def query(needle: str) -> Callable[[Request], bool]:
    """Say whether a query with this text is asked, in whatever way."""
    return lambda request: (
        request.path == "/sparql" and needle in request.query.get("query", "") + request.body
    )


def bare(request: Request) -> bool:
    """Say whether the endpoint is asked nothing."""
    return request.path == "/sparql" and not request.query and request.method == "GET"


def not_head(request: Request, _answer: Answer) -> Answer | None:
    """Answer HEAD with 501, as many frameworks do."""
    return Answer(501) if request.method == "HEAD" else None


def stack_trace(request: Request, _answer: Answer) -> Answer | None:
    """Show the inside of the server for a header that is malformed."""
    if request.accept and "q=NaN" in request.accept:
        return Answer(400, {"content-type": "text/plain"}, b"Traceback (most recent call last):")
    return None


def count_up(_request: Request, answer: Answer) -> None:
    """Make another ETag each time."""
    answer.headers["etag"] = f'"{next(_COUNTER)}"'


def other_bytes(path: str) -> Change:
    """Make other bytes each time."""

    def change(request: Request, answer: Answer) -> None:
        if request.path.startswith(path):
            answer.body += f"# {next(_COUNTER)}\n".encode()

    return change


def same_etag(request: Request, answer: Answer) -> None:
    """Give every form the same ETag."""
    if document(request):
        answer.headers["etag"] = '"one"'


def never_304(request: Request, _answer: Answer) -> None:
    """Pass over If-None-Match."""
    request.headers.pop("if-none-match", None)


def never_412(request: Request, _answer: Answer) -> None:
    """Pass over If-Match."""
    request.headers.pop("if-match", None)


def lenient_dates(request: Request, answer: Answer) -> None:
    """Take any Accept-Datetime for a date."""
    if "accept-datetime" in request.headers and answer.status == 400:
        answer.status = 200


def endless(request: Request, answer: Answer) -> None:
    """Name a next page for ever."""
    if request.path == "/doc/thing.ttl":
        answer.body += (
            f"<{content.BASE}doc/thing.ttl> <http://www.w3.org/ns/hydra/core#next> "
            f"<{content.BASE}doc/thing.ttl?page=2> .\n"
        ).encode()


def _catalogue(old: str, new: str) -> Change:
    return text("/catalog.ttl", old, new)


_DCAT, _DCT = "<http://www.w3.org/ns/dcat#", "<http://purl.org/dc/terms/"
_VOID = "<http://rdfs.org/ns/void#"
_TREE = "<https://w3id.org/tree#"


def _d(name: str, finds: str, change: Change, *, late: bool = False) -> Defect:
    return Defect(name, frozenset(finds.split()), change, late)


DEFECTS = (
    # identity
    _d("things lead nowhere", "identity.dereference", gone("/id/thing/b")),
    _d("the document is about something else", "identity.dereference",
       only(document, lambda a, r: r.text("id/thing/b", "id/thing/x"))),
    _d("a thing answers 200", "identity.303",
       only(lambda a: a.path.startswith("/id/"), lambda a, r: as_form("ttl")(a, Answer()))),
    _d("a redirect drops the query", "identity.query-kept",
       lambda a, r: r.headers.update(location=r.headers["location"].partition("?")[0]) if "location" in r.headers else None),
    _d("redirects lead to the base", "identity.relative",
       only(lambda a: a.path.startswith("/id/") and "text/html" not in (a.accept or "") and a.accept == "text/turtle",
            lambda a, r: r.headers.update(location="https://data.example.net" + r.headers["location"]))),
    _d("no Content-Location", "identity.content-location",
       only(negotiated, lambda a, r: r.headers.pop("content-location", "") and None)),
    _d("Content-Location names another form", "identity.content-location",
       only(accepts("text/turtle"), lambda a, r: r.headers.update({"content-location": a.path + ".nt"}))),
    _d("Location is made from Host", "identity.host", repeat_host),
    _d("the body repeats Host", "identity.host",
       only(lambda a: a.path == "/", lambda a, r: r.text("home", a.headers["host"]))),
    _d("IRIs are those of the address request", "identity.base",
       only(document, lambda a, r: r.text(f"<{content.BASE}doc", f"<http://{a.headers['host']}/doc"))),
    # negotiation
    _d("q is not read", "negotiation.q-values",
       only(accepts("text/turtle;q=0.5, app"), as_form("ttl"))),
    _d("the first type wins", "negotiation.q-values",
       only(accepts("application/ld+json;q=0.5, text"), as_form("jsonld"))),
    _d("a wildcard beats a name", "negotiation.specificity", only(accepts("text/turtle, */*;q=0.1"), as_form("nt"))),
    _d("a name's low q is forgotten", "negotiation.specificity",
       only(accepts("application/ld+json;q=0.1, application/*"), as_form("jsonld"))),
    _d("parameters make 406", "negotiation.parameters",
       only(accepts("profile=", "charset"), lambda a, r: problem(406, a))),
    _d("*/* gives HTML", "negotiation.default",
       only(lambda a: negotiated(a) and a.accept == "*/*", instead(200, "text/html", "<html>"))),
    _d("no Accept gives another form", "negotiation.default",
       only(lambda a: negotiated(a) and a.accept is None, as_form("nt"))),
    _d("browsers get Turtle", "negotiation.browser", only(accepts("image/webp"), as_form("ttl"))),
    _d("Turtle wins a tie with HTML", "negotiation.html-when-equal", only(accepts("text/turtle, text/html"), as_form("ttl"))),
    _d("what cannot be had is 200", "negotiation.406", only(accepts("image/png"), as_form("ttl"))),
    _d("406 lists nothing", "negotiation.406",
       lambda a, r: r.text("text/turtle", "") if r.status == 406 else None),
    _d("application/json is no RDF", "negotiation.json", only(accepts("application/json"), instead(200, "application/json", "{}"))),
    _d("expanded JSON-LD is compacted", "negotiation.profiles", only(accepts("#expanded"), as_form("jsonld"))),
    _d("flattened JSON-LD is 406", "negotiation.profiles", only(accepts("#flattened"), lambda a, r: problem(406, a))),
    _d("HTML as 200 for .ttl", "negotiation.suffixes",
       only(lambda a: a.path == "/doc/thing/a.ttl", instead(200, "text/html", "<html>"))),
    _d("Turtle that is HTML", "negotiation.same-graph",
       only(lambda a: a.path == "/doc/thing/a.ttl", instead(200, "text/turtle", "<html>nothing</html>"))),
    _d("no alternates are named", "negotiation.suffixes", drop_link("alternate")),
    _d("format= is passed over", "negotiation.parameter",
       only(lambda a: document(a) and bool(a.query), as_form("ttl"))),
    _d("N-Triples lack a statement", "negotiation.same-graph",
       only(lambda a: a.path == "/doc/thing/a.nt", instead(200, "application/n-triples", "<urn:a> <urn:b> <urn:c> .\n"))),
    # caching
    _d("Vary names User-Agent", "caching.vary", only(negotiated, lambda a, r: r.headers.update(vary="Accept, User-Agent"))),
    _d("Vary is missing", "caching.vary", only(negotiated, lambda a, r: r.headers.pop("vary", "") and None)),
    _d("Vary where the address decides", "caching.vary",
       only(lambda a: document(a) and "." in a.path, lambda a, r: r.headers.update(vary="Accept"))),
    _d("a weak ETag", "caching.etag", only(document, lambda a, r: r.headers.update(etag='W/"x"')), late=True),
    _d("one ETag for all forms", "caching.etag", same_etag, late=True),
    _d("the ETag changes", "caching.stable", count_up, late=True),
    _d("the bytes change", "caching.stable", other_bytes("/doc/thing/a.nt"), late=True),
    _d("never 304", "caching.304 sparql.caching", never_304),
    _d("If-Match is passed over", "caching.412", never_412),
    _d("304 without Vary", "caching.304", lambda a, r: r.headers.pop("vary", "") and None if r.status == 304 else None, late=True),
    _d("everything is 304", "caching.304",
       lambda a, r: Answer(304, {**r.headers}) if document(a) and "if-none-match" in a.headers else None, late=True),
    _d("no validators", "caching.validators caching.etag", lambda a, r: r.headers.pop("etag", "") and None, late=True),
    _d("no lifetime", "caching.lifetime", header("/doc/", "cache-control", "no-cache"), late=True),
    _d("errors are kept", "caching.errors",
       lambda a, r: r.headers.update({"cache-control": "max-age=300"}) if r.status >= 400 else None),
    # methods and pages
    _d("no HEAD", "methods.head catalogue.head catalogue.links", not_head),
    _d("HEAD has another type", "methods.head",
       lambda a, r: r.headers.update({"content-type": "text/plain"}) if a.method == "HEAD" else None),
    _d("no CORS on errors", "methods.cors",
       lambda a, r: r.headers.update({"access-control-allow-origin": "https://x.example"}) if r.status == 404 else None, late=True),
    _d("headers are not exposed", "methods.cors-headers",
       lambda a, r: r.headers.update({"access-control-expose-headers": "ETag"}), late=True),
    _d("OPTIONS is 200", "methods.options", lambda a, r: Answer(200, r.headers) if a.method == "OPTIONS" else None),
    _d("OPTIONS names no headers", "methods.options",
       lambda a, r: r.headers.pop("access-control-allow-headers", "") and None),
    _d("browsers may sniff", "pages.nosniff", header("/", "x-content-type-options", "none"), late=True),
    _d("scripts may be inline", "pages.script-policy",
       header("/", "content-security-policy", "script-src 'self' 'unsafe-inline'"), late=True),
    _d("an inline script", "pages.own-scripts",
       lambda a, r: r.text("home", "<script>alert(1)</script>") if a.path == "/" else None),
    _d("a script from elsewhere", "pages.own-scripts",
       lambda a, r: r.text("home", '<script src="https://cdn.example/x.js"></script>') if a.path == "/" else None),
    # errors
    _d("what is not there is a page", "errors.404",
       lambda a, r: Answer(200, {"content-type": "text/html"}, b"<html>sorry") if r.status == 404 else None),
    _d("errors are plain text", "errors.problem sparql.malformed",
       lambda a, r: Answer(r.status, {**r.headers, "content-type": "text/plain"}, b"text/turtle")
       if "problem" in r.headers.get("content-type", "") else None),
    _d("errors have no code", "errors.problem",
       lambda a, r: Answer(r.status, r.headers, json.dumps({"status": r.status, "title": "x", "t": "text/turtle"}).encode())
       if "problem" in r.headers.get("content-type", "") else None),
    _d("browsers get JSON for errors", "errors.page",
       lambda a, r: Answer(404, {"content-type": "application/json"}, b"{}") if r.status == 404 else None),
    _d("any method is 200", "errors.method",
       lambda a, r: Answer(200) if a.method not in {"GET", "HEAD", "POST", "OPTIONS"} else None),
    _d("nonsense is 500", "errors.malformed", lambda a, r: Answer(500) if len(a.accept or "") > 4096 else None),
    _d("errors show the inside", "errors.malformed", stack_trace),
    # paging
    _d("next never ends", "paging.ends", endless),
    _d("a page is missing", "paging.ends",
       only(lambda a: a.path == "/doc/thing.ttl" and a.query.get("page") == "2", lambda a, r: problem(503, a))),
    _d("the total is wrong", "paging.total", text("/doc/thing.ttl", '"3"', '"4"')),
    _d("a member comes twice", "paging.distinct",
       lambda a, r: r.text("id/thing/c", "id/thing/a") if a.path == "/doc/thing.ttl" and a.query.get("page") == "2" else None),
    _d("Link does not name next", "paging.link",
       lambda a, r: r.headers.pop("link", "") and None if a.path.startswith("/doc/thing.") else None),
    _d("page 100000 is empty", "paging.beyond",
       lambda a, r: Answer(200, {"content-type": "text/turtle"}) if a.query.get("page") == "100000" else None),
    _d("the table is short", "paging.csv", text("/doc/thing.csv", 'c,"Thing\nc"\r\n', "")),
    _d("one member is no list", "paging.member",
       only(lambda a: a.path == "/doc/thing" and a.accept == "application/ld+json",
            instead(200, "application/ld+json", '{"member": "a"}'))),
    # contexts
    _d("JSON-LD without context", "contexts.json",
       only(lambda a: a.path == "/doc/thing/a.jsonld", instead(200, "application/ld+json", "[]"))),
    _d("the context is missing", "contexts.reachable negotiation.same-graph", gone("/context")),
    _d("the context is HTML", "contexts.reachable",
       only(lambda a: a.path == "/context.jsonld", instead(200, "text/html", "<html>"))),
    _d("contexts without CORS", "contexts.cors", header("/context", "access-control-allow-origin", None), late=True),
    _d("contexts are not kept", "contexts.cacheable", header("/context", "cache-control", "no-store"), late=True),
    _d("a foreign context", "contexts.own",
       lambda a, r: r.text(content.BASE + "context.jsonld", "http://127.0.0.1:9/context.jsonld")),
    # SPARQL
    _d("no CSV", "sparql.forms", only(lambda a: a.path == "/sparql" and a.accept == "text/csv", lambda a, r: problem(406, a))),
    _d("XML unless request", "sparql.default",
       only(lambda a: query("SELECT (1")(a) and a.accept == "*/*", instead(200, "application/sparql-results+xml", "<sparql/>"))),
    _d("no POST of queries", "sparql.methods",
       only(lambda a: a.headers.get("content-type") == "application/sparql-query", lambda a, r: problem(415, a))),
    _d("a bare GET is 400", "sparql.description", only(bare, lambda a, r: problem(400, a))),
    _d("the description names no endpoint", "sparql.description",
       only(bare, lambda a, r: r.text("service-description#endpoint", "x"))),
    _d("federation is promised", "sparql.promise",
       only(bare, lambda a, r: r.text("UnionDefaultGraph", "BasicFederatedQuery"))),
    _d("SERVICE SILENT is tried", "sparql.service",
       only(query("SERVICE SILENT"), instead(200, "application/sparql-results+json", '{"results": {"bindings": [{}]}}'))),
    _d("anybody may write", "sparql.read-only", only(lambda a: "update" in a.body, lambda a, r: Answer(204))),
    _d("a malformed query is 500", "sparql.malformed", only(query("?s ?p ,"), lambda a, r: problem(500, a))),
    _d("errors do not say where", "sparql.malformed", only(query("?s ?p ,"), lambda a, r: problem(400, a))),
    _d("answers are cut", "sparql.complete",
       only(query("LIMIT 10001"), instead(200, "application/sparql-results+json", '{"results": {"bindings": [')),
    ),
    _d("answers are short", "sparql.complete",
       only(lambda a: query("LIMIT 10001")(a) or query("COUNT")(a),
            instead(200, "application/sparql-results+json", '{"boolean": true, "results": {"bindings": [{}]}}'))),
    _d("long queries are tried", "sparql.long",
       lambda a, r: Answer(503) if a.path == "/sparql" and len(a.body) > 50_000 else None),
    _d("answers have no ETag", "sparql.caching", header("/sparql", "etag", None), late=True),
    _d("unknown parameters are refused", "sparql.parameters", lambda a, r: problem(400, a) if "infer" in a.query else None),
    # catalogue
    _d("no catalogue", "catalogue.exists", gone("/catalog")),
    _d("an empty catalogue", "catalogue.exists", text("/catalog", f"{_DCAT}Dataset>", f"{_DCAT}Resource>")),
    _d("no catalogue in RDF/XML", "catalogue.forms", gone("/catalog.rdf")),
    _d("forms of the catalogue differ", "catalogue.same", text("/catalog.rdf", "Three things", "Four things")),
    _d("the type is lost", "catalogue.head", lambda a, r: r.headers.update({"content-type": "text/plain"})
       if a.path == "/catalog.rdf" and a.method == "HEAD" else None),
    _d("no publisher", "catalogue.profile", _catalogue(f"{_DCT}publisher>", f"{_DCT}creator>")),
    _d("a theme of one's own", "catalogue.profile", _catalogue(f"{content.EU}data-theme/GOVE", "https://example.org/theme")),
    _d("a size that is an integer", "catalogue.profile", _catalogue("nonNegativeInteger", "integer")),
    _d("data sets are blank nodes", "catalogue.named",
       text("/catalog", f"<{content.BASE}dataset/all#nt>", "_:nt")),
    _d("the catalogue changes", "catalogue.steady", other_bytes("/catalog.ttl")),
    _d("the catalogue never ends", "catalogue.whole",
       _catalogue("\n", f"\n<urn:x> <http://www.w3.org/ns/hydra/core#next> <{content.BASE}catalog.ttl> .\n")),
    _d("a page of the catalogue fails", "catalogue.whole",
       _catalogue("\n", f"\n<urn:x> <http://www.w3.org/ns/hydra/core#next> <{content.BASE}catalog/2> .\n")),
    _d("a link is dead", "catalogue.links downloads.size", gone("/dump/")),
    # downloads
    _d("the size is wrong", "downloads.size", _catalogue(f'"{len(content.DUMP)}"', '"7"')),
    _d("the file is another", "downloads.checksum",
       lambda a, r: Answer(r.status, r.headers, r.body[:-1] + b"!") if a.path.startswith("/dump/") else None),
    _d("no byte ranges", "downloads.ranges",
       lambda a, r: Answer(200, {"content-type": "application/gzip"}, content.DUMP) if a.path.startswith("/dump/") else None),
    # discovery
    _d("no VoID", "discovery.void", gone("/.well-known/void")),
    _d("VoID without partitions", "discovery.void", text("/.well-known/void", f"{_VOID}classPartition", f"{_VOID}x")),
    _d("an example that is not there", "discovery.void-true", text("/.well-known/void", "id/thing/b>", "id/thing/y>")),
    _d("documents name no data set", "discovery.backlinks",
       only(document, lambda a, r: r.text(f"{_VOID}inDataset", f"{_VOID}x"))),
    _d("no list of services", "discovery.api-catalog", gone("/.well-known/api")),
    _d("a service that is not there", "discovery.api-catalog", text("/.well-known/api", "/sparql", "/nowhere")),
    _d(
        "a status that tells of a problem",
        "discovery.status",
        text("/status", "[]", '[{"code": "settings", "detail": "base_iri is another"}]'),
    ),
    _d("the home page leads nowhere", "discovery.home", only(lambda a: a.path == "/", lambda a, r: r.headers.pop("link", "") and None)),
    _d("robots name no sitemap", "discovery.robots", text("/robots.txt", "Sitemap", "Map")),
    _d("crawlers may query", "discovery.robots", text("/robots.txt", "Disallow: /sparql", "Disallow: /x")),
    _d("no sitemap", "discovery.sitemap", gone("/sitemap")),
    _d("the sitemap names what is gone", "discovery.sitemap", text("/sitemap", "thing/b<", "thing/y<")),
    _d("lastmod is to come", "discovery.lastmod", text("/sitemap", "2026-01-01", "2999-01-01")),
    _d("lastmod is no date", "discovery.lastmod", text("/sitemap", "2026-01-01", "yesterday")),
    _d("no cite-as", "discovery.signposting", drop_link("cite-as")),
    _d("the linkset is short", "discovery.linkset", text("/linkset/", '"cite-as"', '"x"')),
    _d("no block for search engines", "discovery.schema-org", text("/dataset/", "application/ld+json", "text/plain")),
    _d("too short a description", "discovery.schema-org", text("/dataset/", content.SCHEMA_ORG["description"], "Things.")),
    # the past and changes
    _d("the TimeMap lists nothing", "memento.timemap", text("/timemap/", "memento", "x")),
    _d("mementos are gone", "memento.mementos", gone("/release/1/")),
    _d("mementos are not dated", "memento.mementos", header("/release/1/", "memento-datetime", None)),
    _d("any date will do", "memento.strict", lenient_dates),
    _d("Vary does not name Accept-Datetime", "memento.negotiated",
       only(negotiated, lambda a, r: r.headers.update(vary="Accept"))),
    _d("two views", "ldes.root", lambda a, r: r.text("\n", f"\n<urn:s> {_TREE}view> <urn:v> .\n") if a.path == "/ldes" else None),
    _d("a page of the stream is missing", "ldes.pages", gone("/ldes/1")),
    _d("a time without zone", "ldes.pages",
       lambda a, r: r.text("2025-01-01T00:00:00+00:00", "2025-01-01T00:00:00") if a.path == "/ldes" else None),
    _d("members are not described", "ldes.members", text("/ldes/1", "<https://data.example.org/ldes/1#a> <", "<urn:other> <")),
    _d("full pages are not kept", "ldes.caching", header("/ldes/1", "cache-control", "max-age=60")),
)  # fmt: skip
