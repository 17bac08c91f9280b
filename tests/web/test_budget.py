"""Buckets and places of clients, by a clock that the test turns, and who a client is."""

from __future__ import annotations

import threading
import time

import pytest

from ogpld.config import Settings
from ogpld.errors import BudgetSpentError, ClientBusyError
from ogpld.web.http.budget import (
    OF_PAGES,
    PAGE_TIME,
    QUERY_ERRORS,
    QUERY_TIME,
    Bucket,
    Budget,
    Places,
)
from ogpld.web.http.clients import NO_ADDRESS, client_at, client_of


class Clock:
    """A clock that stands still until it is moved."""

    now = 1000.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock."""
    return Clock()


@pytest.fixture
def budget(clock: Clock) -> Budget:
    """Two minutes at once, one back in a minute; four failures, two back."""
    return Budget(
        (
            Bucket(QUERY_TIME, 120, 60, 0.001, ("second of query time", "seconds of query time")),
            Bucket(QUERY_ERRORS, 4, 2, 1.0, ("failed query", "failed queries")),
        ),
        (Places("queries", 2, 0.05, 2),),
        clock,
    )


def test_time_is_charged_after_it_was_spent_and_comes_back(budget: Budget, clock: Clock) -> None:
    """What ran at once may overdraw the bucket; the debt is waited for."""
    budget.require("a")
    budget.charge("a", {QUERY_TIME: 100})
    budget.require("a")
    budget.charge("a", {QUERY_TIME: 30})
    with pytest.raises(BudgetSpentError) as caught:
        budget.require("a")
    assert caught.value.retry_after == 11
    assert "120 seconds" in caught.value.message
    assert "ask again in 11 seconds" in caught.value.hint
    clock.now += 11
    budget.require("a")
    clock.now += 10_000
    assert "r=120;t=0" in budget.headers("a")["RateLimit"]


def test_failures_have_a_bucket_of_their_own(budget: Budget, clock: Clock) -> None:
    """Cheap rubbish is stopped as well."""
    for _ in range(4):
        budget.require("a")
        budget.charge("a", {QUERY_TIME: 0.001, QUERY_ERRORS: 1})
    with pytest.raises(BudgetSpentError, match="4 failed queries"):
        budget.require("a")
    clock.now += 31
    budget.require("a")


def test_clients_do_not_pay_for_each_other(budget: Budget) -> None:
    """One bucket each."""
    budget.charge("a", {QUERY_TIME: 500})
    budget.require("b")


def test_the_book_is_bounded(budget: Budget) -> None:
    """Clients unseen for longest are forgotten."""
    for number in range(10_050):
        budget.charge(str(number), {QUERY_TIME: 500})
    budget.require("0")
    with pytest.raises(BudgetSpentError):
        budget.require("10049")


def test_nothing_is_counted_when_switched_off() -> None:
    """No limit, no header."""
    settings = Settings(
        budget_seconds=0, budget_errors=0, budget_pages=0, client_queries=0, client_pages=0
    )
    off = Budget.of(settings)
    off.charge("a", {QUERY_TIME: 1e9, QUERY_ERRORS: 1e9, PAGE_TIME: 1e9})
    off.require("a", (QUERY_TIME, QUERY_ERRORS, PAGE_TIME))
    with off.place("a", "queries", {QUERY_TIME: 1e9}), off.place("a", "queries", {}):
        assert off.headers("a") == off.headers("a", OF_PAGES) == {}


def test_work_is_charged_when_it_starts_and_settled_when_it_ends(budget: Budget) -> None:
    """What runs at once cannot overdraw a bucket; what it did not need comes back."""
    with budget.place("a", "queries", {QUERY_TIME: 119.9995}) as spent:
        assert "r=0" in budget.headers("a")["RateLimit"]
        with pytest.raises(BudgetSpentError, match="reserved by requests of yours") as caught:
            budget.place("a", "queries", {QUERY_TIME: 10}).__enter__()
        assert caught.value.retry_after == 1
        budget.require("b")
        spent[QUERY_TIME] = 20
    assert "r=100" in budget.headers("a")["RateLimit"]
    with pytest.raises(ZeroDivisionError), budget.place("a", "queries", {QUERY_TIME: 50}) as spent:
        spent[QUERY_TIME] = 1
        raise ZeroDivisionError
    assert "r=99" in budget.headers("a")["RateLimit"]


def test_so_much_of_a_client_is_under_way_at_once(budget: Budget) -> None:
    """One more waits a moment and is refused; one too many to wait is refused at once; others go on."""
    with budget.place("a", "queries", {}), budget.place("a", "queries", {}):
        began = time.monotonic()
        with pytest.raises(ClientBusyError, match="2 queries of yours are under way") as caught:
            budget.place("a", "queries", {}).__enter__()
        assert time.monotonic() - began >= 0.05
        assert (caught.value.retry_after, caught.value.code) == (2, "client-busy")
        with budget.place("b", "queries", {}), budget.place("a", "", {}):
            pass
    with budget.place("a", "queries", {}), budget.place("a", "queries", {}):
        pass


def test_who_waits_for_a_place_gets_it() -> None:
    """A page that asks six short queries at once is answered."""
    budget = Budget((), (Places("queries", 3, 5, 2),))
    done: list[int] = []

    def work(number: int) -> None:
        with budget.place("a", "queries", {}):
            time.sleep(0.05)
            done.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == list(range(9))


def test_the_book_keeps_who_is_under_way(budget: Budget) -> None:
    """Many addresses do not make it forget what is reserved."""
    with budget.place("a", "queries", {QUERY_TIME: 120}):
        for number in range(10_050):
            budget.charge(str(number), {})
        with pytest.raises(BudgetSpentError):
            budget.place("a", "queries", {QUERY_TIME: 1}).__enter__()


@pytest.mark.parametrize(
    ("address", "forwarded", "proxies", "client"),
    [
        ("192.0.2.1", "", 0, "192.0.2.1"),
        ("192.0.2.1", "203.0.113.1", 0, "192.0.2.1"),
        ("192.0.2.1", "203.0.113.1", 1, "203.0.113.1"),
        ("192.0.2.1", "198.51.100.7, 203.0.113.1", 1, "203.0.113.1"),
        ("192.0.2.1", "198.51.100.7, 203.0.113.1, 203.0.113.2", 2, "203.0.113.1"),
        ("192.0.2.1", "203.0.113.1", 2, "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "", 0, "2001:db8:1::/56"),
        ("[2001:db8:1:2::9]", "", 0, "2001:db8:1::/56"),
        ("::ffff:192.0.2.1", "", 0, "192.0.2.1"),
        ("192.0.2.1", "203.0.113.1", 50, "192.0.2.1"),
        ("192.0.2.1", "203.0.113.1", -3, "192.0.2.1"),
        ("192.0.2.1", "", 1, "192.0.2.1"),
        ("192.0.2.1", ",", 1, "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7:1, 203.0.113.1:4711", 1, "203.0.113.1"),
        ("192.0.2.1", "nonsense", 1, NO_ADDRESS),
        ("", "", 0, NO_ADDRESS),
    ],
)
def test_a_client_is_what_our_own_proxies_saw(
    address: str, forwarded: str, proxies: int, client: str
) -> None:
    """A claim in X-Forwarded-For buys nobody a fresh budget."""
    environ = {"REMOTE_ADDR": address, "HTTP_X_FORWARDED_FOR": forwarded}
    assert client_of(environ, proxies) == client


@pytest.mark.parametrize(
    ("texts", "client"),
    [
        (
            ("203.0.113.11", "203.0.113.11:4711", "203.0.113.11:4712", '"203.0.113.11:80"', " 203.0.113.11 ",
             "203.0.113.11:_hidden", "203.0.113.11:", "[203.0.113.11]:9", "::ffff:203.0.113.11",
             "[::ffff:203.0.113.11]:4711", "::ffff:203.0.113.11:4711", "::ffff:cb00:710b"),
            "203.0.113.11",
        ),
        (
            ("2001:db8:0:100::1", "[2001:db8:0:100::1]", "[2001:db8:0:100::1]:4711", "2001:DB8:0:1ff::2",
             '"[2001:db8:0:1a2::3]:4711"', "2001:db8:0:100::1%eth0", "[2001:db8:0:100::1%25eth0]:4711",
             "2001:db8:0:100:1:2:3:4:4711"),
            "2001:db8:0:100::/56",
        ),
        (("2001:db8:0:200::1",), "2001:db8:0:200::/56"),
        (("fe80::1%eth0", "[fe80::1%1]:5", "fe80::2%eth1"), "fe80::/56"),
        (
            ("unknown", "_hidden", "_SEVKISEK", "nonsense", "", " ", '""', "[", "]", "[]:80", "1.2.3.4.5",
             "999.1.1.1:80", "for=1.2.3.4", "1.2.3.4;5", ":4711", "%eth0", "x" * 100_000, "1" * 10_000,
             "\x00", "\u0661.\u0662.\u0663.\u0664", "unknown:4711", "localhost", "[2001:db8::1", "1.2.3.4]:5"),
            NO_ADDRESS,
        ),
    ],
)  # fmt: skip
def test_the_ways_of_writing_an_address_are_one_client(texts: tuple[str, ...], client: str) -> None:
    """Ports, brackets, quotes and zones buy nobody a fresh budget, nor does what is no address."""
    assert {text: client_at(text) for text in texts} == dict.fromkeys(texts, client)
