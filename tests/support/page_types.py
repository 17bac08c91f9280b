"""An address of each type of page, for tests that look at all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ogpld.model import load_model
from support.running import Server

#: Accept of a browser.
BROWSER: Final = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}

_QUERY = "SELECT%20%3Fs%20%7B%20%3Fs%20a%20%3Chttps%3A%2F%2Fw3id.org%2Fogpld%2Fns%23Member%3E%20%7D%20LIMIT%202"
#: Name, endpoint and address of pages; `{release}` is the id of the release in service.
_FIXED: Final = (
    ("home", "site.home", "/"),
    ("graph", "site.graph", "/graph/members"),
    ("ontology", "terms.ontology", "/ns"),
    ("shapes", "terms.shapes", "/shapes"),
    ("code-lists", "terms.lists", "/code"),
    ("code-list", "terms.code_list", "/code/policy-area"),
    ("code", "terms.code", "/code/completion/complete"),
    ("sparql", "sparql.endpoint", "/sparql"),
    ("sparql-yes-no", "sparql.endpoint", "/sparql?query=ASK%20%7B%7D"),
    (
        "sparql-graph",
        "sparql.endpoint",
        "/sparql?query=CONSTRUCT%20WHERE%20%7B%3Fs%20a%20%3Chttps%3A%2F%2Fw3id.org%2Fogpld%2Fns%23Member%3E%7D%20LIMIT%202",
    ),
    ("sparql-error", "sparql.endpoint", "/sparql?query=SELECT%20%7B"),
    ("questions", "queries.questions", "/queries"),
    ("question", "queries.question", "/queries/not-assessed"),
    ("question-chart", "queries.question", "/queries/completion-changes"),
    ("question-left-out", "queries.left_out", "/queries/substantial-potential/unknown"),
    ("search", "search.search", "/search"),
    ("search-hits", "search.search", "/search?q=open+data"),
    ("search-none", "search.search", "/search?q=zzzzzzzz"),
    ("preview", "reconciliation.preview_page", "/reconcile/preview?id=member/EE"),
    ("releases", "releases.releases", "/releases"),
    ("release", "releases.release", "/release/{release}"),
    ("validation", "releases.validation", "/release/{release}/validation"),
    ("fragments", "fragments.pattern", "/fragments"),
    (
        "fragments-hits",
        "fragments.pattern",
        "/fragments?predicate=http%3A%2F%2Fpurl.org%2Fdc%2Fterms%2Ftitle",
    ),
    ("catalogue", "catalogue.whole", "/catalog.html"),
    ("dataset", "catalogue.dataset", "/dataset/ogpld"),
    ("codebook", "codebook.tables", "/codebook"),
    ("harvest", "harvest.harvest", "/harvest"),
    ("machines", "machines.machines", "/api"),
    ("docs-contract", "documentation.document", "/docs/contract"),
    ("docs-deviations", "documentation.document", "/docs/sparql-deviations"),
    ("errors", "errors.error_codes", "/errors"),
    ("error-code", "errors.error_code", "/errors/query-syntax"),
    ("erasures", "erasures.listing", "/erasures"),
    ("claims", "claims.listing", "/claims"),
    ("validate", "validation.form", "/validate"),
    ("match", "matching.form", "/match"),
    ("not-there", "resource.document", "/doc/commitment/nothing"),
    ("listing-filtered", "resource.listing", "/doc/commitment?member=EE"),
    ("listing-empty", "resource.listing", "/doc/commitment?member=EE&q=zzzzzz"),
)
#: Pages below a list of them: name, endpoint, the list, and what an address of one is like.
_FIRST: Final = (
    ("source", "site.source_table", "/release/{release}", r"/release/[^/]+(/source/[^\"#?]+csv)"),
    ("dumps", "dumps.listed", "/catalog.html", r"(/dump/[\w-]+)[\"]"),
    ("claim", "claims.claim", "/claims", r"(/claims/[A-Z]\d+)\""),
    ("codebook-table", "codebook.table", "/codebook", r"(/codebook/[\w-]+)\""),
)


def page_types(server: Server) -> Iterator[tuple[str, str]]:
    """Give name and address of a page of each type that a server has."""
    release = server.get("/healthz").json()["release"]
    for name, _, path in _FIXED:
        yield name, path.format(release=release)
    for name, _, listing, pattern in _FIRST:
        page = server.get(listing.format(release=release), headers=BROWSER)
        match = re.search(pattern, page.text)
        if match:
            yield name, match[1]
    for segment, key in _things(server):
        yield f"list-{segment}", f"/doc/{segment}"
        if key:
            yield f"doc-{segment}", f"/doc/{segment}/{key}"


def _things(server: Server) -> Iterator[tuple[str, str]]:
    """Give the segments of things and the key of the first thing of each, "" where there is none."""
    for segment in load_model().by_segment:
        page = server.get(f"/doc/{segment}", headers=BROWSER)
        match = re.search(rf'"/doc/{segment}/([^"?#/]+)"', page.text)
        if page.status_code == 200:
            yield segment, match[1] if match else ""
