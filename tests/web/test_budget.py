"""Buckets of query time and failures, by a clock that the test turns."""

from __future__ import annotations

import pytest

from ogpld.errors import BudgetSpentError
from ogpld.web.sparql.budget import Budget
from ogpld.web.sparql.clients import client_of


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
    return Budget(120, 60, 4, 2, clock)


def test_time_is_charged_after_it_was_spent_and_comes_back(budget: Budget, clock: Clock) -> None:
    """What ran at once may overdraw the bucket; the debt is waited for."""
    budget.require("a")
    budget.charge("a", 100, failed=False)
    budget.require("a")
    budget.charge("a", 30, failed=False)
    with pytest.raises(BudgetSpentError) as caught:
        budget.require("a")
    assert caught.value.retry_after == 11
    assert "120 seconds" in caught.value.message
    clock.now += 11
    budget.require("a")
    clock.now += 10_000
    assert "r=120;t=0" in budget.headers("a")["RateLimit"]


def test_failures_have_a_bucket_of_their_own(budget: Budget, clock: Clock) -> None:
    """Cheap rubbish is stopped as well."""
    for _ in range(4):
        budget.require("a")
        budget.charge("a", 0.001, failed=True)
    with pytest.raises(BudgetSpentError, match="4 failed queries"):
        budget.require("a")
    clock.now += 31
    budget.require("a")


def test_clients_do_not_pay_for_each_other(budget: Budget) -> None:
    """One bucket each."""
    budget.charge("a", 500, failed=False)
    budget.require("b")


def test_the_book_is_bounded(budget: Budget) -> None:
    """Clients unseen for longest are forgotten."""
    for number in range(10_050):
        budget.charge(str(number), 500, failed=False)
    budget.require("0")
    with pytest.raises(BudgetSpentError):
        budget.require("10049")


def test_nothing_is_counted_when_switched_off(clock: Clock) -> None:
    """No limit, no header."""
    off = Budget(0, 60, 0, 30, clock)
    off.charge("a", 1e9, failed=True)
    off.require("a")
    assert off.headers("a") == {}


@pytest.mark.parametrize(
    ("address", "forwarded", "proxies", "client"),
    [
        ("192.0.2.1", "", 0, "192.0.2.1"),
        ("192.0.2.1", "203.0.113.1", 0, "192.0.2.1"),
        ("192.0.2.1", "203.0.113.1", 1, "203.0.113.1"),
        ("192.0.2.1", "198.51.100.7, 203.0.113.1", 1, "203.0.113.1"),
        ("192.0.2.1", "198.51.100.7, 203.0.113.1, 203.0.113.2", 2, "203.0.113.1"),
        ("192.0.2.1", "203.0.113.1", 2, "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "", 0, "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]", "", 0, "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "", 0, "192.0.2.1"),
        ("192.0.2.1", "nonsense", 1, "nonsense"),
        ("", "", 0, ""),
    ],
)
def test_a_client_is_what_our_own_proxies_saw(
    address: str, forwarded: str, proxies: int, client: str
) -> None:
    """A claim in X-Forwarded-For buys nobody a fresh budget."""
    environ = {"REMOTE_ADDR": address, "HTTP_X_FORWARDED_FOR": forwarded}
    assert client_of(environ, proxies) == client
