"""What can be typed behind `ogpld releases erase`."""

from __future__ import annotations

import argparse
from pathlib import Path

_HELP = "take a statement or a thing out of every release; a record without its content stays"
_EXAMPLES = """\
examples:
  ogpld releases erase http://localhost:8000/id/person/jane-doe --reason 'Article 17' --dry-run
  ogpld releases erase http://localhost:8000/id/commitment/EE0050 --property dcterms:title --reason '…'
  ogpld releases erase --statement '<http://…/id/plan/EST01> <http://…> "text"@en' --reason '…' --yes
  ogpld releases erase --resume   (end one that was interrupted)

The plan is printed first: what is where, in numbers, never the text. A terminal is asked before anything
is done; elsewhere --yes is needed. Releases that hold it get new digests and so new ids.
"""


def add_erase(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the action to those of `ogpld releases`."""
    parser = actions.add_parser(
        "erase",
        help=_HELP,
        description=_HELP[0].upper() + _HELP[1:] + ".",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "targets",
        metavar="STATEMENT_OR_THING",
        nargs="*",
        help="IRI of a thing, or statements as N-Triples or N-Quads",
    )
    parser.add_argument(
        "--statement", action="append", default=[], metavar="'S P O'", help="one statement"
    )
    parser.add_argument(
        "--property", metavar="IRI", help="erase all values of this property of the thing only"
    )
    parser.add_argument("--reason", metavar="TEXT", help="why; it is published with the record")
    parser.add_argument("--dry-run", action="store_true", help="print the plan and change nothing")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument(
        "--everywhere",
        action="store_true",
        help="erase its text also where other things have it as a whole value",
    )
    parser.add_argument("--resume", action="store_true", help="end an erasure that is half done")
    parser.add_argument(
        "--purge-list",
        type=Path,
        metavar="FILE",
        help="write the addresses that caches outside must forget, one a line",
    )
