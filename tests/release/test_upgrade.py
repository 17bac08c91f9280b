"""A home that an earlier version wrote: it is verified, served, backed up and built upon.

`earlier-home.tar.xz` is what the software of 2026-11-28, 08:09 (commit efebff7) wrote of four members, and of five
before: the oldest form that is read.
"""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest
from support.running import ROOT
from support.small import Small
from werkzeug.test import Client

from ogpld.cli import main
from ogpld.config import Settings
from ogpld.errors import ReleaseError
from ogpld.release import ReleaseStore
from ogpld.release.backup import restore_backup, write_backup
from ogpld.release.manifest import Manifest
from ogpld.web.server.create_application import create_wsgi_application


def test_a_home_of_an_earlier_version_goes_on(tmp_path: Path) -> None:
    """Nothing is converted: the next build stands on it, and its releases answer as before."""
    site = Small(tmp_path)
    with tarfile.open(ROOT / "tests/release/earlier-home.tar.xz") as archive:
        archive.extractall(tmp_path / "earlier", filter="data")
    write_backup(tmp_path / "earlier", tmp_path / "b.tar")
    restore_backup(tmp_path / "b.tar", site.home)
    assert main(["--home", str(site.home), "releases", "verify"]) == 0
    site.publish(site.lines)
    first, second, third = ReleaseStore(site.home).releases()
    assert third.manifest.previous == second.id
    front = create_wsgi_application(Settings(home=site.home, workers=1))
    try:
        client = Client(front)
        assert client.get("/doc/member/GHA.nt").status_code == 200
        assert client.get(f"/release/{first.id}/doc/member/GHA.nt").status_code == 200
        assert client.get(f"/release/{second.id}/doc/member/GHA.nt").status_code in {404, 410}
        assert client.get(f"/release/{first.id}/validation.ttl").status_code == 200
    finally:
        front.current_release.close()
    assert main(["--home", str(site.home), "releases", "use", second.id]) == 0


@pytest.mark.parametrize(
    ("lacking", "more"), [(["blocks"], []), ([], ["seals"]), (["sources"], ["x"])]
)
def test_a_release_of_another_form_is_not_called_damaged(
    release_text: str, lacking: list[str], more: list[str]
) -> None:
    """It says which version wrote it, what is other, and what to do."""
    content = json.loads(release_text)
    for name in lacking:
        del content[name]
    content |= dict.fromkeys(more, 1)
    with pytest.raises(ReleaseError, match="written by another version of ogpld") as error:
        Manifest.from_json(json.dumps(content), "manifest.json")
    assert all(name in error.value.message for name in [*lacking, *more])
    assert "--home NEW" in error.value.hint


@pytest.fixture(scope="module")
def release_text() -> str:
    """The manifest of a release of an earlier version."""
    with tarfile.open(ROOT / "tests/release/earlier-home.tar.xz") as archive:
        name = next(n for n in archive.getnames() if n.endswith("manifest.json"))
        file = archive.extractfile(name)
        assert file is not None
        return file.read().decode()
