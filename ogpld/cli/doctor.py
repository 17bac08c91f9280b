"""`ogpld doctor URL`: check any server against the contract, and say what data.europa.eu would."""

from __future__ import annotations

import argparse
import sys

from ogpld.config import Settings
from ogpld.doctor.examination_limits import ExaminationLimits
from ogpld.errors import UsageError
from ogpld.pipeline.progress import Progress

_SCHEMES = ("http://", "https://")


def add_doctor(doctor: argparse.ArgumentParser) -> None:
    """Add the options of the subcommand."""
    limits = ExaminationLimits()
    doctor.add_argument("url", metavar="URL", help="address of the server, its home page")
    doctor.add_argument("--format", choices=("text", "json"), default="text")
    doctor.add_argument(
        "--only",
        metavar="CHECK",
        action="append",
        default=[],
        help="one check or topic, such as caching or caching.vary; may be given again",
    )
    doctor.add_argument("--catalog", metavar="URL", default="", help="address of the catalogue")
    doctor.add_argument("--sparql", metavar="URL", default="", help="address of the endpoint")
    doctor.add_argument(
        "--thing",
        metavar="IRI",
        action="append",
        default=[],
        help="a thing to dereference; may be given again",
    )
    doctor.add_argument(
        "--base-iri",
        dest="data_base",
        metavar="IRI",
        help="under which the data was minted, if elsewhere",
    )
    for name, kind, default, text in (
        ("max-requests", int, limits.requests, "requests that are sent at most"),
        ("max-bytes", int, limits.bytes, "bytes read of one answer"),
        ("max-pages", int, limits.pages, "pages of one list that are followed"),
        ("sample", int, limits.sample, "things, lists and data sets that are looked at"),
        ("timeout", float, limits.seconds, "seconds the server may take for one answer"),
        ("user-agent", str, limits.agent, "name the server sees"),
    ):
        default_text = str(default).replace("%", "%%")
        doctor.add_argument(
            f"--{name}", type=kind, default=default, metavar="N" if kind is not str else "TEXT",
            help=f"{text} (default: {default_text})",
        )  # fmt: skip


def run_doctor(options: argparse.Namespace, settings: Settings) -> int:
    """Examine a server; 0 all checks pass, 1 some fail, 2 it cannot be examined.

    Raises:
        UsageError: for an address that is none.
        Unreachable: when the server cannot be examined.
    """
    # a build should not load the client
    from ogpld.doctor.client import Client  # noqa: PLC0415
    from ogpld.doctor.examination_report import as_json, as_text  # noqa: PLC0415
    from ogpld.doctor.examine import examine  # noqa: PLC0415
    from ogpld.doctor.server_map import EntryPoints  # noqa: PLC0415

    del settings
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
    return 1 if examination.count("fail") else 0


def _limits(options: argparse.Namespace) -> ExaminationLimits:
    """Return the limits that were asked for; addresses are looked at beside them."""
    for url in (options.url, *filter(None, (options.catalog, options.sparql))):
        if not url.startswith(_SCHEMES):
            raise UsageError(f"{url!r} is no http(s) address", hint="http://localhost:8000/")
    for name in ("max_requests", "max_bytes", "max_pages", "sample", "timeout"):
        if getattr(options, name) <= 0:
            raise UsageError(f"--{name.replace('_', '-')} must be more than 0")
    return ExaminationLimits(
        requests=options.max_requests,
        seconds=options.timeout,
        bytes=options.max_bytes,
        pages=options.max_pages,
        sample=options.sample,
        agent=options.user_agent,
    )
