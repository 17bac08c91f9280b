"""What can be typed after `ogpld export`."""

from __future__ import annotations

import argparse
from pathlib import Path

from ogpld.cli.counts import jobs
from ogpld.formats import media

#: What its help says.
EXPORT = "write the current release as plain files that any web server serves"
EXPORT_EXAMPLES = """\
  ogpld export /srv/ogp
  ogpld export /srv/ogp --languages en --gzip
  ogpld export /srv/ogp --forms ttl,jsonld,html,csv

A second run writes what changed, and goes on where one was interrupted. See docs/export.md."""
#: Forms that `--forms` may name.
FORMS = tuple(row.name for row in (*media.DOCUMENT_FORMS, *media.TABLE_FORMS))


def add_export_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `ogpld export` takes."""
    parser.add_argument("folder", metavar="DIR", type=Path, help="empty, or an earlier export")
    parser.add_argument(
        "--forms",
        metavar="LIST",
        default="",
        help=f"only these forms beside the first of each address: some of {','.join(FORMS)}",
    )
    parser.add_argument(
        "--languages", metavar="LIST", default="", help="pages in these languages (default: all)"
    )
    parser.add_argument(
        "--gzip", action="store_true", help="put a compressed file beside each text"
    )
    parser.add_argument(
        "--jobs",
        type=jobs,
        metavar="N",
        help="processes at once (default: the cores this process may use)",
    )
