"""Erasure: nothing of it is left in any file of a home, the record tells it, and it does not come back."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.earlier_home import make_earlier
from support.edits import retitle
from support.home_text import files_with
from support.running import ROOT, environment

from ogpld.cli import main
from ogpld.pipeline.erasing import plan_erasure
from ogpld.rdf import Quad, parse_quads
from ogpld.release import Difference, Release, ReleaseStore
from ogpld.release.erasure.erasure_record import read_erasures
from ogpld.release.erasure.erasure_scope import (
    Selection,
    TextIndex,
    is_distinctive,
    literal_text,
)
from ogpld.release.log import read_log
from ogpld.release.patch import read_patch
from ogpld.release.release_store import LOG, PATCH, PRUNED, SEARCH
from ogpld.release.steps import ERASE_STEPS
from ogpld.search.release_index import release_index

_BASE = "http://localhost:8000/"
_THING = f"{_BASE}id/commitment/EE0050"
_TITLE = "http://purl.org/dc/terms/title"
_TEXT = 'Secret "Riigikogu" title, of Jaan Õun & others'


def run(home: Path, *arguments: str) -> int:
    """Run a command on a home and return its exit code."""
    return main(["--home", str(home), *arguments])


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with data and a home of four releases: Estonia's; the first is pruned, the third has dumps.

    The second and third hold the secret.
    """
    folder = tmp_path_factory.mktemp("erasure")
    home, data = folder / "home", folder / "data"
    shutil.copytree(ROOT / "data", data, ignore=shutil.ignore_patterns("sources"))
    for name in ("estonia", "institutions", "members"):
        shutil.copytree(ROOT / "data/sources" / name, data / "sources" / name)
    for title in ("A first title", _TEXT, f"{_TEXT} (again)", "A public title"):
        retitle(data, "EE0050", title)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("OGPLD_DUMPS", str("again" in title).lower())
            assert run(home, "build", "--sources", str(data)) == 0
    assert run(home, "releases", "prune", "--keep", "3") == 0
    retitle(data, "EE0050", _TEXT)
    return folder


@pytest.fixture
def site(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it."""
    monkeypatch.setenv("OGPLD_DUMPS", "false")
    shutil.copytree(built, tmp_path / "site", symlinks=True)
    return tmp_path / "site"


def erase(home: Path, *arguments: str) -> int:
    """Erase something from a home, without questions."""
    return run(home, "releases", "erase", *arguments, "--reason", "asked by a person", "--yes")


def titles_of(release: Release) -> list[Quad]:
    """Return the statements that give the title of the thing."""
    quads = parse_quads(b"".join(release.about([f"<{_THING}>".encode()])), "nq")
    return [quad for quad in quads if quad.predicate.value == _TITLE]


def consistent(home: Path) -> None:
    """Hold every patch to the data of the releases on both of its sides."""
    store = ReleaseStore(home)
    releases = {release.id: release for release in store.releases()}
    for release in releases.values():
        read_log(release)
        before = releases.get(release.manifest.previous or "")
        if release.pruned or before is None or before.pruned:
            continue
        patch = read_patch(release.path / PATCH)
        between = Difference.between(before.lines(), release.lines())
        assert (set(patch.added), set(patch.gone)) == (set(between.added), set(between.gone))


def test_a_disk_that_is_too_small_for_dumps(
    site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is erased, which the error says; nothing is left beside."""
    home = site / "home"
    usage = shutil.disk_usage(home)
    names = [release.id for release in ReleaseStore(home).releases()]
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=1000))
    assert erase(home, _THING) == 1
    error = capsys.readouterr().err
    assert "the dumps may need" in error
    assert "nothing was erased; free space and run the command again" in error
    assert "is published" not in error
    assert [release.id for release in ReleaseStore(home).releases()] == names
    assert not (home / "erasing").exists()


