"""Does the address of the server lead machines to everything on it (docs/contract.md#discovery)?"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from ogpld.doctor import parsing as reading
from ogpld.doctor.check import Check, CheckFailure, NotApplicableError
from ogpld.doctor.client import Response
from ogpld.doctor.sample import dataset_pages, documents, sitemap_urls
from ogpld.doctor.server_map import BROWSER, ExaminedServer
from ogpld.doctor.terms import DCTERMS, RDF, VOID

_LINKSET = "application/linkset+json"
#: Addresses one sitemap file may have (sitemaps.org).
_SITEMAP = 50_000
_BLOCK = re.compile(
    r"<script[^>]*type=[\"']application/ld\+json[\"'][^>]*>(.*?)</script>",
    re.IGNORECASE | re.DOTALL,
)


def void_description(site: ExaminedServer) -> Iterator[CheckFailure]:
    """`/.well-known/void` describes the data set, with partitions and how to get at it."""
    if site.void is None:
        reply = site.client.follow(site.at("/.well-known/void"), "text/turtle")
        yield CheckFailure(reply, f"gives {reply.status_line}")
        return
    reply, graph = site.void
    if (None, RDF.type, VOID.Dataset) not in graph:
        yield CheckFailure(reply, "describes no void:Dataset")
        return
    wanted = (
        VOID.triples,
        VOID.sparqlEndpoint,
        VOID.uriSpace,
        VOID.exampleResource,
        VOID.vocabulary,
        VOID.feature,
        VOID.dataDump,
        VOID.classPartition,
        VOID.propertyPartition,
        DCTERMS.license,
    )
    missing = [
        name.partition("#")[2] or "license" for name in wanted if (None, name, None) not in graph
    ]
    if missing:
        yield CheckFailure(reply, f"does not tell {', '.join(missing)}")


def void_addresses(site: ExaminedServer) -> Iterator[CheckFailure]:
    """What VoID names answers: dumps, endpoint, example resources."""
    if site.void is None:
        raise NotApplicableError("there is no VoID description")
    _, graph = site.void
    for name in (VOID.dataDump, VOID.sparqlEndpoint, VOID.exampleResource):
        for target in sorted(graph.objects(None, name), key=str)[: site.client.limits.sample]:
            reply = site.client.head(site.url_of(str(target)))
            if reply.status != 200:  # noqa: PLR2004
                yield CheckFailure(
                    reply, f"void:{name.partition('#')[2]} gives {reply.status_line}"
                )


def backlinks(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Documents say which data set they are in."""
    for document in documents(site):
        graph = site.graph(document.reply)
        if (None, VOID.inDataset, None) not in graph and (
            None,
            DCTERMS.isPartOf,
            None,
        ) not in graph:
            yield CheckFailure(document.reply, "no void:inDataset leads to the data set")


def api_catalog(site: ExaminedServer) -> Iterator[CheckFailure]:
    """`/.well-known/api-catalog` lists the services as a linkset; each answers."""
    reply = site.api_catalog
    if not reply.ok or reply.type != _LINKSET:
        yield CheckFailure(reply, f"gives {reply.status_line}, not {_LINKSET}")
        return
    try:
        linkset = json.loads(reply.body)["linkset"]
        targets = {t["href"] for s in linkset for v in s.values() if isinstance(v, list) for t in v}
    except (ValueError, KeyError, TypeError):
        yield CheckFailure(reply, "is no linkset (RFC 9264)")
        return
    for target in sorted(targets):
        place = site.url_of(urljoin(reply.url, target))
        answer = site.client.head(place) if site.own(place) else None
        if answer is not None and answer.status not in {200, 204} and not _takes_post(answer):
            yield CheckFailure(answer, f"is listed, gives {answer.status_line}")


def _takes_post(reply: Response) -> bool:
    """Say whether a service is there and is sent something: 405 with POST in Allow (RFC 9110, 15.5.6)."""
    methods = {method.strip() for method in reply.headers.get("allow", "").split(",")}
    return reply.status == 405 and "POST" in methods  # noqa: PLR2004


