"""`ogpld export`: write the current release as plain files that any web server serves."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ogpld.config import Settings
from ogpld.errors import UsageError
from ogpld.formats import FORMATS
from ogpld.pipeline.progress import Progress

#: What its help says.
EXPORT = "write the current release as plain files that any web server serves"
EXPORT_EXAMPLES = """\
  ogpld export /srv/ogp
  ogpld export /srv/ogp --languages en --gzip
  ogpld export /srv/ogp --forms ttl,jsonld,html,csv

A second run writes what changed, and goes on where one was interrupted. See docs/export.md."""
_FORMS = (*(form.name for form in FORMATS), "html", "json", "csv", "ndjson", "xlsx", "parquet")


def add_export_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `ogpld export` takes."""
    parser.add_argument("folder", metavar="DIR", type=Path, help="empty, or an earlier export")
    parser.add_argument(
        "--forms",
        metavar="LIST",
        default="",
        help=f"only these forms beside the first of each address: some of {','.join(_FORMS)}",
    )
    parser.add_argument(
        "--languages", metavar="LIST", default="", help="pages in these languages (default: all)"
    )
    parser.add_argument(
        "--gzip", action="store_true", help="put a compressed file beside each text"
    )


def run_export(options: argparse.Namespace, settings: Settings) -> int:
    """Write an export and say what it has.

    Raises:
        UsageError: for a form or language there is not.
    """
    from ogpld.export.write_export import ExportOptions, write_export  # noqa: PLC0415
    from ogpld.web.http.languages import LANGUAGES  # noqa: PLC0415  (the web is loaded for this alone)

    summary = write_export(
        options.folder,
        settings,
        ExportOptions(
            _names_of(options.forms, _FORMS, "--forms"),
            _names_of(options.languages, tuple(LANGUAGES), "--languages") or tuple(LANGUAGES),
            options.gzip,
        ),
        Progress(),
    )
    sys.stdout.write(
        f"release {summary.release} in {options.folder}: {summary.written} files written, "
        f"{summary.unchanged} unchanged, {summary.removed} removed\n"
    )
    return 0


def _names_of(text: str, available: tuple[str, ...], option: str) -> tuple[str, ...]:
    """Return the names of a list in the order they are available in."""
    names = {name.strip() for name in text.split(",") if name.strip()}
    if unknown := sorted(names - set(available)):
        raise UsageError(
            f"{option}: there is no {', '.join(unknown)}", hint=f"there are {', '.join(available)}"
        )
    return tuple(name for name in available if name in names)
