"""What changed between releases: complete as statements, right as things, whichever way it is asked."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest
from support.small import Small

from ogpld.cli import main
from ogpld.release import ReleaseStore
from ogpld.release.difference import between

_MEMBER = "http://localhost:8000/id/member/"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four releases: one label changes, a member goes, it comes back, and after a rollback another way."""
    site = Small(tmp_path_factory.mktemp("diff"))
    lines = site.lines
    place = next(i for i, line in enumerate(lines) if line.startswith("Albania,"))
    renamed = [line.replace("Argentina,", "Argentina anew,", 1) for line in lines]
    site.publish(lines)
    site.publish(renamed)
    # the last row goes, so that no other row gets another number
    site.publish(renamed[:-1])
    site.publish(
        [*renamed[:-1], lines[place].replace("Albania,AL,ALB,ALB,AL,", "Zembla,ZZ,ZZZ,ZZZ,ZZ,")]
    )
    site.run("releases", "use", "1")
    site.publish([line.replace("Argentina,", "Argentina otherwise,", 1) for line in lines])
    return site.home


def output_of(home: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return what the command writes."""
    capsys.readouterr()
    assert main(["--home", str(home), "diff", *arguments]) == 0
    return capsys.readouterr().out


def test_statements_are_those_of_the_data(home: Path) -> None:
    """For every two releases, also across the rollback: from patches alone, equal to a comparison."""
    release_store = ReleaseStore(home)
    releases = release_store.releases()
    assert len(releases) == 5
    for old in releases:
        for new in releases:
            changes = between(release_store, old, new)
            before, after = set(old.lines()), set(new.lines())
            assert set(changes.added) == after - before
            assert set(changes.gone) == before - after


def test_a_changed_label(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Old and new value, in every form."""
    text = output_of(home, capsys, "1", "2")
    assert "0 created, 1 updated, 0 deleted" in text
    assert f"~ {_MEMBER}ARG  Argentina anew" in text
    assert '      - "Argentina"@en\n      + "Argentina anew"@en' in text
    rows = list(csv.DictReader(io.StringIO(output_of(home, capsys, "1", "2", "--format", "csv"))))
    assert {(row["old"], row["new"]) for row in rows} == {("Argentina", "Argentina anew")}
    [thing] = json.loads(output_of(home, capsys, "1", "2", "--format", "json"))["things"]
    assert (thing["change"], thing["label"]) == ("Update", "Argentina anew")
    [back] = json.loads(output_of(home, capsys, "2", "1", "--format", "json"))["things"]
    assert back["properties"][0]["new"] == [{"@value": "Argentina", "@language": "en"}]
    patch = output_of(home, capsys, "1", "2", "--format", "rdfpatch").splitlines()
    assert patch[0].startswith('H id "2-')
    assert patch[-1] == "TC ."


def test_things_come_and_go(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Delete, Create, and both at once over two releases."""
    gone = json.loads(output_of(home, capsys, "2", "3", "--format", "json"))["things"]
    assert [t["change"] for t in gone] == ["Delete"]
    came = json.loads(output_of(home, capsys, "3", "4", "--format", "json"))["things"]
    assert [(t["thing"], t["change"]) for t in came] == [(_MEMBER + "ZZZ", "Create")]
    both = json.loads(output_of(home, capsys, "2", "4", "--format", "json"))["things"]
    assert sorted(t["change"] for t in both) == ["Create", "Delete"]
    assert output_of(home, capsys, "2", "2").startswith("2-")


def test_a_pruned_release_has_its_differences(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Patches are kept, and tell the same."""
    place = tmp_path / "home"
    shutil.copytree(home, place, symlinks=True)
    before = output_of(place, capsys, "2", "3", "--format", "json")
    assert main(["--home", str(place), "releases", "prune", "--keep", "1"]) == 0
    assert ReleaseStore(place).get("2").pruned
    assert json.loads(output_of(place, capsys, "2", "3", "--format", "json")) == json.loads(before)


def test_a_release_there_is_not(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The error lists what there is."""
    assert main(["--home", str(home), "diff", "1", "9"]) == 1
    assert "releases: 1-" in capsys.readouterr().err
