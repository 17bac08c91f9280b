"""Look at processes from outside, through /proc."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from support.running import patient


def alive(process: int) -> bool:
    """Say whether a process runs (a zombie does not)."""
    state = _stat(process)
    return bool(state) and state[0] not in {"Z", "X"}


def descendants(process: int) -> list[int]:
    """Return all processes below one, in order of their numbers."""
    numbers = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    children = [n for n in sorted(numbers) if _stat(n)[1:2] == [str(process)] and alive(n)]
    return children + [d for child in children for d in descendants(child)]


def wait_for(condition: Callable[[], bool], seconds: float = 5) -> None:
    """Poll until something holds."""
    deadline = time.monotonic() + patient(seconds)
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _stat(process: int) -> list[str]:
    """Return the state, the parent and what follows them; nothing for a process that is gone."""
    try:
        text = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()
