"""A report that changed is published, also where the data did not."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.sample_data import copy_sample

from ogpld.cli import main
from ogpld.release import Release, ReleaseStore
from ogpld.release.packed_files import unpacked
from ogpld.release.release_store import REPORT

pytestmark = pytest.mark.usefixtures("without_dumps")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The small set, to be changed and built into a home beside it."""
    return copy_sample(tmp_path / "data")


def published(data: Path, *options: str) -> Release:
    """Build and return the current release, held to its digests."""
    home = ["--home", str(data.parent / "home")]
    assert main([*home, "build", "--sources", str(data), *options]) == 0
    release = ReleaseStore(data.parent / "home").current()
    assert release is not None
    assert main([*home, "releases", "verify", release.id]) == 0
    return release


def test_a_finding_that_came_and_went_is_in_no_later_report(data: Path) -> None:
    """Each build publishes the report of its own sources, whichever way it comes to it."""
    first = published(data)
    stray = data / "sources/members/stray.csv"
    stray.write_text("a,b\n1,2\n")
    second = published(data)
    assert second.manifest.sequence == 2
    assert second.manifest.digest == first.manifest.digest
    assert b"stray.csv" in unpacked(second.path / REPORT)
    stray.unlink()
    third = published(data)
    assert third.manifest.sequence == 3
    assert unpacked(third.path / REPORT) == unpacked(first.path / REPORT)
    table = data / "sources/members/status.csv"
    table.write_text(table.read_text().replace("reported by press only", "reported by the press"))
    fourth = published(data)
    assert fourth.manifest.findings == first.manifest.findings
    assert published(data, "--full").id == fourth.id