def test_a_literal(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It was in data, patches, logs, dumps and tables of several releases; then it is in none."""
    home = site / "home"
    before = files_with(home, _TEXT)
    assert {Path(name).name for name in before} > {PATCH, LOG, "data.nq.gz"}
    assert any("/sources/" in name for name in before)
    assert any(name.endswith(f"/{SEARCH}") for name in before)
    assert any("/dump/" in name for name in before)
    old = {release.manifest.sequence: release for release in ReleaseStore(home).releases()}
    titles = {str(quad.object) for n in (2, 3) for quad in titles_of(old[n])}
    assert len(titles) == 2
    for title in sorted(titles):
        assert erase(home, "--statement", f"<{_THING}> <{_TITLE}> {title}") == 0
    output = capsys.readouterr().out
    assert _TEXT not in output, "the plan and the end repeat what was erased"
    assert files_with(home, _TEXT) == []
    assert files_with(home, "Jaan Õun") == []
    assert files_with(home, "jaan oun") == [], "the search index has it folded"
    for release in (r for r in ReleaseStore(home).releases() if not r.pruned):
        assert not release_index(release).search(_TEXT).matches
    consistent(home)
    assert run(home, "releases", "verify") == 0
    output = capsys.readouterr().out
    assert f"release 2: digest {old[2].manifest.digest[:12]}… was erased to" in output
    assert "asked by a person" in output
    records = "".join(erasure.as_json() for erasure in read_erasures(home))
    assert old[2].manifest.digest in records
    assert "Secret" not in records


def test_a_home_of_an_earlier_version(site: Path) -> None:
    """Nothing of it stays in files that were not compressed, or in the patch of a first release."""
    home = site / "home"
    make_earlier(home)
    first = ReleaseStore(home).releases()[0]
    secret = f'A <{_THING}> <{_TITLE}> "Jaan Õun" <{_BASE}graph/secret> .\n'
    (first.path / PATCH).with_suffix("").write_text(f"TX .\n{secret}TC .\n", encoding="utf-8")
    plain = {Path(name).name for name in files_with(home, _TEXT)}
    assert plain > {LOG.removesuffix(".gz"), PATCH.removesuffix(".gz"), "data.nq.gz"}
    assert erase(home, _THING) == 0
    left = {Path(name).name for name in files_with(home, "Jaan Õun")}
    assert not left
    releases = ReleaseStore(home).releases()
    assert not any((r.path / LOG.removesuffix(".gz")).exists() for r in releases)
    assert not any((r.path / PATCH.removesuffix(".gz")).exists() for r in releases)
    consistent(home)
    assert run(home, "releases", "verify") == 0


def test_a_thing_and_what_cannot_be_without_it(site: Path) -> None:
    """Its statements, those that point at it, its assessments and milestones, and the rows they came from."""
    home = site / "home"
    store = ReleaseStore(home)
    assert any(name.endswith("/estonia.csv") for name in files_with(home, _TEXT))
    assert erase(home, _THING) == 0
    [erasure] = read_erasures(home)
    assert _THING in erasure.things
    assert f"{_BASE}id/milestone/EE0050-m1" in erasure.things
    for release in store.releases():
        if not release.pruned:
            terms = {t for line in release.lines() for t in line.split(b" ", 2)[::2]}
            assert not any(t.startswith(f"<{_THING}>".encode()) for t in terms)
    for text in (_TEXT, "EE0050-completion-results-report", "EE0050-m1"):
        left = set(files_with(home, text))
        logs = {n for n in left if n.endswith(LOG) or n.startswith("erasures/")}
        assert left <= logs, (
            "only the log and the record name the thing, so that others can delete it"
        )
    closing = store.releases()[-1]
    assert closing.id == store.current_name() == erasure.closing
    changes = {change.thing: change for change in read_log(closing)}
    assert changes[_THING].kind == "Delete"
    assert changes[_THING].label == ""
    consistent(home)
    assert run(home, "releases", "verify") == 0


def test_random_statements(site: Path) -> None:
    """Statements of every kind go from every release, and patches still lead from one to the next."""
    home = site / "home"
    store = ReleaseStore(home)
    lines = [line for r in store.releases() if not r.pruned for line in r.lines()]
    named = sorted({line for line in lines if line.startswith(f"<{_BASE}id/".encode())})
    chance = random.Random(19)
    chosen = [line.decode().strip() for line in chance.sample(named, 12)]
    assert erase(home, *chosen) == 0
    consistent(home)
    for quad in parse_quads("\n".join(chosen), "nq"):
        triple = f"{quad.subject} {quad.predicate} {quad.object} "
        assert not [name for name in files_with(home, triple) if not name.startswith("build")]
    assert run(home, "releases", "verify") == 0


def test_a_source_cell(site: Path) -> None:
    """The cell is emptied in the published tables of every release; other cells and rows stay where they are."""
    home = site / "home"
    tables = sorted(home.glob("releases/[234]*/sources/estonia/estonia.csv"))
    text = tables[0].read_text()
    cell = "legislative footprint" if "legislative footprint" in text else "Riigikogu"
    assert cell
    assert erase(home, _THING, "--property", "dcterms:title") == 0
    after = sorted(home.glob("releases/[234]*/sources/estonia/estonia.csv"))
    for table in after:
        new = table.read_text()
        assert _TEXT.replace('"', '""') not in new
        assert new.count("\n") == text.count("\n"), "rows moved"
        assert "EE0054" in new


def test_what_was_erased_does_not_come_back(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A build whose sources still make it is refused and names the cell; without the cell it is published."""
    home, data = site / "home", site / "data"
    assert erase(home, _THING, "--property", "dcterms:title") == 0
    capsys.readouterr()
    current = ReleaseStore(home).current_name()
    assert run(home, "build", "--sources", str(data)) == 1
    output = capsys.readouterr().out
    assert "estonia.csv, row 25, column title" in output
    assert "erased" in output
    assert _TEXT not in output
    assert ReleaseStore(home).current_name() == current
    retitle(data, "EE0050", "A title without a person")
    assert run(home, "build", "--sources", str(data)) == 0
    retitle(data, "EE0050", _TEXT)  # now by difference
    assert run(home, "build", "--sources", str(data)) == 1
    assert files_with(home, _TEXT) == []


def test_the_plan_counts_and_changes_nothing(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--dry-run` says how much is where; without `--yes` and a terminal nothing is done."""
    home = site / "home"
    names = sorted(path.name for path in (home / "releases").iterdir())
    wanted = ("releases", "erase", _THING, "--reason", "x")
    assert run(home, *wanted, "--dry-run") == 0
    output = capsys.readouterr().out
    for name in names:
        assert f"release {name}" in output
    assert "statements" in output
    assert "1 in dumps" in output
    assert run(home, *wanted) == 2
    assert sorted(path.name for path in (home / "releases").iterdir()) == names
    assert run(home, "releases", "erase", f"{_BASE}id/commitment/NONE", "--reason", "x") == 1
    assert run(home, "releases", "erase", "https://w3id.org/ogpld/ns#Plan", "--reason", "x") == 2


def test_caches_outside_are_named(site: Path, tmp_path: Path) -> None:
    """Documents, lists, feeds, dumps and every old release stand in the list."""
    home = site / "home"
    names = [release.id for release in ReleaseStore(home).releases()]
    listing = tmp_path / "purge.txt"
    assert erase(home, _THING, "--purge-list", str(listing)) == 0
    addresses = listing.read_text().splitlines()
    for path in (
        "doc/commitment/EE0050*",
        "doc/commitment*",
        "feed.atom*",
        *(f"release/{name}*" for name in names[1:]),
        *(f"ldes/{name}-*" for name in names[1:]),
        *(f"dump/{name}*" for name in names[1:]),
    ):
        assert _BASE + path in addresses


_WITHOUT_DUMPS = shutil.ignore_patterns("dump")
_TITLE_OF_THING = (_THING, "--property", "dcterms:title", "--reason", "x", "--yes")


@pytest.fixture(scope="module")
def steps(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the home as it is when each step of an erasure begins, by the name of the step."""
    folder = tmp_path_factory.mktemp("steps")
    home = folder / "home"
    shutil.copytree(built / "home", home, symlinks=True, ignore=_WITHOUT_DUMPS)

    def copy(step: str) -> None:
        if step in ERASE_STEPS and not (folder / step).exists():
            shutil.copytree(home, folder / step, symlinks=True)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OGPLD_DUMPS", "false")
        patch.setattr("ogpld.release.steps.begin", copy)
        assert run(home, "releases", "erase", *_TITLE_OF_THING) == 0
    return folder


@pytest.mark.parametrize("step", ERASE_STEPS)
def test_an_erasure_may_die_at_any_step(
    built: Path, steps: Path, site: Path, step: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before the journal nothing was changed; then it is told, nobody publishes, and it can be ended.

    A process that is killed leaves its files as they are: it is one at a step, at all with OGPLD_FAULTS=1.
    """
    home = site / "home"
    names = sorted(path.name for path in (built / "home/releases").iterdir())
    shutil.rmtree(home)
    if step == "erase-current" or os.environ.get("OGPLD_FAULTS"):
        shutil.copytree(built / "home", home, symlinks=True, ignore=_WITHOUT_DUMPS)
        command = [sys.executable, str(ROOT / "tests/support/dying.py"), step, "--home", str(home)]
        command += ["releases", "erase", *_TITLE_OF_THING]
        died = subprocess.run(command, env=environment(home), check=False, capture_output=True)
        assert died.returncode == -9, died.stderr
    else:
        shutil.copytree(steps / step, home, symlinks=True)
    store = ReleaseStore(home)
    current = store.current()
    assert current is not None
    current.verify()
    assert run(home, "releases", "verify") == 1
    output = capsys.readouterr().out
    if step == "erase-write":
        assert "changed nothing: run it again" in output
        assert sorted(path.name for path in (home / "releases").iterdir()) == names
        assert erase(home, _THING, "--property", "dcterms:title") == 0
    else:
        assert "half done" in output
        assert run(home, "build", "--sources", str(site / "data")) == 1
        assert run(home, "releases", "erase", "--resume") == 0
    assert files_with(home, _TEXT) == []
    assert not (home / "erasing").exists()
    consistent(home)
    assert run(home, "releases", "verify") == 0
    assert len(read_erasures(home)) == 1
    assert run(home, "releases", "erase", "--resume") == 0


def test_a_release_that_was_removed_is_told(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its number, or its id where another release names it."""
    home = site / "home"
    name = ReleaseStore(home).releases()[2].id
    shutil.rmtree(home / "releases" / name)
    assert run(home, "releases", "verify") == 1
    assert f"{name}: removed by hand" in capsys.readouterr().out


def test_records_that_are_missing_stop_the_build(site: Path) -> None:
    """Without the digests nobody could say what must not come back."""
    home = site / "home"
    assert erase(home, _THING, "--property", "dcterms:title") == 0
    prints = home / "erasures/fingerprints.json"
    assert prints.stat().st_mode & 0o077 == 0, "others can read the key"
    assert "Secret" not in prints.read_text()
    assert len(json.loads(prints.read_text())["key"]) == 64
    prints.unlink()
    assert run(home, "build", "--sources", str(site / "data")) == 1
    assert run(home, "releases", "verify") == 1


def test_words_stand_whole() -> None:
    """A text is looked for as words, whatever blanks, case and composition are."""
    index = TextIndex({"jaan tamm"})
    assert index.within("By  Jaan\nTAMM, 2014")
    assert not index.within("Jaan Tamme")
    assert not index.within("Ajaan Tamm")
    assert literal_text(rb'"a \"b\" \\ \n\u0041"@en') == 'a "b" \\ \nA'


@pytest.mark.parametrize(
    ("word", "longer"),
    [
        ("தமிழ்", "தமிழ்நாடு"),
        ("සිංහල", "සිංහලයා"),
        ("हिन्दी", "हिन्दीभाषा"),
        ("ಕನ್ನಡ", "ಕನ್ನಡಿಗರು"),
        ("naïve", "naïveté"),
    ],
)
def test_words_have_the_signs_of_their_letters(word: str, longer: str) -> None:
    """A text is no part of a longer word, and one word is not several; marks of direction are none."""
    index = TextIndex({word})
    assert index.within(f"x {word}, y")
    assert index.within(f"\u200e{word}\u200f")
    assert not index.within(longer)
    assert not index.within(f"x {longer} y")
    assert not is_distinctive(longer)
    assert is_distinctive(f"{longer} {longer}")


def test_a_text_that_others_have_stays_with_them(site: Path) -> None:
    """What another thing has as a whole value is its own; `everywhere` takes it as well."""
    store = ReleaseStore(site / "home")
    statement = (f"<{_THING}>", "<https://w3id.org/ogpld/ns#leadText>", None)
    modest = plan_erasure(store, Selection(statements=(statement,)))
    thorough = plan_erasure(store, Selection(statements=(statement,), everywhere=True))
    assert modest.scope.triples <= thorough.scope.triples
    assert not modest.is_empty


def test_a_prune_that_was_interrupted_is_ended(site: Path) -> None:
    """By the next one, and by an erasure, which would not look into what is marked as gone."""
    home = site / "home"
    second = ReleaseStore(home).releases()[1]
    (second.path / PRUNED).touch()
    assert any(f"{second.id}/" in name for name in files_with(home, _TEXT))
    assert erase(home, _THING) == 0
    assert not files_with(home, _TEXT)
    assert not (ReleaseStore(home).releases()[1].path / "data.nq.gz").exists()
