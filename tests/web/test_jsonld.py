"""JSON-LD over HTTP: profiles, contexts, frames, schemas, frames on SPARQL results."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

import jsonschema
import pytest
import requests
from support.linked import loader, read_by_pyld
from support.running import Server

from ogpld.model.context import Context
from ogpld.rdf import NamedNode, Quad, Triple, canonical_blank_nodes, parse_quads
from ogpld.release.context_archive import archive_context

DOC = "/doc/commitment/EE0050"
IRI = "http://localhost:8000/id/commitment/EE0050"
NAMESPACE = "http://www.w3.org/ns/json-ld#"
PROFILES = ("compacted", "expanded", "flattened", "framed")


def kind(profile: str = "") -> str:
    """Return the media type of a profile."""
    return "application/ld+json" + (f';profile="{NAMESPACE}{profile}"' if profile else "")


def graph(server: Server, answer: requests.Response) -> set[Triple]:
    """Return what PyLD reads, with the context the server serves under the name the document says."""
    body = answer.json()
    contexts = {}
    if isinstance(body, dict) and isinstance(body["@context"], str):
        path = body["@context"].removeprefix("http://localhost:8000")
        contexts[body["@context"]] = server.get(path).json()
    return read_by_pyld(body, loader(contexts))


def turtle(server: Server, path: str) -> set[Triple]:
    """Return what the Turtle says."""
    return {quad.triple for quad in parse_quads(server.get(f"{path}.ttl").content, "ttl")}


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_is_negotiated(server: Server, profile: str) -> None:
    """The answer says its profile, where it is found for good, and depends on Accept."""
    answer = server.get(DOC, headers={"Accept": kind(profile)})
    assert answer.headers["Content-Type"] == kind(profile)
    assert "Accept" in answer.headers["Vary"].split(", ")
    concrete = answer.headers["Content-Location"]
    assert concrete == f"{DOC}.jsonld?_profile={profile}"
    again = server.get(concrete)
    assert (again.content, again.headers["ETag"]) == (answer.content, answer.headers["ETag"])
    assert again.headers["Content-Type"] == kind(profile)
    assert "Accept" not in again.headers["Vary"].split(", ")
    triples = graph(server, answer)
    assert triples < turtle(server, DOC) if profile == "framed" else triples == turtle(server, DOC)


def test_profiles_have_etags_of_their_own(server: Server) -> None:
    """Four shapes and the usual one: five tags, each good for a 304."""
    paths = [f"{DOC}.jsonld", *(f"{DOC}.jsonld?_profile={profile}" for profile in PROFILES)]
    tags = [server.get(path).headers["ETag"] for path in paths]
    assert len(set(tags)) == len(paths)
    for path, tag in zip(paths, tags, strict=True):
        assert server.get(path, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (f'application/ld+json;profile="{NAMESPACE}unheard-of"', kind()),
        ('application/ld+json;profile="https://example.org/x"', kind()),
        (f'application/ld+json;profile="https://example.org/x {NAMESPACE}framed"', kind("framed")),
        (f"application/ld+json; profile={NAMESPACE}expanded", kind("expanded")),
        (f"{kind('expanded')};q=0.3, application/ld+json;q=0.9", kind()),
        (f"{kind('expanded')};q=0.3, {kind('flattened')};q=0.9", kind("flattened")),
        (f"application/ld+json, {kind('framed')}", kind("framed")),
        (f"text/turtle;q=0.5, {kind('framed')}", kind("framed")),
        (f"{kind('framed')};q=0.5, text/turtle", "text/turtle; charset=utf-8"),
        (f"{kind('framed')}, text/html", "text/html; charset=utf-8"),
    ],
)
def test_profiles_in_accept(server: Server, accept: str, expected: str) -> None:
    """Unknown ones are passed over (RFC 6906 3.1), the highest q decides, HTML keeps its rule."""
    assert server.get(DOC, headers={"Accept": accept}).headers["Content-Type"] == expected


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"_profile": "framed"}, kind("framed")),
        ({"_profile": f"{NAMESPACE}expanded"}, kind("expanded")),
        ({"_mediatype": kind("flattened")}, kind("flattened")),
        ({"format": f"application/ld+json;profile={NAMESPACE}framed"}, kind("framed")),
        ({"format": "jsonld", "_profile": "compacted"}, kind("compacted")),
        ({"_mediatype": "application/json", "_profile": "framed"}, "application/json"),
    ],
)
def test_profiles_as_parameters(server: Server, parameters: dict[str, str], expected: str) -> None:
    """Short names and IRIs; a profile alone means JSON-LD."""
    answer = server.get(f"{DOC}?{urlencode(parameters)}", headers={"Accept": "*/*"})
    assert answer.headers["Content-Type"] == expected
    profile = (
        (parameters.get("_profile") or next(iter(parameters.values())))
        .rpartition("#")[2]
        .strip('"')
    )
    assert f'<{NAMESPACE}{profile}>; rel="profile"' in answer.headers["Link"]


@pytest.mark.parametrize(
    "query",
    [
        "_profile=unheard-of",
        urlencode({"_mediatype": 'application/ld+json;profile="https://example.org/x"'}),
        "_profile=framed&format=ttl",
        "_context=elsewhere&format=jsonld",
    ],
)
def test_what_cannot_be_had_is_406_with_what_can(server: Server, query: str) -> None:
    """A parameter that names an unknown shape is an error, unlike an Accept header."""
    answer = server.get(f"{DOC}?{query}")
    assert answer.status_code == 406
    assert answer.json()["code"] == "not-acceptable"
    assert answer.json()["available"]


def test_links_lead_to_every_shape(server: Server) -> None:
    """Any form of a document names the other shapes of its JSON-LD, its frame and its schema."""
    header = server.get(DOC, headers={"Accept": "text/turtle"}).headers["Link"]
    for profile in ("expanded", "flattened", "framed"):
        assert (
            f'<{DOC}.jsonld?_profile={profile}>; rel="alternate"; type="application/ld+json";'
            f' profile="{NAMESPACE}{profile}"'
        ) in header
    assert f"<{DOC}.jsonld?_context=inline>" in header
    framed = server.get(f"{DOC}.jsonld?_profile=framed").headers["Link"]
    assert f'</frame/commitment.jsonld>; rel="{NAMESPACE}frame"' in framed
    schema = '</schema/commitment.json>; rel="describedby"; type="application/schema+json"'
    assert schema in framed
    assert schema not in server.get(f"{DOC}.jsonld").headers["Link"]
    assert f'<{DOC}.jsonld>; rel="alternate"; type="application/ld+json"' in framed


def test_the_context_may_come_along(server: Server) -> None:
    """`_context=inline` needs no second request; the graph is the same."""
    answer = server.get(f"{DOC}?_context=inline", headers={"Accept": "application/json"})
    assert isinstance(answer.json()["@context"], dict)
    assert answer.headers["Content-Location"] == f"{DOC}.jsonld?_context=inline"
    assert "json-ld#context" not in answer.headers["Link"]
    assert graph(server, answer) == turtle(server, DOC)


def test_a_document_names_a_context_that_never_changes(server: Server) -> None:
    """Its digest is in its address, it may be kept for a year, and anybody's page may read it."""
    address = server.get(f"{DOC}.jsonld").json()["@context"]
    path = address.removeprefix("http://localhost:8000")
    version = server.get(path)
    assert version.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert version.headers["Access-Control-Allow-Origin"] == "*"
    today = server.get("/context.jsonld")
    assert today.headers["Content-Location"] == path
    assert "immutable" not in today.headers["Cache-Control"]
    assert today.content == version.content
    for answer in (today, version):
        assert answer.headers["Content-Type"] == kind("context")


