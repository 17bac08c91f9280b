"""Make a home look as versions before compressed files left it."""

from __future__ import annotations

import json
from pathlib import Path

from ogpld.release import Release, ReleaseStore
from ogpld.release.packed_files import unpacked
from ogpld.release.patch import rdf_patch
from ogpld.release.release_store import LOG, PATCH, REPORT, STATISTICS
from ogpld.report import Report, report_turtle


def make_earlier(home: Path) -> None:
    """Write what is compressed as it is, the patch of the first release, and the report as Turtle too.

    Manifests then hold no files to digests.
    """
    for release in ReleaseStore(home).releases():
        without_digests(release)
        for name in (LOG, PATCH, REPORT, STATISTICS):
            path = release.path / name
            if path.exists():
                path.with_suffix("").write_bytes(unpacked(path))
                path.unlink()
        report = release.path / REPORT.removesuffix(".gz")
        if report.exists():
            turtle = report_turtle(Report.from_json(report.read_bytes()), release.manifest.base_iri)
            report.with_suffix(".ttl").write_bytes(turtle)
        if release.manifest.previous is None and not release.pruned:
            patch = rdf_patch(release.lines(), (), release.id, None)
            (release.path / PATCH).with_suffix("").write_bytes(patch)


def without_digests(release: Release) -> None:
    """Take out of a manifest what earlier versions did not write: digests of files, and its seal."""
    manifest = release.path / "manifest.json"
    content = json.loads(manifest.read_text(encoding="utf-8"))
    for name in ("files", "seal"):
        content.pop(name, None)
    manifest.write_text(json.dumps(content), encoding="utf-8")
