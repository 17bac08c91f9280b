"""What can be typed behind `ogpld backup` and `ogpld restore`."""

from __future__ import annotations

import argparse
from pathlib import Path

BACKUP = "write the home to one file, while it is served and built"
BACKUP_EXAMPLES = (
    "  ogpld backup /srv/backups/ogpld.tar\n\n"
    "The file is there when it is whole, and not before. It is a tar with a list of digests at its end."
)
RESTORE = "put a backup into a home without releases, all of it verified first"
RESTORE_EXAMPLES = (
    "  ogpld restore /srv/backups/ogpld.tar --home /srv/ogpld-new\n\n"
    "One that was interrupted is run again. Nothing is served before everything is in its place."
)


def add_file(parser: argparse.ArgumentParser) -> None:
    """Add the file, which both commands take."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the backup")
