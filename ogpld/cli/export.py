"""`ogpld export`: write the current release as plain files that any web server serves."""

from __future__ import annotations

import argparse
import sys

from ogpld.cli.export_arguments import FORMS
from ogpld.config import Settings
from ogpld.errors import UsageError
from ogpld.executors.processes import ProcessExecutor, usable_cores
from ogpld.export.write_export import ExportOptions, write_export
from ogpld.language_tags import LANGUAGES
from ogpld.pipeline.progress import Progress


def run_export(options: argparse.Namespace, settings: Settings) -> int:
    """Write an export and say what it has.

    Raises:
        UsageError: for an unknown form or language.
    """
    summary = write_export(
        options.folder,
        settings,
        ExportOptions(
            _names_of(options.forms, FORMS, "--forms"),
            _names_of(options.languages, tuple(LANGUAGES), "--languages") or tuple(LANGUAGES),
            options.gzip,
        ),
        Progress(),
        ProcessExecutor(options.jobs or usable_cores()),
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