def status(site: ExaminedServer) -> Iterator[CheckFailure]:
    """The status document reports no problem."""
    try:
        linksets = json.loads(site.api_catalog.body)["linkset"] if site.api_catalog.ok else []
        targets = [link["href"] for entry in linksets for link in entry.get("status", ())]
    except (ValueError, KeyError, TypeError, AttributeError):
        targets = []
    places = [site.url_of(urljoin(site.api_catalog.url, target)) for target in targets]
    if not any(map(site.own, places)):
        raise NotApplicableError("the list of services names no status")
    for place in filter(site.own, places):
        reply = site.client.get(place, "application/json")
        try:
            problems = [problem["detail"] for problem in json.loads(reply.body)["problems"]]
        except (ValueError, KeyError, TypeError):
            continue  # a status that names no problems is no fault
        for problem in problems:
            yield CheckFailure(reply, f"tells of a problem: {problem}")


def home_page(site: ExaminedServer) -> Iterator[CheckFailure]:
    """The home page leads machines on: to the list of services and to descriptions of the data."""
    reply = site.home
    there = {rel for link in reading.links(reply) for rel in link.rels}
    if missing := [rel for rel in ("api-catalog", "describedby") if rel not in there]:
        yield CheckFailure(reply, f"Link lacks {', '.join(missing)}")


def robots_txt(site: ExaminedServer) -> Iterator[CheckFailure]:
    """`/robots.txt` names the sitemap and keeps crawlers off the endpoint."""
    reply = site.robots
    if not reply.ok or reply.type != "text/plain":
        yield CheckFailure(reply, f"gives {reply.status_line}")
        return
    if not re.search(r"(?im)^sitemap:\s*https?://", reply.text):
        yield CheckFailure(reply, "names no sitemap")
    path = urlsplit(site.sparql).path
    if path.strip("/") and not re.search(rf"(?im)^disallow:\s*{re.escape(path)}", reply.text):
        yield CheckFailure(reply, f"does not keep crawlers off {path}")


def _sitemaps(site: ExaminedServer) -> list[Response]:
    place = re.search(r"(?im)^sitemap:\s*(\S+)", site.robots.text if site.robots.ok else "")
    first = site.client.get(site.url_of(place[1]) if place else site.at("/sitemap.xml"))
    if "<sitemapindex" not in first.text:
        return [first]
    inner = re.findall(r"<loc>\s*([^<\s]+)", first.text)
    return [first, *(site.client.get(site.url_of(url)) for url in inner)]


def sitemap(site: ExaminedServer) -> Iterator[CheckFailure]:
    """The sitemap is XML within the limits, and what it names answers."""
    for reply in _sitemaps(site):
        if not reply.ok or reply.type not in {"application/xml", "text/xml"}:
            yield CheckFailure(reply, f"gives {reply.status_line}")
        elif (number := reply.text.count("<loc>")) > _SITEMAP:
            yield CheckFailure(reply, f"has {number} addresses; 50,000 may be in one file")
    for url in sitemap_urls(site, 4 * site.client.limits.sample):
        reply = site.client.head(site.url_of(url))
        if reply.status != 200 or not site.own(site.url_of(url)):  # noqa: PLR2004
            yield CheckFailure(reply, f"is in the sitemap, gives {reply.status_line}")


def last_modified(site: ExaminedServer) -> Iterator[CheckFailure]:
    """`lastmod` are dates that have been, and not all one."""
    now = dt.datetime.now(dt.UTC).isoformat()
    if "<lastmod>" not in "".join(reply.text for reply in _sitemaps(site)):
        raise NotApplicableError("there is no sitemap with dates")
    for reply in _sitemaps(site):
        for date in re.findall(r"<lastmod>([^<]*)", reply.text):
            try:
                dt.datetime.fromisoformat(date)
            except ValueError:
                yield CheckFailure(reply, f"lastmod {date!r} is no W3C date")
                break
            if date[:10] > now[:10]:
                yield CheckFailure(reply, f"lastmod {date} is to come")
                break


