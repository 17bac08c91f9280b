"""`/reconcile` speaks the Reconciliation API 0.2: every answer holds to its schemas, and errors say where."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import requests
from support.reconciliation_schemas import holds
from support.running import Server
from support.sample_data import copy_sample
from support.small_data import small_source, template_table
from werkzeug.test import Client

from ogpld.config import Settings
from ogpld.pipeline import Inputs, publish_sources
from ogpld.pipeline.progress import Progress
from ogpld.web.reconciliation.batches import PROPERTIES
from ogpld.web.server.create_application import create_wsgi_application

BASE = "http://localhost:8000/"


def post(server: Server, fields: dict[str, str]) -> requests.Response:
    """Return the answer to a form."""
    return requests.post(f"{server.url}/reconcile", data=fields, timeout=60)


def ask(server: Server, **fields: object) -> Any:
    """Return what a form with JSON gives."""
    answer = post(server, {n: json.dumps(v) for n, v in fields.items()})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_manifest_says_what_there_is(server: Server) -> None:
    """With the size of a batch, and addresses below the base."""
    answer = server.get("/reconcile")
    manifest = answer.json()
    holds(manifest, "manifest")
    assert manifest["batchSize"] == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert {"id": "Commitment", "name": "Commitment"} in manifest["defaultTypes"]
    assert manifest["identifierSpace"] == BASE


def test_a_batch_is_answered(server: Server) -> None:
    """By form and by address, query by query."""
    queries = {
        "q0": {"query": "Estonia", "type": "Member", "limit": 3},
        "q1": {"query": "no such thing whatsoever", "type": ["Member"], "type_strict": "any"},
        "q2": {
            "query": "EST",
            "properties": [{"pid": "member", "v": {"id": f"{BASE}id/member/EST"}}],
        },
    }
    holds(queries, "reconciliation-query-batch")
    answer = ask(server, queries=queries)
    holds(answer, "reconciliation-result-batch")
    assert answer["q0"]["result"][0]["id"] == f"{BASE}id/member/EST"
    assert answer["q0"]["result"][0]["match"] is True
    assert answer["q1"]["result"] == []
    again = server.get(f"/reconcile?queries={quote(json.dumps(queries))}")
    assert again.json() == answer


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        ("{", "reconciliation-json", "line 1, column 2"),
        ("[]", "reconciliation-query", "queries is no JSON object"),
        ('{"q0": 1}', "reconciliation-query", "q0 is no JSON object"),
        ('{"q0": {}}', "reconciliation-query", "q0 has neither"),
        ('{"q0": {"query": 5}}', "reconciliation-query", "q0.query is no text"),
        ('{"q0": {"query": "a", "type": "Cat"}}', "reconciliation-query", "'Cat'"),
        ('{"q0": {"query": "a", "limit": "x"}}', "reconciliation-query", "q0.limit"),
        ('{"q0": {"query": "a", "limit": NaN}}', "reconciliation-query", "q0.limit"),
        (
            f'{{"q0": {{"query": "a", "properties": [{{"pid": "year", "v": {600 * "["}{600 * "]"}}}]}}}}',
            "reconciliation-query",
            "q0.properties[0].v",
        ),
        (
            '{"q0": {"query": "a", "properties": [{"pid": "x", "v": "y"}]}}',
            "reconciliation-query",
            "q0.properties[0].pid",
        ),
        (
            json.dumps({f"q{n}": {"query": "a"} for n in range(201)}),
            "reconciliation-size",
            "201 queries",
        ),
        ("[" * 100_000, "reconciliation-json", "no JSON"),
    ],
    ids=lambda value: value[:30],
)
def test_what_is_wrong_is_named(server: Server, text: str, code: str, part: str) -> None:
    """With a code and its place."""
    answer = post(server, {"queries": text})
    assert answer.status_code == 400
    assert answer.json()["code"] == code
    assert part in answer.json()["detail"]


def test_properties_without_a_text_list_what_has_them(server: Server) -> None:
    """In the order of their IRIs, as many as are wanted, and none for certain; all have to hold."""

    def given(**values: str) -> dict[str, Any]:
        rows = [{"pid": name, "v": value} for name, value in values.items()]
        return {"query": "", "type": "ActionPlan", "properties": rows}

    queries = {
        "plans": given(member="Estonia"),
        "two": {**given(member="Estonia"), "limit": 2},
        "one": given(member="EE", year="2019"),
        "none": given(member="Estonia", year="1999"),
        "nowhere": given(member="Atlantis"),
        "unknown": given(member="Estonia", identifier="no such id"),
        "identified": {"properties": [{"pid": "identifier", "v": "EE0050"}]},
    }
    holds(queries, "reconciliation-query-batch")
    answer = ask(server, queries=queries)
    holds(answer, "reconciliation-result-batch")
    names = {name: [r["id"][-5:] for r in rows["result"]] for name, rows in answer.items()}
    assert names["plans"] == ["EST01", "EST02", "EST03", "EST04", "EST05"]
    assert (names["two"], names["one"]) == (["EST01", "EST02"], ["EST04"])
    assert names["none"] == names["nowhere"] == names["unknown"] == []
    assert names["identified"] == ["E0050"]
    rows = [row for name, rows in answer.items() if name != "identified" for row in rows["result"]]
    assert {(row["score"], row["match"]) for row in rows} == {(60, False)}
    assert answer["one"]["result"][0]["features"] == [
        {"id": "member", "value": 100.0},
        {"id": "year", "value": 100.0},
    ]


def test_a_long_text_is_a_text(server: Server) -> None:
    """Its first thousand characters count; one long cell ends no batch."""
    answer = ask(server, queries={"q0": {"query": "x y " * 50_000}, "q1": {"query": "Estonia"}})
    assert answer["q1"]["result"]


def test_fields_that_there_are_not(server: Server) -> None:
    """Refused in a form as in an address: it was answered with the manifest."""
    answer = post(server, {"query": '{"q0": {"query": "Estonia"}}'})
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown-parameter")
    assert answer.json()["suggestion"] == "queries"


def test_suggestions_and_flyouts(server: Server) -> None:
    """Of things, properties and classes."""
    entities = server.get("/reconcile/suggest/entity?prefix=estoni").json()
    holds(entities, "suggest-entities-response")
    assert entities["result"]
    types = server.get("/reconcile/suggest/type?prefix=comm").json()
    holds(types, "suggest-types-response")
    assert types["result"][0]["id"] == "Commitment"
    properties = server.get("/reconcile/suggest/property?prefix=").json()
    holds(properties, "suggest-properties-response")
    assert properties["result"][0]["id"] == "member"
    entitled = server.get("/reconcile/suggest/property?prefix=titl").json()["result"]
    assert ("title", "Title") in [(row["id"], row["name"]) for row in entitled]
    for path in (
        "entity?id=" + quote(f"{BASE}id/member/EST"),
        "type?id=Member",
        "property?id=plan",
    ):
        flyout = server.get(f"/reconcile/flyout/{path}").json()
        assert set(flyout) == {"id", "html"}
    assert server.get("/reconcile/flyout/entity?id=nothing").status_code == 404
    assert server.get("/reconcile/flyout/type?id=nothing").status_code == 404


@pytest.mark.parametrize("path", ["/reconcile", "/reconcile/1.0-draft"])
def test_every_property_is_suggested_with_its_use(server: Server, path: str) -> None:
    """Those of queries and those of columns, each by its id and its name; each does what it is for."""
    suggested = {
        row["id"]: row for row in server.get(f"{path}/suggest/property?prefix=").json()["result"]
    }
    proposals = server.get("/reconcile/extend/propose").json()["properties"]
    assert set(suggested) == {*PROPERTIES, *(row["id"] for row in proposals)}
    for name in ("policyArea", "skosxl:altLabel", "altLabel", "wikidata", "year"):
        last_word = suggested[name]["name"].split()[-1]
        for text in (name, name.rpartition(":")[2].upper(), last_word):
            rows = server.get(f"{path}/suggest/property?prefix={quote(text)}").json()["result"]
            assert name in [row["id"] for row in rows], text
    for name, row in suggested.items():
        query = {"query": "x", "properties": [{"pid": name, "v": "1"}]}
        answer = post(server, {"queries": json.dumps({"q0": query})})
        assert (answer.status_code == 200) == ("matching" in row["description"]), name
        column = {"ids": [], "properties": [{"id": name}]}
        answer = post(server, {"extend": json.dumps(column)})
        assert (answer.status_code == 200) == ("columns" in row["description"]), name
    page = server.get(f"{path}/suggest/property?prefix=&cursor=5").json()["result"]
    assert [row["id"] for row in page] == list(suggested)[5:]


def test_previews_may_be_framed_and_have_no_script(server: Server) -> None:
    """By any site; only this page."""
    answer = server.get(f"/reconcile/preview?id={quote(BASE)}id/member/EST")
    assert "<strong>Estonia</strong>" in answer.text
    assert answer.headers["Content-Security-Policy"].endswith("frame-ancestors *")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    view = server.get(f"/reconcile/view?id={quote(BASE)}id/member/EST", allow_redirects=False)
    assert (view.status_code, view.headers["Location"]) == (303, "/doc/member/EST")
    assert server.get("/reconcile/view?id=https://example.org/").status_code == 404


def test_values_become_columns(server: Server) -> None:
    """Codes and things with labels; what is not there has no values."""
    proposal = server.get("/reconcile/extend/propose?type=Member").json()
    holds(proposal, "data-extension-property-proposal")
    assert {"iso2", "wikidata"} <= {row["id"] for row in proposal["properties"]}
    member, commitment = f"{BASE}id/member/EST", f"{BASE}id/commitment/EE0050"
    query = {
        "ids": [member, commitment, f"{BASE}id/member/QQQ"],
        "properties": [{"id": "iso2"}, {"id": "wikidata"}, {"id": "plan"}, {"id": "policyArea"}],
    }
    holds(query, "data-extension-query")
    answer = ask(server, extend=query)
    holds(answer, "data-extension-response")
    assert answer["rows"][member]["iso2"] == [{"str": "EE"}]
    assert answer["rows"][member]["wikidata"] == [{"str": "Q191"}]
    assert answer["rows"][commitment]["plan"][0]["id"].startswith(f"{BASE}id/action-plan/EST")
    assert answer["rows"][commitment]["policyArea"][0]["name"]
    assert answer["rows"][f"{BASE}id/member/QQQ"]["iso2"] == []


def test_types_of_columns_are_those_of_the_manifest(server: Server) -> None:
    """With id and name as queries take them, in both versions; values of no type that is offered have none."""
    offered = server.get("/reconcile").json()["defaultTypes"]
    types: dict[str, Any] = {}
    for row in offered:
        path = f"/reconcile/extend/propose?type={row['id']}"
        names = [column["id"] for column in server.get(path).json()["properties"]]
        for at in range(0, len(names), 20):
            wish = {"ids": [], "properties": [{"id": name} for name in names[at : at + 20]]}
            answer = ask(server, extend=wish)
            holds(answer, "data-extension-response")
            types |= {column["id"]: column.get("type") for column in answer["meta"]}
            draft = server.url + "/reconcile/1.0-draft/extend"
            assert requests.post(draft, json=wish, timeout=30).json()["meta"] == answer["meta"]
    assert types["plan"] == {"id": "ActionPlan", "name": "Action plan"}
    assert types["member"] == {"id": "Member", "name": "Member"}
    assert types["iso2"] is None
    assert all(kind in offered for kind in types.values() if kind)


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory, without_dumps: None) -> Iterator[Client]:  # noqa: ARG001
    """A server over members with names, and a body with a number in a register."""
    folder = tmp_path_factory.mktemp("named")
    data = copy_sample(folder / "data", ("members", "institutions", "iso-names"))
    bodies = "key,prefLabel@en,registerNumber,classification,source\n"
    row = "ALB-agency,Agency of a test,L-17,agency,https://x.example/\n"
    small_source(data, "bodies", template_table("b.csv", "institution"), b__csv=bodies + row)
    settings = Settings(home=folder / "home", workers=1)
    published = publish_sources(Inputs(data=data), settings, Progress())
    assert published.release, published.report
    front = create_wsgi_application(settings)
    yield Client(front)
    front.current_release.close()


@pytest.mark.parametrize("path", ["/reconcile", "/reconcile/1.0-draft/extend"])
def test_properties_with_one_local_name_are_told_apart(named: Client, path: str) -> None:
    """Each has an id of its own, that of the answer is the one asked for, and so are the values."""
    member, body = f"{BASE}id/member/ALB", f"{BASE}id/institution/ALB-agency"
    ids = ["identifier", "org:identifier", "altLabel", "skosxl:altLabel"]
    wish = {"ids": [member, body], "properties": [{"id": name} for name in ids]}
    answer: Any
    if path == "/reconcile":
        answer = named.post(path, data={"extend": json.dumps(wish)}).json
        holds(answer, "data-extension-response")
        rows = answer["rows"]
    else:
        answer = named.post(path, json=wish).json
        holds(answer, "data-extension-response", "1.0-draft")
        rows = {
            row["id"]: {cells["id"]: cells["values"] for cells in row["properties"]}
            for row in answer["rows"]
        }
    assert [entry["id"] for entry in answer["meta"]] == ids
    assert (
        answer["meta"][0]["name"] == "OGP code"
    )  # a member's: of other classes it is called otherwise
    assert [list(row) for row in rows.values()] == [ids, ids]
    assert rows[member]["identifier"] == [{"str": "ALB"}]
    assert (rows[body]["identifier"], rows[body]["org:identifier"]) == ([], [{"str": "L-17"}])
    assert {"str": "Republic of Albania"} in rows[member]["altLabel"]
    labels = rows[member]["skosxl:altLabel"]
    assert labels
    assert all(f"{member}#" in json.dumps(cell) for cell in labels)


def test_ids_of_properties_are_proposed_and_explained(server: Server) -> None:
    """Of each property of each class one, no two alike; a local name that no other has is the id."""
    for kind, ids in (
        ("Institution", {"org:identifier", "altLabel", "skosxl:altLabel", "classification"}),
        ("Commitment", {"identifier", "adms:identifier", "policyArea", "plan"}),
        ("ActionPlan", {"identifier", "cycle"}),
    ):
        answer = server.get(f"/reconcile/extend/propose?type={kind}").json()
        there = [row["id"] for row in answer["properties"]]
        assert ids <= set(there)
        assert len(there) == len(set(there))
        for name in ids:
            flyout = server.get(f"/reconcile/flyout/property?id={quote(name)}")
            assert flyout.json()["id"] == name


def test_a_wish_for_values_that_is_wrong_is_refused(server: Server) -> None:
    """With a code."""
    for wish, code in (
        ({"ids": "x", "properties": []}, "reconciliation-query"),
        ({"ids": [], "properties": [{"id": "nothing"}]}, "reconciliation-query"),
        ({"ids": [], "properties": [{"id": "iso2", "setting": {}}]}, "reconciliation-query"),
        (
            {"ids": [], "properties": [{"id": "iso2", "settings": {"limit": 1}}]},
            "reconciliation-query",
        ),
        ({"ids": ["x"] * 1_001, "properties": []}, "reconciliation-size"),
    ):
        answer = post(server, {"extend": json.dumps(wish)})
        assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_a_wish_that_is_refused_says_where_to_look(server: Server) -> None:
    """At the columns of the class that the things are of; settings that are empty are none."""
    wish: dict[str, Any] = {"ids": [f"{BASE}id/member/EST"], "properties": [{"id": "nothing"}]}
    hint = post(server, {"extend": json.dumps(wish)}).json()["hint"]
    assert hint.endswith("/reconcile/extend/propose?type=Member")
    wish["properties"] = [{"id": "iso2", "settings": {}}]
    assert post(server, {"extend": json.dumps(wish)}).status_code == 200


def test_a_sign_begins_no_name(server: Server) -> None:
    """The euro is no beginning of Europe."""
    for prefix in ("\N{EURO SIGN}", "?", " "):
        rows = server.get(f"/reconcile/suggest/entity?prefix={quote(prefix)}").json()["result"]
        assert rows == []


def test_a_contradiction_is_no_match(server: Server) -> None:
    """Of a member, too: the features have what contradicts with 0, and the likeness of a name beside an id."""
    georgia = {"query": "Georgia", "type": "Member"}
    answer = ask(
        server,
        queries={
            "q0": georgia | {"properties": [{"pid": "member", "v": "USA"}]},
            "q1": georgia | {"properties": [{"pid": "identifier", "v": "EST"}]},
            "q2": georgia | {"properties": [{"pid": "member", "v": "GEO"}]},
        },
    )
    holds(answer, "reconciliation-result-batch")
    assert [any(c["match"] for c in answer[n]["result"]) for n in ("q0", "q1", "q2")] == [
        *(False, False, True)
    ]
    assert {"id": "member", "value": 0.0} in answer["q0"]["result"][0]["features"]
    identified = answer["q1"]["result"][0]
    assert identified["id"] == f"{BASE}id/member/EST"
    assert [f["id"] for f in identified["features"]] == ["identifier", "name"]


def test_half_a_character_in_an_id_is_answered(server: Server) -> None:
    """Others of the batch are not lost with it; JSON has an escape for what UTF-8 has not."""
    response = post(server, {"queries": '{"\\ud800": {"query": "Estonia", "type": "Member"}}'})
    assert response.status_code == 200
    assert response.text.startswith('{"\\ud800":')
    rows = post(server, {"extend": '{"ids": ["\\ud800"], "properties": [{"id": "iso2"}]}'})
    assert rows.status_code == 200


@pytest.mark.parametrize(("member", "result"), [("LVA", (60, False)), ("Estonia", (100, True))])
def test_an_identifier_of_another_member_is_no_match(
    server: Server, member: str, result: tuple[int, bool]
) -> None:
    """A text and a given member that disagree: a person is to say which is wrong."""
    query = {
        "query": "EE0050",
        "type": "Commitment",
        "properties": [{"pid": "member", "v": member}],
    }
    first = ask(server, queries={"q0": query})["q0"]["result"][0]
    assert first["id"].endswith("/commitment/EE0050")
    assert (first["score"], first["match"]) == result
