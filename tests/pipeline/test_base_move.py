"""A build under another base IRI is refused, and told with counts, unless it is asked for."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support.running import ROOT

from ogpld.cli.main import main
from ogpld.config import Settings
from ogpld.release import ReleaseStore

OLD, NEW = "https://old.example/", "https://new.example/"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a file of settings and small data, and a working directory that is neither."""
    sources = tmp_path / "data" / "sources" / "mine"
    sources.mkdir(parents=True)
    (sources / "source.toml").write_text(
        'title = "T"\npublisher = "P"\nlicence = "https://creativecommons.org/licenses/by/4.0/"\n'
        'retrieved = 2026-01-02\ncovers = "c"\nleaves_out = "l"\n'
        '[[table]]\nfile = "bodies.csv"\nunit = "bodies"\nlayout = "template"\n'
    )
    (sources / "bodies.csv").write_text(
        "key,prefLabel@en,classification,source\nA-1,One,agency,https://x.example/\nA-2,Two,agency,https://x.example/\n"
    )
    (tmp_path / "data" / "reconciliation").mkdir()
    for name in ("identity.csv", "reconciliation/institutions.csv"):
        shutil.copy(ROOT / "data" / name, tmp_path / "data" / name)
    home = tmp_path / "home"
    home.mkdir()
    (home / "ogpld.toml").write_text(f"base_iri = '{OLD}'\nsources = '../data'\ndumps = false\n")
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    return home


def _contents(home: Path) -> dict[str, bytes]:
    return {
        str(p.relative_to(home)): p.read_bytes() for p in sorted(home.rglob("*")) if p.is_file()
    }


def test_a_build_from_another_folder_is_the_same_build(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The settings are those of the home, its sources too."""
    assert main(["--home", str(place), "build"]) == 0
    monkeypatch.chdir(tmp_path)
    assert main(["--home", "home", "build"]) == 0
    assert "nothing changed" in capsys.readouterr().out
    release = ReleaseStore(place).current()
    assert release is not None
    assert release.manifest.base_iri == OLD


@pytest.mark.parametrize("how", ["option", "environment", "file", "default", "full"])
def test_another_base_is_refused_and_nothing_is_written(
    place: Path, how: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """However it came about; the error has both bases, the counts, a sample and where it was set."""
    assert main(["--home", str(place), "build"]) == 0
    arguments = ["--home", str(place), "build"]
    file = place / "ogpld.toml"
    origin = {"environment": "environment, OGPLD_BASE_IRI", "file": f"{file}, line 1"}.get(
        how, "default" if how == "default" else "option --base-iri"
    )
    new = NEW
    if how in {"option", "full"}:
        arguments += ["--base-iri", NEW, *["--full"] * (how == "full")]
    elif how == "environment":
        monkeypatch.setenv("OGPLD_BASE_IRI", NEW)
    elif how == "file":
        file.write_text(file.read_text().replace(OLD, NEW))
    else:
        new = Settings().base_iri
        file.write_text(file.read_text().partition("\n")[2])
    before = _contents(place)
    assert main(arguments) == 1
    error = capsys.readouterr().err
    assert "ogpld: base-moved: " in error
    assert "--move-base" in error
    assert f"base_iri is from: {origin}" in error
    assert f"base_iri is {new}" in error
    assert "2 institution" in error
    assert f"{OLD}id/institution/A-1 becomes {new}id/institution/A-1" in error
    assert _contents(place) == before


def test_a_move_that_is_meant_is_told_with_counts(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And a check says that a build would be refused."""
    assert main(["--home", str(place), "build"]) == 0
    assert main(["--home", str(place), "check", "--base-iri", NEW]) == 0
    assert "a build would be refused without --move-base" in capsys.readouterr().err
    assert main(["--home", str(place), "build", "--base-iri", NEW, "--move-base"]) == 0
    warning = capsys.readouterr().err
    assert f"warning: base_iri is {NEW}" in warning
    assert "2 institution" in warning
    release = ReleaseStore(place).current()
    assert release is not None
    assert release.manifest.base_iri == NEW
    sentence = f"the setting base_iri is {OLD}, and release {release.id} was built with {NEW}"
    assert release.manifest.contradictions(Settings(base_iri=OLD)) == [sentence]
    assert release.manifest.contradictions(Settings(base_iri=NEW)) == []
    other = Settings(base_iri=NEW, licence="https://x.example/")
    assert "the setting licence is https://x.example/" in release.manifest.contradictions(other)[0]
