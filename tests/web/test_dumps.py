"""`/dump/…`: files and ranges of them, by both HTTP servers; looked up in a list, never by path."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest
import requests
from support.running import Server, start_server, stop_server
from support.sample_data import copy_sample

from ogpld.catalogue.linkset import read_header
from ogpld.cli import main
from ogpld.config import Settings
from ogpld.dumps.dump_index import DumpIndex, read_index
from ogpld.pipeline import Inputs, publish_sources
from ogpld.pipeline.dumping import complete_dumps
from ogpld.pipeline.progress import Progress
from ogpld.release import Release, ReleaseStore

_FILE = "est/commitment.csv"


@pytest.fixture(scope="module")
def served(dumped_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a release with dumps."""
    log = tmp_path_factory.mktemp("log") / "serve.log"
    started = start_server(dumped_home, log)
    yield started
    stop_server(started)


@pytest.fixture(scope="module")
def release(dumped_home: Path) -> Release:
    """The release."""
    release = ReleaseStore(dumped_home).current()
    assert release is not None
    return release


@pytest.fixture(scope="module")
def index(release: Release) -> DumpIndex:
    """The list of its dumps."""
    index = read_index(release)
    assert index is not None
    return index


@pytest.fixture(scope="module")
def content(release: Release) -> bytes:
    """A file as it lies there."""
    return (release.path / "dump" / _FILE).read_bytes()


def test_every_file_is_sent_as_it_is(served: Server, release: Release, index: DumpIndex) -> None:
    """With its type, a name to save it under, its size, for ever."""
    for file in index.files[:40]:
        answer = served.get(f"/dump/{release.id}/{file.file}", stream=True)
        assert answer.status_code == 200
        body = answer.raw.read()
        assert hashlib.sha256(body).hexdigest() == file.sha256
        assert answer.headers["Content-Length"] == str(file.bytes)
        assert answer.headers["Accept-Ranges"] == "bytes"
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Content-Encoding" not in answer.headers
        assert "Vary" not in answer.headers
        kind = "application/gzip" if file.gzip else file.media_type
        assert answer.headers["Content-Type"].partition(";")[0] == kind
        saved = f"ogpld-1-{file.file.replace('/', '-')}"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{saved}"'


def test_a_data_set_names_its_files_by_the_type_they_are_sent_with(
    served: Server, index: DumpIndex
) -> None:
    """Each item of its header, of every data set."""
    names = sorted({file.dataset for file in index.files})
    types = set()
    for name in names:
        links = read_header(served.get(f"/dataset/{name}").headers["Link"])
        items = [link for link in links if link.rel == "item"]
        assert items, name
        for item in items:
            answer = requests.head(f"{served.url}{item.href}", timeout=30, allow_redirects=True)
            sent = answer.headers["Content-Type"].partition(";")[0]
            assert sent == item.attributes["type"], item
            types.add(sent)
    assert types == {"application/gzip", "text/csv"}


def test_head_tells_the_same_without_a_body(
    served: Server, release: Release, content: bytes
) -> None:
    """Harvesters ask so first."""
    path = f"/dump/{release.id}/{_FILE}"
    got, head = served.get(path), requests.head(served.url + path, timeout=30)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["Content-Length"] == str(len(content))
    for name in ("ETag", "Content-Type", "Content-Disposition", "Link", "Cache-Control"):
        assert head.headers[name] == got.headers[name]


@pytest.mark.parametrize(
    ("byte_range", "part"),
    [
        ("bytes=0-0", slice(0, 1)),
        ("bytes=0-99", slice(0, 100)),
        ("bytes=100-", slice(100, None)),
        ("bytes=-7", slice(-7, None)),
        ("bytes=-99999999", slice(0, None)),
        ("bytes=5-99999999", slice(5, None)),
    ],
)
def test_ranges(
    served: Server, release: Release, content: bytes, byte_range: str, part: slice
) -> None:
    """RFC 9110 section 14: first and last byte, from, the last so many."""
    answer = served.get(f"/dump/{release.id}/{_FILE}", headers={"Range": byte_range})
    wanted = content[part]
    start = len(content) - len(wanted) if part.stop is None else part.start
    assert answer.status_code == 206
    assert answer.content == wanted
    content_range = f"bytes {start}-{start + len(wanted) - 1}/{len(content)}"
    assert answer.headers["Content-Range"] == content_range
    assert answer.headers["Content-Length"] == str(len(wanted))


