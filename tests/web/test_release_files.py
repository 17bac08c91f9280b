"""`/releases/index.json`, `/release/{id}/files…`: releases file by file, looked up in a list, never by path."""

from __future__ import annotations

import hashlib

import pytest
from support.running import Server

from ogpld.pipeline.pull.mirror import Mirror
from ogpld.release import Release
from ogpld.release.context_archive import archived_context
from ogpld.release.release_store import DERIVED


def test_every_file_is_listed_and_sent(server: Server, release: Release) -> None:
    """All but those made from others, as they lie there; what a mirror answers is what a pull reads."""
    mirror = Mirror(server.url, 30)
    listed = mirror.releases()
    assert (listed.current, [entry.id for entry in listed.releases]) == (release.id, [release.id])
    for digest in listed.contexts:
        assert mirror.context(digest) == archived_context(release.path.parents[1], digest)
    assert listed.contexts
    files = mirror.files(listed.releases[0])
    there = {
        path.relative_to(release.path).as_posix()
        for path in release.path.rglob("*")
        if path.is_file()
    }
    assert files.files.keys() == {
        n for n in there if n not in DERIVED and not n.startswith("dump/")
    }
    for name, file in files.files.items():
        body = mirror.part(release.id, name, file, 0, file.size)
        assert hashlib.sha256(body).hexdigest() == file.sha256
        assert body == (release.path / name).read_bytes()
    data = files.files["data.nq.gz"]
    assert mirror.part(release.id, "data.nq.gz", data, 10, 99) == release.data.read_bytes()[10:99]
    mirror.close()


def test_headers_of_a_file(server: Server, release: Release) -> None:
    """It stays for ever under its tag; the list may get shorter."""
    answer = server.get(f"/release/{release.id}/files/manifest.json")
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Accept-Ranges"] == "bytes"
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert server.get(f"/release/{release.id}/files/manifest.json", headers=tag).status_code == 304
    assert (
        "immutable" not in server.get(f"/release/{release.id}/files.json").headers["Cache-Control"]
    )
    assert (
        server.get("/release/current/files.json").headers["Location"]
        == f"/release/{release.id}/files.json"
    )


@pytest.mark.parametrize(
    "path",
    [
        "search.sqlite",
        "../../publish.lock",
        "%2e%2e/%2e%2e/publish.lock",
        "model",
        "a",
        ".manifest.json",
    ],
)
def test_nothing_else_is_sent(server: Server, release: Release, path: str) -> None:
    """Not what is made from a release, and nothing beside it."""
    assert server.get(f"/release/{release.id}/files/{path}").status_code in {404, 400}
    assert server.get(f"/release/9-0123456789ab/files/{path}").status_code == 404
