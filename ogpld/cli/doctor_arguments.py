"""What can be typed behind `ogpld doctor`."""

from __future__ import annotations

import argparse

from ogpld.cli.counts import seconds, whole_number
from ogpld.doctor.examination_limits import ExaminationLimits


def add_doctor(doctor: argparse.ArgumentParser) -> None:
    """Add the options of the subcommand."""
    limits = ExaminationLimits()
    doctor.add_argument(
        "url", metavar="URL", nargs="?", default="", help="address of the server, its home page"
    )
    doctor.add_argument(
        "--stores",
        action="store_true",
        help="look at the SPARQL stores that were pushed to instead: engine, release, counts",
    )
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
        (
            "max-requests",
            whole_number(1, 1_000_000),
            limits.requests,
            "requests that are sent at most",
        ),
        ("max-bytes", whole_number(1, 1 << 40), limits.bytes, "bytes read of one answer"),
        (
            "max-pages",
            whole_number(1, 1_000_000),
            limits.pages,
            "pages of one list that are followed",
        ),
        (
            "max-addresses",
            whole_number(1, 1_000_000),
            limits.addresses,
            "addresses of one property of the catalogue that are asked for; of more, those of a sample",
        ),
        (
            "sample",
            whole_number(1, 10_000),
            limits.sample,
            "things, lists and data sets that are looked at",
        ),
        ("timeout", seconds, limits.seconds, "seconds the server may take for one answer"),
        ("user-agent", str, limits.agent, "name the server sees"),
    ):
        default_text = str(default).replace("%", "%%")
        doctor.add_argument(
            f"--{name}", type=kind, default=default, metavar="N" if kind is not str else "TEXT",
            help=f"{text} (default: {default_text})",
        )  # fmt: skip
