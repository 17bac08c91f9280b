"""Tell how far long work is and what is left: a bar on a terminal, plain lines otherwise."""

from __future__ import annotations

import sys
import time
from typing import TextIO

_WIDTH = 30
_REFRESH = 0.1
#: Seconds between plain lines of one step.
_REPORT = 60.0
#: Seconds after which what is left can be told.
_WARM = 3.0


class Progress:
    """Report the steps of a build to a stream; on a terminal with a bar that is redrawn."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr
        self.terminal = self.stream.isatty()
        self.label = ""
        self.total = 0
        self.done = 0
        self.started = 0.0
        self.drawn = 0.0

    def step(self, label: str, total: int = 0) -> None:
        """Begin a step; `total` is how many ticks it will have, 0 when nobody knows."""
        self.finish()
        self.label, self.total, self.done = label, total, 0
        self.started = self.drawn = time.monotonic()
        if self.terminal:
            self._draw()
        else:
            self.stream.write(f"{label} …\n")
            self.stream.flush()

    def tick(self) -> None:
        """Count one more row or file."""
        self.done += 1
        waited = time.monotonic() - self.drawn
        if self.terminal and waited > _REFRESH:
            self._draw()
        elif not self.terminal and waited > _REPORT:
            self.drawn = time.monotonic()
            self.stream.write(f"{self.label}: {self.done}/{self.total}{self._left()}\n")
            self.stream.flush()

    def reach(self, done: int, total: int) -> None:
        """Say how much of the step is done."""
        self.done, self.total = done - 1, total
        self.tick()

    def finish(self) -> None:
        """End the step at hand."""
        if self.label and self.terminal:
            self._draw()
            self.stream.write("\n")
            self.stream.flush()
        self.label = ""

    def warn(self, text: str) -> None:
        """Tell something that the work goes on in spite of."""
        self.finish()
        self.stream.write(f"warning: {text}\n")
        self.stream.flush()

    def _draw(self) -> None:
        self.drawn = time.monotonic()
        seconds = self.drawn - self.started
        if self.total:
            filled = min(_WIDTH, _WIDTH * self.done // self.total)
            bar = "█" * filled + "░" * (_WIDTH - filled)
            text = (
                f"\r{self.label:<28} {bar} {self.done}/{self.total}  {seconds:4.1f} s{self._left()}"
            )
        else:
            text = f"\r{self.label:<28} {seconds:4.1f} s"
        # the line before may have been longer
        self.stream.write(f"{text}\033[K")
        self.stream.flush()

    def _left(self) -> str:
        """Return how long the step still takes at the pace it had, "" where that is not known."""
        seconds = time.monotonic() - self.started
        if not 0 < self.done < self.total or seconds < _WARM:
            return ""
        left = seconds / self.done * (self.total - self.done)
        return f", about {left / 60:.0f} min left" if left >= 90 else f", about {left:.0f} s left"  # noqa: PLR2004
