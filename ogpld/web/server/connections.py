"""All connections: how many there are, by client and in all, who has to leave, and when time is up."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict, deque
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

from ogpld.config import Settings
from ogpld.web.http.clients import client_of
from ogpld.web.server.held_bytes import HeldBytes
from ogpld.web.server.request_head import RequestHeads
from ogpld.web.server.request_log import RequestLog

if TYPE_CHECKING:
    from ogpld.web.server.connection import Connection

_LOG = logging.getLogger("ogpld")
#: Seconds between two looks at the deadlines.
_TICK = 1.0
#: One in so many connections is ended at once where there are too many, so that few looks are needed.
_AT_ONCE = 16
#: Connections that send much and are read in one round of the event loop.
_TURNS = 1


class Connections:
    """The connections of this process and the bounds they share.

    Attributes:
        now: seconds of the monotonic clock at the last look.
        date: value of the Date header.
        draining: whether the server is ending, so that no connection is kept open.
        bodies: bytes of requests that are read or answered.
        answers: bytes of answers that are sent.
        requests: notes every request.
        heads: those of requests that came before.
    """

    def __init__(self, settings: Settings, most: int, requests: RequestLog | None = None) -> None:
        self.settings = settings
        self.requests = requests or RequestLog(settings)
        self.heads = RequestHeads()
        self.draining = False
        self.bodies: HeldBytes[Connection] = HeldBytes(settings.body_memory)
        self.answers: HeldBytes[Connection] = HeldBytes(settings.send_memory)
        self._most = most
        self._open: set[Connection] = set()
        self._by_client: defaultdict[str, set[Connection]] = defaultdict(set)
        self._queue: deque[Connection] = deque()
        self._emptied = asyncio.Event()
        self.now = 0.0
        self.date = b""
        self._look_at_clock()

    def __len__(self) -> int:
        return len(self._open)

    @staticmethod
    def peer(address: str) -> str:
        """Return who is at the other end of a connection: one of our proxies, where there are any."""
        return client_of({"REMOTE_ADDR": address}, 0)

    def client(self, environ: dict[str, Any], peer: str) -> str:
        """Return whose request it is, as budgets have it."""
        return client_of(environ, self.settings.proxies) if self.settings.proxies else peer

    def add(self, connection: Connection) -> bool:
        """Take a connection in, ending idle ones where there are too many; False where all are at work.

        Behind proxies connections are the proxies' own, so that only their sum is bounded.
        """
        mine = self._by_client[connection.peer]
        room = self._most > len(self._open) or self._end_idle(self._open)
        if not self.settings.proxies:
            most = self.settings.client_connections
            room = room and (most > len(mine) or self._end_idle(mine))
        if room:
            self._open.add(connection)
            self._by_client[connection.peer].add(connection)
            self._emptied.clear()
        elif not mine:
            del self._by_client[connection.peer]
        return room

    def remove(self, connection: Connection) -> None:
        """Forget a connection that is closed."""
        self.bodies.release(connection)
        self.answers.release(connection)
        self._open.discard(connection)
        mine = self._by_client.get(connection.peer)
        if mine is not None:
            mine.discard(connection)
            if not mine:
                del self._by_client[connection.peer]
        if not self._open:
            self._emptied.set()

    def make_room_for_body(self, client: str) -> None:
        """End uploads until the bodies are within their bounds: the largest that is not whole goes first."""
        while over := self.bodies.over(client):
            unfinished = [holder for holder in over if holder.is_uploading]
            if not unfinished:
                return
            max(unfinished, key=self.bodies.size_of).refuse_upload()

    def make_room_for_answer(self, client: str) -> None:
        """End readers until the answers are within their bounds: who has not read for longest goes first.

        One answer alone is sent to its end, however large: it is in memory, and its status is on its way.
        """
        while over := self.answers.over(client, fewest=2):
            min(over, key=lambda holder: holder.progress).abort()

    def queue(self, connection: Connection) -> None:
        """Queue a connection that sends much for its next read, so that small requests go first."""
        self._queue.append(connection)
        if len(self._queue) == 1:
            asyncio.get_running_loop().call_soon(self._take_turns)

    def _take_turns(self) -> None:
        for _ in range(min(_TURNS, len(self._queue))):
            self._queue.popleft().read_on()
        if self._queue:
            asyncio.get_running_loop().call_soon(self._take_turns)

    async def watch(self) -> None:
        """End who is past a deadline, as long as the server runs."""
        while True:
            await asyncio.sleep(_TICK)
            self._look_at_clock()
            for connection in [c for c in self._open if c.deadline < self.now]:
                try:
                    connection.expire()
                except Exception:  # noqa: BLE001  (the others have deadlines too)
                    _LOG.exception("a connection could not be ended")

    async def drain(self, seconds: float) -> None:
        """Close connections as soon as they are idle, and those that are left when time is up."""
        self.draining = True
        for connection in list(self._open):
            connection.close_if_idle()
        if self._open:
            self._emptied.clear()
            try:
                await asyncio.wait_for(self._emptied.wait(), seconds)
            except TimeoutError:
                for connection in list(self._open):
                    connection.abort()

    def _look_at_clock(self) -> None:
        self.now = time.monotonic()
        self.date = formatdate(usegmt=True).encode()

    @staticmethod
    def _end_idle(connections: set[Connection]) -> bool:
        """End some connections that are not at work, silent ones first; False where there are none."""
        idle = [connection for connection in connections if connection.rank is not None]
        idle.sort(key=lambda connection: connection.rank or (0, 0.0))
        for connection in idle[: 1 + len(connections) // _AT_ONCE]:
            connection.abort()
        return bool(idle)
