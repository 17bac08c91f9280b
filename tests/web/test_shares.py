"""Nobody takes the server from the others: queries, checks and pages of one client, bounded and honest."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from support.running import Server, patient, start_server, stop_server, wait_for
from support.small import Small

BOMB = "SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?a != {0}) }}"
#: How many are sent at once.
FLOOD = 30


@pytest.fixture(scope="module")
def fair(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server behind one proxy, with the default bounds of what a client may have under way."""
    log = tmp_path_factory.mktemp("log") / "serve.log"
    started = start_server(home, log, proxies=1, query_deadline=4, budget_pages=0)
    yield started
    stop_server(started)


@pytest.fixture(scope="module")
def thrifty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of three small releases behind one proxy, on which clients may cause little work."""
    site = Small(tmp_path_factory.mktemp("shares"))
    for name in ("one", "two", "three"):
        site.publish(line.replace("Albania,AL", f"Albania {name},AL") for line in site.lines)
    log = tmp_path_factory.mktemp("log") / "serve.log"
    settings = {"budget_pages": 0.5, "budget_page_refill": 0.6}
    started = start_server(site.home, log, proxies=1, **settings)
    yield started
    stop_server(started)


def ask(server: Server, path: str, client: str, **options: object) -> requests.Response:
    """Ask as a client."""
    return server.get(path, headers={"X-Forwarded-For": client}, **options)


def flood(server: Server, paths: list[str], client: str) -> list[requests.Response]:
    """Send requests of one client at once."""
    with ThreadPoolExecutor(FLOOD) as pool:
        return list(pool.map(lambda path: ask(server, path, client), paths))


def refusals(answers: list[requests.Response]) -> Counter[tuple[int, str]]:
    """Return how many there are of each status and code; each 429 says when to ask again."""
    for answer in answers:
        if answer.status_code == 429:
            assert int(answer.headers["Retry-After"]) >= 1
            assert answer.json()["type"] == f"/errors/{answer.json()['code']}"
    return Counter(
        (a.status_code, a.json().get("code", "") if a.status_code >= 400 else "") for a in answers
    )


def test_one_client_cannot_take_all_queries(fair: Server) -> None:
    """Thirty bombs at once: three run, the others are refused, and everybody else is answered at once."""
    bombs = [f"/sparql?query={BOMB.format(number)}" for number in range(FLOOD)]
    answers: list[requests.Response] = []
    sender = threading.Thread(target=lambda: answers.extend(flood(fair, bombs, "192.0.2.1")))
    sender.start()
    wait_for(lambda: fair.get("/healthz").json()["pool"]["busy"] >= 3, 5)
    waits = []
    for number in range(8):
        began = time.monotonic()
        answer = ask(fair, f"/sparql?query=ASK {{ ?s ?p {number}.25 }}", f"198.51.100.{number}")
        waits.append(time.monotonic() - began)
        assert answer.status_code == 200, answer.text
    assert fair.get("/healthz").json()["pool"]["busy"] <= 3 + 1
    sender.join()
    codes = refusals(answers)
    assert codes[429, "client-busy"] >= FLOOD - 9
    assert set(codes) <= {(429, "client-busy"), (503, "query-stopped"), (200, "")}
    assert sorted(waits)[4] < patient(3)


def test_a_page_may_ask_six_short_queries_at_once(fair: Server) -> None:
    """Those past the bound wait a moment for a place."""
    short = [f"/sparql?query=ASK {{ ?s ?p {number}.75 }}" for number in range(6)]
    assert set(refusals(flood(fair, short, "192.0.2.2"))) == {(200, "")}


def test_one_client_cannot_take_the_check_of_documents(fair: Server) -> None:
    """One runs and one waits; the third of the same client is refused, another's is queued."""
    table = "key,title@en,member\n" + "EE0901,Publish who meets ministers,EST\n" * 15_000

    def send(client: str) -> requests.Response:
        headers = {
            "X-Forwarded-For": client,
            "Content-Type": "text/csv",
            "Accept": "application/json",
        }
        address = f"{fair.url}/validate?class=Commitment"
        return requests.post(address, data=table.encode(), headers=headers, timeout=60)

    with ThreadPoolExecutor(9) as pool:
        mine = [pool.submit(send, "192.0.2.3") for _ in range(8)]
        codes = refusals([sent.result() for sent in mine])
    assert codes[429, "client-busy"] >= 2, codes


