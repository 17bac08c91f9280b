"""Take from a process what a query never needs: memory without end, the network, a life of its own."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from pathlib import Path

from ogpld.errors import ReleaseError

#: Stack a worker must have: nesting up to the guard's bounds then stays far from its end.
STACK = 8 * 1024 * 1024
_PR_SET_PDEATHSIG = 1
_CLONE_NEWNET = 0x40000000
_CLONE_NEWUSER = 0x10000000


def require_stack() -> None:
    """Refuse to run queries on a small stack (reliability.md 5.3, item 2).

    Raises:
        ReleaseError: when the soft limit is below 8 MiB and cannot be raised for a new process.
    """
    soft, _ = resource.getrlimit(resource.RLIMIT_STACK)
    if soft != resource.RLIM_INFINITY and soft < STACK:
        raise ReleaseError(
            f"the stack limit is {soft} bytes, queries need {STACK}",
            hint="raise it before starting: ulimit -s 8192",
        )


def drop_network() -> bool:
    """Enter a network namespace without interfaces; False where the kernel does not let us."""
    libc = ctypes.CDLL(None, use_errno=True)
    return (
        libc.unshare(_CLONE_NEWNET) == 0 or libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0
    )


def die_with_parent(parent: int) -> None:
    """Be killed when the parent dies; leave at once if it already has."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def limit_memory(extra: int) -> None:
    """Allow `extra` bytes of address space beyond what is mapped now; no core files."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    bound = pages * resource.getpagesize() + extra
    resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def forbid_new_files() -> None:
    """Let the process open nothing more, sockets included.

    With the soft limit at the highest descriptor in use, every new one is refused (EMFILE), also
    where namespaces are off. Gaps below it are filled first, so that none is left to use.
    """
    numbers = sorted(int(name) for name in os.listdir("/proc/self/fd"))
    highest = max(n for n in numbers if _is_open(n))
    filler = os.open(os.devnull, os.O_RDONLY)
    while filler < highest:
        filler = os.dup(filler)
    if filler > highest:
        os.close(filler)
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 1, highest + 1))


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True
