"""Drop what a query process does not need: memory without end, files, the network, children.

Limits that the process inherited (ulimit, systemd's Limit…=) hold where they are lower than ours.

Linux has all of this. Elsewhere what the system lacks is left out, and what remains (address space
where it is enforced, no new descriptors) still holds.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys
from pathlib import Path

from ogpld.errors import ReleaseError

#: Stack a worker must have: nesting up to the guard's bounds then stays far from its end.
STACK = 8 * 1024 * 1024
#: The highest niceness there is.
_LOWEST = 19
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_CLONE_NEWNET = 0x40000000
_CLONE_NEWUSER = 0x10000000


def stack_is_small() -> bool:
    """Say whether the main thread's stack may be smaller than queries need."""
    soft, _ = resource.getrlimit(resource.RLIMIT_STACK)
    return soft != resource.RLIM_INFINITY and soft < STACK


def raise_stack() -> None:
    """Raise the soft stack limit; it holds for what is started with exec afterwards.

    Raises:
        ReleaseError: when the hard limit is too small as well.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_STACK)
    try:
        resource.setrlimit(resource.RLIMIT_STACK, (STACK, hard))
    except (ValueError, OSError) as error:
        raise ReleaseError(
            f"the stack limit is {soft:,} bytes and cannot be raised; queries need {STACK:,}",
            hint="raise the hard limit of the process that starts ogpld: ulimit -Hs 8192",
        ) from error


def drop_network() -> bool:
    """Enter a network namespace without interfaces; False where the kernel does not let us."""
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    flags = (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET)
    return any(libc.unshare(flag) == 0 for flag in flags)


def lower_priority(process: int) -> None:
    """Give a process only the processor time that nobody else wants.

    The scheduler interrupts what is idle in this sense as soon as another process has something to do; one
    with the highest niceness may first use up its slice of some milliseconds.

    Args:
        process: its number.
    """
    if hasattr(os, "SCHED_IDLE"):
        with contextlib.suppress(PermissionError):
            os.sched_setscheduler(process, os.SCHED_IDLE, os.sched_param(0))
            return
    os.setpriority(os.PRIO_PROCESS, process, _LOWEST)


def die_with_parent(parent: int) -> None:
    """Be killed when the parent dies; leave at once if it already has."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def forbid_new_privileges() -> None:
    """Get no rights by starting a program, nor let workers do so (prctl(2), PR_SET_NO_NEW_PRIVS)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def forbid_core_files() -> None:
    """Leave no memory image of the data or of a caller's query behind a crash."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def memory_left(wanted: int) -> int:
    """Return the bytes of address space that a process may take of those wanted, beyond what is mapped now.

    It is less where an inherited limit (RLIMIT_AS) is lower, which nobody without privileges can raise.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    return wanted if hard == resource.RLIM_INFINITY else max(0, min(wanted, hard - mapped()))


def limit_memory(extra: int) -> None:
    """Allow `extra` bytes of address space beyond what is mapped now, or what an inherited limit leaves."""
    bound = mapped() + memory_left(extra)
    resource.setrlimit(resource.RLIMIT_AS, (bound, bound))


def mapped() -> int:
    """Return the bytes of address space in use; 0 where the system does not say."""
    sizes = Path("/proc/self/statm")
    pages = int(sizes.read_text(encoding="ascii").split()[0]) if sizes.exists() else 0
    return pages * resource.getpagesize()


def be_killed_first() -> None:
    """Let the kernel kill this process before any other when memory is short (proc(5), oom_score_adj)."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def be_silent() -> None:
    """Throw away what is written to standard output and standard error from here on."""
    null = os.open(os.devnull, os.O_WRONLY)
    for number in (1, 2):
        os.dup2(null, number)
    os.close(null)


def forbid_new_files(keep: int) -> None:
    """Close every descriptor but the standard three and `keep`, and let none be opened again.

    Descriptors 0 to 3 are then in use and the limit is four, so that every new one, sockets
    included, is refused by the kernel, also where namespaces are off.
    """
    highest = 3
    for number in range(highest):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    if keep != highest:
        os.dup2(keep, highest, inheritable=False)
    os.closerange(highest + 1, os.sysconf("SC_OPEN_MAX"))
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 1, highest + 1))
