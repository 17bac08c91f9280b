"""A task whose zygote can make no more processes while a file is there."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

#: Name of the file, in the folder of the data.
FILE = "no-forks"


def prepare(folder: Path) -> Any:
    """Let `os.fork` fail as the kernel lets it at a limit of processes; the task does nothing."""
    fork = os.fork

    def limited() -> int:
        if (folder / FILE).exists():
            raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        return fork()

    os.fork = limited
    return lambda *_: ({}, b"")