@pytest.mark.parametrize(
    "byte_range", ["bytes=0-1,5-6", "lines=1-2", "bytes=9-3", "bytes=-", "nonsense"]
)
def test_other_ranges_are_answered_with_the_whole(
    served: Server, release: Release, content: bytes, byte_range: str
) -> None:
    """Several ranges, other units, and what is no range at all."""
    answer = served.get(f"/dump/{release.id}/{_FILE}", headers={"Range": byte_range})
    assert answer.status_code == 200
    assert answer.content == content


@pytest.mark.parametrize("byte_range", ["bytes=99999999-", "bytes=99999999-999999999", "bytes=-0"])
def test_a_range_behind_the_end(
    served: Server, release: Release, content: bytes, byte_range: str
) -> None:
    """416, and how many bytes there are."""
    answer = served.get(f"/dump/{release.id}/{_FILE}", headers={"Range": byte_range})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(content)}"
    assert answer.json()["code"] == "range"


def test_conditions(served: Server, release: Release, content: bytes) -> None:
    """If-Range goes on only with the same file; If-None-Match is answered with 304."""
    path = f"/dump/{release.id}/{_FILE}"
    tag = served.get(path).headers["ETag"]
    for condition, status in ((tag, 206), ('"other"', 200), ("Sat, 28 Nov 2026 08:00:00 GMT", 200)):
        headers = {"Range": "bytes=3-9", "If-Range": condition}
        answer = served.get(path, headers=headers)
        assert answer.status_code == status
        assert answer.content == (content[3:10] if status == 206 else content)
    response = served.get(path, headers={"If-None-Match": tag})
    assert response.status_code == 304
    assert response.content == b""
    assert response.headers["ETag"] == tag
    other = f"/dump/{release.id}/est/milestone.csv"
    assert served.get(other).headers["ETag"] != tag


def test_a_download_is_taken_up_again(served: Server, release: Release, index: DumpIndex) -> None:
    """Piece by piece it is the file."""
    file = index.by_name["ogpld/tables.sqlite.gz"]
    path, step, body = f"/dump/{release.id}/{file.file}", 50_000, b""
    while len(body) < file.bytes:
        range_header = f"bytes={len(body)}-{len(body) + step - 1}"
        answer = served.get(path, headers={"Range": range_header}, stream=True)
        body += answer.raw.read()
    assert hashlib.sha256(body).hexdigest() == file.sha256


def test_current_redirects(dumped_server: Server, release: Release) -> None:
    """To the release's own address, which never changes."""
    for below in ("", f"/{_FILE}", "/ro-crate-metadata.json"):
        answer = dumped_server.get(f"/dump/current{below}")
        assert answer.status_code == 302
        assert answer.headers["Location"] == f"/dump/{release.id}{below}"
        assert answer.headers["Cache-Control"] == "no-store"
    assert dumped_server.get("/dump").headers["Location"] == f"/dump/{release.id}"


def test_the_list_is_a_page_and_json(
    dumped_server: Server, release: Release, index: DumpIndex
) -> None:
    """Negotiated; the page links every file, with its size."""
    path = f"/dump/{release.id}"
    listed = dumped_server.get(path)
    assert listed.headers["Content-Type"] == "application/json"
    assert listed.headers["Vary"] == "Accept, Accept-Encoding"
    assert listed.json()["files"][0]["file"] == "ogpld/data.nq.gz"
    assert dumped_server.get(f"{path}/index.json").content == listed.content
    page = dumped_server.get(path, headers={"Accept": "text/html"})
    assert page.headers["Content-Type"].startswith("text/html")
    for file in index.files:
        assert f'href="{path}/{file.file}"' in page.text
    assert 'rel="describedby"' in listed.headers["Link"]


@pytest.mark.parametrize(
    "file",
    [
        "../manifest.json",
        "est/../../manifest.json",
        "%2e%2e/manifest.json",
        "..%2fmanifest.json",
        "est//commitment.csv",
        "est/",
        "est",
        "nothing.csv",
        "/etc/passwd",
    ],
)
def test_only_what_is_listed_is_sent(dumped_server: Server, release: Release, file: str) -> None:
    """A path leads nowhere."""
    host, _, port = dumped_server.url.removeprefix("http://").partition(":")
    with closing(HTTPConnection(host, int(port), timeout=30)) as connection:
        connection.request("GET", f"/dump/{release.id}/{file}")  # the path goes out as it is
        answer = connection.getresponse()
        body = answer.read()
    assert answer.status in {404, 308}, body[:200]
    assert b"inputs_digest" not in body


