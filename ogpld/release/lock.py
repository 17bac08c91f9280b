"""One publisher at a time in a home, by an advisory lock the kernel drops when a process dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ogpld.denied_access import denied_access
from ogpld.errors import PublishLockedError, ReleaseError
from ogpld.release.erasure.erasure_journal import is_pending


@contextmanager
def publisher(home: Path, *, resuming: bool = False) -> Iterator[None]:
    """Hold the publisher's lock of a home.

    Args:
        home: the home.
        resuming: whether it is to end an erasure that is half done; nobody else may begin then.

    Raises:
        PublishLockedError: at once, when another process holds it.
        ReleaseError: when the home cannot be written, or an erasure in it is half done.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = (home / "publish.lock").open("a+", encoding="utf-8")
    except PermissionError as error:
        raise denied_access(error, home) from error
    except OSError as error:
        raise ReleaseError(
            f"{home} cannot be written: {error.strerror}",
            hint="publish where the folder is writable; what is there can be served",
        ) from error
    with lock as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise PublishLockedError(
                f"another publisher (process {holder}) is at work in {home}",
                hint="wait until it has ended, then run the command again",
            ) from error
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        if is_pending(home) and not resuming:
            raise ReleaseError(
                f"{home}: an erasure is half done",
                hint="end it first: ogpld releases erase --resume",
            )
        yield
