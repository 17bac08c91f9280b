"""A check: one sentence of the contract, tested on a server by one small function.

The function yields what is wrong, with the reply that shows it. Nothing yielded means that the server
keeps the sentence; `NotApplicableError` that the server has nothing to check. The docstring of the
function states what holds on a server that passes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from ogpld.doctor.client import Response
from ogpld.doctor.server_map import ExaminedServer
from ogpld.errors import ExaminationLimitError

#: Failures of one check that are reported, so that a fault on every address fills no pages.
_EXAMPLES = 5


class NotApplicableError(Exception):
    """The server has nothing that could be checked; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class CheckFailure:
    """What is wrong, and the request that shows it."""

    reply: Response | None
    message: str


CheckFunction = Callable[[ExaminedServer], Iterator[CheckFailure]]


@dataclass(frozen=True, slots=True)
class Check:
    """A sentence of the contract.

    Attributes:
        id: topic and name; never changes once released.
        what: the sentence.
        why: where it is written.
        ask: the function that asks it.
    """

    id: str
    what: str
    why: str
    ask: CheckFunction


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """What came of a check.

    Attributes:
        check: the check.
        outcome: `pass`, `fail`, `n/a`, or `open` where the requests were spent before its end.
        failures: what is wrong.
        reason: why it is `n/a`, or what it did not look at.
        limit: the error at which the requests were spent.
    """

    check: Check
    outcome: str
    failures: tuple[CheckFailure, ...] = ()
    reason: str = ""
    limit: ExaminationLimitError | None = None


def run(check: Check, site: ExaminedServer) -> CheckOutcome:
    """Run a check on a server; failures before `NotApplicableError` or the last request count."""
    failures: list[CheckFailure] = []
    site.notes.clear()
    try:
        for failure in islice(check.ask(site), _EXAMPLES):
            failures.append(failure)  # noqa: PERF402  (those before an error count)
    except NotApplicableError as reason:
        if not failures:
            return CheckOutcome(check, "n/a", reason=str(reason))
    except ExaminationLimitError as limit:
        outcome = "fail" if failures else "open"
        return CheckOutcome(check, outcome, tuple(failures), limit=limit)
    except RecursionError:
        failures.append(CheckFailure(None, "an answer is nested deeper than can be read"))
    outcome = "fail" if failures else "pass"
    return CheckOutcome(check, outcome, tuple(failures), "; ".join(site.notes))
