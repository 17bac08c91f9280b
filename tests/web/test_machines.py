"""The page for machines and the OpenAPI description."""

from __future__ import annotations

import re
from typing import Any

import pytest
from support.running import Server

from ogpld.charts.chart_list import CHARTS
from ogpld.config import Settings
from ogpld.model import load_model
from ogpld.queries.named import load_named
from ogpld.web.app import create_app
from ogpld.web.http.parameters import ELSEWHERE
from ogpld.web.pages.chart_parameters import parameters_of
from ogpld.web.pages.citation_styles import STYLES

#: Endpoints that pass over what they do not know, or hand the query on to an address that looks at it.
_TAKE_ANYTHING = {
    *("sparql.end_named", "permanent_queries.register", "things.thing", "dumps.current"),
    *("past.current", "releases.current_release", "releases.current_report"),
}


def _names(operation: dict[str, Any]) -> set[str]:
    return {p["name"] for p in operation["parameters"] if p["in"] == "query"}


def test_every_address_it_has_answers(server: Server) -> None:
    """Addresses without variable parts are no 404; each operation has a name of its own and a sentence."""
    document = server.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1.")
    operations = [o for item in document["paths"].values() for o in item.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names)) > 100
    for path, item in document["paths"].items():
        for operation in item.values():
            assert operation["summary"].endswith((".", "?", ":")) or "{" not in operation["summary"]
            stated = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
            assert stated == set(re.findall(r"{(\w+)}", path))
        if "get" in item and "{" not in path:
            answer = server.get(path, allow_redirects=False)
            absent = path.startswith(("/claims", "/dump", "/codebook"))  # this site has none
            assert answer.status_code not in {404, 405} or absent, path


def test_lists_and_questions_have_their_own_parameters(server: Server) -> None:
    """They come from the model of the release and the files of the questions."""
    paths = server.get("/openapi.json").json()["paths"]
    facets = {p["name"] for p in paths["/doc/commitment"]["get"]["parameters"]}
    assert {"member", "completion", "page", "limit", "format"} <= facets
    for query in load_named().values():
        declared = {p["name"] for p in paths[f"/queries/{query.name}"]["get"]["parameters"]}
        assert {p.name for p in query.parameters} <= declared
    assert "requestBody" in paths["/sparql"]["post"]


def test_what_only_one_of_the_lists_at_an_address_takes_says_of_which(server: Server) -> None:
    """`isPartOf` belongs to the parts of commitments, which are commitments to the address."""
    parameters = server.get("/openapi.json").json()["paths"]["/doc/commitment"]["get"]["parameters"]
    says = {p["name"]: p["description"] for p in parameters if p["in"] == "query"}
    assert says["isPartOf"].endswith("Only with type=sub-commitment.")
    assert "Only with" not in says["member"]
    assert server.get("/doc/commitment.csv?isPartOf=EE0054").status_code == 400


def test_the_endpoint_has_every_parameter_that_it_reads(server: Server) -> None:
    """Names of the form are three; columns are added as in questions."""
    operation = server.get("/openapi.json").json()["paths"]["/sparql"]["get"]
    assert {"format", "output", "results", "labels", "why"} <= _names(operation)


def _described(paths: dict[str, Any], address: str) -> dict[str, Any]:
    """Return what is said of an address: of those that fit, the one with most of it written out."""
    fitting = [
        path
        for path in paths
        if re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)), address)
    ]
    described: dict[str, Any] = paths[max(fitting, key=lambda p: len(re.sub("{.+?}", "", p)))]
    return described["get"]


