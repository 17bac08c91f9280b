"""`ogpld mcp`: a release for language models, over standard input and output."""

from __future__ import annotations

import argparse
import signal
import sys
from typing import NoReturn

from ogpld.config import Settings
from ogpld.release import ReleaseStore


def run_mcp(options: argparse.Namespace, settings: Settings) -> int:
    """Serve until standard input ends or SIGTERM comes; nobody stays behind."""
    from ogpld.agents.stdio import serve_lines  # noqa: PLC0415  (a build should not load it)
    from ogpld.web.agents.toolbox import toolbox  # noqa: PLC0415
    from ogpld.web.current.open_release import OpenRelease  # noqa: PLC0415

    store = ReleaseStore(settings.home)
    release = store.with_data(options.release)
    signal.signal(signal.SIGTERM, _stop)
    serving = OpenRelease.open(release, store, settings)
    try:
        sys.stderr.write(f"serving release {release.id} to agents on standard input and output\n")
        sys.stderr.flush()
        tools = toolbox(serving, serving.store.answer)
        serve_lines(tools, sys.stdin.buffer, sys.stdout.buffer)
    finally:
        serving.store.close()
    return 0


def _stop(*_: object) -> NoReturn:
    raise SystemExit(0)
