"""`ogpld pull`: fetch the release of a mirror and switch to it."""

from __future__ import annotations

import argparse
import sys

from ogpld.cli.dumps import write_missing_dumps
from ogpld.config import Settings
from ogpld.pipeline.progress import Progress
from ogpld.pipeline.pull.pull_release import Pull, Pulled
from ogpld.release import ReleaseStore


def run_pull(options: argparse.Namespace, settings: Settings) -> int:
    """Pull from the first mirror that gives the release whole."""
    progress = Progress()
    pull = Pull(settings.home, progress, options.digest or "", options.max_bytes, options.timeout)
    if options.dry_run:
        _print(pull.plan(options.urls), "would be", "to fetch")
        return 0
    pulled = pull.run(options.urls)
    for sentence in ReleaseStore(settings.home).with_data().manifest.contradictions(settings):
        progress.warn(f"{sentence}; write into ogpld.toml what the mirror has there")
    _print(pulled, "is", "fetched")
    write_missing_dumps(settings)
    return 0


def _print(pulled: Pulled, verb: str, done: str) -> None:
    for part in pulled.parts:
        sys.stdout.write(f"{part.release}: {part.lacking:,} of {part.size:,} bytes {done}\n")
    if pulled.mirror:
        sys.stdout.write(f"the current release {verb} {pulled.release}, from {pulled.mirror}\n")
    else:
        sys.stdout.write(f"nothing newer; the current release is {pulled.release}\n")
