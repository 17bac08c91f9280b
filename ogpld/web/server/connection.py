"""One connection of a client: requests are read whole or refused, within deadlines, and answered in order.

llhttp (httptools) parses; what it is given ends with a message, so that at most one request is at work and
what a client sends ahead waits as bytes. A connection is in one state at a time, and every state but WORK,
whose end the application sees to, has a deadline. Long because the states of a connection are read together.
"""

from __future__ import annotations

import asyncio
import enum
import math
import re
import time
from contextlib import suppress
from typing import Any

import httptools

from ogpld.stores import CancelToken
from ogpld.web.http.problems import Problem, fault
from ogpld.web.server.answer import Answer, problem_answer
from ogpld.web.server.answer_writer import AnswerWriter
from ogpld.web.server.application import WebApplication
from ogpld.web.server.connections import Connections
from ogpld.web.server.request_body import RequestBody
from ogpld.web.server.request_head import (
    RequestHead,
    ascii_line,
    end_of_head,
    environ_of,
    without_upgrade,
)
from ogpld.web.server.request_log import RequestRecord

#: Seconds for the first byte, and for the rest of a head from its first byte on; between two requests;
#: without a byte of a body; and for a client to read a refusal.
_HEAD, _IDLE, _STALL, _LINGER = 15, 30, 15, 2
#: Seconds for which a connection without a request is as good as one with.
_FRESH = 1
#: Bytes that a client may send ahead; of a body nobody takes before its answer; and after a refusal.
_AHEAD, _UNWANTED, _MOST_PASSED = 65_536, 16_384, 16_777_216
#: Requests of one connection answered in one go before others have their turn.
_IN_A_ROW = 16
#: How a request may begin.
_METHOD = re.compile(rb"[A-Za-z]")
#: What is said of the connection.
_CLOSE, _KEEP = b"connection: close\r\n", b"connection: keep-alive\r\n"
#: Methods whose answer could be taken for one to the whole request, where its body is not read.
_OF_BODILESS = frozenset({"GET", "HEAD", "OPTIONS", "DELETE"})


class State(enum.Enum):
    """What a connection is about."""

    HEAD = enum.auto()
    BODY = enum.auto()
    WORK = enum.auto()
    SEND = enum.auto()
    LINGER = enum.auto()
    CLOSED = enum.auto()


