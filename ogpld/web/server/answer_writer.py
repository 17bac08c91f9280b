"""Send an answer in pieces, the next when the client has read the last; only small answers are copied."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable

from ogpld.web.server.answer import Answer

#: Bytes of a piece.
PIECE = 65_536


class AnswerWriter:
    """Sends one answer after another over a transport whose high-water mark is 0.

    Args:
        transport: of the connection.
        done: called when all of an answer has been handed to the system.
        failed: called when a file turns out to be shorter than it was.
    """

    def __init__(
        self, transport: asyncio.Transport, done: Callable[[], None], failed: Callable[[], None]
    ) -> None:
        self._transport = transport
        self._done = done
        self._failed = failed
        self._answer: Answer | None = None
        self._rest = memoryview(b"")
        self._reading: asyncio.Future[bytes] | None = None
        self._paused = False

    @property
    def content(self) -> Hashable:
        """What stands for the bytes in memory: equal for those that are there once."""
        if self._answer is None or len(self._answer.body) <= PIECE:
            return self
        return id(self._answer.body)

    @property
    def size(self) -> int:
        """Bytes in memory for the answer that is being sent."""
        return 0 if self._answer is None else max(len(self._answer.body), PIECE)

    def start(self, head: bytes, answer: Answer, *, has_body: bool) -> None:
        """Begin to send an answer.

        Args:
            head: its head, as a whole.
            answer: the answer.
            has_body: whether its body is sent, which that to HEAD is not.
        """
        self._answer = answer
        if not has_body:
            answer.close()
            self._answer = Answer(answer.head)
            self._transport.write(head)
        elif answer.file is not None:
            self._transport.write(head)
        elif len(answer.body) <= PIECE:
            self._transport.write(head + answer.body)
        else:
            self._transport.write(head + answer.body[:PIECE])
            self._rest = memoryview(answer.body)[PIECE:]
        self._go_on()

    def pause(self) -> None:
        """Wait for the client."""
        self._paused = True

    def resume(self) -> None:
        """Resume sending once the client has read."""
        self._paused = False
        self._go_on()

    def close(self) -> None:
        """Let go of what is held."""
        if self._answer is not None:
            self._answer.close()
        self._answer = None
        self._rest = memoryview(b"")

    def _go_on(self) -> None:
        while self._answer is not None and not self._paused:
            if self._rest:
                piece, self._rest = self._rest[:PIECE], self._rest[PIECE:]
                self._transport.write(piece)
            elif self._answer.file is not None and not self._answer.file.is_read:
                self._read(self._answer)
                return
            else:
                self.close()
                self._done()
                return

    def _read(self, answer: Answer) -> None:
        """Read the next piece of a file, in a thread: disks may take their time."""
        if self._reading is None and answer.file is not None:
            loop = asyncio.get_running_loop()
            self._reading = loop.run_in_executor(None, answer.file.read, PIECE)
            self._reading.add_done_callback(self._send_piece)

    def _send_piece(self, reading: asyncio.Future[bytes]) -> None:
        self._reading = None
        piece = b"" if reading.cancelled() or reading.exception() else reading.result()
        if self._answer is None:
            return
        if not piece:
            self._failed()
            return
        self._transport.write(piece)
        self._go_on()
