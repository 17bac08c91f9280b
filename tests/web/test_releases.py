"""The list of releases, a release, and the report of its check, in every form."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.pages import BROWSER, FRAME_SCRIPT, Reader
from support.pages import read as whole
from support.running import Server
from werkzeug.test import Client, TestResponse

from ogpld.config import Settings
from ogpld.rdf import PREFIXES, SH, parse_quads
from ogpld.release import Release, ReleaseStore
from ogpld.release.packed_files import packed, unpacked
from ogpld.release.release_store import REPORT
from ogpld.report import Finding, Report, Severity
from ogpld.web.http.responses import IMMUTABLE
from ogpld.web.pages.reports import PAGE
from ogpld.web.server.create_application import create_wsgi_application

EVIL = '"><script>alert(1)</script>'
MANY = 20_000
EARLIER, DAMAGED = "7-0123456789ab", "8-0123456789ab"


@pytest.fixture(scope="module")
def big(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A server in this process, over a release whose report is long and means harm."""
    place = tmp_path_factory.mktemp("big") / "home"
    shutil.copytree(home, place, symlinks=True)
    release = ReleaseStore(place).current()
    assert release is not None
    for name in (EARLIER, DAMAGED):
        copied(release, name)
    (release.path.with_name(DAMAGED) / REPORT).write_bytes(packed(b"{}"))
    evil = Finding(Severity.WARNING, "javascript:alert(1)", EVIL, value=EVIL, shape=EVIL)
    many = (
        Finding(Severity.INFO, f"{release.manifest.base_iri}id/member/M{n}", f"remark {n}")
        for n in range(MANY)
    )
    (release.path / REPORT).write_bytes(packed(Report.of([evil, *many]).as_json().encode()))
    front = create_wsgi_application(Settings(home=place, workers=1))
    yield Client(front)
    front.current_release.close()


def copied(release: Release, name: str) -> Path:
    """Copy a release under another id, which its manifest then has."""
    target = release.path.with_name(name)
    shutil.copytree(release.path, target)
    manifest = json.loads((target / "manifest.json").read_text())
    sequence, _, digest = name.partition("-")
    manifest |= {"sequence": int(sequence), "digest": digest + manifest["digest"][len(digest) :]}
    (target / "manifest.json").write_text(json.dumps(manifest))
    return target


def page(answer: TestResponse) -> Reader:
    """Return a page that is whole and safe."""
    assert answer.status_code == 200
    return whole(answer.text)


def report_path(release: Release) -> str:
    """Return the address of a release's report."""
    return f"/release/{release.id}/validation"


def test_the_report_comes_in_every_form(server: Server, release: Release) -> None:
    """The W3C's graph in four forms is one graph, named by its address; text and JSON say as much."""
    path = report_path(release)
    report = Report.from_json(unpacked(release.path / REPORT))
    graphs = [
        {q.triple for q in parse_quads(server.get(f"{path}.{suffix}").content, suffix)}
        for suffix in ("ttl", "nt", "rdf")
    ]
    assert graphs[0] == graphs[1] == graphs[2]
    heads = {t.subject.value for t in graphs[0] if t.predicate == SH("conforms")}
    assert heads == {f"{release.manifest.base_iri}{path[1:]}"}
    assert len([t for t in graphs[0] if t.predicate == SH("result")]) == len(report.findings)
    assert len(server.get(f"{path}.jsonld").json()[SH("result").value]) == len(report.findings)
    assert Report.from_json(server.get(f"{path}.json").content) == report
    assert server.get(f"{path}.txt").text.startswith(report.summary())


@pytest.mark.parametrize(
    ("accept", "kind"),
    [("*/*", "text/turtle"), ("application/json", "application/json"), ("text/plain", "text/plain"),
     ("application/ld+json", "application/ld+json"), (BROWSER, "text/html")],
)  # fmt: skip
def test_the_form_is_negotiated(server: Server, release: Release, accept: str, kind: str) -> None:
    """Turtle unless something else is asked for; what never changes is sent as such."""
    answer = server.get(report_path(release), headers={"Accept": accept})
    assert answer.headers["Content-Type"].partition(";")[0] == kind
    language = "Accept-Language, " if kind == "text/html" else ""
    assert answer.headers["Vary"] == f"Accept, {language}Accept-Encoding"
    assert (answer.headers["Cache-Control"] == IMMUTABLE) == (kind != "text/html")
    assert answer.headers["Content-Location"].startswith(f"{report_path(release)}.")
    assert "json-ld#context" not in answer.headers["Link"]