def test_contexts_of_earlier_models_stay(server: Server, home: Any) -> None:
    """What a document of years ago names is still served; what is damaged is not."""
    earlier = Context({"Thing": "https://example.org/Thing"}, {}, {}, {})
    assert server.get(earlier.address("/context.jsonld")).status_code == 404
    archive_context(home, earlier)
    answer = server.get(earlier.address("/context.jsonld"))
    assert answer.content == earlier.document
    assert "immutable" in answer.headers["Cache-Control"]
    damaged = Context({"Thing": "https://example.org/Damaged"}, {}, {}, {})
    place = home / "contexts" / f"{damaged.digest}.jsonld"
    place.write_bytes(damaged.document[:-9])
    assert server.get(damaged.address("/context.jsonld")).status_code == 404
    archive_context(home, damaged)
    assert server.get(damaged.address("/context.jsonld")).content == damaged.document


def judge(server: Server, name: str) -> jsonschema.Draft202012Validator:
    """Return the schema of a class, as served."""
    answer = server.get(f"/schema/{name}.json")
    assert answer.headers["Content-Type"] == "application/schema+json"
    assert f'</frame/{name}.jsonld>; rel="{NAMESPACE}frame"' in answer.headers["Link"]
    return jsonschema.Draft202012Validator(answer.json())


