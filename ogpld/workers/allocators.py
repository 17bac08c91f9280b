"""What query workers allocate memory with: mimalloc where there is one, else what the system has.

Queries allocate and free much that is small: with mimalloc the engine takes 55 to 85 % of the time of
glibc, but for counts by group, which take the same (`bench/engines/allocators.py`).
"""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

from ogpld.setting_values import ALLOCATORS

AUTO, SYSTEM = ALLOCATORS
_MIMALLOC = "mimalloc"
#: Where distributions have shared libraries, and an administrator puts others.
_FOLDERS = ("/usr/local/lib", "/usr/lib64", "/usr/lib", "/usr/lib/*-linux-*")


def allocator_environment(choice: str) -> dict[str, str]:
    """Return the variables a process of workers is started with, so that it allocates as chosen.

    Nothing is preloaded beside what an operator preloads, nor within a limit of address space
    (`ulimit -v`, `LimitAS=`), of which mimalloc takes more at a time.

    Args:
        choice: a value of the setting `worker_allocator`.
    """
    limited = resource.getrlimit(resource.RLIMIT_AS)[1] != resource.RLIM_INFINITY
    if choice == SYSTEM or sys.platform != "linux" or "LD_PRELOAD" in os.environ or limited:
        return {}
    library = _mimalloc()
    return {"LD_PRELOAD": str(library), "MIMALLOC_SHOW_ERRORS": "0"} if library else {}


def allocator_name() -> str:
    """Return what this process allocates with: `mimalloc` or `system`."""
    try:
        mapped = Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return SYSTEM
    return _MIMALLOC if f"/lib{_MIMALLOC}" in mapped else SYSTEM


def _mimalloc() -> Path | None:
    """Return the newest shared library of it, None where there is none."""
    found = [
        library
        for folder in _FOLDERS
        for library in Path("/").glob(f"{folder[1:]}/lib{_MIMALLOC}.so.*")
    ]
    return max(found, key=lambda library: library.name, default=None)
