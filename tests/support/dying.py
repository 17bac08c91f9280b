"""Die when a step of publishing begins: `python tests/support/dying.py STEP build` is `ogpld build` until then."""

from __future__ import annotations

import os
import signal
import sys

from ogpld.cli import main
from ogpld.release import steps


def die_at(step: str) -> None:
    """Let this process kill itself when a step begins."""

    def begin(name: str) -> None:
        if name == step:
            os.kill(os.getpid(), signal.SIGKILL)

    steps.begin = begin


if __name__ == "__main__":
    die_at(sys.argv[1])
    sys.exit(main(sys.argv[2:]))
