"""`ogpld push`: load a release into third-party stores, one after the other."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from ogpld.config import Settings
from ogpld.errors import OgpldError, UsageError
from ogpld.pipeline.progress import Progress
from ogpld.pipeline.push.push_parts import parts_of
from ogpld.pipeline.push.push_release import Push, Pushed, utc_now
from ogpld.pipeline.push.push_targets import PushTarget, read_targets, write_target
from ogpld.release import Release, ReleaseStore
from ogpld.release.lock import publisher
from ogpld.stores.remote.release_graphs import SiteGraphs
from ogpld.stores.remote.remote_store import RemoteStore
from ogpld.stores.remote.store_address import StoreAddress, credentials_for, read_credentials


def run_push(options: argparse.Namespace, settings: Settings) -> int:
    """Load a release into each store; return the exit code of the worst that happened."""
    targets = read_targets(settings.home)
    if options.status:
        sys.stdout.write(
            "".join(map(_line, targets.values())) or "nothing was pushed from here yet\n"
        )
        return 0
    addresses = options.to or settings.store.split() or list(targets)
    if not addresses:
        raise UsageError("no store is named", hint="ogpld push --to https://host/ds/query")
    stores = {text: address_of(text) for text in dict.fromkeys(addresses)}
    releases = ReleaseStore(settings.home)
    release = releases.with_data(options.release)
    release.verify()
    table = read_credentials(settings.store_credentials)
    parts = parts_of(release, SiteGraphs(release.manifest.base_iri))
    codes = [0]
    with publisher(settings.home):
        for text, address in stores.items():
            target = targets.get(text, PushTarget(text))
            write_target(settings.home, replace(target, sending=release.id))
            store = RemoteStore(
                address,
                release.manifest.base_iri,
                release.manifest.digest,
                credentials=credentials_for(address, table),
                hidden_graphs=release.hidden_graphs,
            )
            try:
                done = Push(store, release, parts, Progress(), releases).run()
            except OgpldError as error:  # the others are pushed to all the same
                write_target(
                    settings.home, replace(target, sending=release.id, fault=error.message)
                )
                sys.stderr.write(f"ogpld: {error.code}: {error}\n")
                codes.append(error.exit_code)
            else:
                _report(settings.home, release, target, done)
            finally:
                store.close()
    refused = [code for code in codes if code not in {0, 75}]
    return refused[0] if refused else max(codes)


def _report(home: Path, release: Release, target: PushTarget, done: Pushed) -> None:
    """Remember and say where a store stands after a push."""
    moved = utc_now() if done.moved or not target.moved else target.moved
    after = PushTarget(target.address, release.id, release.manifest.digest, moved, done.statements)
    write_target(home, after)
    sys.stdout.write(f"{_words(done)}\n{_line(after)}")
    sys.stdout.flush()


def address_of(text: str) -> StoreAddress:
    """Read the address of a store.

    Raises:
        UsageError: for one that is none; a password in it is not repeated.
    """
    try:
        return StoreAddress.read(text)
    except ValueError as error:
        named = text if "@" not in text else "the address"  # it may hold a password
        raise UsageError(
            f"--to: {named} {error}" if str(error) else f"--to: {named} is no address of a store",
            hint="use https://host/ds/query, or http on this machine; credentials are in store_credentials",
        ) from error


def _words(done: Pushed) -> str:
    if not done.moved:
        what = "nothing had to be sent"
    else:
        what = f"sent {done.lines:,} statements: {done.sent} graphs whole, {done.changed} by difference"
    return f"{what}; {done.dropped} old graphs dropped"


def _line(target: PushTarget) -> str:
    stands = (
        f"{target.release}, {target.statements:,} statements, since {target.moved}"
        if target.release
        else "no release"
    )
    sending = f"; {target.sending} is not there yet" if target.sending else ""
    fault = f": {target.fault}" if target.fault else ""
    return f"{target.address}: {stands}{sending}{fault}\n"