def test_frames_and_schemas_are_served(server: Server) -> None:
    """A frame names the context that documents name; an unknown class is 404 with all there are."""
    frame = server.get("/frame/commitment.jsonld")
    assert frame.headers["Content-Type"] == kind("frame")
    assert frame.json()["@context"] == server.get(f"{DOC}.jsonld").json()["@context"]
    assert '</schema/commitment.json>; rel="describedby"' in frame.headers["Link"]
    for path in ("/frame/unheard-of.jsonld", "/schema/unheard-of.json"):
        answer = server.get(path)
        assert answer.status_code == 404
        assert "/frame/member.jsonld" in answer.json()["available"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (DOC, "commitment"),
        ("/doc/commitment/EE0054-s1-1", "sub-commitment"),
        ("/doc/member/EST", "member"),
        ("/doc/report/EST03-end-of-term-report", "report"),
        ("/code/indicator/completion", "indicator"),
    ],
)
def test_framed_documents_validate_as_served(server: Server, path: str, name: str) -> None:
    """The schema a framed document links to describes it."""
    answer = server.get(f"{path}.jsonld?_profile=framed")
    assert f"</schema/{name}.json>" in answer.headers["Link"]
    judge(server, name).validate(answer.json())


def test_pages_lead_to_the_schema(server: Server) -> None:
    """The page of a thing, and the vocabulary for each class."""
    page = server.get(f"{DOC}.html").text
    for href in (f"{DOC}.jsonld?_profile=framed", "/schema/commitment.json"):
        assert f'<a href="{href}">' in page
        assert server.get(href).status_code == 200
    vocabulary = server.get("/ns.html").text
    for name in ("commitment", "status-event"):
        assert f'<a href="/schema/{name}.json">' in vocabulary
        assert f'<a href="/frame/{name}.jsonld">' in vocabulary


def canonical(quads: Iterable[Quad]) -> list[str]:
    """Return statements with blank nodes named by what they are."""
    graph = NamedNode("http://localhost:8000/graph/it")
    return sorted(str(quad) for quad in canonical_blank_nodes(quads, graph))


@pytest.mark.parametrize("path", ["/ns", "/shapes"])
@pytest.mark.parametrize("query", ["", "?_profile=expanded", "?_profile=flattened"])
def test_vocabulary_and_shapes_are_json_ld_too(server: Server, path: str, query: str) -> None:
    """With their blank nodes and lists, the same graph as the Turtle."""
    answer = server.get(f"{path}.jsonld{query}")
    read = graph(server, answer)
    turtle_quads = parse_quads(server.get(f"{path}.ttl").content, "ttl")
    assert canonical(Quad(*triple) for triple in read) == canonical(turtle_quads)
    assert server.get(f"{path}.jsonld{query}").content == answer.content


@pytest.mark.parametrize(
    "path", ["/code/completion", "/releases", "/sparql", "/release/current/validation"]
)
def test_what_is_about_no_thing_has_the_plain_profiles(server: Server, path: str) -> None:
    """Lists of codes and releases, reports, the service: compacted, expanded, flattened."""
    graphs = []
    for profile in ("compacted", "expanded", "flattened"):
        accept = {"Accept": kind(profile)}
        answer = server.get(path, headers=accept, allow_redirects=True)
        assert answer.headers["Content-Type"] == kind(profile)
        graphs.append(graph(server, answer))
    assert graphs[0] == graphs[1] == graphs[2]
    answer = server.get(path, headers={"Accept": kind("framed")}, allow_redirects=True)
    assert answer.headers["Content-Type"] == kind()


def test_framed_is_unknown_where_there_is_no_frame(server: Server) -> None:
    """A graph has no class: in Accept it is passed over, as a parameter it is an error."""
    path = "/graph/derived/EST04"
    answer = server.get(path, headers={"Accept": kind("framed")})
    assert answer.headers["Content-Type"] == kind()
    assert server.get(f"{path}?_profile=framed").status_code == 406
    assert server.get(f"{path}?_profile=expanded").headers["Content-Type"] == kind("expanded")
    for other in ("/", "/validate", "/catalog"):
        assert server.get(f"{other}?format=jsonld&_profile=framed").status_code == 406
        expanded = server.get(f"{other}?format=jsonld&_profile=expanded")
        assert expanded.headers["Content-Type"] == kind("expanded")


ESTONIAN = """PREFIX ogpld: <https://w3id.org/ogpld/ns#>
CONSTRUCT { ?c a ogpld:Commitment ; ogpld:member ?m ; ogpld:completion ?v ; ogpld:cycle ?y }
WHERE { ?c a ogpld:Commitment ; ogpld:member ?m ; ogpld:plan/ogpld:cycle ?y .
  FILTER(?m = <http://localhost:8000/id/member/EST>) OPTIONAL { ?c ogpld:completion ?v } }"""


