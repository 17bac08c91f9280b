"""`ogpld backup` and `ogpld restore`: a home in one file, and back."""

from __future__ import annotations

import argparse
import sys

from ogpld.config import Settings
from ogpld.release.backup import BackupList, restore_backup, write_backup


def run_backup(options: argparse.Namespace, settings: Settings) -> int:
    """Write a backup, and say what is in it."""
    _report(f"wrote {options.file}", write_backup(settings.home, options.file))
    return 0


def run_restore(options: argparse.Namespace, settings: Settings) -> int:
    """Put a backup back, and say what there is now."""
    _report(f"restored {settings.home}", restore_backup(options.file, settings.home))
    return 0


def _report(what: str, listed: BackupList) -> None:
    size = sum(file.size for file in listed.files.values())
    sys.stdout.write(
        f"{what}: {len(listed.releases)} releases, {len(listed.files)} files, {size:,} bytes;"
        f" current is {listed.current}\n"
    )
    for name in listed.unreadable:
        sys.stderr.write(
            f"warning: {name} cannot be read as it was published; its files are in the backup as they are\n"
            "  -> ogpld releases verify says why\n"
        )
