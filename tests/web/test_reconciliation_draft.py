"""`/reconcile/1.0-draft` speaks the draft of the Reconciliation API with the same matcher."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
import requests
from support.reconciliation_schemas import holds
from support.running import Server

BASE = "http://localhost:8000/"
DRAFT = "/reconcile/1.0-draft"
EST = f"{BASE}id/member/EST"


def post(server: Server, data: Any, path: str = "/match") -> requests.Response:
    """Return the answer to a JSON body."""
    return requests.post(f"{server.url}{DRAFT}{path}", json=data, timeout=60)


def named(text: Any, **further: Any) -> dict[str, Any]:
    """Return a condition on names."""
    return {"matchType": "name", "propertyValue": text, **further}


def of(name: str, value: Any, **further: Any) -> dict[str, Any]:
    """Return a condition on a property."""
    return {"matchType": "property", "propertyId": name, "propertyValue": value, **further}


def keys(server: Server, *conditions: dict[str, Any], **further: Any) -> list[str]:
    """Return the keys of the candidates of one query, the match with a star."""
    data = {"queries": [{"conditions": list(conditions), **further}]}
    holds(data, "reconciliation-query-batch", "1.0-draft")
    answer = post(server, data)
    assert answer.status_code == 200, answer.text
    holds(answer.json(), "reconciliation-result-batch", "1.0-draft")
    rows = answer.json()["results"][0]["candidates"]
    return [row["id"].rpartition("/")[2] + "*" * row["match"] for row in rows]


def test_the_manifest(server: Server) -> None:
    """It names the version of its address, and its answers may be read from other sites."""
    answer = server.get(DRAFT)
    holds(answer.json(), "manifest", "1.0-draft")
    assert answer.json()["view"]["url"] == f"{BASE}reconcile/view?id={{id}}"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    preflight = requests.options(f"{server.url}{DRAFT}/match", timeout=30)
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in preflight.headers["Access-Control-Allow-Headers"]


def test_the_same_matcher(server: Server) -> None:
    """Candidates, scores and features are those of 0.2, in the order of the queries."""
    queries = [
        {"type": "Member", "limit": 3, "lang": "en", "conditions": [named("Esotnia")]},
        {"conditions": [named("no such thing whatsoever")]},
    ]
    data = {"queries": queries}
    holds(data, "reconciliation-query-batch", "1.0-draft")
    answer = post(server, data).json()
    holds(answer, "reconciliation-result-batch", "1.0-draft")
    plain = requests.post(
        f"{server.url}/reconcile",
        data={"queries": json.dumps({"q0": {"query": "Esotnia", "type": "Member", "limit": 3}})},
        timeout=60,
    ).json()
    rows = answer["results"][0]["candidates"]
    for row, other in zip(rows, plain["q0"]["result"], strict=True):
        assert (row["id"], row["score"], row["match"]) == tuple(
            other[name] for name in ("id", "score", "match")
        )
        assert {f["id"]: f["value"] for f in row["features"]} == {
            f["id"]: f["value"] for f in other["features"]
        }
    assert rows[0]["id"] == EST
    assert answer["results"][1] == {"candidates": []}
    assert post(server, data, "").json() == answer


def test_conditions(server: Server) -> None:
    """Any of several values, each of them, or none; what is required takes out."""
    body = named("Ministry of Justice")
    assert keys(server, body, of("member", "Estonia"), type="Institution")[0].endswith("*")
    several = of("member", ["Atlantis", {"id": EST}])
    assert keys(server, body, several, type="Institution")[0] == "EST-ministry-of-justice*"
    without = of("member", "EST", matchQuantifier="none")
    assert not any(k.startswith("EST") for k in keys(server, body, without, type="Institution"))
    required = of("member", "Estonia", required=True)
    assert all(k.startswith("EST") for k in keys(server, body, required, type="Institution"))
    both = of("member", ["Estonia", "Latvia"], matchQuantifier="all")
    assert keys(server, body, both, type="Institution") == []
    assert keys(server, {"matchType": "id", "propertyValue": "EE"}, type="Member") == ["EST*"]
    assert keys(server, named(["Estonia", "Esotnia"]), type="Member")[0] == "EST*"


@pytest.mark.parametrize(
    "condition",
    [
        {"matchType": "id", "propertyValue": "EST-ministry-of-justice"},
        named("EST-ministry-of-justice"),
        named(f"{BASE}id/institution/EST-ministry-of-justice"),
        named("Ministry of Justice, Estonia"),
        named("Estonian MoJ"),
        named(["no such thing whatsoever", "Ministry of Justice, Estonia"]),
    ],
)
def test_properties_hold_however_a_thing_was_found(
    server: Server, condition: dict[str, Any]
) -> None:
    """By key, address, name, initials or a second name: what is required, all or none decides."""
    kind, key = "Institution", "EST-ministry-of-justice*"
    assert keys(server, condition, type=kind)[0] == key
    for member in ("Estonia", "EE", {"id": EST}, ["Latvia", "Estonia"]):
        assert keys(server, condition, of("member", member, required=True), type=kind)[0] == key
        without = of("member", member, matchQuantifier="none")
        assert key not in keys(server, condition, without, type=kind)
    assert key in keys(server, condition, of("member", ["EST", "EE"], matchQuantifier="all"))
    for wrong in (
        of("member", "Latvia", required=True),
        of("member", ["Estonia", "Latvia"], matchQuantifier="all"),
        of("year", "2020", required=True),  # nothing is known of a body's year
    ):
        assert key not in keys(server, condition, wrong, type=kind)


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("member", "Estonia", "Latvia"),
        ("plan", "EST04", "EST03"),
        ("year", "2019", "2016"),
        ("lead", "Riigikogu", "Ministry of Justice"),
    ],
)
def test_each_property_holds_of_an_identified_thing(
    server: Server, name: str, right: str, wrong: str
) -> None:
    """A commitment that its key names is kept for a right value, and taken out for a wrong one."""
    for condition in ({"matchType": "id", "propertyValue": "EE0050"}, named("EE0050")):
        assert keys(server, condition, of(name, right, required=True)) == ["EE0050*"]
        assert keys(server, condition, of(name, right, matchQuantifier="none")) == []
        assert keys(server, condition, of(name, wrong, required=True)) == []
        assert keys(server, condition, of(name, wrong, matchQuantifier="none")) == ["EE0050*"]
        assert keys(server, condition, of(name, wrong)) == ["EE0050"]  # no match


def test_properties_without_a_text_list_what_has_them(server: Server) -> None:
    """All that hold, as in 0.2; of several values any; what is asked besides takes out."""
    plans = [f"EST0{n}" for n in range(1, 7)]
    assert keys(server, of("member", "Estonia"), type="ActionPlan", limit=50) == plans
    assert keys(server, of("member", ["EE", "Latvia"]), type="ActionPlan", limit=7)[:6] == plans
    year = of("year", "2019")
    assert keys(server, of("member", "EST", required=True), year, type="ActionPlan") == ["EST04"]
    without = of("plan", "EST04", matchQuantifier="none")
    assert keys(server, of("member", "EST"), without, type="ActionPlan", limit=50) == [
        key for key in plans if key != "EST04"
    ]
    assert keys(server, of("member", "Atlantis"), type="ActionPlan") == []


def test_an_identifier_holds_of_its_thing_alone(server: Server) -> None:
    """Another text that identifies something does not stand in for it."""
    text = named("EE0050")
    assert keys(server, text, of("identifier", "EE0050", required=True)) == ["EE0050*"]
    assert keys(server, text, of("identifier", "EE0050", matchQuantifier="none")) == []
    assert keys(server, text, of("identifier", "no such id", required=True)) == []
    assert keys(server, text, of("identifier", "EE0051", matchQuantifier="none")) == ["EE0050*"]


def test_two_values_that_mean_two_things_are_no_match(server: Server) -> None:
    """Both are candidates, and neither is meant for certain."""
    names = ["Ministry of Justice, Estonia", "Ministry of Finance, Estonia"]
    for name in names:
        assert keys(server, named(name), type="Institution")[0].endswith("*")
    assert not any(k.endswith("*") for k in keys(server, named(names), type="Institution"))


@pytest.mark.parametrize(
    ("data", "code", "part"),
    [
        ([], "reconciliation-query", "the body is no JSON object"),
        ({}, "reconciliation-query", "queries is no list"),
        ({"queries": [{}]}, "reconciliation-query", "queries[0].conditions is no list"),
        ({"queries": [{"conditions": []}]}, "reconciliation-query", "has no condition"),
        ({"queries": [{"conditions": [named([])]}]}, "reconciliation-query", "has no value"),
        ({"queries": [{"conditions": [{}]}]}, "reconciliation-query", "[0].matchType"),
        ({"queries": [{"conditions": [of("x", 1)]}]}, "reconciliation-query", "propertyId"),
        (
            {"queries": [{"conditions": [named("a", matchQualifier="ExactMatch")]}]},
            "reconciliation-query",
            "matchQualifier",
        ),
        (
            {"queries": [{"conditions": [of("member", "EST", matchQuantifier="none")]}]},
            "reconciliation-query",
            "queries[0].conditions say only what must not be so",
        ),
        (
            {"queries": [{"conditions": [named("a", matchQuantifier="most")]}]},
            "reconciliation-query",
            "matchQuantifier",
        ),
        (
            {"queries": [{"conditions": [named("a", required="yes")]}]},
            "reconciliation-query",
            "required",
        ),
        (
            {"queries": [{"conditions": [named("a")], "type": ["Member"]}]},
            "reconciliation-query",
            "queries[0].type is no text",
        ),
        (
            {"queries": [{"conditions": [named([f"a{n}" for n in range(201)])]}]},
            "reconciliation-size",
            "201",
        ),
        (
            {"queries": [{"conditions": [named(f"a{n}", required=True) for n in range(200)]}]},
            "reconciliation-size",
            "201",
        ),
        (
            {"queries": [{"conditions": [named(["a", "b"], matchQuantifier="all")] * 2}] * 26},
            "reconciliation-size",
            "208",
        ),
        (
            {
                "queries": [
                    {
                        "conditions": [
                            named("a"),
                            of("year", list(range(201)), matchQuantifier="none"),
                        ]
                    }
                ]
            },
            "reconciliation-size",
            "202",
        ),
    ],
)
def test_what_is_wrong_is_named(server: Server, data: Any, code: str, part: str) -> None:
    """With a code and its place."""
    answer = post(server, data)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert part in answer.json()["detail"]


def test_only_json_is_read(server: Server) -> None:
    """Another body is 415; none is an error that says so."""
    url = f"{server.url}{DRAFT}/match"
    assert requests.post(url, data={"queries": "[]"}, timeout=30).status_code == 415
    head = {"Content-Type": "application/json"}
    answer = requests.post(url, data=b"{", headers=head, timeout=30)
    assert (answer.status_code, answer.json()["code"]) == (400, "reconciliation-json")


def test_what_goes_with_it(server: Server) -> None:
    """Suggestions, previews, and values as columns."""
    for kind, schema in (("entity", "entities"), ("type", "types"), ("property", "properties")):
        answer = server.get(f"{DRAFT}/suggest/{kind}?prefix=m").json()
        holds(answer, f"suggest-{schema}-response", "1.0-draft")
        assert answer["result"]
    assert "Estonia" in server.get(f"{DRAFT}/preview?id={quote(EST)}").text
    proposal = server.get(f"{DRAFT}/extend/propose?type=Member").json()
    holds(proposal, "data-extension-property-proposal", "1.0-draft")
    query = {"ids": [EST, f"{EST}-not"], "properties": [{"id": "iso2"}, {"id": "wikidata"}]}
    holds(query, "data-extension-query", "1.0-draft")
    answer = post(server, query, "/extend").json()
    holds(answer, "data-extension-response", "1.0-draft")
    cells = {row["id"]: {p["id"]: p["values"] for p in row["properties"]} for row in answer["rows"]}
    assert cells[EST]["iso2"] == [{"str": "EE"}]
    assert cells[f"{EST}-not"] == {"iso2": [], "wikidata": []}