@pytest.mark.parametrize("below", ["/dataset/ogpld", "/release/{release}"])
@pytest.mark.parametrize("ending", ["", ".ttl", ".jsonld", *(f".{s.name}" for s in STYLES)])
def test_what_is_declared_of_a_suffix_is_taken(server: Server, below: str, ending: str) -> None:
    """Forms of RDF take the parameters of documents, citations none of them."""
    address = below.format(release=server.get("/healthz").json()["release"]) + ending
    paths = server.get("/openapi.json").json()["paths"]
    values = {"format": "jsonld", "_mediatype": "jsonld", "_profile": "expanded"}
    for name, value in (values | {"_context": "inline", "page": "1"}).items():
        answer = server.get(address, params={name: value})
        assert answer.status_code in {200, 400, 406}, "of some forms there is one shape"
        assert (answer.status_code != 400) == (name in _names(_described(paths, address))), name


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/id/{segment}/{key}", "/id/member/EST"),
        ("/reconcile/view", "/reconcile/view?id={base}/id/member/EST"),
        ("/release/current", "/release/current"),
        ("/release/current/validation", "/release/current/validation"),
        ("/release/current/sparql", "/release/current/sparql"),
        ("/release/current/{below}", "/release/current/doc/member"),
        ("/ns/{version}", f"/ns/{load_model().version}"),
        ("/doc/member", "/doc/member"),
        ("/release/{name}/validation", "/release/{release}/validation"),
        ("/release/{name}/source/{folder}/{file}", "/release/{release}/source/estonia/estonia.csv"),
        ("/catalog", "/catalog"),
        ("/validate", "/validate"),
    ],
)
def test_status_and_forms_are_those_that_are_sent(server: Server, path: str, address: str) -> None:
    """What leads elsewhere says so, and every form that is declared can be had."""
    release = server.get("/healthz").json()["release"]
    document = server.get("/openapi.json").json()
    responses = document["paths"][path]["get"]["responses"]
    (status,) = responses.keys() - {"4XX", "5XX"}
    address = address.format(base=document["servers"][0]["url"], release=release)
    forms = responses[status].get("content", {"*/*": {}})
    for form in forms:
        answer = server.get(address, headers={"Accept": form}, allow_redirects=False)
        assert (str(answer.status_code), "Location" in answer.headers) == (
            status,
            "headers" in responses[status],
        )
        if form != "*/*":
            assert answer.headers["Content-Type"].partition(";")[0] == form
    if path == "/doc/member":
        assert {"text/csv", "application/x-ndjson"} <= forms.keys()


def test_ending_a_query_has_no_content(server: Server) -> None:
    """DELETE is answered with 204, and registering a query with where it is."""
    paths = server.get("/openapi.json").json()["paths"]
    assert paths["/sparql/{name}"]["delete"]["responses"].keys() == {"204", "4XX", "5XX"}
    assert "Location" in paths["/q"]["post"]["responses"]["303"]["headers"]


def test_no_address_hides_its_parameters(server: Server) -> None:
    """What is declared beside the table of routes is in the description as well."""
    paths = server.get("/openapi.json").json()["paths"]
    looked_at = set()
    for rule in create_app(Settings()).url_map.iter_rules():
        if rule.endpoint not in ELSEWHERE - _TAKE_ANYTHING:
            continue
        address = re.compile(re.sub(r"<[^>]+>", "[^/]+", rule.rule.replace(".", r"\.")))
        operations = [item["get"] for path, item in paths.items() if address.fullmatch(path)]
        assert operations, rule.rule
        assert all(map(_names, operations)), rule.rule
        looked_at.add(rule.endpoint)
    assert looked_at == ELSEWHERE - _TAKE_ANYTHING
    for below in ("", "/release/{name}"):
        for chart in CHARTS.values():
            for path in (f"{below}/chart/{chart.name}", f"{below}/chart/{chart.name}/embed"):
                declared = {parameter.name for parameter in parameters_of(chart)}
                assert _names(paths[path]["get"]) == declared >= {*chart.filters, "scale", "lang"}
        facets = _names(paths[f"{below}/doc/commitment"]["get"])
        assert {"member", "completion", "page", "limit"} <= facets
    assert {"member", "against", "policy-area"} <= _names(paths["/compare"]["get"])
    unknown = {name for name, query in load_named().items() if query.unknown}
    assert unknown == {
        match[1] for path in paths if (match := re.fullmatch("/queries/([^/{]+)/unknown", path))
    }


def test_the_page_says_limits_and_services(server: Server) -> None:
    """With the numbers of this site, and links to what describes each service."""
    page = server.get("/api", headers={"Accept": "text/html"}).text
    assert f"{Settings().query_rows:,} rows" in page
    for path in ("/openapi.json", "/ldes", "/shapes", "/context.jsonld", "/healthz"):
        assert f'href="{path}"' in page
