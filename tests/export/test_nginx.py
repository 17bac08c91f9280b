"""An export behind a real nginx answers as the server does: status, media type, bytes, for every kind of address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from support.nginx import nginx
from support.small import Small

from ogpld.config import Settings
from ogpld.export import write_export as exporting
from ogpld.export.answers import Site, open_site
from ogpld.export.write_export import ExportOptions, write_export
from ogpld.pipeline.dumping import complete_dumps
from ogpld.pipeline.progress import Progress

#: What browsers send.
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
#: Headers that choose a form of a document.
ACCEPTS = [
    "*/*",
    BROWSER,
    "text/html",
    "TEXT/HTML",
    "text/turtle",
    "application/x-turtle",
    "application/n-triples",
    "text/plain",
    "application/ld+json",
    "application/json",
    "application/rdf+xml, */*;q=0.1",
    "application/n-triples, */*",
    "text/turtle;q=0.5, text/html;q=0.4",
    "text/turtle;q=0.4, text/html;q=0.5",
    "text/html;q=0.5, text/turtle;q=0.5",
    "text/*",
    "text/*;q=0.3, application/*;q=0.6",
    "*/*;q=0.8, text/turtle;q=0",
    "text/turtle;charset=utf-8",
    "text/turtle; q=0.2 , application/rdf+xml ; q=0.9",
    "image/png",
    "text/html;q=0",
    "nonsense",
    "application/xhtml+xml",
]


@dataclass
class Copy:
    """A site and its export behind nginx."""

    site: Site
    url: str
    folder: Path

    def get(self, path: str, accept: str = "") -> requests.Response:
        """Ask the copy; without `accept` the header is not sent."""
        headers = {"Accept": accept or None}
        return requests.get(self.url + path, headers=headers, timeout=20, allow_redirects=False)  # type: ignore[arg-type]


def few(paths: Iterable[str]) -> Iterator[str]:
    """Yield the first addresses of each kind of which there are many."""
    counts: dict[str, int] = {}
    for path in paths:
        kind = re.sub(r"[^/]+$", "", path)
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] <= 3 or kind in {"/", "/doc/", "/static/", "/release/"}:
            yield path


@pytest.fixture(scope="module")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of two releases; the second has one member less."""
    small = Small(tmp_path_factory.mktemp("export"))
    small.publish(small.lines)
    small.publish(small.lines[:-1])
    complete_dumps(Settings(home=small.home), Progress())
    return small.home


@pytest.fixture(scope="module")
def copy(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """A few addresses of every kind of a small site, as files behind nginx."""
    folder = tmp_path_factory.mktemp("copy")
    settings = Settings(home=small_home)
    with pytest.MonkeyPatch.context() as patch:
        things, others = exporting.things_of, exporting.other_addresses
        patch.setattr(exporting, "things_of", lambda current: few(things(current)))
        patch.setattr(exporting, "other_addresses", lambda current: few(others(current)))
        patch.setattr(exporting, "links_in", lambda _page, _prefix: ())
        write_export(folder, settings, ExportOptions(languages=("en", "et")), Progress())
    with (
        open_site(settings) as site,
        nginx(
            folder / "nginx",
            f"include {folder}/nginx-http.conf;",
            f"root {folder}/site; include {folder}/nginx-server.conf;",
        ) as url,
    ):
        yield Copy(site, url, folder)


def differences(copy: Copy, path: str, accept: str = "") -> list[str]:
    """Return what the copy answers otherwise than the site."""
    plain, _, query = path.partition("?")
    site, answer = copy.site.get(plain, query, accept), copy.get(path, accept)
    found = []
    if answer.status_code != site.status:
        found.append(f"status {answer.status_code}, not {site.status}")
    elif site.status in {301, 302, 303}:
        if answer.headers["Location"] != site.headers["location"]:
            found.append(f"Location {answer.headers['Location']}")
    else:
        if answer.headers.get("Content-Type") != site.headers["content-type"]:
            found.append(
                f"type {answer.headers.get('Content-Type')}, not {site.headers['content-type']}"
            )
        if site.status in {200, 410} and answer.content != site.body:
            found.append(f"{len(answer.content)} other bytes than the {len(site.body)}")
    if answer.headers.get("Access-Control-Allow-Origin") != "*":
        found.append("no CORS")
    return [f"{path} {accept}: {text}" for text in found]


def test_answers_are_those_of_the_server(copy: Copy) -> None:
    """Every file of a form is the answer to its suffix and to its media type; every page, language and redirect."""
    current = copy.site.current_release
    with current.lease() as release:
        paths = [*few(exporting.things_of(release)), *few(exporting.other_addresses(release))]
    forms = ("ttl", "jsonld", "nt", "rdf", "html")
    asked = [(path, accept) for path in paths for accept in ("", BROWSER)]
    asked += [
        (f"{p}.{form}", "")
        for p in paths
        if p.count("/") == 3 and p.startswith(("/doc", "/code"))
        for form in forms
    ]
    asked += [(f"{p}?lang=et", "text/html") for p in paths if p.startswith("/doc/member/")]
    asked += [
        (p.replace("/doc/", "/id/") + tail, "")
        for p in paths
        if p.startswith("/doc/") and p.count("/") == 3
        for tail in ("", "?a=1")
    ]
    asked += [
        (path, "")
        for path in ("/dump", "/dump/current", "/dump/current/index.json", "/release/current")
    ]
    asked += [
        (path, "")
        for path in (
            "/id/member/nobody",
            "/doc/member/nobody",
            "/nothing",
            "/doc/member.ttl",
            "/doc/member?format=nt",
        )
    ]
    # the blank nodes of the shapes have other names in each process
    asked = [(path, accept) for path, accept in asked if path != "/shapes"]
    found = [line for path, accept in asked for line in differences(copy, path, accept)]
    assert not found, "\n".join([f"{len(found)} of {len(asked)}", *found[:20]])


@pytest.mark.parametrize("accept", ACCEPTS)
def test_accept_chooses_as_on_the_server(copy: Copy, accept: str) -> None:
    """Weights, wildcards, aliases and refusals have the same outcome."""
    document = next(copy.folder.glob("site/doc/member/[A-Z]*.ttl")).stem
    for path in ("/doc/member", f"/doc/member/{document}"):
        assert differences(copy, path, accept) == []


def test_a_withdrawn_thing_is_gone(copy: Copy) -> None:
    """It is 410 with what the server says, as document and as thing, to programs and people."""
    gone = [
        f.name.removesuffix("~gone.json") for f in copy.folder.glob("site/doc/member/*~gone.json")
    ]
    assert len(gone) == 1
    document, thing = f"/doc/member/{gone[0]}", f"/id/member/{gone[0]}"
    assert copy.site.get(document).status == 410
    for path, accept in ((document, ""), (document, BROWSER), (thing, "")):
        assert differences(copy, path, accept) == []


def test_what_needs_a_server_says_so(copy: Copy) -> None:
    """Filters and searches are no shorter lists: they are 404 with a code."""
    for path in ("/doc/member?q=x", "/search?q=a", "/doc/member?sort=label"):
        answer = copy.get(path)
        assert answer.status_code == 404
        assert answer.json()["code"] == "not-exported"
