"""Everything that is shipped becomes a release; other tests build a small set of its rows."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from support.sample_data import SOURCES, sample_data

from ogpld.cli import main
from ogpld.config import Settings
from ogpld.pipeline import Inputs, check_sources
from ogpld.pipeline.progress import Progress
from ogpld.release import Release, ReleaseStore
from ogpld.release.packed_files import unpacked
from ogpld.release.release_store import REPORT

pytestmark = pytest.mark.usefixtures("without_dumps")


def commitments(release: Release) -> set[str]:
    """Return the keys of the commitments of a release."""
    kind = b" <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/ogpld/ns#Commitment> "
    subjects = (line.partition(b" ")[0] for line in release.lines() if kind in line)
    return {subject[1:-1].decode().rpartition("/")[2] for subject in subjects}


def test_the_shipped_data_has_no_violation(whole_release: Release) -> None:
    """Nor a commitment whose key the ledger does not freeze."""
    findings = json.loads(unpacked(whole_release.path / REPORT))["findings"]
    assert len(findings) > 0
    assert [f for f in findings if f["severity"] == "Violation"] == []
    assert [f for f in findings if "not frozen" in f["message"]] == []


def test_a_build_without_options_takes_everything(
    whole_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The program finds the shipped data by itself."""
    place = tmp_path / "home"
    shutil.copytree(whole_home, place, symlinks=True, copy_function=os.link)
    assert main(["--home", str(place), "build"]) == 0
    assert "nothing changed" in capsys.readouterr().out
    assert len(ReleaseStore(place).releases()) == 1


def test_the_sample_is_a_part_of_it(release: Release, whole_release: Release) -> None:
    """103 commitments of real rows, said as in the whole data."""
    assert {path.name for path in (sample_data() / "sources").iterdir()} == set(SOURCES)
    assert len(commitments(release)) == 103
    assert commitments(release) <= commitments(whole_release)
    assert release.manifest.quads <= whole_release.manifest.quads


def test_the_sample_has_no_violation() -> None:
    """A ledger and a reconciliation of more rows than the sample has would be no fault."""
    report = check_sources(Inputs(data=sample_data()), Settings(), Progress()).report
    assert not report.refused, report.as_text(worst_only=True)
