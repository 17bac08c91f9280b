"""An export that dies at any address goes on there, and comes to what one that did not die writes."""

from __future__ import annotations

import os
import re
import signal
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from support.small import Small

from ogpld.cli import main
from ogpld.config import Settings
from ogpld.errors import ExportError
from ogpld.executors.processes import ProcessExecutor
from ogpld.export import address_writer
from ogpld.export import write_export as exporting
from ogpld.export.answers import Site, SiteAnswer
from ogpld.export.file_tree import SUMS, changes_of
from ogpld.export.write_export import ExportOptions, ExportSummary, write_export
from ogpld.pipeline.progress import Progress
from ogpld.release import ReleaseStore

#: What is exported here beside so many things.
THINGS, OTHERS = 4, ("/robots.txt", "/code", "/releases", "/context.jsonld")
#: The request at which it dies.
DIES = 30


class _Killed(BaseException):
    """Stands for a process that ends here."""


def _die(_source: object, _paths: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture(autouse=True)
def _few_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    things = exporting.things_of
    monkeypatch.setattr(exporting, "things_of", lambda c: islice(things(c), THINGS))
    monkeypatch.setattr(exporting, "other_addresses", lambda _: iter(OTHERS))
    monkeypatch.setattr(address_writer, "links_in", lambda _page, _prefix: ("/erasures",))


def export(
    home: Path, folder: Path, *, languages: tuple[str, ...] = ("en", "et"), jobs: int = 1
) -> ExportSummary:
    """Write an export."""
    options = ExportOptions(languages=languages)
    executor = ProcessExecutor(jobs)
    return write_export(folder, Settings(home=home), options, Progress(), executor)


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of an export; blank nodes of vocabulary and shapes are named anew each time."""
    return {
        name: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
        and not (name := path.relative_to(folder).as_posix()).startswith(
            ("site/shapes.", "site/ns.")
        )
        and name != SUMS
    }


@pytest.fixture(scope="module")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small home."""
    small = Small(tmp_path_factory.mktemp("export"))
    small.publish(small.lines)
    return small.home


def test_an_export_that_died_goes_on(
    small_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files and rules are those of an export that did not; what was answered is not asked again."""
    export(small_home, tmp_path / "whole")
    get = Site.get
    requests: list[str] = []

    def die(site: Site, path: str, query: str = "", accept: str = "") -> SiteAnswer:
        requests.append(path)
        if len(requests) == DIES:
            raise _Killed
        return get(site, path, query, accept)

    monkeypatch.setattr(Site, "get", die)
    with pytest.raises(_Killed):
        export(small_home, tmp_path / "died")
    assert not (tmp_path / "died" / SUMS).exists()
    export(small_home, tmp_path / "died")
    again = len(requests) - DIES
    export(small_home, tmp_path / "other")
    assert 0 < again < len(requests) - DIES - again
    assert contents(tmp_path / "died") == contents(tmp_path / "whole")
    assert list(changes_of(tmp_path / "died")) == []


def test_several_processes_write_the_same(
    small_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files, rules and numbers are those of one process, which asks for little then."""
    get = Site.get
    requests: list[str] = []

    def count(site: Site, path: str, query: str = "", accept: str = "") -> SiteAnswer:
        requests.append(path)
        return get(site, path, query, accept)

    monkeypatch.setattr(Site, "get", count)
    one = export(small_home, tmp_path / "one")
    alone = len(requests)
    assert export(small_home, tmp_path / "two", jobs=2) == one
    assert len(requests) - alone < alone / 2
    assert contents(tmp_path / "two") == contents(tmp_path / "one")
    assert list(changes_of(tmp_path / "two")) == []


def test_a_process_that_is_killed_is_said(
    small_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The export ends with what to do, and goes on where it was."""
    with monkeypatch.context() as patch:
        patch.setattr(exporting, "write_addresses", _die)
        with pytest.raises(ExportError, match="was killed"):
            export(small_home, tmp_path / "died", jobs=2)
    export(small_home, tmp_path / "died")
    assert list(changes_of(tmp_path / "died")) == []


def test_one_of_another_state_leaves_nothing(
    small_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages in a language that the next export has not do not stay."""
    export(small_home, tmp_path / "whole", languages=("en",))
    with monkeypatch.context() as patch:
        patch.setattr(exporting, "write_rules", lambda *_: (_ for _ in ()).throw(_Killed))
        with pytest.raises(_Killed):
            export(small_home, tmp_path / "died")
    assert list((tmp_path / "died").rglob("*~et.html"))
    export(small_home, tmp_path / "died", languages=("en",))
    assert contents(tmp_path / "died") == contents(tmp_path / "whole")


def test_what_cannot_be_written_is_said(
    small_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file where the folder should be, and a place where none can be made."""
    (tmp_path / "file").write_text("mine")
    for folder in (tmp_path / "file", Path("/proc/copy")):
        assert main(["--home", str(small_home), "export", str(folder)]) == 1
        assert "ogpld: export: " in capsys.readouterr().err
    with pytest.raises(ExportError, match="cannot be written"):
        export(small_home, tmp_path / "file/copy")
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize(("path", "suffix"), [("/erasures", "jsonld"), ("/code", "html")])
def test_a_form_with_a_fault_ends_the_export(
    small_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, suffix: str
) -> None:
    """It is not left out; the next run asks for it again."""
    get, kind = Site.get, {"jsonld": "application/ld+json", "html": "text/html"}[suffix]

    def fail(site: Site, place: str, query: str = "", accept: str = "") -> SiteAnswer:
        answer = get(site, place, query, accept)
        return replace(answer, status=500) if (place, accept) == (path, kind) else answer

    with monkeypatch.context() as patch:
        patch.setattr(Site, "get", fail)
        with pytest.raises(ExportError, match=re.escape(f"{path} is answered with 500 for {kind}")):
            export(small_home, tmp_path / "copy")
    export(small_home, tmp_path / "copy")
    assert (tmp_path / f"copy/site{path}.{suffix}").exists()


def test_what_is_pruned_leaves_the_export(tmp_path: Path) -> None:
    """An export stands only as long as the releases beside the one in service are as they were."""
    small = Small(tmp_path / "made")
    small.publish(small.lines)
    for left_out in (1, 2):
        small.publish(small.lines[:-left_out])
    export(small.home, tmp_path / "copy")
    assert export(small.home, tmp_path / "copy").written == 0
    before = (tmp_path / "copy/site/releases.html").read_bytes()
    small.run("releases", "prune", "--keep", "1")
    assert export(small.home, tmp_path / "copy").written > 0
    assert (tmp_path / "copy/site/releases.html").read_bytes() != before


def test_another_release_is_not_exported_under_the_name_of_the_current(tmp_path: Path) -> None:
    """Where the current one is damaged a server goes on with the one before; an export ends."""
    small = Small(tmp_path / "made")
    small.publish(small.lines)
    small.publish(small.lines[:-1])
    release = ReleaseStore(small.home).current()
    assert release is not None
    release.data.write_bytes(release.data.read_bytes()[:-100])
    with pytest.raises(ExportError, match=f"{release.id} cannot be exported: 1-"):
        export(small.home, tmp_path / "copy")
    assert not (tmp_path / "copy" / SUMS).exists()
