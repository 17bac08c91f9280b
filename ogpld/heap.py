"""Return freed memory to the operating system: glibc keeps much of it, and with many threads most of it.

What a thread allocates comes from one of several arenas, eight a core, and what is freed in one is of no use
to the others. Blocks past a size are mapped and given back each by itself, but that size grows up to 32 MB
with the largest block that was ever freed. Elsewhere than on glibc nothing is done.
"""

from __future__ import annotations

import contextlib
import ctypes

_LIBRARY = ctypes.CDLL(None)
#: Parameters of mallopt(3).
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
#: Bytes from which a block is mapped by itself; arenas a process has.
_MAPPED, _ARENAS = 256 * 1024, 2


def bound_heap() -> None:
    """Let no freed memory gather in arenas; called before a process starts threads."""
    with contextlib.suppress(AttributeError):
        _LIBRARY.mallopt(_ARENA_MAX, _ARENAS)
        _LIBRARY.mallopt(_MMAP_THRESHOLD, _MAPPED)
        _LIBRARY.mallopt(_TRIM_THRESHOLD, _MAPPED)


def give_back_memory() -> None:
    """Return to the system what was freed (malloc_trim(3))."""
    with contextlib.suppress(AttributeError):
        _LIBRARY.malloc_trim(0)
