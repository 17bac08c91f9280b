"""Run `ogpld` and print, as a line of JSON, the processor time of each step it tells of.

    python bench/phases.py --home HOME build

For the other benchmarks, which start it as a process of its own. A step is what the progress line says, with
the processor seconds of this process and of the processes it waited for. Processor time, and not time by the
clock, because others use the machine as well.
"""

from __future__ import annotations

import itertools
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple


class Run(NamedTuple):
    """What a run took.

    Attributes:
        own: processor seconds of its process.
        every: those of all its processes.
        clock: seconds.
        steps: of each step, processor seconds of its process and of the others.
        peak: the most memory its process held, in MB.
    """

    own: float
    every: float
    clock: float
    steps: dict[str, tuple[float, float]]
    peak: float


def used() -> tuple[float, float]:
    """Return the processor seconds of this process, and of those it waited for."""
    others = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time(), others.ru_utime + others.ru_stime


def run(arguments: list[str], checkout: Path | None = None, **environment: str) -> Run:
    """Run the command in a process of its own.

    Args:
        arguments: those of `ogpld`.
        checkout: where its code is, with a `.venv`; this one unless given.
        environment: variables to set.

    Raises:
        SystemExit: with what it wrote, where it failed.
    """
    python = checkout / ".venv/bin/python" if checkout else sys.executable
    paths = {"PYTHONPATH": str(checkout)} if checkout else {}
    started = time.perf_counter()
    done = subprocess.run(
        [python, __file__, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **paths, **environment},
    )
    if done.returncode:
        raise SystemExit(done.stdout[-1000:] + done.stderr[-2000:])
    figures = json.loads(done.stdout.splitlines()[-1])
    return Run(clock=time.perf_counter() - started, **figures)


def main() -> None:
    """Be that process."""
    from ogpld.cli import main as ogpld
    from ogpld.pipeline.progress import Progress

    marks = [("start", (0.0, 0.0))]
    step = Progress.step

    def marked(progress: Progress, label: str, total: int = 0) -> None:
        marks.append((label, used()))
        step(progress, label, total)

    setattr(Progress, "step", marked)  # noqa: B010  (a method, put in the place of another)
    code = ogpld(sys.argv[1:])
    marks.append(("", used()))
    steps: dict[str, list[float]] = {}
    for (label, begin), (_, end) in itertools.pairwise(marks):
        name = label if label == "reading the model" else label.partition(" ")[0]
        name = name if name in {"reading", "mapping"} else label
        taken = steps.setdefault(name, [0.0, 0.0])
        taken[0] += end[0] - begin[0]
        taken[1] += end[1] - begin[1]
    own, others = used()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures = {"own": own, "every": own + others, "steps": steps, "peak": peak}
    sys.stdout.write("\n" + json.dumps(figures) + "\n")
    sys.stdout.flush()
    os._exit(code)  # as the command does: nothing is freed


if __name__ == "__main__":
    main()
