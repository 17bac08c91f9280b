"""`ogpld links check`: find faults of reconciliation tables and outside identifiers."""

from __future__ import annotations

import argparse
import json
import sys

from ogpld.cli.build import inputs_of
from ogpld.config import Settings
from ogpld.pipeline.link_check import KINDS, LinkReport, check_links
from ogpld.pipeline.progress import Progress


def run_links(options: argparse.Namespace, settings: Settings) -> int:
    """Print the faults of the links in a folder of data; return 1 when there are any."""
    report = check_links(inputs_of(options, settings), settings, Progress())
    sys.stdout.write(_json(report) if options.json else _text(report))
    return 1 if report.faults else 0


def _text(report: LinkReport) -> str:
    numbers = {kind: sum(fault.kind == kind for fault in report.faults) for kind in KINDS}
    counts = ", ".join(f"{number} {kind}" for kind, number in numbers.items() if number)
    return "".join(f"{fault}\n" for fault in report.faults) + (
        f"{report.lines} lines of reconciliation and {report.identifiers} outside identifiers: "
        f"{counts or 'no faults'}\n"
    )


def _json(report: LinkReport) -> str:
    content = {
        "lines": report.lines,
        "identifiers": report.identifiers,
        "faults": [fault.as_dict() for fault in report.faults],
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