@pytest.mark.parametrize(
    ("paths", "client"),
    [
        ([f"/doc/member?limit={1 + number % 90}&page={1 + number // 90}" for number in range(180)], "192.0.2.10"),
        ([f"/release/RELEASE{a}..RELEASE{b}.{form}?lang=en&utm_id={number}" for number in range(30)
          for a, b in ((1, 2), (2, 3)) for form in ("json", "txt", "csv")], "192.0.2.11"),
        ([f"/release/RELEASE{number % 3 + 1}/doc/institution.html?limit={number + 1}" for number in range(180)],
         "192.0.2.12"),
        ([f"/doc/member/XX{number}" for number in range(900)], "192.0.2.13"),
    ],
)  # fmt: skip
def test_a_flood_of_pages_that_cost_is_refused(
    thrifty: Server, paths: list[str], client: str
) -> None:
    """Lists, differences, the past and what is not there: one client gets 429, another its pages."""
    ids = {name.partition("-")[0]: name for name in releases(thrifty)}
    full = [re.sub(r"RELEASE(\d)", lambda match: ids[match[1]], path) for path in paths]
    answers = flood(thrifty, full, client)
    codes = refusals(answers)
    assert codes[429, "budget-spent"], codes
    other = f"198.51.100.{client.rpartition('.')[2]}"
    assert ask(thrifty, f"/doc/member?limit=3&page={int(client[-1]) + 2}", other).status_code == 200
    spent = ask(thrifty, "/doc/institution?limit=99", client)
    assert (spent.status_code, spent.json()["code"]) == (429, "budget-spent")
    assert "seconds of work on pages" in spent.json()["detail"]
    assert spent.headers["RateLimit"].startswith('"page-time";r=0;t=')
    assert spent.headers["RateLimit-Policy"] == '"page-time";q=0.5;w=50'
    for free in ("/healthz", "/errors", "/static/style.css"):
        assert ask(thrifty, free, client).status_code == 200
    assert (
        requests.delete(
            f"{thrifty.url}/sparql?query=ASK {{}}", headers={"X-Forwarded-For": client}, timeout=10
        ).status_code
        == 404
    )


def releases(server: Server) -> set[str]:
    """Return the ids of the releases as the server lists them."""
    return set(re.findall(r"/release/(\d+-[0-9a-f]+)", server.get("/releases").text))


def test_pages_at_hand_cost_nothing(thrifty: Server) -> None:
    """What is kept is sent to whoever has spent everything, without headers about it."""
    page = "/doc/member?limit=7"
    assert ask(thrifty, page, "192.0.2.40").headers["RateLimit"].startswith('"page-time"')
    for _ in range(30):
        again = ask(thrifty, page, "192.0.2.41")
        assert again.status_code == 200
        assert "RateLimit" not in again.headers


@pytest.fixture(scope="module")
def named(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose clients may fail four times."""
    log = tmp_path_factory.mktemp("log") / "serve.log"
    limits = {"budget_errors": 4, "budget_error_refill": 0.01}
    started = start_server(home, log, proxies=1, workers=1, **limits)
    yield started
    stop_server(started)


@pytest.mark.parametrize(
    "names",
    [("203.0.113.11:{0}",), ("[2001:db8:0:7700::1]:{0}",), ("2001:db8:0:88{0:02x}::1",),
     ("_hidden{0}", "nonsense{0}"), ('"203.0.113.12:{0}"',), ("[fe80::1%eth{0}]",)],
)  # fmt: skip
def test_another_name_for_an_address_is_no_other_client(
    names: tuple[str, ...], named: Server
) -> None:
    """Ports, zones, the subscriber's part of an address and garbage: one budget of failures."""
    clients = [names[n % len(names)].format(n) for n in range(6)]
    codes = [
        ask(named, f"/sparql?query=x{n}", client).status_code for n, client in enumerate(clients)
    ]
    assert codes[0] == 400, "another address has spent the budget"
    assert codes[-1] == 429, codes
    other = f"198.51.100.{sum(map(ord, names[0])) % 256}"
    assert ask(named, "/sparql?query=x", other).status_code == 400


def test_a_proxy_that_no_setting_names_is_told_once(home: Path, tmp_path: Path) -> None:
    """All clients behind it would be one without a word."""
    server = start_server(home, tmp_path / "log", workers=1)
    try:
        server.get("/doc/member?limit=3")
        assert "proxies" not in server.log.read_text()
        for number in range(3):
            ask(server, f"/doc/member?limit={number + 4}", "192.0.2.50")
        assert server.log.read_text().count("set proxies to the number of proxies") == 1
    finally:
        stop_server(server)