@pytest.mark.parametrize(
    "frame",
    [
        "commitment",
        "Commitment",
        "/frame/commitment.jsonld",
        "http://localhost:8000/frame/commitment.jsonld",
    ],
)
@pytest.mark.parametrize("accept", ["*/*", "application/json", kind(), "text/html;q=0.1,*/*"])
def test_a_query_is_framed(server: Server, frame: str, accept: str) -> None:
    """CONSTRUCT with our frame: JSON-LD, one entry a commitment, each as the schema says."""
    answer = server.get(
        "/sparql", params={"query": ESTONIAN, "frame": frame}, headers={"Accept": accept}
    )
    assert answer.headers["Content-Type"] == kind("framed")
    body = answer.json()
    judge(server, "commitment").validate(body)
    assert len(body["@graph"]) == 25
    assert all(node["type"] == ["Commitment"] for node in body["@graph"])
    assert {node["member"] for node in body["@graph"]} == {"http://localhost:8000/id/member/EST"}
    assert "</schema/commitment.json>" in answer.headers["Link"]
    tag = answer.headers["ETag"]
    assert tag.removesuffix('"').removesuffix("-gzip").endswith("-jsonld-framed-commitment")


def test_describe_is_framed(server: Server) -> None:
    """A framed DESCRIBE is a `@graph` for any number of things, one and none among them."""
    ask = {"query": f"DESCRIBE <{IRI}>", "frame": "commitment"}
    body = requests.post(f"{server.url}/sparql", data=ask, timeout=10).json()
    judge(server, "commitment").validate(body)
    (node,) = body["@graph"]
    document = server.get(f"{DOC}.jsonld?_profile=framed").json()
    assert node == {key: value for key, value in document.items() if key != "@context"}
    other = requests.post(f"{server.url}/sparql", data={**ask, "frame": "member"}, timeout=10)
    assert other.json()["@graph"] == []


def test_a_wrong_frame_is_400_with_the_list(server: Server) -> None:
    """A frame that is not ours is a 400 that lists ours; a frame at another address is not fetched."""
    for frame in ("unheard-of", "https://example.org/frame/commitment.jsonld", "../member"):
        answer = server.get("/sparql", params={"query": ESTONIAN, "frame": frame})
        assert (answer.status_code, answer.json()["code"]) == (400, "frame-unknown")
        assert "/frame/commitment.jsonld" in answer.json()["available"]
    answer = server.get("/sparql", params={"query": ESTONIAN, "_profile": "framed"})
    assert (answer.status_code, answer.json()["code"]) == (400, "frame-missing")


def test_results_come_in_every_shape(server: Server) -> None:
    """Profiles of `/sparql` are those of documents; each has an ETag of its own."""
    tags, graphs = set(), []
    for parameters in ({"_profile": "expanded"}, {"_profile": "flattened"}, {"_context": "inline"}):
        params = {"query": ESTONIAN, "format": "jsonld", **parameters}
        answer = server.get("/sparql", params=params)
        assert answer.headers["Content-Type"] == kind(parameters.get("_profile", ""))
        tags.add(answer.headers["ETag"])
        graphs.append(graph(server, answer))
    assert len(tags) == 3
    assert graphs[0] == graphs[1] == graphs[2]
    by_header = server.get(
        "/sparql", params={"query": ESTONIAN}, headers={"Accept": kind("expanded")}
    )
    assert by_header.headers["Content-Type"] == kind("expanded")
    assert isinstance(json.loads(by_header.content), list)


def test_a_framed_answer_that_grows_too_large_is_413(server: Server) -> None:
    """Every assessment made a part of every member: told once each it is small, framed it is not."""
    query = """PREFIX ogpld: <https://w3id.org/ogpld/ns#> PREFIX adms: <http://www.w3.org/ns/adms#>
      CONSTRUCT { ?m a ogpld:Commitment ; adms:identifier ?i . ?i adms:schemaAgency ?n }
      WHERE { { SELECT ?m { ?m a ogpld:Assessment } LIMIT 400 }
        VALUES ?i { <http://a.example/1> <http://a.example/2> }
        { SELECT (STR(?x) AS ?n) { ?x a ogpld:Assessment } LIMIT 400 } }"""
    plain = server.get("/sparql", params={"query": query, "format": "jsonld"})
    assert plain.status_code == 200
    answer = server.get("/sparql", params={"query": query, "frame": "commitment"})
    assert (answer.status_code, answer.json()["code"]) == (413, "result-too-large")


def test_rows_do_not_mind_a_frame(server: Server) -> None:
    """A frame says how a graph is answered; SELECT has none."""
    answer = server.get(
        "/sparql",
        params={"query": "SELECT ?s { ?s a ?t } LIMIT 1", "frame": "commitment", "format": "csv"},
    )
    assert answer.headers["Content-Type"].startswith("text/csv")
