"""The compressed files of a release, and homes of versions that had none."""

from __future__ import annotations

import gzip
import time
from pathlib import Path

import pytest
from support.earlier_home import make_earlier
from support.small import Small
from werkzeug.test import Client

from ogpld.cli import main
from ogpld.config import Settings
from ogpld.release import ReleaseStore
from ogpld.release.difference import between
from ogpld.release.history import History, things_at
from ogpld.release.packed_files import packed, unpacked
from ogpld.release.release_store import LOG, PATCH, REPORT, STATISTICS
from ogpld.statistics.release_statistics import verify_statistics
from ogpld.web.server.create_application import create_wsgi_application

_PACKED = {LOG, PATCH, REPORT, STATISTICS}
_MEMBER = "http://localhost:8000/id/member/EST"


@pytest.fixture
def site(tmp_path: Path) -> Small:
    """Three releases: of all members, without the first, and with another name of Estonia."""
    site = Small(tmp_path)
    head, first, *rest = site.lines
    site.publish([head, first, *rest])
    site.publish([head, *rest])
    site.publish([head, *(line.replace("Estonia", "Estland", 1) for line in rest)])
    return site


def run(home: Path, *arguments: str) -> int:
    """Run a command on a home and return its exit code."""
    return main(["--home", str(home), *arguments])


def answers(home: Path) -> dict[str, bytes]:
    """Return what a server says of a home: differences, feeds, history, the report."""
    one, two, three = (release.id for release in ReleaseStore(home).releases())
    paths = [f"/release/{one}..{three}.{form}" for form in ("rdfp", "json", "csv", "txt")]
    paths += [f"/release/{two}..{one}.rdfp", "/activity", "/doc/member/EST.json"]
    paths += [
        f"/release/{name}/validation.{form}" for name in (one, three) for form in ("json", "ttl")
    ]
    front = create_wsgi_application(Settings(home=home, workers=1))
    try:
        responses = {path: Client(front).get(path) for path in paths}
    finally:
        front.current_release.close()
    assert {path: r.status_code for path, r in responses.items()} == dict.fromkeys(paths, 200)
    return {path: response.data for path, response in responses.items()}


def test_equal_texts_are_equal_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the time is; a file that is cut is an error that says so."""
    content = packed(b"text\n" * 99)
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert packed(b"text\n" * 99) == content
    file = tmp_path / "text.gz"
    file.write_bytes(content[:-9])
    with pytest.raises(OSError, match="cut or damaged"):
        unpacked(file)
    file.write_bytes(content)
    (tmp_path / "text").write_bytes(b"earlier")
    assert unpacked(file) == b"text\n" * 99
    file.unlink()
    assert unpacked(file) == b"earlier"


def test_a_release_repeats_nothing(site: Small) -> None:
    """A first release has no patch, and no file of text stands there as it is that is compressed elsewhere."""
    first, *others = ReleaseStore(site.home).releases()
    assert not (first.path / PATCH).exists()
    for release in (first, *others):
        names = {path.name for path in release.path.iterdir()}
        assert names >= _PACKED - ({PATCH} if release is first else set())
        assert not names & {name.removesuffix(".gz") for name in _PACKED}
        assert "report.ttl" not in names
        for name in names & _PACKED:
            assert gzip.decompress((release.path / name).read_bytes())


def test_an_earlier_home_answers_the_same(site: Small) -> None:
    """Differences, feeds, report, past states, verification; the next build goes on from it."""
    before = answers(site.home)
    store = ReleaseStore(site.home)
    make_earlier(site.home)
    assert answers(site.home) == before
    assert run(site.home, "releases", "verify") == 0
    first, *_, last = store.releases()
    assert verify_statistics(last)
    assert not any((last.path / name).exists() for name in _PACKED), "nothing was made again"
    site.publish(site.lines)
    assert {p.name for p in store.releases()[-1].path.iterdir()} >= _PACKED
    assert not between(store, first, store.releases()[-1]).added
    assert run(site.home, "releases", "verify") == 0


@pytest.mark.parametrize("earlier", [False, True])
def test_history_stays_when_a_home_is_pruned(site: Small, *, earlier: bool) -> None:
    """No patch of a first release stays, which would be all of its data; what it said is still told."""
    store = ReleaseStore(site.home)
    first, _, last = store.releases()
    statements = things_at(store, first, [_MEMBER])
    versions = [(v.release.id, v.change) for v in History(store, last).versions(_MEMBER)]
    if earlier:
        make_earlier(site.home)
        assert (first.path / PATCH).with_suffix("").exists()
    assert run(site.home, "releases", "prune", "--keep", "1") == 0
    log = LOG.removesuffix(".gz") if earlier else LOG
    assert {path.name for path in first.path.iterdir()} == {"manifest.json", log, "pruned"}
    assert {q.object for q in things_at(store, first, [_MEMBER])[_MEMBER]} == {
        quad.object for quad in statements[_MEMBER]
    }
    after = History(store, last).versions(_MEMBER)
    assert [(v.release.id, v.change) for v in after] == versions
    assert run(site.home, "releases", "verify") == 0
