"""`ogpld serve`: serve the current release."""

from __future__ import annotations

import argparse

from ogpld.config import Settings
from ogpld.stores.remote.store_address import read_credentials
from ogpld.web.server.serve import serve
from ogpld.workers.inherited_limits import require_room


def run_serve(options: argparse.Namespace, settings: Settings) -> int:
    """Serve until told to stop; return the exit code."""
    del options
    read_credentials(settings.store_credentials)  # a fault of them is one of the settings
    # callers' queries, long ones, our own, checks of documents, and the process they are forked from
    require_room(settings.query_workers + settings.query_long + 3)
    return serve(settings)