def signposting(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Documents carry the links machines follow: what it is, how to cite it, its licence, its list."""
    wanted = ("cite-as", "describedby", "license", "type", "collection", "alternate", "canonical")
    for document in documents(site):
        reply = site.client.get(document.url, BROWSER)
        there = {rel for link in reading.links(reply) for rel in link.rels}
        if missing := [rel for rel in wanted if rel not in there]:
            yield CheckFailure(reply, f"Link lacks {', '.join(missing)}")
        untyped = [
            x
            for x in reading.links_with_relation(reply, "describedby")
            if "type" not in x.parameters
        ]
        if untyped:
            yield CheckFailure(reply, f"describedby <{untyped[0].href}> names no type")


def linkset(site: ExaminedServer) -> Iterator[CheckFailure]:
    """The linkset of a document has the links of its header."""
    linked = [
        (d, link)
        for d in documents(site)
        for link in reading.links_with_relation(d.reply, "linkset")
    ]
    if not linked:
        raise NotApplicableError("documents name no linkset")
    for document, link in linked:
        reply = site.client.get(link.href, link.parameters.get("type", _LINKSET))
        try:
            sets = json.loads(reply.body)["linkset"] if reply.ok else []
        except (ValueError, KeyError, TypeError):
            sets = []
        there = {rel for one in sets if isinstance(one, dict) for rel in one}
        header = {rel for x in reading.links(document.reply) for rel in x.rels} - {"linkset"}
        if missing := sorted(header - there):
            yield CheckFailure(reply, f"{reply.status_line} lacks {', '.join(missing)}")


def schema_org(site: ExaminedServer) -> Iterator[CheckFailure]:
    """Pages of data sets carry schema.org Dataset as search engines want it."""
    replies = [r for r in dataset_pages(site) if r.type == "text/html"]
    if not replies:
        raise NotApplicableError("data sets have no pages here")
    for reply in replies:
        blocks = [b for text in _BLOCK.findall(reply.text) if (b := _dataset(text))]
        if not blocks:
            yield CheckFailure(reply, "no JSON-LD block with a schema.org Dataset")
            continue
        dataset = blocks[0]
        if not dataset.get("name") or not 50 <= len(str(dataset.get("description", ""))) <= 5_000:  # noqa: PLR2004
            yield CheckFailure(reply, "needs a name and a description of 50 to 5,000 characters")
        missing = [n for n in ("license", "url", "distribution", "keywords") if not dataset.get(n)]
        if missing:
            yield CheckFailure(reply, f"Dataset lacks {', '.join(missing)}")


def _dataset(text: str) -> dict[str, object] | None:
    try:
        content = json.loads(text)
    except ValueError:
        return None
    for node in content if isinstance(content, list) else [content]:
        if isinstance(node, dict) and node.get("@type") == "Dataset":
            return node
    return None


_WHY = "/docs/contract#discovery"
_FAIR = "Signposting, FAIR profile"
CHECKS = (
    Check("discovery.void", "VoID at its well-known address", "VoID 7.2", void_description),
    Check("discovery.void-true", "what VoID names answers", "VoID 3", void_addresses),
    Check("discovery.backlinks", "documents name their data set", "VoID 7.1", backlinks),
    Check("discovery.api-catalog", "services are listed", "RFC 9727", api_catalog),
    Check("discovery.status", "the server warns of nothing", "RFC 8631; " + _WHY, status),
    Check("discovery.home", "the home page leads machines on", "RFC 9727 3; " + _FAIR, home_page),
    Check("discovery.robots", "robots.txt guides crawlers", "RFC 9309; " + _WHY, robots_txt),
    Check("discovery.sitemap", "the sitemap names what answers", "sitemaps.org", sitemap),
    Check("discovery.lastmod", "lastmod is true", "sitemaps.org", last_modified),
    Check("discovery.signposting", "documents carry typed links", _FAIR, signposting),
    Check("discovery.linkset", "the linkset has the header's links", "RFC 9264; " + _FAIR, linkset),
    Check(
        "discovery.schema-org",
        "data sets are found by search engines",
        "schema.org Dataset",
        schema_org,
    ),
)