class Connection(asyncio.Protocol):
    """The protocol of one connection (RFC 9112).

    Attributes:
        peer: the client as far as its connection tells.
        deadline: second of the monotonic clock at which it ends.
        progress: second at which the client last read or wrote.
    """

    _transport: asyncio.Transport
    _writer: AnswerWriter

    def __init__(self, connections: Connections, application: WebApplication) -> None:
        self._connections = connections
        self._application = application
        self._settings = connections.settings
        self._parser = httptools.HttpRequestParser(self)
        self._head = RequestHead()
        self._body = RequestBody(0)
        self._body_began = self._refused = 0.0
        self._passed_over = self._received = 0
        self._environ: dict[str, Any] = {}
        self._cancel = CancelToken()
        self._incoming = bytearray()
        self._state = State.HEAD
        self._record: RequestRecord | None = None
        self._ends_of_connection: dict[str, str] = {}
        self._client = self.peer = ""
        self._ends = self._unread = self._at_eof = self._advancing = self._reading_paused = False
        self._goes_on = False  # in the next round of the event loop
        self._answers = self._scanned = 0
        self.deadline = math.inf
        self.progress = 0.0

    # called by the event loop

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Accept the connection, or refuse it when the server is full."""
        self._transport = transport  # type: ignore[assignment]  # it is one of TCP
        self._transport.set_write_buffer_limits(high=0)
        self._writer = AnswerWriter(self._transport, self._finish, self.abort)
        client = (transport.get_extra_info("peername") or ("", 0))[:2]
        server = (transport.get_extra_info("sockname") or ("", 0))[:2]
        self._ends_of_connection = {
            "REMOTE_ADDR": client[0],
            "REMOTE_PORT": str(client[1]),
            "SERVER_NAME": server[0],
            "SERVER_PORT": str(server[1]),
        }
        self.peer = self._client = self._connections.peer(client[0])
        self.progress = time.monotonic()
        self.deadline = self.progress + _HEAD
        if not self._connections.add(self):
            self._refuse(Problem("busy", "There are too many connections.", "ask again later"))
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Read on, or put by what is sent ahead."""
        self._received += len(data)
        if self._received > _AHEAD:
            self._pause_reading()
        if self._state is State.LINGER:
            self._pass_over(len(data))
        elif self._state in (State.WORK, State.SEND):
            self._incoming += data
        elif self._state is not State.CLOSED:
            self.progress = time.monotonic()
            if self._state is State.HEAD and not self._incoming:
                self.deadline = self.progress + _HEAD
            self._incoming += data
            self._advance()

    def _pause_reading(self) -> None:
        """Let others have their turn before more of much is read."""
        if not self._reading_paused:
            self._reading_paused = True
            self._transport.pause_reading()
            self._connections.queue(self)

    def read_on(self) -> None:
        """Read again, but for what is sent ahead of an answer."""
        ahead = self._state in (State.WORK, State.SEND) and len(self._incoming) > _AHEAD
        if self._reading_paused and not ahead and self._state is not State.CLOSED:
            self._reading_paused = False
            self._transport.resume_reading()

    def _pass_over(self, size: int) -> None:
        """Read what is refused, so that the client reads why, but not for ever."""
        self._passed_over += size
        self.deadline = min(time.monotonic() + _LINGER, self._refused + _HEAD)
        if self._passed_over > _MOST_PASSED:
            self.abort()

    def eof_received(self) -> bool:
        """End what is not whole; a query that has nobody to wait for it is ended, and said to be."""
        self._at_eof = True
        if self._state is State.WORK:
            self._cancel.cancel()
        elif not self._goes_on:
            self._refuse_cut()
        return self._goes_on or self._state in (State.WORK, State.SEND)

    def _refuse_cut(self) -> None:
        """Refuse a request of which no more will come."""
        if self.is_uploading:
            self._refuse(
                Problem("bad-request", "The request ends before its end.", "send all of it")
            )

    def connection_lost(self, _error: Exception | None) -> None:
        """End the work for a client that left."""
        self._close()

    def pause_writing(self) -> None:
        """Wait until the client has read."""
        self._writer.pause()

    def resume_writing(self) -> None:
        """Send on."""
        self.progress = time.monotonic()
        self._writer.resume()
        self._watch_sending()

    # called by `Connections`

    @property
    def is_uploading(self) -> bool:
        """Whether a request is being read."""
        return self._state is State.BODY or (self._state is State.HEAD and bool(self._incoming))

    @property
    def rank(self) -> tuple[int, float] | None:
        """Which has to leave first where there are too many, the least; None for one at work."""
        if self._state is State.WORK:
            return None
        silent = self._state is State.HEAD and not self._answers
        useless = self._state is State.LINGER or (
            silent and self.progress < self._connections.now - _FRESH
        )
        return (0 if useless else 1, self.progress)

    def expire(self) -> None:
        """End a connection whose deadline has passed, with a word where a request had begun."""
        if self.is_uploading:
            detail = "The request did not come whole in time."
            self._refuse(Problem("request-timeout", detail, "send it again, faster"))
        else:
            self.abort()

    def refuse_upload(self) -> None:
        """End a request there is no room for."""
        problem = Problem("busy", "Too much is being uploaded.", "send one document after another")
        problem.headers["Retry-After"] = "5"
        self._refuse(problem)

    def close_if_idle(self) -> None:
        """Close a connection on which nothing is under way."""
        if self._state is State.HEAD and not self._incoming:
            self.abort()

    def abort(self) -> None:
        """End the connection now."""
        self._transport.abort()
        self._close()

    def _close(self) -> None:
        if self._state is State.WORK:
            self._cancel.cancel()
        self._end_record("left" if self._state is State.WORK else "cut")
        self._state = State.CLOSED
        self.deadline = math.inf
        self._writer.close()
        self._incoming = bytearray()
        self._body.close()
        self._connections.remove(self)

    # reading

    def _advance(self) -> None:
        """Read and answer what has come, as far as it goes."""
        if self._advancing:
            return
        self._advancing, self._goes_on = True, False
        try:
            for _ in range(_IN_A_ROW):
                if not self._read():
                    if self._at_eof:
                        self._refuse_cut()
                    return
            self._goes_on = True
            asyncio.get_running_loop().call_soon(self._advance)
        except httptools.HttpParserInvalidMethodError:
            self._refuse(Problem("method-unknown", "There is no such method.", "use GET"))
        except httptools.HttpParserError:
            self._refuse(Problem("bad-request", "The request is not HTTP/1.1.", "correct it"))
        except Problem as problem:
            self._refuse(problem)
        except Exception as error:  # noqa: BLE001  (the client is told, and the log has it)
            self._refuse(fault(error))
        finally:
            self._advancing = False

    def _read(self) -> bool:
        """Read a part of a request; False where more has to come, or the answer has to be waited for."""
        if not self._incoming:
            return False
        if self._state is State.HEAD:
            return self._read_head()
        return self._state is State.BODY and self._read_body()

    def _feed(self, data: bytes) -> None:
        """Give data to the parser; it takes CONNECT for the end of HTTP, and `check` refuses that."""
        with suppress(httptools.HttpParserUpgrade):
            self._parser.feed_data(data)

    def _read_head(self) -> bool:
        """Read a head, and answer or go on with the body; False where more has to come."""
        incoming = self._incoming
        while incoming[:2] == b"\r\n":  # RFC 9112 section 2.2
            del incoming[:2]
        if incoming and not _METHOD.match(incoming) and incoming != b"\r":
            raise Problem("bad-request", "The request is not HTTP/1.1.", "correct it")
        end = end_of_head(incoming, self._scanned)
        if (end or len(incoming)) > self._application.head_bytes:
            raise Problem("header-too-large", "Address and headers are too long.", "shorten them")
        if not end:
            self._scanned = len(incoming)
            self._hold(self._scanned)
            return False
        self._scanned = 0
        data = bytes(incoming[:end])
        del incoming[:end]
        self._body = RequestBody(0)
        remembered = self._connections.heads.get(data)
        if remembered is None:
            self._head = RequestHead()
            self._feed(without_upgrade(ascii_line(data)))
            self._head.check()
            self._environ = environ_of(self._head)
            self._connections.heads.add(data, self._head, self._environ)
        else:
            self._head, self._environ = remembered
        self._ends = not self._head.keeps_alive
        self._environ |= self._ends_of_connection
        self._client = self._connections.client(self._environ, self.peer)
        self._record = self._connections.requests.begin(self._environ)
        if self._head.length == 0:
            self._answer()
        else:
            self._expect_body()
        return True

    def _expect_body(self) -> None:
        """Read a body where one is taken; have its length answered for where it is too long to be read."""
        head = self._head
        limit = self._application.body_limit(self._environ)
        self._body = RequestBody(limit or _UNWANTED, head.length, wanted=limit > 0)
        if (head.length or 0) > self._body.limit:
            self._answer_unread()
            return
        self._state = State.BODY
        self._body_began = time.monotonic()
        self._watch_body()
        if head.value(b"expect").lower() == b"100-continue" and not self._incoming:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _read_body(self) -> bool:
        """Read what has come of a body; answer when it is whole."""
        self._body.read(self._incoming, self._feed)
        if self._body.is_whole:
            self._environ["CONTENT_LENGTH"] = str(self._body.size)
            self._answer()
        elif self._body.size > self._body.limit:
            self._answer_unread()
        else:
            self._watch_body()
            self._hold(self._body.size)
            return False
        return True

    def _watch_body(self) -> None:
        whole = self._body_began + self._settings.body_deadline
        self.deadline = min(time.monotonic() + _STALL, whole)

    def _hold(self, size: int) -> None:
        """Count what is in memory of an unfinished request; who has most has to leave if it is too much."""
        self._connections.bodies.hold(self, self._client, self, size)
        self._connections.make_room_for_body(self._client)

    def _answer_unread(self) -> None:
        """Answer a request by its head, and end: with 413, or as if it had no body where that is an error.

        Raises:
            Problem: 413.
        """
        if not self._body.wanted and self._head.method in _OF_BODILESS:
            raise Problem("request-too-large", "No body is read here.", "send none")
        self._environ["CONTENT_LENGTH"] = str(max(self._head.length or 0, self._body.limit + 2))
        self._body.close()
        self._body = RequestBody(0)
        self._ends = self._unread = True
        self._answer()

    # called by the parser

    def on_url(self, url: bytes) -> None:
        """Note the target."""
        self._head.target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Note a header; those after a body are passed over."""
        if self._state is State.HEAD:
            self._head.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """Note what the parser knows of the head."""
        self._head.method = self._parser.get_method().decode("ascii")
        self._head.version = self._parser.get_http_version()
        self._head.keeps_alive = self._parser.should_keep_alive()

    def on_body(self, data: bytes) -> None:
        """Read a part of a body."""
        self._body.add(data)

    def on_message_complete(self) -> None:
        """Note that the request is whole."""
        self._body.is_whole = True

    # answering

    def _answer(self) -> None:
        """Answer the request: from memory, else by a thread."""
        repeated = (
            self._application.repeat(self._head, self._environ) if self._head.length == 0 else None
        )
        if repeated is not None:
            self._send(repeated)
            return
        self._environ["wsgi.input"] = self._body.content()
        self._state = State.WORK
        self.deadline = math.inf
        try:
            self._cancel = self._application.start(self._environ, self._on_answer)
        except Exception:
            self._state = State.BODY  # nobody is at work, and the client can be told
            raise
        if self._at_eof:
            self._cancel.cancel()

    def _on_answer(self, answer: Answer) -> None:
        if self._state is State.WORK:
            self._send(answer)
            self._advance()
        else:
            answer.close()

    def _refuse(self, problem: Problem) -> None:
        """Answer with a problem, and end: what comes after cannot be understood."""
        if self._state not in (State.HEAD, State.BODY):
            return
        if self._record is None:  # of this request no head was read, only of the one before
            self._head = RequestHead()
        self._ends = self._unread = True
        self._incoming = bytearray()
        self._body.close()
        self._send(problem_answer(problem, self._application.prefix))

    def _send(self, answer: Answer) -> None:
        """Begin to send an answer."""
        self._connections.bodies.release(self)
        self._state = State.SEND
        ends = self._ends = self._ends or self._connections.draining
        if self._record is None:
            self._record = self._connections.requests.begin({})
        head = b"%bdate: %b\r\n%b%b\r\n" % (
            answer.head,
            self._connections.date,
            self._connections.requests.head_lines(self._record, answer),
            _CLOSE if ends else b"" if self._head.version == "1.1" else _KEEP,
        )
        self._writer.start(head, answer, has_body=self._head.method != "HEAD")
        self._watch_sending()

    def _watch_sending(self) -> None:
        """Give the client its time to read, and count what is held for it."""
        if self._state is State.SEND:
            self.deadline = time.monotonic() + self._settings.send_deadline
            if not self._connections.answers.size_of(self):
                writer = self._writer
                self._connections.answers.hold(self, self._client, writer.content, writer.size)
                self._connections.make_room_for_answer(self._client)

    def _finish(self) -> None:
        """Be ready for the next request, or end."""
        self._connections.answers.release(self)
        self._answers += 1
        self._end_record("sent")
        self._environ = {}
        if self._ends or (self._at_eof and not self._incoming):
            self._end()
            return
        self._state = State.HEAD
        self.deadline = time.monotonic() + (_HEAD if self._incoming else _IDLE)
        self._received = len(self._incoming)
        self.read_on()
        self._advance()

    def _end_record(self, outcome: str) -> None:
        """Note how the request ended, if there is one."""
        if self._record is not None:
            self._connections.requests.end(self._record, outcome)
            self._record = None

    def _end(self) -> None:
        """Close; where a request was not read to its end, when the client has had time for the answer.

        Else the system would tell the client of a reset before it has read (RFC 9112 section 9.6).
        """
        self._state = State.LINGER
        self._refused = time.monotonic()
        self.deadline = self._refused + _LINGER
        self._incoming = bytearray()
        if self._unread and not self._at_eof:
            self._transport.write_eof()
        else:
            self._transport.close()
