"""Query in a child process, which is killed when one of them takes too long.

An engine in this process cannot be stopped. The child is a fork, so a store in memory costs nothing to
hand over; a store on disk is opened by the child itself.
"""

from __future__ import annotations

import multiprocessing
import warnings
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection

from ogpld.errors import OgpldError, QueryError
from ogpld.stores import Query
from ogpld.stores.embedded import EmbeddedStore

#: Seconds that a query may take; those we ship take milliseconds.
DEADLINE = 30.0
Result = bytes | OgpldError


def solutions_of(
    queries: Sequence[Query], open_store: Callable[[], EmbeddedStore], seconds: float = DEADLINE
) -> list[Result]:
    """Return for each query its solutions as JSON (SPARQL 1.1 Query Results JSON Format), or what went wrong.

    Args:
        queries: SELECT queries.
        open_store: called in the child.
        seconds: that each of them may take.
    """
    results: list[Result] = []
    while len(results) < len(queries):
        _ask_from(queries, open_store, seconds, results)
    return results


def _ask_from(
    queries: Sequence[Query],
    open_store: Callable[[], EmbeddedStore],
    seconds: float,
    results: list[Result],
) -> None:
    """Ask those that have no result yet, up to the first that has to be stopped."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(
        target=_answer, args=(open_store, queries[len(results) :], theirs), daemon=True
    )
    with warnings.catch_warnings():
        # the child touches nothing that a thread of this process may hold
        warnings.simplefilter("ignore", DeprecationWarning)
        child.start()
    theirs.close()
    try:
        while len(results) < len(queries):
            if not ours.poll(seconds):
                results.append(
                    QueryError(
                        f"it did not end within {seconds:g} s",
                        hint="ask for less: name the properties, join on fewer things",
                    )
                )
                return
            results.append(ours.recv())
    except EOFError:
        results.append(QueryError("the engine died of it", hint="simplify the query"))
    finally:
        child.kill()
        child.join()
        ours.close()


def _answer(
    open_store: Callable[[], EmbeddedStore], queries: Sequence[Query], channel: Connection
) -> None:
    store = open_store()
    for query in queries:
        channel.send(_result(store, query))


def _result(store: EmbeddedStore, query: Query) -> Result:
    try:
        answer = store.answer(query, trusted=True)
    except OgpldError as error:
        return QueryError(error.message, hint=error.hint)
    if answer.kind != "solutions":
        return QueryError(
            "it is no SELECT query", hint="write SELECT, with a column for each value"
        )
    return answer.body
