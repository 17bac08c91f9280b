"""What can be typed after `ogpld releases`."""

from __future__ import annotations

import argparse

from ogpld.cli.counts import whole_number
from ogpld.cli.erase_arguments import add_erase

RELEASES = "list, show, verify, choose, prune and erase from releases"
RELEASES_EXAMPLES = (
    "  ogpld releases list\n  ogpld releases show 2\n  ogpld releases use 1   (rollback)\n"
    "  ogpld releases prune --keep 10"
)


def add_releases_arguments(releases: argparse.ArgumentParser) -> None:
    """Add the actions of the command."""
    actions = releases.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser("list", help="one line a release")
    for name, text in (
        ("show", "the manifest and findings of a release"),
        ("use", "make a release the current one"),
        ("verify", "check count and digest of a release, or of all"),
    ):
        action = actions.add_parser(name, help=text)
        action.add_argument(
            "release",
            metavar="ID",
            nargs="?" if name == "verify" else None,
            help="id or sequence number",
        )
    text = "take the data of old releases away; manifests and changes stay"
    prune = actions.add_parser("prune", help=text, description=text[0].upper() + text[1:] + ".")
    prune.add_argument(
        "--keep",
        type=whole_number(0, 1_000_000_000),
        required=True,
        metavar="N",
        help="how many of the newest keep their data; the current one and the one before always do",
    )
    prune.add_argument(
        "--cited",
        action="store_true",
        help="prune releases that permanent queries name as well; their answers are 410 then",
    )
    prune.add_argument(
        "--dry-run", action="store_true", help="only say which would lose their data and which not"
    )
    text = "take permanent queries out of the register; their addresses are 410"
    unregister = actions.add_parser(
        "unregister", help=text, description=text[0].upper() + text[1:] + "."
    )
    unregister.add_argument("digests", nargs="+", metavar="DIGEST", help="as in /q/DIGEST")
    add_erase(actions)
