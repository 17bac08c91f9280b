"""The zygote: loads a release once, alone forks the workers, alone reaps and kills them.

It is started with exec, never forked from the web process, and stays single-threaded, so that a
fork is safe and its memory is shared copy-on-write. Its only friend is the control channel: when
that ends the web process is gone, and so is everything here. Because it alone reaps, a kill can
never hit a process number that is somebody else's by now. Signals meant for the service (Ctrl-C, a
stop of the whole control group) pass it by, so that running queries can drain.

The task, if there is one, is made here as well, before the first fork: what it imports and reads is
shared with every worker, none of which can open a file.

    python -m ogpld.workers.zygote CONTROL_FD     (arguments come as the first message)
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import select
import signal
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from ogpld.errors import OgpldError, ReleaseError
from ogpld.heap import bound_heap, give_back_memory
from ogpld.stores.embedded import EmbeddedStore
from ogpld.stores.limits import Limits
from ogpld.workers import confinement as confine
from ogpld.workers import messages
from ogpld.workers.allocators import allocator_name
from ogpld.workers.inherited_limits import memory_refusal, why_memory, why_not_forked
from ogpld.workers.worker import NO_MEMORY, NOT_CONFINED, Task, run_worker


class Zygote:
    """The parent of all workers of one release.

    Args:
        control: channel to the web process.
        store: the loaded release.
        memory: bytes a worker may take, by kind of worker.
        task: what workers of the kind "task" run.
    """

    def __init__(
        self,
        control: socket.socket,
        store: EmbeddedStore,
        memory: dict[str, int],
        task: Task | None,
    ) -> None:
        self.control = control
        self.store = store
        self.memory = memory
        self.task = task
        self.workers: dict[int, int] = {}
        self.waking, self.wake = os.pipe()
        for number in (self.waking, self.wake):
            os.set_blocking(number, False)

    def run(self) -> None:
        """Obey and report until the control channel ends; then leave nothing behind."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self.wake, warn_on_full_buffer=False)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            control = self.control.fileno()
            channels = select.poll()  # select() takes no descriptor past 1,023
            for number in (control, self.waking):
                channels.register(number, select.POLLIN)
            while True:
                ready = {number for number, _ in channels.poll()}
                if self.waking in ready:
                    with contextlib.suppress(BlockingIOError):
                        os.read(self.waking, 4096)
                    self._reap()
                if control in ready and not self._obey():
                    break
        for process in self.workers.values():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def _obey(self) -> bool:
        """Do what one control message says; False when the channel has ended."""
        data, files, _, _ = socket.recv_fds(self.control, messages.ORDER, 1)
        if len(data) != messages.ORDER:
            return False
        order, number = data.decode().split()
        if order in self.memory and files:
            self._fork(order, int(number), files[0])
        elif order == "kill" and int(number) in self.workers:
            os.kill(self.workers[int(number)], signal.SIGKILL)
        elif order == "lower" and int(number) in self.workers:
            confine.lower_priority(self.workers[int(number)])
        return True

    def _fork(self, kind: str, number: int, channel: int) -> None:
        """Fork a worker for a channel; where that fails, the closed channel tells its owner."""
        zygote = os.getpid()
        try:
            process = os.fork()
        except OSError as error:
            os.close(channel)
            self._report(number, 0, why_not_forked(error))
            return
        if process == 0:
            task = self.task if kind == "task" else None
            run_worker(self.store, channel, zygote, self.memory[kind], task)
        os.close(channel)
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
                code = os.waitstatus_to_exitcode(status)
                self._report(number, max(0, -code), _unfit(code))

    def _report(self, number: int, ended: int, failure: str = "") -> None:
        """Say how a worker ended, and why where it could not even begin."""
        messages.send(self.control, {"exit": number, "signal": ended, "failure": failure})


def _unfit(code: int) -> str:
    """Return why a worker with this exit code could not begin, "" for one that could."""
    if code == NO_MEMORY:
        return why_memory()
    return "the system would not let a worker be confined" if code == NOT_CONFINED else ""


def main() -> None:
    """Load what the first message names, report, and serve."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGTTOU):
        signal.signal(number, signal.SIG_IGN)
    control = socket.socket(fileno=int(sys.argv[1]))
    try:
        if confine.stack_is_small():
            confine.raise_stack()
            os.set_inheritable(control.fileno(), True)  # noqa: FBT003  (it has no name)
            os.execv(sys.executable, [*sys.orig_argv])  # noqa: S606  (ourselves, with more stack)
        message = messages.receive(control)
        if message is None:
            return
        zygote, isolated = _load(control, message[0])
    except OgpldError as error:
        messages.send(control, {"failed": error.message, "hint": error.hint})
        return
    except (MemoryError, OSError, RuntimeError) as error:  # RuntimeError: no thread can be started
        why = why_memory() if isinstance(error, MemoryError) else str(error)
        messages.send(control, {"failed": f"the release cannot be loaded: {why}", "hint": ""})
        return
    state = {
        "ready": True,
        "isolated": isolated,
        "memory": zygote.memory,
        "allocator": allocator_name(),
    }
    messages.send(control, state, zygote.store.subjects.content)
    zygote.run()


def _load(control: socket.socket, options: dict[str, Any]) -> tuple[Zygote, bool]:
    """Load the release and prepare for forking; the guard ran before a query comes here."""
    bound_heap()
    confine.forbid_core_files()
    confine.forbid_new_privileges()
    isolated = confine.drop_network()  # a user namespace is for processes that have no threads yet
    limits = replace(Limits(**options["limits"]), guard=False)
    path = Path(options["path"])
    memory = {"fork": limits.memory}
    task = None
    # a thread draws random numbers of its own: begun in this one, they would be those of every fork
    with ThreadPoolExecutor(1) as thread:
        load = partial(EmbeddedStore.load, path, options["expected"], options["hidden"], limits)
        named = options["named_graphs"]
        store = thread.submit(load, options["present"], named_graphs=named).result()
        if options["task"]:
            task = thread.submit(_make_task, options["task"], path.parent).result()
            memory["task"] = options["task_memory"]
    gc.collect()
    give_back_memory()
    gc.freeze()
    memory = {kind: confine.memory_left(most) for kind, most in memory.items()}
    if error := memory_refusal(min(memory.values()), confine.mapped()):
        raise error
    return Zygote(control, store, memory, task), isolated


def _make_task(name: str, release: Path) -> Task:
    """Return the task that a function named `module:function` makes for a release's folder.

    Raises:
        OgpldError: as the function does, and ReleaseError when it fails in another way.
    """
    module, _, function = name.partition(":")
    try:
        made: Task = getattr(importlib.import_module(module), function)(release)
    except OgpldError:
        raise
    except Exception as error:
        raise ReleaseError(
            f"{name} cannot be prepared: {type(error).__name__}: {error}",
            hint="the release's model does not fit this software; publish again",
        ) from error
    return made


if __name__ == "__main__":
    main()
