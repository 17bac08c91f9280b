"""A little server that keeps the whole contract; tests break one thing at a time.

Plain http.server: nothing of what it does comes from the program whose doctor it is there for.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote_to_bytes, urlsplit

from rdflib import Graph

from support import little_content as content

TYPES = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "html": "text/html",
}
RESULTS = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
THEN = "Thu, 01 Jan 2026 00:00:00 GMT"


@dataclass
class Request:
    """A request."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: str

    @property
    def accept(self) -> str | None:
        """The Accept header, None when there is none."""
        return self.headers.get("accept")


@dataclass
class Answer:
    """What is sent."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    drips: bool = False

    def text(self, old: str, new: str) -> None:
        """Replace a text of the body."""
        self.body = self.body.replace(old.encode(), new.encode())


def problem(status: int, request: Request, **more: object) -> Answer:
    """Return an error as a program or a browser wants it."""
    headers = {"cache-control": "no-store", "vary": "Accept"}
    if "text/html" in (request.accept or ""):
        return Answer(status, {**headers, "content-type": "text/html"}, b"<html>an error</html>")
    details = {"status": status, "title": "Error", "code": f"e{status}", **more}
    body = json.dumps(details).encode()
    return Answer(status, {**headers, "content-type": "application/problem+json"}, body)


def prefer(accept: str | None, types: dict[str, str]) -> str | None:
    """Return the name of the form an Accept header wants."""
    if accept is None or not accept.strip():
        return next(iter(types))
    ranges = {}
    for part in re.split(r",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", accept):
        name, *given = (piece.strip().lower() for piece in part.split(";"))
        q = next((g.partition("=")[2] for g in given if g.startswith("q")), "1")
        ranges[name] = float(q) if re.fullmatch(r"[\d.]+", q) else 0.0
    ranges = {name: q for name, q in ranges.items() if name.count("/") == 1}
    if not ranges:
        return next(iter(types))
    html = ranges.get("text/html", 0.0)
    best, reached = None, 0.0
    for name, media_type in types.items():
        alike = ("application/json",) if name == "jsonld" else ()
        wild = (media_type.partition("/")[0] + "/*", "*/*") if media_type != "text/html" else ()
        q = next((ranges[n] for n in (media_type, *alike, *wild) if n in ranges), 0.0)
        if q > reached:
            best, reached = name, q
    return "html" if "html" in types and html >= reached and html > 0 else best


class Little:
    """The little site; `answer` is what tests wrap."""

    def answer(self, request: Request) -> Answer:
        """Answer a request."""
        if request.method == "OPTIONS":
            headers = {
                "access-control-allow-methods": "GET, HEAD, POST, OPTIONS",
                "access-control-allow-headers": "Accept, If-None-Match",
            }
            return Answer(204, headers)
        if request.method not in {"GET", "HEAD", "POST"}:
            return problem(405, request)
        if len(request.accept or "") > 4096:
            return problem(431, request)
        return self._route(request)

    def _route(self, request: Request) -> Answer:
        path = request.path
        stem, _, suffix = path.partition(".")
        if path == "/sparql":
            return self._sparql(request)
        if (key := path.removeprefix("/id/thing/")) in content.KEYS:
            query = "&".join(f"{k}={v}" for k, v in request.query.items())
            return Answer(303, {"location": f"/doc/thing/{key}" + (f"?{query}" if query else "")})
        if path.startswith("/release/1/doc/thing/"):
            return self._memento(request)
        if (key := stem.removeprefix("/doc/thing/")) in content.KEYS:
            return self._document(request, stem, suffix, content.thing(key))
        if stem == "/doc/thing":
            return self._list(request, suffix)
        if stem == "/catalog" and suffix in TYPES:
            return self._form(content.CATALOGUE, suffix)
        if path in content.LDES:
            answer = self._form(content.LDES[path], "ttl")
            if path != "/ldes":
                answer.headers["cache-control"] = "public, max-age=31536000, immutable"
            return answer
        return self._page(request) or problem(404, request)

    def _page(self, request: Request) -> Answer | None:
        """Answer for the addresses everybody knows."""
        block = json.dumps(content.SCHEMA_ORG).replace("<", "\\u003c")
        page = f'<html><script type="application/ld+json">{block}</script></html>'
        sites = "".join(
            f"<url><loc>{content.BASE}doc/thing/{k}</loc><lastmod>2026-01-0{n}</lastmod></url>"
            for n, k in enumerate(content.KEYS, 1)
        )
        services = {
            "linkset": [
                {
                    "anchor": content.BASE,
                    "item": [{"href": f"{content.BASE}sparql"}],
                    "status": [{"href": f"{content.BASE}status"}],
                }
            ]
        }
        link = [{"anchor": f"{content.BASE}doc/thing/a", **{rel: [{"href": "/"}] for rel in RELS}}]
        pages: dict[str, tuple[str, str | bytes]] = {
            "/": ("text/html", "<html>home</html>"),
            "/dataset/all": ("text/html", page),
            "/context.jsonld": ("application/ld+json", json.dumps({"@context": content.CONTEXT})),
            "/.well-known/api-catalog": ("application/linkset+json", json.dumps(services)),
            "/status": ("application/json", json.dumps({"status": "ok", "problems": []})),
            "/robots.txt": (
                "text/plain",
                f"User-agent: *\nDisallow: /sparql\nSitemap: {content.BASE}sitemap.xml\n",
            ),
            "/sitemap.xml": ("application/xml", f"<urlset>{sites}</urlset>"),
            "/timemap/doc/thing/a": (
                "application/link-format",
                f'</release/1/doc/thing/a>;rel="first memento";datetime="{THEN}"',
            ),
            "/dump/all.nt.gz": ("application/gzip", content.DUMP),
            **{
                f"/linkset/{k}": ("application/linkset+json", json.dumps({"linkset": link}))
                for k in content.KEYS
            },
        }
        if request.path == "/.well-known/void":
            return self._form(content.VOID, "ttl")
        if request.path not in pages:
            return None
        media_type, body = pages[request.path]
        answer = Answer(
            200, {"content-type": media_type}, body if isinstance(body, bytes) else body.encode()
        )
        if request.path == "/":
            answer.headers["link"] = (
                '</.well-known/api-catalog>; rel="api-catalog", </.well-known/void>; rel="describedby"'
            )
        if request.path.startswith("/dump/") and (span := request.headers.get("range")):
            first, last = map(int, span.removeprefix("bytes=").split("-"))
            whole, answer.body = len(answer.body), answer.body[first : last + 1]
            answer.status, answer.headers["content-range"] = 206, f"bytes {first}-{last}/{whole}"
        return answer

    @staticmethod
    def _form(turtle: str, suffix: str) -> Answer:
        if suffix == "html":
            return Answer(200, {"content-type": "text/html"}, b"<html>a page</html>")
        turtle = turtle.replace("FORM", suffix)
        return Answer(200, {"content-type": TYPES[suffix]}, content.write(turtle, suffix))

    def _document(self, request: Request, stem: str, suffix: str, turtle: str) -> Answer:
        chosen, negotiated = suffix, not suffix
        if negotiated:
            wanted = request.query.get("format") or request.query.get("_mediatype")
            names = {**{n: n for n in TYPES}, **{t: n for n, t in TYPES.items()}}
            chosen = names.get(wanted, "") if wanted else prefer(request.accept, TYPES) or ""
            negotiated = not wanted
        if chosen not in TYPES:
            return problem(406 if not suffix else 404, request, available=list(TYPES.values()))
        answer = self._form(turtle, chosen)
        if "#expanded" in (request.accept or "") and chosen == "jsonld" and negotiated:
            answer.body = content.parse(turtle).serialize(format="json-ld").encode()
        if negotiated:
            answer.headers["vary"] = "Accept, Accept-Datetime"
            answer.headers["content-location"] = f"{stem}.{chosen}"
            if time := request.headers.get("accept-datetime"):
                answer.headers["memento-datetime"] = THEN
                answer.status = 200 if time.endswith(" GMT") else 400
        rest = ", ".join(LINKS).replace("STEM", stem).replace("KEY", stem[-1])
        alternates = [f'<{stem}.{n}>; rel="alternate"; type="{t}"' for n, t in TYPES.items()]
        answer.headers["link"] = ", ".join([rest, *alternates])
        return answer

    def _memento(self, request: Request) -> Answer:
        answer = self._form(content.thing("a"), "ttl")
        answer.headers["memento-datetime"] = THEN
        answer.headers["cache-control"] = "public, max-age=31536000, immutable"
        answer.headers["link"] = (
            f'<{request.path.removeprefix("/release/1")}>; rel="original timegate"'
        )
        return answer

    def _list(self, request: Request, suffix: str) -> Answer:
        if suffix == "csv":
            table = io.StringIO()
            csv.writer(table).writerows(
                [["id", "title"], *([k, f"Thing\n{k}"] for k in content.KEYS)]
            )
            return Answer(200, {"content-type": "text/csv"}, table.getvalue().encode())
        page = request.query.get("page", "1")
        if page not in {"1", "2"}:
            return problem(404, request)
        forms = {name: TYPES[name] for name in ("ttl", "jsonld")}
        chosen = suffix or prefer(request.accept, forms)
        if chosen not in forms:
            return problem(406, request)
        answer = self._form(content.listing(int(page)), chosen)
        answer.headers["content-location"] = f"/doc/thing.{chosen}"
        if not suffix:
            answer.headers["vary"] = "Accept"
        if page == "1":
            answer.headers["link"] = f'</doc/thing.{chosen}?page=2>; rel="next"'
        return answer

    def _sparql(self, request: Request) -> Answer:
        text = request.query.get("query", "")
        if "x-www-form" in request.headers.get("content-type", ""):
            form = parse_qs(request.body)
            text = form.get("query", [""])[0]
            if "update" in form:
                return problem(403, request)
        elif request.method == "POST":
            text = request.body
        if not text:
            if prefer(request.accept, TYPES) == "html":
                return Answer(
                    200, {"content-type": "text/html", "vary": "Accept"}, b"<html>ask</html>"
                )
            answer = self._form(content.DESCRIPTION, "ttl")
            answer.headers["vary"] = "Accept"
            return answer
        if "SERVICE" in text or "INSERT" in text:
            return problem(403, request)
        if len(text) > 50_000 or "LIMIT 10001" in text:
            return problem(413, request)
        try:
            result = DATA.query(text)
        except Exception:  # noqa: BLE001  (whatever rdflib's parser raises)
            return problem(400, request, line=2)
        if result.type == "CONSTRUCT":
            name = prefer(request.accept, {n: TYPES[n] for n in ("ttl", "nt")}) or "ttl"
            body, media_type = result.serialize(format="nt"), TYPES[name]
        else:
            name = prefer(request.accept, RESULTS) or "json"
            body = b"?one\n1\n" if name == "tsv" else result.serialize(format=name)
            media_type = RESULTS[name]
        return Answer(200, {"content-type": media_type, "vary": "Accept"}, body)


RELS = (
    "canonical",
    "license",
    "describedby",
    "cite-as",
    "collection",
    "type",
    "timemap",
    "alternate",
)
LINKS = (
    '<STEM>; rel="canonical"',
    '<https://creativecommons.org/licenses/by/4.0/>; rel="license"',
    '<STEM.ttl>; rel="describedby"; type="text/turtle"',
    '</id/thing/KEY>; rel="cite-as"',
    '</doc/thing>; rel="collection"',
    '<https://schema.org/Thing>; rel="type"',
    '</timemap/doc/thing/a>; rel="timemap"; type="application/link-format"',
    '</linkset/KEY>; rel="linkset"; type="application/linkset+json"',
)
DATA: Graph = content.parse("\n".join(map(content.thing, content.KEYS)))
Respond = Callable[[Request], Answer]


def finish(request: Request, answer: Answer) -> Answer:
    """Add what every answer has, and 304 for whoever has it."""
    tag = f'"{hashlib.sha256(answer.body + answer.headers.get("content-type", "").encode()).hexdigest()[:16]}"'
    if answer.status == 200:
        answer.headers.setdefault("etag", tag)
        answer.headers.setdefault("cache-control", "public, max-age=300")
        defaults = {
            t.strip().removeprefix("W/")
            for t in request.headers.get("if-none-match", "").split(",")
        }
        wanted = [t.strip() for t in request.headers.get("if-match", "*").split(",")]
        if "*" not in wanted and answer.headers["etag"] not in wanted:
            answer.status, answer.body = 412, b""
        elif "*" in defaults or answer.headers["etag"] in defaults:
            answer.status, answer.body = 304, b""
    answer.headers.setdefault("access-control-allow-origin", "*")
    answer.headers.setdefault("access-control-expose-headers", "Link, ETag, Content-Location")
    answer.headers.setdefault("x-content-type-options", "nosniff")
    answer.headers.setdefault("content-security-policy", "default-src 'none'")
    return answer


@contextmanager
def serving(respond: Respond) -> Iterator[str]:
    """Serve what a function answers, and yield the address."""
    released = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle_one_request(self) -> None:
            try:
                self.raw_requestline = self.rfile.readline(65_537)
            except ConnectionResetError:  # a client that has read enough
                self.raw_requestline = b""
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            parts = urlsplit(self.path)
            length = int(self.headers.get("content-length", "0"))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(
                self.command,
                unquote_to_bytes(parts.path).decode("utf-8", "replace"),
                {k: v[-1] for k, v in parse_qs(parts.query).items()},
                headers,
                self.rfile.read(length).decode("utf-8", "replace"),
            )
            answer = respond(request)
            self.send_response_only(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status not in {204, 304}:
                self.send_header("content-length", str(len(answer.body)))
            self.end_headers()
            if self.command == "HEAD":
                return
            size = 4 if answer.drips else max(1, len(answer.body))
            with suppress(ConnectionError):  # a client that has read enough
                for start in range(0, len(answer.body), size):
                    self.wfile.write(answer.body[start : start + size])
                    if answer.drips:
                        released.wait(0.01)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()
