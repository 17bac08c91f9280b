"""`ogpld doctor URL`: check any server against the contract, and say what data.europa.eu would."""

from __future__ import annotations

import argparse
import sys

from ogpld.config import Settings
from ogpld.doctor.client import Client
from ogpld.doctor.examination_limits import ExaminationLimits
from ogpld.doctor.examination_report import as_json, as_text
from ogpld.doctor.examine import examine
from ogpld.doctor.server_map import EntryPoints
from ogpld.errors import UsageError
from ogpld.pipeline.progress import Progress

_SCHEMES = ("http://", "https://")


def run_doctor(options: argparse.Namespace, settings: Settings) -> int:
    """Examine a server; 0 all checks pass, 1 some fail, 2 it cannot be examined, or not whole.

    Raises:
        UsageError: for an address that is none, or with `--stores` none of them.
        Unreachable: when the server cannot be examined.
        ExaminationLimitError: when the requests were spent before, and nothing failed until then.
    """
    if options.stores == bool(options.url):
        raise UsageError(
            "the address of a server is needed, or --stores, not both",
            hint="ogpld doctor http://localhost:8000/",
        )
    if options.stores:
        from ogpld.cli.doctor_stores import run_doctor_stores  # noqa: PLC0415  (engines of its own)

        return run_doctor_stores(options, settings)
    start = EntryPoints(
        catalog=options.catalog,
        sparql=options.sparql,
        things=tuple(options.thing),
        base_iri=options.data_base or "",
    )
    client = Client(_limits(options))
    progress = Progress()
    progress.step(f"examining {options.url}")

    def step(name: str, done: int, of: int) -> None:
        if progress.terminal:
            progress.label = name
        progress.reach(done, of)

    try:
        examination = examine(options.url, client, start, only=options.only, step=step)
    finally:
        progress.finish()
    sys.stdout.write(
        as_json(examination) + "\n" if options.format == "json" else as_text(examination)
    )
    if examination.count("fail"):
        return 1
    if examination.limit is not None:
        raise examination.limit
    return 0


def _limits(options: argparse.Namespace) -> ExaminationLimits:
    """Return the limits that were asked for; addresses are looked at beside them."""
    for url in (options.url, *filter(None, (options.catalog, options.sparql))):
        if not url.startswith(_SCHEMES):
            raise UsageError(f"{url!r} is no http(s) address", hint="http://localhost:8000/")
    return ExaminationLimits(
        requests=options.max_requests,
        seconds=options.timeout,
        bytes=options.max_bytes,
        pages=options.max_pages,
        sample=options.sample,
        addresses=options.max_addresses,
        agent=options.user_agent,
    )
