"""What a store does wrong is an error, in time; nothing of it is handed on, and no secret is told."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from support.hostile_store import ROWS, SCRIPTS, answer, hostile_store
from support.outside_endpoint import outside_endpoint

from ogpld.errors import ConfigError, OgpldError, QueryForbiddenError, StoreFailedError
from ogpld.settings_reader import load_settings
from ogpld.stores import CancelToken, Query
from ogpld.stores.remote.dataset_rewriting import counting, for_store
from ogpld.stores.remote.http_client import StoreClient
from ogpld.stores.remote.http_exchange import BodyLimitError
from ogpld.stores.remote.release_graphs import HeldGraphs, HeldRelease, SiteGraphs
from ogpld.stores.remote.remote_store import RemoteStore
from ogpld.stores.remote.store_address import Credentials, StoreAddress, read_credentials

RESULTS = "application/sparql-results+json"
WORD = "jane-and-the-store"


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_a_hostile_store_does_is_an_error(name: str) -> None:
    """Each within its time, with the code it has to have, and nothing asked of elsewhere."""
    script, code = SCRIPTS[name]
    with hostile_store(script) as server:
        store = RemoteStore(
            StoreAddress.read(server.address),
            "http://x.example/",
            "ab",
            credentials=Credentials("u", WORD),
        )
        began = time.monotonic()
        with pytest.raises(StoreFailedError) as caught:
            store.select(("n",), "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", seconds=1.0)
        assert time.monotonic() - began < 3
        assert caught.value.code == (code if code.startswith("store") else "store-unreachable")
        assert WORD not in str(caught.value) + repr(caught.value)
        store.close()


def test_a_late_answer_ends_in_time_and_so_does_a_cancelled_one() -> None:
    """The socket is shut down, whatever the other side does."""
    for late in (True, False):
        with hostile_store(SCRIPTS["sends headers without end"][0]) as server:
            client, token = StoreClient("a store"), CancelToken()
            if not late:
                threading.Timer(0.2, token.cancel).start()
            began = time.monotonic()
            with pytest.raises((TimeoutError, OgpldError)) as caught:
                client.request("POST", server.address, {}, seconds=0.5 if late else 20, token=token)
            assert time.monotonic() - began < 5
            assert isinstance(caught.value, TimeoutError) is late
            client.close()


def test_a_body_past_the_bound_is_not_read() -> None:
    """However much there is."""
    with hostile_store(SCRIPTS["sends a body without end"][0]) as server:
        client = StoreClient("a store")
        with pytest.raises(BodyLimitError):
            client.request("POST", server.address, {}, seconds=10, most=200_000)
        client.close()


def test_a_store_that_fails_again_and_again_is_left_alone() -> None:
    """After five failures nothing is sent for a while."""
    with hostile_store(SCRIPTS["answers 503"][0]) as server:
        client = StoreClient("a store")
        for _ in range(8):
            with pytest.raises(StoreFailedError):
                client.request("POST", server.address, {}, seconds=5, tries=1)
        assert len(server.requests) == 5
        assert client.rests
        client.close()


def test_what_may_be_sent_twice_is_sent_again() -> None:
    """Three times, where the store says that it is busy."""
    with hostile_store(SCRIPTS["answers 503"][0]) as server:
        client = StoreClient("a store")
        with pytest.raises(StoreFailedError):
            client.request("POST", server.address, {}, seconds=5)
        assert len(server.requests) == 3
        client.close()


def test_numbers_of_a_store_are_numbers_or_none() -> None:
    """What Python takes for a digit and cannot count with, or cannot count that far."""
    body = answer(ROWS, "X-SPARQL-MaxRows: 7")
    for number in (b"\xb2", b"9" * 5_000):
        content = body.replace(b"MaxRows: 7", b"MaxRows: " + number)
        with hostile_store(lambda connection, text=content: connection.sendall(text)) as server:
            store = RemoteStore(StoreAddress.read(server.address), "http://x.example/", "ab")
            assert store.select(("n",), "SELECT ?n {}") == [["1"]]
            store.close()
    site = SiteGraphs("http://x.example/")
    held = HeldRelease("ab", "1-ab", "current", 5.0, 3)
    rows = [
        [part.strip('<>" .\n') for part in line.split(" ", 2)]
        for line in site.pointer_lines([held])
    ]
    assert site.read_pointer(rows) == {"ab": held}
    for number in (2, 3):
        wrong = [*rows[:number], [*rows[number][:2], "\xb2"], *rows[number + 1 :]]
        assert site.read_pointer(wrong) == {}


def test_credentials_go_to_their_store_alone(tmp_path: Path) -> None:
    """Basic and Bearer in a header; never after a redirect, in an address or for another host."""
    file = tmp_path / "credentials"
    file.write_text(f"# stores\none.example basic jane {WORD}\ntwo.example:8443 bearer {WORD}\n")
    with pytest.raises(ConfigError, match="others may read"):
        read_credentials(str(file))
    file.chmod(0o600)
    table = read_credentials(str(file))
    assert set(table) == {"one.example", "two.example:8443"}
    assert WORD not in repr(table)
    file.write_text(f"one.example {WORD}\n")
    with pytest.raises(ConfigError) as caught:
        read_credentials(str(file))
    assert WORD not in str(caught.value)
    for credentials, header in ((table["one.example"], b"Authorization: Basic "),
                                (table["two.example:8443"], b"Authorization: Bearer ")):  # fmt: skip
        with hostile_store(lambda connection: connection.sendall(answer(b"{}"))) as server:
            client = StoreClient("a store", credentials)
            client.request("POST", server.address, {}, seconds=5)
            assert header in server.requests[0]
            client.close()


@pytest.mark.parametrize(
    "address",
    ["http://store.example/query", "https://u:p@store.example/query", "ftp://x/", "file:///etc/passwd",
     "https://store.example/query?x=1", "https://a/q,https://b/g,https://c/u,https://d/"],
)  # fmt: skip
def test_an_address_is_https_or_on_this_machine(address: str) -> None:
    """And has no password in it, which a message would repeat."""
    with pytest.raises(ValueError):
        StoreAddress.read(address)
    if "?" not in address and address.count(",") < 3:
        with pytest.raises(ConfigError):
            load_settings({}, {"OGPLD_STORE": address})


def test_addresses_of_graphs_follow_from_that_of_queries() -> None:
    """As the engines have them, or as they are written."""
    read = StoreAddress.read
    assert read("https://a/query") == StoreAddress(
        "https://a/query", "https://a/store", "https://a/update"
    )
    assert read("https://a/ds/sparql").graphs == "https://a/ds/data"
    assert read("https://a/sparql").graphs == "https://a/sparql-graph-crud-auth"
    assert read("https://a/q,https://a/g,https://a/u") == StoreAddress(
        "https://a/q", "https://a/g", "https://a/u"
    )


GRAPHS = HeldGraphs("urn:u", {"http://x/a": "urn:a"}, {})


@pytest.mark.parametrize(
    "text",
    ["PREFIX b: <bif:> SELECT * { ?s b:contains ?o }", "SELECT (<java:java.lang.Runtime>(1) AS ?x) {}",
     "PREFIX t: <http://jena.apache.org/text#> SELECT * { ?s t:query ?o }",
     "SELECT * { ?s <sql:x> ?o }", "SELECT * { SERVICE <http://x.example/> { ?s ?p ?o } }"],
)  # fmt: skip
def test_what_only_an_engine_knows_is_refused(text: str) -> None:
    """Functions that fetch or run."""
    with pytest.raises(QueryForbiddenError):
        for_store(Query(text), text, GRAPHS, "urn:none")


def test_a_query_is_sent_over_one_release_alone() -> None:
    """Never without a dataset: FROM is out of it, and names are those of the store."""
    text = "BASE <http://x/> SELECT * FROM <http://y/> FROM NAMED <a> { GRAPH ?g { ?s <p> ?o } GRAPH <b> {} }"
    sent = for_store(Query(text), text, GRAPHS, "urn:none")
    assert (sent.default, sent.named) == (("urn:none",), ("urn:a", "urn:none"))
    assert "FROM" not in sent.text
    assert "BASE" not in sent.text
    assert "<http://x/p>" in sent.text
    assert "(<http://x/a> <urn:a>)" in sent.text
    assert "GRAPH <urn:none> {} FILTER(false) }" in sent.text
    plain = for_store(Query("ASK {}"), "ASK {}", GRAPHS, "urn:none")
    assert (plain.default, plain.named) == (("urn:u",), ())


def test_nothing_is_sent_that_only_escapes_would_let_out() -> None:
    """SPARQL 1.1 section 19.2: an engine may resolve escapes before it reads strings and comments."""
    text = (
        'SELECT * FROM # \\u000A GRAPH\n<http://x/a> { ?s<http://x/p>"a\\u0022 . GRAPH ?g {} #\\t"@en'
        "# \\u000A } GRAPH <http://y/> { ?a ?b ?c \n}# end"
    )
    sent = for_store(Query(text), text, GRAPHS, "urn:none")
    plain = 'SELECT * { ?s<http://x/p>"a\\" . GRAPH ?g {} # "@en }'
    assert " ".join(sent.text.split()) == plain
    assert sent.default == ("urn:a",)
    text = "ASK { ?s ?p ?a,?b,?c FILTER(?a<?b&&?c>1)FILTER(?a<=?b&&?c>1) }"
    sent = for_store(Query(text), text, GRAPHS, "urn:none")
    assert "(?a< ?b&&?c>1)" in sent.text
    assert "(?a<= ?b&&?c>1)" in sent.text


def test_solutions_of_a_construct_can_be_counted() -> None:
    """In both of its forms, with what follows."""
    assert counting("CONSTRUCT { ?a ?b ?c } WHERE { ?a ?b ?c } LIMIT 5").endswith(
        "{ SELECT *  WHERE { ?a ?b ?c } LIMIT 5 }"
    )
    assert "SELECT * WHERE { ?a ?b ?c }" in counting("CONSTRUCT WHERE { ?a ?b ?c }")


def test_a_graph_that_may_be_cut_is_refused() -> None:
    """N-Triples have no end of their own: HTTP has to say where it is."""
    text = (
        "HTTP/1.1 200 OK\r\nContent-Type: application/n-triples\r\n\r\n<urn:a> <urn:b> <urn:c> .\n"
    )
    with hostile_store(lambda connection: connection.sendall(text.encode())) as server:
        client = StoreClient("a store")
        assert not client.request("POST", server.address, {}, seconds=5).bounded
        client.close()
    with outside_endpoint() as (address, _):
        client = StoreClient("a store")
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        body = b"query=ASK%20%7B%7D"
        assert client.request("POST", address, headers, body, seconds=5).bounded
        client.close()
