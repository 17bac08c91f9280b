"""SERVICE, where an operator allows it: fetch the solutions of each clause, and put them into the query.

The setting `service_endpoints` names the endpoints that may be asked; without it nothing here runs and
SERVICE is refused. Each request is a process of its own (`workers/service_process.py`), killed when its time
is over or its caller has left. An answer is whole or an error; SILENT passes over failures of an endpoint,
never over a limit of ours or an endpoint that may not be asked.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlsplit

from ogpld.config import Settings
from ogpld.errors import (
    BudgetSpentError,
    ClientBusyError,
    QueryForbiddenError,
    QueryStoppedError,
    ServiceFailedError,
    ServiceLimitError,
)
from ogpld.setting_addresses import endpoint_address
from ogpld.stores import CancelToken, Query
from ogpld.stores.search_patterns import read_searches
from ogpld.stores.service_clauses import (
    ServiceClause,
    Solutions,
    outline_of,
    prologue_of,
    service_clauses,
    with_solutions,
)
from ogpld.stores.tokens import refusal
from ogpld.waiting import in_thread
from ogpld.web.http.budget import Bucket, Budget, Places
from ogpld.wording import quantity
from ogpld.workers.service_process import ask_endpoint

_REQUESTS = "service-requests"
#: Seconds that a request waits while a host has as many as it may get at once.
_PATIENCE = 1.0


@dataclass(frozen=True, slots=True)
class FederatedQuery:
    """A query without SERVICE.

    Attributes:
        query: with solutions in the place of its clauses.
        failed: endpoints that failed, and that the query says to pass over.
        outline: with nothing in their place, for errors that name a line and a column; None where there
            are no clauses.
    """

    query: Query
    failed: tuple[str, ...] = ()
    outline: Query | None = None


class Federation:
    """The endpoints that may be asked, and what each host may be asked in a minute and at once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._endpoints = frozenset(map(endpoint_address, settings.service_endpoints.split()))
        most, parallel = float(settings.service_requests), settings.service_parallel
        self._budget = Budget(
            [Bucket(_REQUESTS, most, most, 1.0, ("request", "requests"))],
            [Places(_REQUESTS, parallel, _PATIENCE, 2)],
        )

    def answer(self, query: Query, token: CancelToken, deadline: float) -> FederatedQuery:
        """Return a query that says the same without SERVICE; most have none.

        Args:
            query: the query.
            token: ends a request to an endpoint; its seconds count for the caller.
            deadline: seconds for this and for the query itself.

        Raises:
            QueryForbiddenError: for a clause that cannot be answered, or an endpoint that may not be asked.
            ServiceFailedError: where an endpoint gave no answer.
            ServiceLimitError: for an answer past a limit, or with blank nodes.
            QueryStoppedError: when there is no time left, or the host was asked as often as it may be.
        """
        if not self._endpoints or "SERVICE" not in query.text.upper():
            return FederatedQuery(query)
        return in_thread(partial(self._answer, query, token, deadline))

    def _answer(self, query: Query, token: CancelToken, deadline: float) -> FederatedQuery:
        """Return the same for a query that has the word; endpoints are waited for."""
        clauses = service_clauses(query.text)
        if not clauses:
            return FederatedQuery(query)
        addresses = [self._allowed_address(clause) for clause in clauses]
        if read_searches(query.text, query.base) is not None:
            raise QueryForbiddenError(
                "the query has both SERVICE and a search for words", hint="make two queries of it"
            )
        began = time.monotonic()
        prologue = prologue_of(query.text, query.base)
        seconds = deadline if query.deadline is None else min(deadline, query.deadline)
        solutions, failed = [], []
        for clause, address in zip(clauses, addresses, strict=True):
            try:
                solutions.append(self._solutions(clause, address, prologue, token, began + seconds))
            except ServiceFailedError as error:
                if not clause.silent or isinstance(error, ServiceLimitError):
                    raise
                solutions.append(Solutions())
                failed.append(address)
        left = max(0.001, seconds - (time.monotonic() - began))
        # no hits: what an endpoint says is never looked through for searches, which is done in this process
        query = replace(query, deadline=left, hits={})
        return FederatedQuery(
            replace(query, text=with_solutions(query.text, clauses, solutions)),
            tuple(failed),
            replace(query, text=outline_of(query.text, clauses)),
        )

    def _allowed_address(self, clause: ServiceClause) -> str:
        """Return the address of a clause as the list has it; refuse one that is not there."""
        try:
            address = endpoint_address(clause.endpoint)
        except ValueError:
            address = ""
        if address not in self._endpoints:
            raise refusal(
                QueryForbiddenError,
                clause.where,
                "SERVICE names an endpoint that is not asked from here",
                f"there are: {', '.join(sorted(self._endpoints))}",
            )
        return address

    def _solutions(
        self, clause: ServiceClause, address: str, prologue: str, token: CancelToken, end: float
    ) -> Solutions:
        """Return the solutions of a clause, for which there is time until a moment of the clock."""
        settings, host = self._settings, urlsplit(address).netloc
        try:
            with self._budget.place(host, _REQUESTS, {_REQUESTS: 1.0}) as spent:
                spent[_REQUESTS] = 1.0
                began = time.monotonic()
                if began >= end:
                    raise QueryStoppedError(
                        "the seconds for the query were over before its SERVICE clauses were",
                        limit="deadline",
                        hint="ask the endpoints for less",
                    )
                seconds = min(end - began, settings.service_deadline)
                task = {
                    "endpoint": address,
                    "query": clause.query(prologue, settings.service_rows),
                    "rows": settings.service_rows,
                    "bytes": settings.service_bytes,
                    "seconds": seconds,
                }
                try:
                    reply = ask_endpoint(task, token)
                finally:
                    token.seconds += time.monotonic() - began
        except BudgetSpentError as error:
            how_often = (
                f"{settings.service_parallel} times at once"
                if isinstance(error, ClientBusyError)
                else f"{settings.service_requests} times in a minute"
            )
            raise QueryStoppedError(
                f"{host} was asked {how_often}, as often as it may be",
                limit=_REQUESTS,
                retry_after=error.retry_after,
                hint=f"ask again in {quantity(error.retry_after, 'second')}",
            ) from error
        if "fault" in reply:
            raise _error(clause, reply["fault"], reply["detail"])
        return Solutions(tuple(reply["variables"]), tuple(map(tuple, reply["rows"])))


def _error(clause: ServiceClause, fault: str, detail: str) -> Exception:
    """Return the error of a fault."""
    what = f"{clause.endpoint}, which SERVICE names, {detail}"
    if fault == "address":
        hint = "tell the operator, who named it; only public ones are asked"
        return refusal(QueryForbiddenError, clause.where, what, hint)
    if fault == "limit":
        hint = "put VALUES or a narrower pattern into the clause, and select IRIs and literals only"
        return refusal(ServiceLimitError, clause.where, what, hint, endpoint=clause.endpoint)
    hint = "ask again later; SERVICE SILENT passes over an endpoint that fails"
    return refusal(ServiceFailedError, clause.where, what, hint, endpoint=clause.endpoint)
