"""`ogpld doctor --stores`: which release each third-party store has, counted there."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict

from ogpld.cli.push import address_of
from ogpld.config import Settings
from ogpld.errors import UsageError
from ogpld.pipeline.push.push_targets import read_targets
from ogpld.pipeline.push.store_state import StoreState, read_state
from ogpld.release import ReleaseStore
from ogpld.stores.remote.remote_store import RemoteStore
from ogpld.stores.remote.store_address import credentials_for, read_credentials


def run_doctor_stores(options: argparse.Namespace, settings: Settings) -> int:
    """Look at the stores of the setting `store` and those that were pushed to.

    Returns:
        0 where each has the current release whole, 1 where one has not, 2 where one does not answer.

    Raises:
        UsageError: where there is no store to look at.
    """
    addresses = dict.fromkeys([*settings.store.split(), *read_targets(settings.home)])
    if not addresses:
        raise UsageError("no store is named", hint="ogpld push --to https://host/ds/query")
    release = ReleaseStore(settings.home).with_data()
    table = read_credentials(settings.store_credentials)
    states = []
    for address in map(address_of, addresses):
        store = RemoteStore(
            address,
            release.manifest.base_iri,
            release.manifest.digest,
            credentials=credentials_for(address, table),
        )
        try:
            states.append(read_state(store, release))
        finally:
            store.close()
    if options.format == "json":
        lines = json.dumps([asdict(state) for state in states], indent=1, ensure_ascii=False) + "\n"
    else:
        lines = "".join(map(_line, states))
    sys.stdout.write(lines)
    if not all(state.reached for state in states):
        return 2
    return 1 if any(state.fault for state in states) else 0


def _line(state: StoreState) -> str:
    sign = "FAIL" if state.fault else "ok  "
    parts = [state.engine or "an engine that does not say its name"] if state.reached else []
    if state.release:
        parts.append(f"release {state.release}")
    if state.statements:
        parts.append(f"{state.statements:,} statements in {state.graphs:,} graphs, counted")
    if state.fault:
        parts.append(state.fault)
    return f"{sign}  {state.address}: {'; '.join(parts)}\n"
