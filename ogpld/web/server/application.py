"""The application as the event loop has it: most is answered on it, pages and the rare in threads."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from ogpld.base_path import base_path
from ogpld.errors import ReleaseError
from ogpld.stores import CancelToken
from ogpld.waiting import start_task
from ogpld.web.current.request import STATE, RequestState
from ogpld.web.http.problems import fault
from ogpld.web.http.site_paths import take_off
from ogpld.web.routes.plain_application import PlainApplication
from ogpld.web.routes.view_calls import ViewCall
from ogpld.web.server.answer import Answer, OpenFile, Work, problem_answer
from ogpld.web.server.log_lines import REQUEST_ID
from ogpld.web.server.request_head import RequestHead
from ogpld.web.server.request_log import ID
from ogpld.web.server.response_cache import ResponseCache, View

#: Bytes of a head beside an address that has the longest query, each byte of it as %XX.
_HEADERS = 32_768


class WebApplication:
    """What connections ask.

    Args:
        front: the WSGI application with its kept answers.
        body_limit: bytes a body may have by method and path, 0 where none is taken.
        threads: requests answered at once.
        query_text_bytes: bytes of a query in an address.
        short_way: what answers on the event loop, without a thread.
    """

    def __init__(
        self,
        front: ResponseCache,
        body_limit: Callable[[str, str], int],
        threads: int,
        query_text_bytes: int,
        short_way: PlainApplication | None = None,
    ) -> None:
        self._front = front
        self._body_limit = body_limit
        self.head_bytes = 3 * query_text_bytes + _HEADERS
        self._threads = started_threads(threads)
        self._short_way = short_way
        self._room = threads

    @property
    def prefix(self) -> str:
        """The path of the base IRI, "" for a site that is a whole host."""
        try:
            with self._front.current_release.lease() as serving:
                return base_path(serving.iris.base)
        except ReleaseError:  # the server is closing
            return ""

    def body_limit(self, environ: dict[str, Any]) -> int:
        """Return the bytes that the body of a request may have, 0 where none is taken."""
        with self._front.current_release.lease() as serving:
            take_off(environ, serving.iris.base)
        return self._body_limit(environ["REQUEST_METHOD"], environ["PATH_INFO"])

    def repeat(self, head: RequestHead, environ: dict[str, Any]) -> Answer | None:
        """Return a kept answer, None where there is none: takes no time."""
        return self._front.repeat(head, environ)

    def start(self, environ: dict[str, Any], done: Callable[[Answer], None]) -> CancelToken:
        """Answer on the event loop, or have a thread do it; `done` is called in the event loop.

        It may have been called when this returns what ends the query of the request.
        """
        state = environ[STATE] = RequestState()
        call = self._short_way.view_call(environ) if self._short_way and self._room else None
        if call is None:
            loop = asyncio.get_running_loop()
            self._threads.submit(self._work, environ, state, loop, done)
        else:
            self._start_task(call, environ, state, done)
        return state.cancel

    def _start_task(
        self,
        call: ViewCall,
        environ: dict[str, Any],
        state: RequestState,
        done: Callable[[Answer], None],
    ) -> None:
        """Answer without a thread."""
        assert self._short_way is not None  # noqa: S101  (it gave the call)
        view = partial(self._short_way.answer, call)

        def on_end(answer: Answer) -> None:
            self._room += 1
            done(answer)

        self._room -= 1
        work = partial(self._answer_or_fault, environ, state, view)
        start_task(asyncio.get_running_loop(), work, on_end, self._threads)

    def _work(
        self,
        environ: dict[str, Any],
        state: RequestState,
        loop: asyncio.AbstractEventLoop,
        done: Callable[[Answer], None],
    ) -> None:
        answer = self._answer_or_fault(environ, state)
        if not loop.is_closed():
            loop.call_soon_threadsafe(done, answer)

    def _answer_or_fault(
        self, environ: dict[str, Any], state: RequestState, view: View | None = None
    ) -> Answer:
        REQUEST_ID.set(environ.get(ID, ""))
        try:
            return self._answer(environ, state, view)
        except Exception as error:  # noqa: BLE001  (whatever it is, the client is told and the log has it)
            return problem_answer(fault(error), self.prefix)
        finally:
            # requests and their environment refer to each other: without this the body would stay
            environ["wsgi.input"].close()
            environ.clear()

    def _answer(self, environ: dict[str, Any], state: RequestState, view: View | None) -> Answer:
        response = self._front.answer(environ, view)
        work = Work(
            environ["PATH_INFO"],
            state.release.release.id,
            query_digest=state.query_digest,
            query_text=state.query_text,
            query_seconds=state.cancel.seconds,
        )
        part = state.file
        if part is None:
            return Answer(response.head, response.body, work=work)
        return Answer(response.head, file=OpenFile(part.path, part.start, part.end), work=work)


def started_threads(number: int) -> ThreadPoolExecutor:
    """Return a pool whose threads all run: what cannot be had is known at once, not under load.

    Raises:
        RuntimeError: when the system gives no more threads.
    """
    pool = ThreadPoolExecutor(number, thread_name_prefix="request")
    together = threading.Barrier(number + 1)
    for _ in range(number):
        pool.submit(together.wait)
    together.wait()
    return pool
