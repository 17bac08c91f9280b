"""Files of a kept release: its report by thing, its source tables.

No Flask here, and nothing of the release in service: every function is about the release it is given.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from ogpld.errors import ReleaseError
from ogpld.release import Release
from ogpld.release.packed_files import unpacked
from ogpld.release.release_store import REPORT
from ogpld.report import Cause, Finding, Report, causes


def read_report(release: Release) -> Report:
    """Return the report of a release.

    Raises:
        ReleaseError: when the file is missing or damaged.
    """
    try:
        return Report.from_json(unpacked(release.path / REPORT))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReleaseError(
            f"{release.id}: {REPORT} is missing or damaged",
            hint="publish again: ogpld build --full",
        ) from error


#: Names of sources and tables; nothing that could lead out of the folder.
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


def by_thing(report: Report) -> Mapping[str, tuple[Cause, ...]]:
    """Return the findings about each thing, those about its parts (`…#territory`) among them."""
    findings_of: dict[str, list[Finding]] = {}
    for finding in report.findings:
        findings_of.setdefault(finding.focus.partition("#")[0], []).append(finding)
    return {thing: causes(findings) for thing, findings in findings_of.items()}


def table_folders(release: Release) -> Mapping[str, str]:
    """Return the source folder of each table by its file name; a name of two tables has none."""
    folders_of: dict[str, set[str]] = {}
    for path in (release.path / "sources").glob("*/*.csv"):
        if _table_path(release, path.parent.name, path.name):
            folders_of.setdefault(path.name, set()).add(path.parent.name)
    return {file: next(iter(folders)) for file, folders in folders_of.items() if len(folders) == 1}


def has_table(release: Release, name: str, file: str) -> bool:
    """Say whether a release has a table of a source, as whoever asks names them."""
    path = _table_path(release, name, file)
    return bool(path) and (release.path / path).is_file()


def _table_path(release: Release, name: str, file: str) -> str:
    """Return the path of a table in a release, "" for none; a file laid there later is none."""
    path = f"sources/{name}/{file}"
    is_table = _PLAIN.fullmatch(name) and _PLAIN.fullmatch(file) and file.endswith(".csv")
    held = release.manifest.files  # none in releases of earlier versions
    return path if is_table and (not held or path in held) else ""


def table_content(release: Release, name: str, file: str) -> bytes | None:
    """Return a table of a source as it was published, None when there is no such table.

    Raises:
        ReleaseError: when it is missing, cut or changed since.
    """
    path = _table_path(release, name, file)
    if not path:
        return None
    held = release.manifest.files.get(path)
    try:
        content = (release.path / path).read_bytes()
    except OSError as error:
        if held:
            raise ReleaseError(f"{release.id}: {path} is missing") from error
        return None
    if held and hashlib.sha256(content).hexdigest() != held.sha256:
        raise ReleaseError(f"{release.id}: {path} was changed or cut")
    return content


def column_name(release: Release, source: str, file: str, number: int) -> str:
    """Return the name of a column of a source table, its number where there is no such column."""
    header = _header(release.path, source, file)
    return header[number - 1] if 0 < number <= len(header) else str(number)


@lru_cache(256)
def _header(folder: Path, source: str, name: str) -> tuple[str, ...]:
    """Return the header of a table; the files of a release do not change."""
    try:
        with (folder / "sources" / source / name).open(encoding="utf-8-sig", newline="") as file:
            return tuple(next(csv.reader(file), ()))
    except (OSError, UnicodeDecodeError, csv.Error):
        return ()
