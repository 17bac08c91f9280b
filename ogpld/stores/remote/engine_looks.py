"""Which of the engines behind one address have a release, as far as looks at their pointers tell.

An address of one engine has one, whose name is "". A balancer that names who answered (`Ogpld-Engine`) has
one for each name; an answer counts only where that very engine was looked at before it was asked.
"""

from __future__ import annotations

import itertools
import threading
import time

from ogpld.stores.remote.release_graphs import GRACE

#: How long a look at the pointer holds: well within the time after which a graph may go.
HOLDS = GRACE / 2


class EngineLooks:
    """The last look at each engine: moments of the monotonic clock at which it began."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holding: dict[str, float] = {}
        self._lacking: dict[str, float] = {}
        self._servers: dict[str, str] = {}
        self._turn = itertools.count()

    def note(self, engine: str, began: float, *, has_release: bool, server: str = "") -> None:
        """Note what a look at an engine came to, and what the engine calls itself (Server)."""
        with self._lock:
            self._servers[engine] = server
            right, wrong = self._holding, self._lacking
            if not has_release:
                right, wrong = wrong, right
            wrong.pop(engine, None)
            right[engine] = began
            for looks in (
                right,
                wrong,
            ):  # what was not looked at for so long may not be there any more
                for name in [name for name, moment in looks.items() if not _holds(moment)]:
                    del looks[name], self._servers[name]

    def holding(self) -> frozenset[str]:
        """Return the engines that have the release, by looks that still hold."""
        with self._lock:
            return frozenset(name for name, began in self._holding.items() if _holds(began))

    def lacking(self) -> list[str]:
        """Return the engines that do not have the release, by looks that still hold."""
        with self._lock:
            return sorted(name for name, began in self._lacking.items() if _holds(began))

    def servers(self) -> dict[str, str]:
        """Return what the engines that have the release call themselves."""
        with self._lock:
            return {n: self._servers[n] for n, began in self._holding.items() if _holds(began)}

    def preferred(self, unfit: frozenset[str] = frozenset()) -> str:
        """Return one that has the release, in turn, where another is known not to have it; else "".

        Args:
            unfit: engines that have it and are not to be asked all the same.
        """
        with self._lock:
            if not unfit and not any(map(_holds, self._lacking.values())):
                return ""
            names = sorted(
                name for name, began in self._holding.items() if _holds(began) and name not in unfit
            )
        return names[next(self._turn) % len(names)] if names else ""


def _holds(began: float) -> bool:
    return time.monotonic() - began <= HOLDS
