"""Ask a third-party endpoint in a process (`service_request.py`), and kill it when its time is over."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from ogpld.stores.cancel_token import CancelToken
from ogpld.workers import service_request

#: Seconds after its own bound at which a process is killed that has not ended by itself.
_GRACE = 0.25
#: Bytes that a byte of an answer may become in the reply of the process, at most, and those of a cell.
_GROWTH, _CELL = 12, 12 * service_request.VARIABLES


def ask_endpoint(task: dict[str, Any], token: CancelToken) -> dict[str, Any]:
    """Ask an endpoint in a process of its own, and return its reply.

    Args:
        task: what `service_request` reads; the process is killed soon after its `seconds`.
        token: ends the process.

    Raises:
        CancelledError: where the token was cancelled.
    """
    # isolated: nothing of the environment, no proxy of ours, no module beside the file
    command: Sequence[str] = (sys.executable, "-I", str(Path(service_request.__file__)))
    most = _GROWTH * task["bytes"] + _CELL * task["rows"] + _GROWTH * 1_000
    late = False
    with subprocess.Popen(  # noqa: S603  (our own file)
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
    ) as process:

        def end() -> None:
            nonlocal late
            late = True
            process.kill()

        clock = threading.Timer(task["seconds"] + _GRACE, end)
        clock.start()
        try:
            assert process.stdin is not None  # noqa: S101  (a pipe was asked for)
            assert process.stdout is not None  # noqa: S101
            with token.stoppable(process.kill):
                with suppress(BrokenPipeError), process.stdin:
                    process.stdin.write(json.dumps(task).encode())
                output = process.stdout.read(most)
        finally:
            clock.cancel()
            process.kill()
    if token.cancelled:
        raise token.refusal()
    try:
        reply: dict[str, Any] = json.loads(output)
    except ValueError:
        after = f"gave no whole answer in {task['seconds']:g} seconds"
        detail = after if late else "gave an answer that ended the process that read it"
        return {"fault": "failed", "detail": detail}
    return reply
