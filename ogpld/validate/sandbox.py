"""Run foreign shapes over foreign data in a child process that can be killed (`child.py`)."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ogpld.errors import GateRefusedError, OgpldError
from ogpld.workers import messages as wire


@dataclass(frozen=True, slots=True)
class InputDocument:
    """A file to be read as data or as shapes.

    Attributes:
        role: `data` or `shapes`.
        name: what errors call it; its suffix tells the format.
        content: its bytes.
        base: IRI that relative ones are resolved against.
    """

    role: str
    name: str
    content: bytes
    base: str


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """The validation report of submitted documents, and which validator made it.

    Attributes:
        conforms: whether there is no result of any severity (SHACL section 3.6.1.1).
        body: the report in the format asked for.
        compiled: how many shapes with targets were compiled.
        delegated: shapes pySHACL judged, and why.
    """

    conforms: bool
    body: bytes
    compiled: int
    delegated: tuple[tuple[str, str], ...]


def run_confined(
    documents: Iterable[InputDocument],
    form: str,
    *,
    seconds: float,
    memory: int,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> DocumentReport:
    """Validate in a child process.

    Args:
        documents: the data and the shapes.
        form: `turtle`, `text` or `json`.
        seconds: after which the child is killed.
        memory: bytes it may take beyond what its program takes.
        progress: called with the number of shapes done and of all.

    Raises:
        OgpldError: with the child's own words for a document or shape it refuses.
        GateRefusedError: when it took too long, too much memory, or died.
    """
    ours, theirs = socket.socketpair()
    deadline = time.monotonic() + seconds
    with ours, theirs:
        child = _start(theirs)
        theirs.close()
        try:
            for document in documents:
                details = {"role": document.role, "type": "", "name": document.name}
                wire.send(ours, {**details, "base": document.base}, document.content)
            wire.send(ours, {"role": "run", "format": form, "memory": memory})
            head, body = _last_message(ours, deadline, progress)
        except TimeoutError:
            raise GateRefusedError(
                f"validation did not end within {seconds:g} s",
                hint="give it longer with --timeout, or simplify the shapes",
            ) from None
        except (BrokenPipeError, ConnectionResetError):
            head, body = {}, b""
        finally:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            ended = child.wait()
    return _verdict(head, body, ended, memory)


def _start(channel: socket.socket) -> subprocess.Popen[bytes]:
    paths = filter(None, [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH")])
    return subprocess.Popen(  # noqa: S603  (our own interpreter and module)
        [sys.executable, "-P", "-m", "ogpld.validate.child", str(channel.fileno())],
        pass_fds=(channel.fileno(),),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    )


def _last_message(
    channel: socket.socket, deadline: float, progress: Callable[[int, int], None]
) -> tuple[dict[str, Any], bytes]:
    """Return the child's answer; nothing when it died without one."""
    while (message := wire.receive(channel, deadline)) is not None:
        if "of" not in message[0]:
            return message
        progress(message[0]["done"], message[0]["of"])
    return {}, b""


def _verdict(head: dict[str, Any], body: bytes, ended: int, memory: int) -> DocumentReport:
    if "conforms" in head:
        delegated = tuple((node, reason) for node, reason in head["delegated"])
        return DocumentReport(head["conforms"], body, head["compiled"], delegated)
    if "error" in head:
        raise OgpldError.from_dict(head["error"])
    if "stopped" in head or -ended in {signal.SIGABRT, signal.SIGKILL}:
        raise GateRefusedError(
            f"validation needs more than the {memory:,} bytes of memory it may take",
            hint="give it more with --memory, or validate a part of the data",
        )
    raise GateRefusedError(
        "the validator died", hint="a document or shape nests too deeply; nothing was validated"
    )
