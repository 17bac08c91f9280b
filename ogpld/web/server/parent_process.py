"""Keep one web process running: start it, replace one that dies or hangs, hand on the signal to end.

The parent holds the listening socket, so that clients wait rather than being refused while there is none. It
is the process that `ogpld serve` was, made anew (`python -m ogpld.web.server.parent_process SOCKET`, with the
settings in its environment): what the command line loads, it would hold as long as it serves. The web process
has a session to itself, within which priorities count (`workers/supervisor.py`).
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

from ogpld.config import Settings
from ogpld.settings_reader import load_settings
from ogpld.web.server.log_lines import log_to_stderr

_LOG = logging.getLogger("ogpld")
#: Seconds before a process that died is replaced: at first, and at most; after so many it had settled.
_FIRST, _LONGEST, _SETTLED = 0.1, 30.0, 60.0
#: Seconds beyond `drain` in which a process that was told to end must have ended.
_GRACE = 5
#: Seconds between two looks at whether the web process is alive; looks without a sign of life until it hangs.
#: Looks are counted and not seconds: who was frozen with it looks once when both go on.
_LOOK, _SILENT_LOOKS = 5.0, 12
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD, signal.SIGALRM)


def become_parent(settings: Settings, listening: socket.socket) -> NoReturn:
    """Re-execute as the parent of a web process, with the same process id."""
    number = listening.detach()
    os.set_inheritable(number, True)  # noqa: FBT003  (it has no name)
    command = [sys.executable, "-m", "ogpld.web.server.parent_process", str(number)]
    os.execve(sys.executable, command, _environment(settings))  # noqa: S606  (ourselves)


class ParentProcess:
    """The parent of the web process.

    Args:
        settings: handed on by environment.
        listening: the socket, which listens already.
    """

    def __init__(self, settings: Settings, listening: socket.socket) -> None:
        self._settings = settings
        self._listening = listening
        self._stopping = False
        self._deadline = 0.0
        self._restarts = 0

    def run(self) -> int:
        """Serve until told to stop; return the exit code: 1 where it never came to serving."""
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # releases are switched without it
        for number in _SIGNALS:
            signal.signal(number, lambda *_: None)  # one that is ignored may not be waited for
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        wait, served = _FIRST, False
        while True:
            began = time.monotonic()
            code, ready = self._run_once()
            served = served or ready
            if self._stopping:
                _LOG.info("ended (%s)", _cause(code))
                return 0 if code == 0 else 1
            if not served:
                return 1
            if time.monotonic() - began > _SETTLED:
                wait = _FIRST
            _LOG.error("the web process ended (%s); another starts in %.1f s", _cause(code), wait)
            if self._sleep(wait):
                _LOG.info("told to end while there was no web process")
                return 0
            self._restarts += 1
            wait = min(2 * wait, _LONGEST)

    def _run_once(self) -> tuple[int, bool]:
        """Run one process to its end; return its code, and whether it served."""
        heard, heartbeat = os.pipe()
        os.set_blocking(heard, False)
        listening = self._listening.fileno()
        process = subprocess.Popen(  # noqa: S603  (ourselves)
            [
                *(sys.executable, "-m", "ogpld.web.server.web_process"),
                *map(str, (listening, heartbeat, self._restarts)),
            ],
            env=_environment(self._settings),
            pass_fds=(listening, heartbeat),
            start_new_session=True,
        )
        os.close(heartbeat)
        signal.setitimer(signal.ITIMER_REAL, _LOOK, _LOOK)
        served, silent = False, 0  # the first sign of life is when it serves
        try:
            while (code := process.poll()) is None:
                number = signal.sigwait(_SIGNALS)
                if _is_heard(heard):
                    served, silent = True, 0
                elif number == signal.SIGALRM and served and not self._stopping:
                    silent += 1
                if silent == _SILENT_LOOKS:
                    seconds = _LOOK * silent
                    _LOG.error("the web process hangs: no sign of life for %g s; killed", seconds)
                    process.kill()
                if self._stopping and time.monotonic() >= self._deadline:
                    process.kill()
                elif number in {signal.SIGTERM, signal.SIGINT}:
                    self._stop(process, signal.Signals(number).name)
            return code, served or _is_heard(heard)
        finally:
            os.close(heard)

    def _stop(self, process: subprocess.Popen[bytes], name: str) -> None:
        """Tell the process to drain: it accepts no more connections."""
        process.terminate()
        _LOG.info("%s: ending; what is under way gets %g s", name, self._settings.drain)
        if not self._stopping:
            self._stopping = True
            self._listening.close()
            settings = self._settings
            seconds = settings.drain_notice + settings.drain + _GRACE
            self._deadline = time.monotonic() + seconds
            # an alarm of the last look may be waiting still
            signal.setitimer(signal.ITIMER_REAL, seconds, _LOOK)

    @staticmethod
    def _sleep(seconds: float) -> bool:
        """Wait; return whether the signal to end came."""
        signal.setitimer(signal.ITIMER_REAL, seconds)
        while (number := signal.sigwait(_SIGNALS)) == signal.SIGCHLD:
            pass
        signal.setitimer(signal.ITIMER_REAL, 0)
        return number != signal.SIGALRM


def _environment(settings: Settings) -> dict[str, str]:
    """Return the environment of the web process."""
    return {**os.environ, **settings.as_environment()}


def _is_heard(pipe: int) -> bool:
    """Read what a process told since the last look; return whether that is anything."""
    try:
        return os.read(pipe, 65_536) != b""
    except BlockingIOError:
        return False


def _cause(code: int) -> str:
    """Return how a process ended, in words."""
    if code >= 0:
        return f"exit code {code}"
    name = signal.Signals(-code).name
    return (
        f"{name}; where nothing above says why, for want of memory" if name == "SIGKILL" else name
    )


def main(listening: int) -> int:
    """Keep a web process running over a socket that listens; return the exit code."""
    settings = load_settings(file=Path(os.devnull))
    log_to_stderr(settings.log_format)
    return ParentProcess(settings, socket.socket(fileno=listening)).run()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
