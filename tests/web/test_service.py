"""SERVICE where an operator allows it: whole or an error, whatever the other endpoint does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
import requests
from support.little import Answer, Request, serving
from support.outside_endpoint import RESULTS, outside_endpoint
from support.running import ROOT, Server, start_server, stop_server

from ogpld.config import Settings
from ogpld.errors import ConfigError
from ogpld.stores.search_forms import CONTAINS_WORD, TEXT, TEXT_QUERY

PREFIXES = """PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX ogpld: <https://w3id.org/ogpld/ns#>
PREFIX schema: <https://schema.org/> PREFIX wd: <http://www.wikidata.org/entity/>
PREFIX wdt: <http://www.wikidata.org/prop/direct/>
"""
_ROW = {"x": {"type": "literal", "value": "1"}}
SEARCHES = (TEXT_QUERY, CONTAINS_WORD, f"{TEXT}unknown")
#: Requests that reached the place a redirect leads to.
REACHED: list[str] = []


def _results(*rows: dict[str, object]) -> bytes:
    return json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": rows}}).encode()


def _hostile(request: Request) -> Answer:
    """Answer as an endpoint should not."""
    kind = {"content-type": RESULTS}
    name = request.path.strip("/")
    if name == "private":
        REACHED.append(request.path)
    answers = {
        "redirect": Answer(302, {"location": "/private", **kind}, b""),
        "private": Answer(200, kind, _results(_ROW)),
        "html": Answer(200, {"content-type": "text/html"}, _results(_ROW)),
        "rows": Answer(200, kind, _results(*[_ROW] * 51)),
        "many": Answer(200, kind, _results(*[_ROW] * 50)),
        "iris": Answer(
            200, kind, _results(*[{"x": {"type": "uri", "value": x}} for x in SEARCHES])
        ),
    }
    return answers[name]


FAILS = {"redirect": "redirects", "html": "text/html"}


class Places:
    """The server, and the addresses that it may ask."""

    def __init__(self, server: Server, good: str, hostile: str, queries: list[str]) -> None:
        self.server, self.good, self.hostile, self.queries = server, good, hostile, queries

    def ask(self, query: str, **options: object) -> requests.Response:
        """Ask our endpoint."""
        return requests.post(
            f"{self.server.url}/sparql",
            data={"query": PREFIXES + query},
            timeout=30,
            **{"headers": {"Accept": "text/csv"}, **options},  # type: ignore[arg-type]
        )


@pytest.fixture(scope="module")
def places(home: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    """A server that may ask a stand-in, and another that does what it should not."""
    with outside_endpoint() as (good, queries), serving(_hostile) as place:
        hostile = place.rstrip("/")
        allowed = [good, *(f"{hostile}/{name}" for name in (*FAILS, "rows", "many", "iris", "private")),
                   "http://127.0.0.1:9/nobody", "https://localhost/sparql"]  # fmt: skip
        server = start_server(
            home,  # type: ignore[arg-type]
            tmp_path_factory.mktemp("service") / "serve.log",
            service_endpoints=" ".join(allowed),
            service_rows=50,
            service_bytes=200_000,
            service_deadline=4,
            service_requests=200,
            budget_errors=0,
        )
        yield Places(server, good, hostile, queries)
        stop_server(server)


def test_a_join_with_another_endpoint(places: Places) -> None:
    """Prefixes and values go along, nothing of the caller does; the answer is not kept."""
    query = f"""SELECT ?id ?n {{
        ?m a ogpld:Member ; dcterms:identifier ?id ; ogpld:territory/schema:sameAs ?w .
        SERVICE <{places.good}> {{ VALUES ?w {{ wd:Q191 wd:Q211 wd:Q230 }} ?w wdt:P1082 ?n }} }} ORDER BY ?id"""
    answer = places.ask(query)
    assert answer.status_code == 200, answer.text
    assert answer.text.split() == ["id,n", "EST,1000000", "LVA,2000000"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers
    assert "Service-Failed" not in answer.headers
    assert "dcterms:identifier" not in places.queries[-1]
    assert places.queries[-1].endswith("LIMIT 51")


def test_the_printed_query_gives_rows(places: Places) -> None:
    """As the document has it, but for the address; it names the setting too."""
    text = (ROOT / "docs/federation.md").read_text(encoding="utf-8")
    assert 'OGPLD_SERVICE_ENDPOINTS="https://query.wikidata.org/sparql"' in text
    query = re.findall(r"```sparql\n(.*?)```", text, re.DOTALL)[2]
    answer = places.ask(query.replace("https://query.wikidata.org/sparql", places.good))
    assert answer.status_code == 200, answer.text
    rows = [line.split(",")[::2] for line in answer.text.split()[1:]]
    assert rows == [["Estonia", "1000000"], ["Finland", "5000000"], ["Latvia", "2000000"]]


def test_every_form_and_place_of_a_clause(places: Places) -> None:
    """CONSTRUCT, OPTIONAL, UNION, a sub-SELECT in the clause, two clauses."""
    clause = f"SERVICE <{places.good}> {{ ?w wdt:P1082 ?n }}"
    graph = f"CONSTRUCT {{ ?w wdt:P1082 ?n }} {{ {clause} FILTER(?n = 7) }}"
    answer = places.ask(graph, headers={"Accept": "application/n-triples"})
    assert answer.text.count(" .\n") == 1
    count = f"SELECT (COUNT(*) AS ?c) {{ {{ {clause} }} UNION {{ {clause} }} }}"
    assert places.ask(count).text.split() == ["c", "8"]
    inner = f"SELECT ?t {{ SERVICE <{places.good}> {{ SELECT (SUM(?n) AS ?t) {{ ?w wdt:P1082 ?n }} }} }}"
    assert places.ask(inner).text.split() == ["t", "8000007"]
    optional = f"""SELECT ?id ?n {{ VALUES ?id {{ "EST" "UKR" }} ?m a ogpld:Member ; dcterms:identifier ?id ;
        ogpld:territory/schema:sameAs ?w FILTER(STRSTARTS(STR(?w), STR(wd:)))
        OPTIONAL {{ {clause} }} }} ORDER BY ?id"""
    assert places.ask(optional).text.split() == ["id,n", "EST,1000000", "UKR,"]


@pytest.mark.parametrize(("name", "words"), FAILS.items())
def test_an_endpoint_that_fails_is_an_error(places: Places, name: str, words: str) -> None:
    """502 with what it did; SILENT passes over it, and says so."""
    address = f"{places.hostile}/{name}"
    answer = places.ask(f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?x }} }}")
    assert (answer.status_code, answer.json()["code"]) == (502, "service-failed")
    assert words in answer.json()["detail"]
    assert answer.json()["endpoint"] == address
    silent = places.ask(
        f"SELECT ?x ?y {{ VALUES ?y {{ 1 2 }} SERVICE SILENT <{address}> {{ ?s ?p ?x }} }}"
    )
    assert silent.text.split() == ["x,y", ",1", ",2"]
    assert silent.headers["Service-Failed"] == address
    assert "Service-Failed" in silent.headers["Access-Control-Expose-Headers"]
    assert REACHED == []


def test_an_answer_past_a_limit_is_an_error(places: Places) -> None:
    """413 whatever SILENT says: a part would look like the whole."""
    for silent in ("", "SILENT "):
        answer = places.ask(
            f"SELECT * {{ SERVICE {silent}<{places.hostile}/rows> {{ ?s ?p ?x }} }}"
        )
        assert (answer.status_code, answer.json()["code"]) == (413, "service-limit")
        assert "50 rows" in answer.json()["detail"]


def test_as_many_rows_as_may_be_are_taken(places: Places) -> None:
    """The bound itself is within."""
    answer = places.ask(
        f"SELECT (COUNT(?x) AS ?n) {{ SERVICE <{places.hostile}/many> {{ ?s ?p ?x }} }}"
    )
    assert answer.text.split() == ["n", "50"]


@pytest.mark.parametrize(
    "endpoint",
    [
        "<https://query.example.org/sparql>",
        "<{good}/>",
        "<{good}?a=b>",
        "<{good}#x>",
        "<{user}>",
        "<{port}>",
        "<{name}>",
        "<https://localhost/sparql>",
        "<sparql>",
        "?e",
        "wd:Q1",
        "<file:///etc/passwd>",
    ],
)
def test_no_other_endpoint_is_asked(places: Places, endpoint: str) -> None:
    """403 for what is not on the list, SILENT or not, and for a name on it whose address is not public."""
    good, before = places.good, len(places.queries)
    port = good.rpartition(":")[2].partition("/")[0]
    for name, address in {
        "good": good,
        "user": good.replace("//", "//user:secret@"),
        "port": good.replace(port, "9"),
        "name": good.replace("127.0.0.1", "localhost"),
    }.items():
        endpoint = endpoint.replace(f"{{{name}}}", address)
    for silent in ("", "SILENT "):
        answer = places.ask(f"SELECT * {{ SERVICE {silent}{endpoint} {{ ?s ?p ?x }} }}")
        assert (answer.status_code, answer.json()["code"]) == (403, "query-forbidden")
    assert len(places.queries) == before


def test_another_spelling_of_an_address_is_that_address(places: Places) -> None:
    """Scheme and host in upper case (RFC 3986, section 6.2.2.1)."""
    address = places.good.replace("http:", "HTTP:")
    answer = places.ask(f"SELECT (COUNT(*) AS ?n) {{ SERVICE <{address}> {{ ?w wdt:P1082 ?x }} }}")
    assert answer.text.split() == ["n", "4"]


def test_an_endpoint_that_is_not_there(places: Places) -> None:
    """502."""
    answer = places.ask("SELECT * { SERVICE <http://127.0.0.1:9/nobody> { ?s ?p ?x } }")
    assert (answer.status_code, answer.json()["code"]) == (502, "service-failed")


@pytest.mark.parametrize("blanks", [" ", "\n  "])
def test_errors_of_the_query_itself_stay(places: Places, blanks: str) -> None:
    """What is wrong outside of the clause is said as ever, by line and column of what was sent."""
    query = f"SELECT * {{{blanks}SERVICE <{places.hostile}/many> {{{blanks}?s ?p ?x }} ?broken }}"
    without = f"SELECT * {{{blanks}{{{' ' * len(f'SERVICE <{places.hostile}/many> ')}{blanks}?s ?p ?x }} ?broken }}"
    answer, expected = places.ask(query), places.ask(without)
    assert (answer.status_code, answer.json()["code"]) == (400, "query-syntax")
    assert answer.json()["line"] == expected.json()["line"]
    assert len(blanks) > 1 or answer.json()["column"] == expected.json()["column"]


def test_iris_of_searches_are_values_like_others(places: Places) -> None:
    """What an endpoint says is no search."""
    answer = places.ask(f"SELECT ?x {{ SERVICE <{places.hostile}/iris> {{ ?s ?p ?x }} }}")
    assert answer.status_code == 200, answer.text
    assert answer.text.split() == ["x", *SEARCHES]


@pytest.mark.parametrize(
    "parameters", [{"labels": "en"}, {"format": "xlsx"}, {"format": "parquet", "labels": "en"}]
)
@pytest.mark.parametrize("accept", ["text/csv", "text/html"])
def test_rows_that_are_made_here_ask_the_endpoint_once(
    places: Places, parameters: dict[str, str], accept: str
) -> None:
    """Such an answer is not kept, so that another look at it would be another request."""
    query = f"SELECT * {{ SERVICE <{places.good}> {{ ?w wdt:P1082 ?n }} }}"
    before = len(places.queries)
    answer = requests.get(
        f"{places.server.url}/sparql",
        params={"query": PREFIXES + query, **parameters},
        headers={"Accept": accept},
        timeout=30,
    )
    assert answer.status_code == 200, answer.text
    assert len(places.queries) == before + 1


def test_such_a_query_has_no_permanent_address(places: Places) -> None:
    """Its answer is that of others, who may say something else tomorrow."""
    query = f"SELECT * {{ SERVICE <{places.good}> {{ ?w wdt:P1082 ?n }} }}"
    answer = requests.post(
        f"{places.server.url}/q",
        data={"query": PREFIXES + query},
        timeout=30,
        allow_redirects=False,
    )
    assert answer.json()["code"] == "query-unstable"
    assert "SERVICE" in answer.json()["hint"]


def test_the_page_and_the_description_say_it(places: Places) -> None:
    """A person reads what was passed over; programs which endpoints there are."""
    query = f"SELECT * {{ SERVICE SILENT <{places.hostile}/html> {{ ?s ?p ?x }} }}"
    page = requests.get(
        f"{places.server.url}/sparql",
        params={"query": query},
        headers={"Accept": "text/html"},
        timeout=30,
    )
    assert f"gave no answer: {places.hostile}/html" in page.text
    description = places.server.get("/sparql", headers={"Accept": "text/turtle"}).text
    assert "SERVICE may name: " in description
    assert places.good in description


def test_without_the_setting_it_is_refused(server: Server) -> None:
    """As it is where nobody allowed it."""
    query = "SELECT * { SERVICE <http://127.0.0.1:9/x> { ?s ?p ?o } }"
    answer = server.get("/sparql", params={"query": query})
    assert (answer.status_code, answer.json()["code"]) == (403, "query-forbidden")
    assert "SERVICE is refused" in server.get("/sparql", headers={"Accept": "text/turtle"}).text


@pytest.mark.parametrize(
    "settings",
    [
        {"service_endpoints": "query.example.org"},
        {"service_endpoints": "ftp://query.example.org/"},
        {"service_endpoints": "https://user:secret@query.example.org/"},
        {"service_endpoints": "https://query.example.org/#x"},
        {"service_endpoints": "https://a.example/ nonsense"},
        {"service_endpoints": "http://query.example.org/sparql"},
        {"service_endpoints": "http://10.0.0.1/sparql"},
        {"service_endpoints": "http://localhost/sparql"},
        {"service_endpoints": "https://query.example.org:0/"},
        {"service_endpoints": "https://query.example.org:port/"},
        {"service_parallel": 0},
        {"service_rows": 0},
        {"service_requests": 0},
    ],
)
def test_settings_that_are_none_are_refused(settings: dict[str, object]) -> None:
    """Before anything is served."""
    with pytest.raises(ConfigError):
        Settings(**settings)  # type: ignore[arg-type]
