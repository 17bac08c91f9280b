"""The steps of publishing, and a way to die at any of them.

`OGPLD_KILL_AT=verify ogpld build` kills the process when that step begins, so that tests can prove that
nothing is lost or half-seen whatever the moment.
"""

from __future__ import annotations

import os
import signal

#: In their order. `readers` is the moment after the new release is current; they take it up themselves.
STEPS = (
    "lock",
    "space",
    "inputs",
    "build",
    "verify",
    "manifest",
    "rename",
    "current",
    "readers",
    "sweep",
)

#: Of the dumps, which are written when the release is current.
DUMP_STEPS = ("dumps", "dumps-rename")


def reached(step: str) -> None:
    """Note that a step begins; die there when `OGPLD_KILL_AT` says so."""
    if os.environ.get("OGPLD_KILL_AT") == step:
        os.kill(os.getpid(), signal.SIGKILL)
