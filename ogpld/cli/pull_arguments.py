"""What can be typed after `ogpld pull`."""

from __future__ import annotations

import argparse
import re

from ogpld.cli.counts import seconds, whole_number

PULL = "fetch the release that a mirror has in service, and switch to it"
PULL_EXAMPLES = """\
  ogpld pull https://data.example.org/
  ogpld pull https://one.example.org/ https://two.example.org/   (the next when one fails)
  ogpld pull https://a.example/ --digest e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
  ogpld pull https://data.example.org/ --dry-run

A mirror is any ogpld server. Only what no release of the home has is fetched; a pull that was
interrupted is run again and goes on.
exit status: 0 the release is in service, 1 a mirror gives something else, 75 none can be reached now
"""


def add_pull_arguments(pull: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    pull.add_argument(
        "urls",
        nargs="+",
        metavar="URL",
        help="address of a server, https or http; tried in this order",
    )
    pull.add_argument(
        "--digest",
        type=_digest,
        default=None,
        metavar="HEX",
        help="digest of the release that is wanted, as ogpld releases show prints it",
    )
    pull.add_argument("--dry-run", action="store_true", help="say what would be fetched")
    pull.add_argument(
        "--max-bytes",
        type=whole_number(1, 10**18),
        default=10_000_000_000,
        metavar="N",
        help="bytes that the files of what is fetched may have; usually 10 GB",
    )
    pull.add_argument(
        "--timeout",
        type=seconds,
        default=10.0,
        metavar="SECONDS",
        help="how long an answer may take beside a second for each 50 kB; usually 10",
    )


def _digest(text: str) -> str:
    if not re.fullmatch("[0-9a-f]{64}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no digest of 64 hexadecimal digits")
    return text
