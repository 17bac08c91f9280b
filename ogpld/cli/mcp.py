"""`ogpld mcp`: a release for language models, over standard input and output."""

from __future__ import annotations

import argparse
import signal
from typing import NoReturn

from ogpld.config import Settings
from ogpld.release import ReleaseStore


def run_mcp(options: argparse.Namespace, settings: Settings) -> int:
    """Serve until standard input ends or SIGTERM comes; nobody stays behind."""
    from ogpld.agents.agent_tools import AgentTools  # noqa: PLC0415  (a build should not load it)
    from ogpld.agents.server import require_sdk, serve_agents  # noqa: PLC0415

    require_sdk()
    release = ReleaseStore(settings.home).with_data(options.release)
    signal.signal(signal.SIGTERM, _stop)
    tools = AgentTools(release, settings)
    try:
        serve_agents(tools)
    finally:
        tools.close()
    return 0


def _stop(*_: object) -> NoReturn:
    raise SystemExit(0)