def test_a_release_without_dumps(server: Server, dumped_server: Server) -> None:
    """404, and where to look; the datasets say that there are none."""
    name = server.get("/healthz").json()["release"]
    for path in ("/dump/current", f"/dump/{name}", f"/dump/{name}/{_FILE}"):
        answer = server.get(path)
        assert answer.status_code == 404
        assert answer.json()["code"] == "no-dumps"
    assert server.get("/dump/99-abc").json()["code"] == "not-found"
    page = server.get("/dataset/est", headers={"Accept": "text/html"}).text
    assert "There are none at present" in page
    page = server.get("/catalog.html").text
    assert "There are no files to download at present" in page
    column = ">Files</th>"
    assert column not in page
    assert column in dumped_server.get("/catalog.html").text


def test_the_newest_complete_dumps_are_listed(dumped_home: Path, tmp_path: Path) -> None:
    """Until those of a new release are there; a pruned release's are gone."""
    home = tmp_path / "home"
    shutil.copytree(dumped_home, home, symlinks=True)
    settings = Settings(home=home)
    data = tmp_path / "data"
    copy_sample(data)
    table = data / "sources/members/members.csv"
    table.write_text(table.read_text().replace("Albania", "Albania again", 1))
    first, *_ = ReleaseStore(home).releases()
    publish_sources(Inputs(data=data), settings, Progress())
    [_, second] = ReleaseStore(home).releases()
    server = start_server(home, tmp_path / "serve.log")

    def page(path: str) -> str:
        return server.get(path, headers={"Accept": "text/html"}).text

    try:
        assert server.get("/dump/current").headers["Location"] == f"/dump/{first.id}"
        before = server.get("/catalog.ttl").text
        old, codebook = page(f"/dump/{first.id}"), server.get("/codebook.csv")
        assert f"</dump/{first.id}>" in codebook.headers["Link"]
        assert server.get(f"/dump/{second.id}").json()["code"] == "no-dumps"
        complete_dumps(settings, Progress())
        assert server.get("/dump/current").headers["Location"] == f"/dump/{second.id}"
        after = server.get("/catalog.ttl").text
        assert before != after
        assert page(f"/dump/{first.id}") != old, "it said that it was the newest"
        codebook = server.get("/codebook.csv")
        assert f"</dump/{second.id}>" in codebook.headers["Link"]
        assert second.manifest.created in after
        assert server.get(f"/dump/{first.id}").status_code == 200
        table.write_text(table.read_text().replace("Albania", "Albania once more", 1))
        publish_sources(Inputs(data=data), settings, Progress())
        assert main(["--home", str(home), "releases", "prune", "--keep", "1"]) == 0
        gone = server.get(f"/dump/{first.id}/{_FILE}")
        assert gone.status_code == 410
        assert gone.json()["code"] == "pruned"
    finally:
        stop_server(server)


def test_preconditions_come_before_ranges(served: Server, release: Release) -> None:
    """If-Match is 412 with and without Range, even one that is not in the file; dates are compared exactly."""
    path = f"/dump/{release.id}/{_FILE}"
    response = served.get(path)
    tag, date = response.headers["ETag"], response.headers["Last-Modified"]
    for method in ("GET", "HEAD"):
        for range_headers in ({}, {"Range": "bytes=0-3"}, {"Range": "bytes=999999999-"}):
            for condition in ('"nope"', f"W/{tag}"):
                headers = {**range_headers, "If-Match": condition}
                answer = requests.request(method, served.url + path, headers=headers, timeout=20)
                assert answer.status_code == 412
                assert answer.headers["Content-Type"] == "application/problem+json"
                assert "Content-Range" not in answer.headers
    some = {"Range": "bytes=0-3"}
    assert served.get(path, headers={**some, "If-Match": f'"x", {tag}'}).status_code == 206
    assert served.get(path, headers={**some, "If-Match": "*"}).status_code == 206
    assert served.get(path, headers={**some, "If-Range": date}).status_code == 206
    late = "Fri, 31 Dec 2100 10:00:00 GMT"
    for condition in (late, f"W/{tag}", "soon"):
        assert served.get(path, headers={**some, "If-Range": condition}).status_code == 200
    old = "Thu, 01 Jan 1970 00:00:00 GMT"
    assert served.get(path, headers={**some, "If-Unmodified-Since": old}).status_code == 412
    assert served.get(path, headers={**some, "If-Unmodified-Since": "soon"}).status_code == 206
    assert served.get(path, headers={"If-Modified-Since": date}).status_code == 304
    both = {"If-None-Match": '"x"', "If-Modified-Since": date}
    assert served.get(path, headers=both).status_code == 200
    assert served.get(path, headers={"If-None-Match": f"W/{tag}"}).status_code == 304
    assert served.get(path, headers={"If-None-Match": tag, "If-Match": '"x"'}).status_code == 412