def test_the_current_release_is_a_redirect(server: Server, release: Release) -> None:
    """With suffix and parameters kept, and never stored by a cache."""
    for below in ("", "/validation", "/validation.ttl", ".jsonld", "/validation?severity=Info"):
        answer = server.get(f"/release/current{below}")
        assert (answer.status_code, answer.headers["Cache-Control"]) == (302, "no-store")
        assert answer.headers["Location"] == f"/release/{release.id}{below}"


@pytest.mark.parametrize(
    "name", ["99-000000000000", "9", "1..2", ".tmp-x", "1-..", "1-a/validation"]
)
def test_unknown_releases_are_404(server: Server, name: str) -> None:
    """As a problem; no name leaves the folder."""
    answer = server.get(f"/release/{name}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_causes_lead_to_cells_things_and_rules(server: Server, release: Release) -> None:
    """Every link of the report is answered, its anchors are there."""
    path = report_path(release)
    text = server.get(path, headers={"Accept": BROWSER}).text
    read = whole(text)
    row = f"/release/{release.id}/source/estonia/estonia.csv?row=2"
    assert {row, "/doc/commitment/EE0013", "/shapes#Commitment-outside-plan"} <= set(read.hrefs)
    assert 'id="cause-1"' in text
    seen = {}
    for href in read.hrefs:
        target, _, anchor = href.partition("#")
        if target.startswith("/"):
            if target not in seen:
                seen[target] = server.get(target, headers={"Accept": BROWSER}, allow_redirects=True)
            assert seen[target].status_code == 200, href
            assert not anchor or f'id="{anchor}"' in seen[target].text, href


def test_findings_are_filtered_by_links(server: Server, release: Release) -> None:
    """By severity and by thing; a page there is not is 404, a severity 400."""
    path = report_path(release)
    infos = server.get(f"{path}.html?severity=Info").text
    assert 'class="severity info"' in infos
    assert 'class="severity warning"' not in infos
    thing = f"{release.manifest.base_iri}id/commitment/EE0013"
    about = server.get(f"{path}.html", params={"about": thing}).text
    assert len(re.findall(r'<li class="cause"', about)) == 1
    assert server.get(f"{path}.html?severity=Worst").status_code == 400
    for wrong in ("page=0", "page=9", "page=²", "page=99999999999999999999"):
        assert server.get(f"{path}.html?{wrong}").status_code == 404


def test_a_long_report_is_paged(big: Client) -> None:
    """A page stays small, numbers go on over pages, and the whole is one link away."""
    first = big.get("/release/current/validation.html", follow_redirects=True)
    links = page(first).hrefs
    assert len(first.data) < 100_000
    assert f"{MANY + 1:,} findings" in first.text
    path = first.request.path.removesuffix(".html")
    assert f"{path}?page=2" in links
    last = big.get(f"{path}.html?page={MANY // PAGE + 1}")
    assert f'id="cause-{MANY + 1}"' in last.text
    assert big.get(f"{path}.html?page={MANY // PAGE + 2}").status_code == 404
    assert len(big.get(f"{path}.txt").text.split("remark ")) == MANY + 1


def test_every_kept_release_has_its_own_report(big: Client, release: Release) -> None:
    """With its own tables; a report that cannot be read is a fault and no empty report."""
    report = Report.from_json(unpacked(release.path / REPORT))
    answer = big.get(f"/release/{EARLIER}/validation", headers={"Accept": BROWSER})
    assert f"/release/{EARLIER}/source/estonia/estonia.csv?row=2" in page(answer).hrefs
    assert "the one in service" not in answer.text
    assert big.get(f"/release/{EARLIER}/validation.txt").text.startswith(report.summary())
    assert f'href="/release/{EARLIER}"' in big.get("/releases.html").text
    assert big.get(f"/release/{DAMAGED}/validation").status_code == 500


def test_a_report_that_means_harm_is_text(big: Client) -> None:
    """No tag, no address but ours."""
    answer = big.get("/release/current/validation.html?severity=Warning", follow_redirects=True)
    read = page(answer)
    assert "&lt;script&gt;" in answer.text
    assert not [h for h in read.hrefs if h.startswith("javascript")]
    response = big.get(answer.request.path, query_string={"about": EVIL})
    assert page(response)
    assert "<script" not in response.text.replace(FRAME_SCRIPT, "")


def test_a_thing_shows_its_own_findings(server: Server, release: Release) -> None:
    """Sentence, value, and the way to the report; a thing without findings has no such section."""
    html = server.get("/doc/commitment/EE0013.html").text
    assert "It starts before the cycle of its plan" in html
    assert "<code><bdi>2011</bdi></code>" in html
    (link,) = re.findall(r'href="(/release/current/validation[^"]+)"', html)
    report = server.get(link, headers={"Accept": BROWSER}, allow_redirects=True)
    assert "estonia.csv" in report.text
    before, _, versions = html.partition('id="versions"')
    assert release.id not in before, "a page must not change with every release"
    assert release.id in versions
    assert 'id="findings"' not in server.get("/doc/commitment/EE0050.html").text


def test_tags_follow_the_findings(server: Server, big: Client) -> None:
    """A page whose findings changed has another tag, one whose did not has the same."""
    plain = {"Accept-Encoding": "identity"}
    tags = {
        path: (server.get(path, headers=plain).headers["ETag"], big.get(path).headers["ETag"])
        for path in ("/doc/commitment/EE0050.html", "/doc/commitment/EE0013.html")
    }
    same, other = tags.values()
    assert same[0] == same[1]
    assert other[0] != other[1]
    assert (
        server.get("/doc/commitment/EE0013.ttl", headers=plain).headers["ETag"]
        == (big.get("/doc/commitment/EE0013.ttl").headers["ETag"])
    )


def test_a_release_says_what_it_is(server: Server, release: Release) -> None:
    """Counts, digest, inputs, report; as a page and as one graph in every form."""
    path = f"/release/{release.id}"
    graphs = [
        {q.triple for q in parse_quads(server.get(f"{path}.{suffix}").content, suffix)}
        for suffix in ("ttl", "nt", "rdf")
    ]
    assert graphs[0] == graphs[1] == graphs[2]
    texts = {t.object.value for t in graphs[0] if hasattr(t.object, "value")}
    assert {release.manifest.digest, release.id, release.manifest.created} <= texts
    assert set(release.manifest.inputs.values()) & texts
    html = server.get(path, headers={"Accept": BROWSER}).text
    whole(html)
    assert release.manifest.digest in html
    table = server.get(f"{path}/source/estonia/estonia.csv")
    assert table.headers["Cache-Control"] == IMMUTABLE
    assert table.content == server.get("/source/estonia/estonia.csv").content
    assert server.get(f"{path}/source/estonia/none.csv").status_code == 404


def test_releases_are_listed(server: Server, release: Release) -> None:
    """For people and for programs; the footer leads there."""
    html = server.get("/releases", headers={"Accept": BROWSER}).text
    whole(html)
    assert f'href="/release/{release.id}/validation"' in html
    assert "in service" in html
    versions = {
        q.object.value
        for q in parse_quads(server.get("/releases.nt").content, "nt")
        if q.predicate.value == f"{PREFIXES['dcat']}hasVersion"
    }
    assert versions == {f"{release.manifest.base_iri}release/{release.id}"}
    assert 'href="/releases"' in server.get("/", headers={"Accept": BROWSER}).text


def test_the_catalogue_says_what_the_data_conforms_to(server: Server, release: Release) -> None:
    """Shapes and vocabulary, the report as quality metadata, the check as a service."""
    base = release.manifest.base_iri
    quads = list(parse_quads(server.get("/catalog.nt").content, "nt"))
    iris = {
        (q.subject.value.removeprefix(base), q.predicate.value.rpartition("/")[2].rpartition("#")[2]):
        q.object.value
        for q in quads
    }  # fmt: skip
    assert iris["dataset/ogpld", "hasQualityMetadata"] == f"{base}release/current/validation"
    assert iris["validate", "endpointURL"] == f"{base}validate"
    standards = {q.object.value for q in quads if q.predicate.value.endswith("conformsTo")}
    assert {"https://w3id.org/ogpld/shapes", "https://w3id.org/ogpld/ns#"} <= standards
    assert json.loads(unpacked(release.path / REPORT))["publishable"]
    service = server.get("/validate", headers={"Accept": "text/turtle"})
    assert "dcat:DataService" in service.text
