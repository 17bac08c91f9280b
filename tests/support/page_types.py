"""An address of each type of page, for tests that look at all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote, urlsplit

import requests

from ogpld.model import load_model
from support.running import Server

#: Where the base IRI of the sample begins.
BASE: Final = "http://localhost:8000/"
#: Accept of a browser.
BROWSER: Final = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}

_QUERY = "SELECT ?s { ?s a <https://w3id.org/ogpld/ns#Member> } ORDER BY ?s LIMIT 2"
_GRAPH = quote("CONSTRUCT WHERE { ?s a <https://w3id.org/ogpld/ns#Member> } LIMIT 2")
#: Name, endpoint and address of pages; `{release}` is the id of the release in service.
_FIXED: Final = (
    ("home", "site.home", "/"),
    ("graph", "site.graph", "/graph/estonia/EST03"),
    ("ontology", "vocabulary.ontology", "/ns"),
    ("ontology-second", "vocabulary.ontology", "/ns?page=2"),
    ("shapes", "vocabulary.shapes", "/shapes"),
    ("shapes-last", "vocabulary.shapes", "/shapes?page=5"),
    ("code-lists", "vocabulary.lists", "/code"),
    ("code-list", "vocabulary.code_list", "/code/policy-area"),
    ("code", "vocabulary.code", "/code/completion/complete"),
    ("sparql", "sparql.endpoint", "/sparql"),
    ("sparql-yes-no", "sparql.endpoint", "/sparql?query=ASK%20%7B%7D"),
    ("sparql-graph", "sparql.endpoint", f"/sparql?query={_GRAPH}"),
    ("sparql-error", "sparql.endpoint", "/sparql?query=SELECT"),
    ("charts", "charts.charts", "/chart"),
    ("chart-embed", "charts.embed", "/chart/completion-by-region/embed"),
    ("compare", "charts.compare", "/compare"),
    ("compare-members", "charts.compare", "/compare?member=EST&member=LVA&member=LTU&member=FIN"),
    ("compare-error", "charts.compare", "/compare?member=Atlantis&member=EST"),
    ("questions", "queries.questions", "/queries"),
    ("question", "queries.question", "/queries/not-assessed"),
    ("question-error", "queries.question", "/queries/completion-changes?member=Atlantis"),
    ("question-chart", "queries.question", "/queries/completion-changes"),
    ("question-left-out", "queries.left_out", "/queries/substantial-potential/unknown"),
    ("search", "search.search", "/search"),
    ("search-hits", "search.search", "/search?q=open+data"),
    ("search-none", "search.search", "/search?q=zzzzzzzz"),
    ("preview", "reconciliation.preview_page", "/reconcile/preview?id={base}id/member/EST"),
    ("releases", "releases.releases", "/releases"),
    ("release", "releases.release", "/release/{release}"),
    ("difference", "releases.compared", "/release/{release}..{release}"),
    ("validation", "releases.validation", "/release/{release}/validation"),
    ("fragments", "fragments.pattern", "/fragments"),
    (
        "fragments-hits",
        "fragments.pattern",
        "/fragments?predicate=http%3A%2F%2Fpurl.org%2Fdc%2Fterms%2Ftitle",
    ),
    ("catalogue", "catalogue.whole", "/catalog.html"),
    ("dataset", "catalogue.dataset", "/dataset/ogpld"),
    ("harvest", "harvest.harvest", "/harvest"),
    ("machines", "machines.machines", "/api"),
    ("docs", "documentation.index", "/docs"),
    ("docs-contract", "documentation.document", "/docs/contract"),
    ("docs-deviations", "documentation.document", "/docs/sparql-deviations"),
    ("docs-design", "documentation.design", "/docs/design"),
    ("errors", "errors.error_codes", "/errors"),
    ("error-code", "errors.error_code", "/errors/query-syntax"),
    ("erasures", "erasures.listing", "/erasures"),
    ("validate", "validate.form", "/validate"),
    ("match", "match.form", "/match"),
    ("not-there", "things.document", "/doc/commitment/nothing"),
    ("parameter-error", "things.listing", "/doc/commitment?completion=nothing"),
    ("listing-filtered", "things.listing", "/doc/commitment?completion=complete"),
    ("listing-empty", "things.listing", "/doc/commitment?q=zzzzzz"),
)
#: Pages below a list of them: name, endpoint, the list, and what an address of one is like.
_FIRST: Final = (
    ("source", "site.source_table", "/release/{release}", r"/release/[^/]+(/source/[^\"#?]+csv)"),
    ("dumps", "dumps.listed", "/catalog.html", r"(/dump/[\w-]+)[\"]"),
    ("claims", "claims.listing", "/", r"\"(/claims)\""),
    ("chart", "charts.chart", "/chart", r"\"(/chart/[\w-]+)\""),
    ("claim", "claims.claim", "/claims", r"(/claims/[A-Z]\d+)\""),
    ("codebook", "codebook_tables.tables", "/dataset/ogpld", r"\"(/codebook)\""),
    ("codebook-table", "codebook_tables.table", "/codebook", r"(/codebook/[\w-]+)\""),
)


#: Endpoints whose answers a list of things leads to, beside those above.
_OF_THINGS: Final = (
    "things.listing",
    "things.document",
    "past.document",
    "past.listing",
    "permanent_queries.query",
)
ENDPOINTS: Final = frozenset((*(row[1] for row in (*_FIXED, *_FIRST)), *_OF_THINGS))
#: Endpoints that answer machines, or lead to one of the others.
NO_PAGES: Final = frozenset(
    [
        "static",
        "vocabulary.ontology_version",
        "site.health",
        "site.live",
        "site.ready",
        "json_shapes.context",
        "json_shapes.context_version",
        "json_shapes.frame",
        "json_shapes.schema",
        "agents.endpoint",
        "past.timemap",
        "past.graph",
        "release_files.download",
        "release_files.index",
        "release_files.listed",
        "releases.table",
        "feeds.stream",
        "feeds.stream_page",
        "feeds.activity",
        "feeds.activity_page",
        "feeds.atom",
        "catalogue.tables",
        "citations.dataset",
        "citations.release",
        "dumps.index",
        "dumps.ro_crate",
        "dumps.download",
        "discovery.void",
        "discovery.api_catalog",
        "discovery.linkset",
        "discovery.robots",
        "discovery.icon",
        "machines.description",
        "search.suggest",
        "search.opensearch",
        "sitemap.sitemap",
        "sitemap.sitemap_file",
        "reconciliation.endpoint",
        "reconciliation.suggest",
        "reconciliation.flyout",
        "reconciliation.view",
        "reconciliation.proposals",
        "reconciliation.draft_manifest",
        "reconciliation.draft_match",
        "reconciliation.draft_extend",
        "past.chart",
        "past.chart_embed",
        "match.match",
        "validate.check",
        "validate.template",
        "sparql.end_named",
        "past.endpoint",
        "past.current",
        "past.current_endpoint",
        "things.thing",
        "dumps.current",
        "releases.current_release",
        "releases.current_report",
        "permanent_queries.register",
    ]
)


def page_types(server: Server) -> Iterator[tuple[str, str]]:
    """Give name and address of a page of each type that a server has."""
    release = server.get("/healthz").json()["release"]
    for name, _, path in _FIXED:
        yield name, path.format(release=release, base=quote(BASE))
    for name, _, listing, pattern in _FIRST:
        page = server.get(listing.format(release=release), headers=BROWSER)
        match = re.search(pattern, page.text)
        if match:
            yield name, match[1]
    for segment, key in _things(server):
        yield f"list-{segment}", f"/doc/{segment}"
        if key:
            yield f"doc-{segment}", f"/doc/{segment}/{key}"
            if segment == "member":
                yield "past-list", f"/release/{release}/doc/{segment}"
                yield "past-doc", f"/release/{release}/doc/{segment}/{key}"
    permanent = requests.post(
        f"{server.url}/q", data={"query": _QUERY}, allow_redirects=False, timeout=30
    )
    yield "permanent", urlsplit(permanent.headers["Location"]).path


def _things(server: Server) -> Iterator[tuple[str, str]]:
    """Give the segments of things and the key of the first thing of each, "" where there is none."""
    for segment in load_model().by_segment:
        page = server.get(f"/doc/{segment}", headers=BROWSER)
        match = re.search(rf'"/doc/{segment}/([^"?#/]+)"', page.text)
        if page.status_code == 200:
            yield segment, match[1] if match else ""
