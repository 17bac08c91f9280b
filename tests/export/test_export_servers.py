"""An export behind nginx, Apache httpd and its worker answers as the server does: every kind of address."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import pytest
import requests
from support.apache import apache
from support.nginx import nginx
from support.programs import demand, output
from support.small import Small

from ogpld.config import Settings
from ogpld.export import address_writer
from ogpld.export import write_export as exporting
from ogpld.export.answers import Site, open_site
from ogpld.export.file_tree import read_sums
from ogpld.export.write_export import ExportOptions, write_export
from ogpld.pipeline.dumping import complete_dumps
from ogpld.pipeline.progress import Progress
from ogpld.web.server.create_application import create_wsgi_application

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


SERVERS = pytest.mark.parametrize("server", ["nginx", "apache"])


@dataclass
class Copy:
    """A site and its export behind web servers, by their names."""

    site: Site
    urls: dict[str, str]
    folder: Path
    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)

    def get(self, server: str, path: str, accept: str = "") -> requests.Response:
        """Ask a copy; without `accept` the header is not sent."""
        return self.request("GET", server, path, accept)

    def request(self, method: str, server: str, path: str, accept: str = "") -> requests.Response:
        """Ask a copy in any way."""
        headers = {"Accept": accept or None}
        url = self.urls[server] + path
        return requests.request(method, url, headers=headers, timeout=20, allow_redirects=False)  # type: ignore[arg-type]


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
def copy(small_home: Path) -> Iterator[Copy]:
    """A few addresses of every kind of a small site, as files behind nginx and Apache.

    They may not run as root: the folder is open to others.
    """
    settings = Settings(home=small_home)
    with TemporaryDirectory(prefix="ogpld-") as place, ExitStack() as stack:
        folder = Path(place)
        folder.chmod(0o755)
        with pytest.MonkeyPatch.context() as patch:
            things, others = exporting.things_of, exporting.other_addresses
            patch.setattr(exporting, "things_of", lambda current: few(things(current)))
            patch.setattr(exporting, "other_addresses", lambda current: few(others(current)))
            patch.setattr(address_writer, "links_in", lambda _page, _prefix: ())
            options = ExportOptions(languages=("en", "et"), packs=True)
            write_export(folder, settings, options, Progress())
        site = stack.enter_context(open_site(settings))
        http = f"include {folder}/nginx-http.conf;"
        server = f"root {folder}/site; include {folder}/nginx-server.conf;"
        lines = f"Include {folder}/apache.conf"
        urls = {
            "nginx": stack.enter_context(nginx(folder / "nginx", http, server)),
            "apache": stack.enter_context(apache(folder / "apache", folder / "site", lines)),
        }
        yield Copy(site, urls, folder)


@dataclass
class Answer:
    """What is compared of an answer: status, `Location` or media type, digest of the bytes, CORS."""

    status: int
    place: str | None
    digest: str
    origin: str | None


def of_site(copy: Copy, path: str, accept: str) -> Answer:
    """Return what the site answers."""
    plain, _, query = path.partition("?")
    answer = copy.site.get(plain, query, accept)
    place = answer.headers.get("location") or answer.headers.get("content-type")
    digest = hashlib.sha256(answer.body).hexdigest() if answer.status in {200, 410} else ""
    return Answer(answer.status, place, digest, "*")


def of_server(copy: Copy, server: str, path: str, accept: str) -> Answer:
    """Return what a web server answers; Apache says in full where redirects lead."""
    answer = copy.get(server, path, accept)
    place = answer.headers.get("Location") or answer.headers.get("Content-Type")
    place = place and place.removeprefix(copy.urls[server])
    digest = hashlib.sha256(answer.content).hexdigest() if answer.status_code in {200, 410} else ""
    origin = answer.headers.get("Access-Control-Allow-Origin")
    return Answer(answer.status_code, place, digest, origin)


def differences(copy: Copy, server: str, path: str, accept: str = "") -> list[str]:
    """Return what a web server answers otherwise than the site."""
    site = copy.answers.get((path, accept)) or of_site(copy, path, accept)
    copy.answers[path, accept] = site
    answer = of_server(copy, server, path, accept)
    return [] if answer == site else [f"{path} {accept}: {answer}, not {site}"]


def addresses(copy: Copy) -> list[tuple[str, str]]:
    """Return addresses of every kind, with values of Accept."""
    with copy.site.current_release.lease() as release:
        paths = [*few(exporting.things_of(release)), *few(exporting.other_addresses(release))]
    forms = ("ttl", "jsonld", "nt", "rdf", "html")
    documents = [p for p in paths if p.startswith(("/doc/", "/code/")) and p.count("/") == 3]
    pairs = [(path, accept) for path in paths for accept in ("", BROWSER)]
    pairs += [(f"{path}.{form}", "") for path in documents for form in forms]
    pairs += [(f"{path}?lang=et", "text/html") for path in documents]
    pairs += [
        (path.replace("/doc/", "/id/") + tail, "")
        for path in documents
        if path.startswith("/doc/")
        for tail in ("", "?a=1")
    ]
    pairs += [(f"/dump{tail}", "") for tail in ("", "/current", "/current/index.json")]
    pairs += [
        (path, "") for path in ("/release/current", "/id/member/nobody", "/doc/member/nobody")
    ]
    pairs += [(path, "") for path in ("/nothing", "/doc/member.ttl", "/doc/member?format=nt")]
    # the blank nodes of the shapes have other names in each process
    return [(path, accept) for path, accept in pairs if path != "/shapes"]


@SERVERS
def test_answers_are_those_of_the_server(copy: Copy, server: str) -> None:
    """Forms by suffix and by Accept, languages, redirects and what there is not."""
    pairs = addresses(copy)
    assert len(pairs) > 500
    faults = [line for path, accept in pairs for line in differences(copy, server, path, accept)]
    assert not faults, "\n".join([f"{len(faults)} of {len(pairs)}", *faults[:20]])


def test_the_site_in_this_process_is_that_of_the_server(copy: Copy, small_home: Path) -> None:
    """What an export asks for answers as workers do: status, headers and bytes."""
    responses = create_wsgi_application(Settings(home=small_home, workers=1))
    site = Site(responses)
    try:
        for path, accept in addresses(copy)[::17]:
            if path == "/openapi.json":
                continue  # says what callers may take: there is nothing to take of files
            plain, _, query = path.partition("?")
            there, here = (each.get(plain, query, accept) for each in (site, copy.site))
            for name in ("ratelimit", "ratelimit-policy", "date"):
                there.headers.pop(name, None)
                here.headers.pop(name, None)
            assert (here.status, here.headers) == (there.status, there.headers), (path, accept)
            assert here.body == there.body, (path, accept)
    finally:
        responses.current_release.close()


@SERVERS
def test_every_file_is_answered(copy: Copy, server: str) -> None:
    """Each file but those of errors has an address, as it is written, with its bytes."""
    files = {
        name.removeprefix("site"): digest
        for name, digest in read_sums(copy.folder).items()
        if name.startswith("site/") and not re.search(r"~(?:gone|40\d)\.\w+$", name)
    }
    twins = {f"{name}.gz" for name in files if not name.startswith("/dump/")}
    files = {name: digest for name, digest in files.items() if name not in twins}
    assert len(files) > 500
    wrong = []
    with requests.Session() as session:
        for name, digest in files.items():
            answer = session.get(copy.urls[server] + quote(name), timeout=20)
            if answer.status_code != 200 or hashlib.sha256(answer.content).hexdigest() != digest:
                wrong.append(f"{name}: {answer.status_code}")
    assert wrong == []


def test_the_worker_answers_as_the_server(copy: Copy) -> None:
    """The worker for a content delivery network, in Node over the files, with all values of Accept."""
    program = shutil.which("node")
    demand("node", there=program is not None, lacking="install Node")
    pairs = [*addresses(copy), *(("/doc/member", accept) for accept in ACCEPTS)]
    script = Path(__file__).parent / "worker.mjs"
    printed = output(["node", script, copy.folder], input=json.dumps(pairs))
    faults = [
        f"{path} {accept}: {answer}"
        for (path, accept), answer in zip(pairs, json.loads(printed), strict=True)
        if Answer(**answer) != of_site(copy, path, accept)
    ]
    assert not faults, "\n".join([f"{len(faults)} of {len(pairs)}", *faults[:20]])


@SERVERS
@pytest.mark.parametrize("accept", ACCEPTS)
def test_accept_chooses_as_on_the_server(copy: Copy, server: str, accept: str) -> None:
    """Weights, wildcards, aliases and refusals have the same outcome."""
    document = next(copy.folder.glob("site/doc/member/[A-Z]*.ttl")).stem
    for path in ("/doc/member", f"/doc/member/{document}"):
        assert differences(copy, server, path, accept) == []


def headers(answer: requests.Response) -> dict[str, list[str]]:
    """Return the words of each header, in any order, but for those of the file that was sent."""
    own = {"content-encoding", "content-length", "etag", "date", "last-modified", "accept-ranges"}
    return {
        name.lower(): sorted(re.split(r",\s*", value))
        for name, value in answer.headers.items()
        if name.lower() not in own
    }


@SERVERS
def test_texts_are_sent_compressed(copy: Copy, server: str) -> None:
    """Whoever accepts it gets the file beside, with the headers of the text; others get the text."""
    schema = "/doc/member.csv-metadata.json"
    paths = [schema, "/doc/member", "/doc/member.csv", "/doc/member.ttl", "/static/style.css"]
    for path in paths:
        plain, packed = (
            requests.get(copy.urls[server] + path, headers={"Accept-Encoding": coding}, timeout=20)
            for coding in ("gzip;q=0, br", "br, gzip;q=0.5")
        )
        assert packed.headers.get("Content-Encoding") == "gzip", path
        assert "Content-Encoding" not in plain.headers
        assert plain.content == packed.content
        for answer in (plain, packed):
            assert "Accept-Encoding" in answer.headers["Vary"]
        assert headers(plain) == headers(packed)


@SERVERS
def test_a_withdrawn_thing_is_gone(copy: Copy, server: str) -> None:
    """It is 410 with what the server says, as document and as thing, to programs and people."""
    gone = [
        f.name.removesuffix("~gone.json") for f in copy.folder.glob("site/doc/member/*~gone.json")
    ]
    assert len(gone) == 1
    document, thing = f"/doc/member/{gone[0]}", f"/id/member/{gone[0]}"
    assert copy.site.get(document).status == 410
    for path, accept in ((document, ""), (document, BROWSER), (thing, "")):
        assert differences(copy, server, path, accept) == []


@SERVERS
def test_what_needs_a_server_says_so(copy: Copy, server: str) -> None:
    """Filters and searches are no shorter lists: they are 404 with a code."""
    for path in ("/doc/member?q=x", "/search?q=a", "/doc/member?sort=label"):
        answer = copy.get(server, path)
        assert answer.status_code == 404
        assert answer.json()["code"] == "not-exported"


@SERVERS
def test_an_address_puts_nothing_into_headers(copy: Copy, server: str) -> None:
    """Breaks of lines and quotes of a path are not part of where a redirect leads."""
    for tail in ("a%0d%0aX-Mine:%20y", "a%0dX-Mine:%20y", "a%0aX-Mine:%20y", "%3Cx%3E"):
        answer = copy.get(server, f"/dump/current/{tail}")
        assert (answer.status_code, answer.headers.get("X-Mine")) == (404, None), tail


@SERVERS
def test_methods_are_those_of_a_copy(copy: Copy, server: str) -> None:
    """Reading is all there is; preflights are answered, and a body is none of HEAD."""
    options = copy.request("OPTIONS", server, "/doc/member")
    assert (options.status_code, options.headers["Access-Control-Allow-Methods"]) == (
        204,
        "GET, HEAD, OPTIONS",
    )
    assert copy.request("HEAD", server, "/doc/member", "text/turtle").content == b""
    assert copy.request("POST", server, "/doc/member").status_code == 405


def test_rules_of_apache_work_as_htaccess(copy: Copy) -> None:
    """Where the configuration is out of reach, the file does the same in the folder."""
    rules = copy.folder / "site/.htaccess"
    shutil.copy(copy.folder / "apache.conf", rules)
    try:
        with apache(copy.folder / "htaccess", copy.folder / "site", "AllowOverride All") as url:
            there = replace(copy, urls={"apache": url})
            pairs = addresses(copy)[::20]
            faults = [f for path, a in pairs for f in differences(there, "apache", path, a)]
    finally:
        rules.unlink()
    assert not faults, "\n".join([f"{len(faults)} of {len(pairs)}", *faults[:20]])
