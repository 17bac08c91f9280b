"""What can be typed after `ogpld push`."""

from __future__ import annotations

import argparse

PUSH_EXAMPLES = """\
  ogpld push --to https://store.example.org/ds/query
  ogpld push --to https://one.example.org/ds/query --to https://two.example.org/sparql
  ogpld push --status

Without --to: the stores of the setting store, else all that were pushed to before. What is there
already is not sent again, so a push that was interrupted is run again.
exit status: 0 all stores have the release, 1 one refused, 75 one cannot be reached now
"""


def add_push_arguments(push: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    push.add_argument(
        "--to",
        action="append",
        default=[],
        metavar="URL",
        help="SPARQL endpoint of a store, https or on this machine; may be given several times",
    )
    push.add_argument("--release", metavar="ID", help="another release than the current one")
    push.add_argument("--status", action="store_true", help="print where each store stands")
