"""The zygote: loads a release once, alone forks the workers, alone reaps and kills them.

It is started with exec, never forked from the web process, and stays single-threaded, so that a fork
is safe and its memory is shared copy-on-write. Its only friend is the control channel: when that ends
the web process is gone, and so is everything here. Because it alone reaps, a kill can never hit a
process number that is somebody else's by now.

    python -m ogpld.stores.zygote CONTROL_FD     (arguments come as the first message)
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from ogpld.errors import OgpldError
from ogpld.stores import wire
from ogpld.stores.confine import drop_network, require_stack
from ogpld.stores.embedded import EmbeddedStore
from ogpld.stores.limits import Limits
from ogpld.stores.worker import run_worker


class Zygote:
    """The parent of all workers of one release."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.store: EmbeddedStore | None = None
        self.workers: dict[int, int] = {}
        self.waking, self.wake = os.pipe()
        for number in (self.waking, self.wake):
            os.set_blocking(number, False)

    def run(self) -> None:
        """Load, report, and serve the control channel until it ends."""
        message = wire.receive(self.control)
        if message is None:
            return
        try:
            isolated = self._load(message[0])
        except OgpldError as error:
            wire.send(self.control, {"failed": error.message, "hint": error.hint})
            return
        wire.send(self.control, {"ready": True, "isolated": isolated})
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self.wake, warn_on_full_buffer=False)
        while True:
            ready, _, _ = select.select([self.control, self.waking], [], [])
            if self.waking in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(self.waking, 4096)
                self._reap()
            if self.control in ready and not self._obey():
                break
        for process in self.workers.values():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def _load(self, told: dict[str, Any]) -> bool:
        """Load the release and prepare for forking."""
        require_stack()
        self.store = EmbeddedStore.load(
            Path(told["path"]), told["expected"], told["hidden"], Limits(**told["limits"])
        )
        isolated = drop_network()
        gc.collect()
        gc.freeze()
        return isolated

    def _obey(self) -> bool:
        """Do what one control message says; False when the channel has ended."""
        data, files, _, _ = socket.recv_fds(self.control, wire.ORDER, 1)
        if len(data) != wire.ORDER:
            return False
        order, number = data.decode().split()
        if order == "fork" and files:
            self._fork(int(number), socket.socket(fileno=files.pop()))
        elif order == "kill" and int(number) in self.workers:
            os.kill(self.workers[int(number)], signal.SIGKILL)
        return True

    def _fork(self, number: int, channel: socket.socket) -> None:
        zygote = os.getpid()
        process = os.fork()
        if process == 0:
            self.control.close()
            os.close(self.waking)
            signal.set_wakeup_fd(-1)
            os.close(self.wake)
            assert self.store is not None
            run_worker(self.store, channel, zygote)
        channel.close()
        self.workers[number] = process

    def _reap(self) -> None:
        """Collect dead workers and report how each ended."""
        by_process = {process: number for number, process in self.workers.items()}
        while True:
            try:
                process, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if process == 0:
                return
            number = by_process.get(process)
            if number is not None:
                del self.workers[number]
                ended = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
                wire.send(self.control, {"exit": number, "signal": ended})


def main() -> None:
    """Run as a process of its own, in a session of its own: Ctrl-C is not for us."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    Zygote(socket.socket(fileno=int(sys.argv[1]))).run()


if __name__ == "__main__":
    main()
