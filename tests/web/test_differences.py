"""`/release/a..b` and releases whose data was pruned, as browsers and programs see them."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from html import unescape
from pathlib import Path

import pytest
from support.pages import BROWSER, read
from support.running import ROOT
from werkzeug.test import Client

from ogpld.cli import main
from ogpld.config import Settings
from ogpld.csv_rows import csv_text
from ogpld.rdf import DCTERMS, PROV, SCHEMA, parse_quads, term_text
from ogpld.release import ReleaseStore
from ogpld.release.packed_files import packed, unpacked
from ogpld.release.release_store import LOG, PATCH
from ogpld.web.http.responses import IMMUTABLE
from ogpld.web.routes import differences
from ogpld.web.server.create_application import create_wsgi_application

pytestmark = pytest.mark.usefixtures("without_dumps")

EVIL = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four releases; the data of the first was pruned."""
    folder = tmp_path_factory.mktemp("differences")
    for name in ("members", "institutions"):
        shutil.copytree(ROOT / "data/sources" / name, folder / "data/sources" / name)
    table = folder / "data/sources/members/members.csv"
    text = table.read_text(encoding="utf-8")
    common = ["--home", str(folder / "home")]
    for name in ("Albania", f"Albania {EVIL}", "Albania two", "Albania three"):
        table.write_text(text.replace("Albania,AL", f"{name},AL", 1), encoding="utf-8")
        assert main([*common, "build", "--sources", str(folder / "data/sources")]) == 0
    assert main([*common, "releases", "prune", "--keep", "3"]) == 0
    return folder / "home"


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[Client]:
    """A server in this process."""
    front = create_wsgi_application(Settings(home=home, workers=1))
    yield Client(front)
    front.current_release.close()


def ids(home: Path) -> list[str]:
    """Return the ids of the releases."""
    return [release.id for release in ReleaseStore(home).releases()]


def test_the_page_shows_old_and_new_side_by_side(client: Client, home: Path) -> None:
    """As text, whatever the values are."""
    _, evil, two, _ = ids(home)
    answer = client.get(f"/release/{evil}..{two}", headers={"Accept": BROWSER})
    assert answer.status_code == 200
    text = " ".join(unescape(answer.text).split())
    read(answer.text)
    assert EVIL not in answer.text
    assert "1 changed" in text
    assert f"Albania {EVIL}" in text
    assert "Albania two" in text
    assert answer.headers["Vary"] == "Accept, Accept-Language, Accept-Encoding"
    listed = client.get("/releases", headers={"Accept": BROWSER}).text
    assert f"/release/{evil}..{two}" in listed


def test_the_forms(client: Client, home: Path) -> None:
    """JSON by default; what is sent with both ids never changes."""
    _, evil, two, _ = ids(home)
    path = f"/release/{evil}..{two}"
    plain = client.get(path)
    assert plain.headers["Content-Type"] == "application/json"
    assert plain.headers["Cache-Control"] == IMMUTABLE
    assert plain.headers["Content-Location"] == f"{path}.json"
    assert plain.json is not None
    assert [t["change"] for t in plain.json["things"]] == ["Update"]
    rows = list(csv.DictReader(io.StringIO(client.get(f"{path}.csv").text)))
    assert {"Albania two"} <= {row["new"] for row in rows}
    patch = client.get(f"{path}.rdfp")
    assert patch.headers["Content-Type"] == "application/rdf-patch"
    assert patch.text.endswith("TC .\n")
    again = client.get(
        f"{path}.csv", headers={"If-None-Match": client.get(f"{path}.csv").headers["ETag"]}
    )
    assert again.status_code == 304
    assert client.get(f"{path}.zip").status_code == 406
    assert client.head(path).status_code == 200


def test_numbers_lead_to_ids(client: Client, home: Path) -> None:
    """Numbers and `current` redirect to ids, and such redirects are not cached."""
    _, evil, _, last = ids(home)
    answer = client.get("/release/2..current.csv")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/release/{evil}..{last}.csv")
    assert answer.headers["Cache-Control"] == "no-store"
    for name in ("2..9", "2..", "..2", "2...3", "2..x/..", "2..3..4"):
        assert client.get(f"/release/{name}").status_code == 404, name


def test_a_pruned_release_is_gone_but_told(client: Client, home: Path) -> None:
    """Its manifest and its difference are there, its report and tables are 410."""
    first, evil, *_ = ids(home)
    assert client.get(f"/release/{first}").status_code == 200
    page = client.get(f"/release/{first}", headers={"Accept": BROWSER})
    assert "pruned" in page.text
    assert client.get(f"/release/{first}..{evil}").status_code == 200
    for below in ("validation", "source/members/members.csv"):
        answer = client.get(f"/release/{first}/{below}")
        assert answer.status_code == 410
        assert answer.json is not None
        assert answer.json["code"] == "pruned"


def test_how_a_release_came_about(client: Client, home: Path) -> None:
    """PROV-O: software, release before, and every input with its digest and the day it was read."""
    _, evil, two, _ = ids(home)
    release = ReleaseStore(home).get(two)
    quads = list(parse_quads(client.get(f"/release/{two}.nt").data, "nt"))
    base = f"http://localhost:8000/release/{two}"
    statements = {(term_text(q.subject), q.predicate, term_text(q.object)) for q in quads}
    assert (base, PROV("wasGeneratedBy"), f"{base}#build") in statements
    assert (base, PROV("wasRevisionOf"), f"http://localhost:8000/release/{evil}") in statements
    assert (f"{base}#build", PROV("wasAssociatedWith"), f"{base}#software") in statements
    assert (f"{base}/validation", PROV("wasGeneratedBy"), f"{base}#build") in statements
    used = {value for subject, predicate, value in statements if predicate == PROV("used")}
    [table] = [
        s for s, p, v in statements if p == DCTERMS("title") and v == "sources/members/members.csv"
    ]
    assert table in used
    digest = release.manifest.inputs["sources/members/members.csv"]
    assert (table, SCHEMA("sha256"), digest) in statements
    day = release.manifest.sources["members"]["retrieved"]
    assert (table, DCTERMS("date"), day) in statements


def test_too_much_is_an_error(client: Client, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never a part of the difference; the patch has it all."""
    _, evil, two, _ = ids(home)
    monkeypatch.setattr(differences, "LIMIT", 1)
    answer = client.get(f"/release/{evil}..{two}.csv")
    assert answer.status_code == 413
    assert answer.json is not None
    assert answer.json["code"] == "difference-too-large"
    assert f"/release/{evil}..{two}.rdfp" in answer.json["hint"]
    assert client.get(f"/release/{evil}..{two}.rdfp").status_code == 200


@pytest.fixture(scope="module")
def later(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The same, after a release without the last member and one with another beside."""
    folder = tmp_path_factory.mktemp("later")
    shutil.copytree(home.parent / "data", folder / "data")
    shutil.copytree(home, folder / "home", symlinks=True)
    table = folder / "data/sources/members/members.csv"
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    arguments = ["--home", str(folder / "home"), "build", "--allow-shrink"]
    for text in (
        lines[:-1],
        [line.replace("Argentina,", "Argentina anew,", 1) for line in lines[:-1]],
    ):
        table.write_text("".join(text), encoding="utf-8")
        assert main([*arguments, "--sources", str(folder / "data/sources")]) == 0
    front = create_wsgi_application(Settings(home=folder / "home", workers=1))
    yield Client(front)
    front.current_release.close()


def test_the_page_is_in_its_language(later: Client) -> None:
    """Properties, codes and columns are called as elsewhere; what is in another language says so."""
    html = later.get("/release/4..5?lang=et", follow_redirects=True, headers={"Accept": BROWSER})
    page = html.text.partition("<main")[2]
    read(html.text)
    heads = re.findall(r'<th scope="col">(.*?)</th>', page)
    assert heads == ["Omadus", "Enne", "Pärast"]
    assert re.search(r'<h2><a href="[^"]+"><bdi lang="en">Bogotá, Colombia</bdi></a>', page)
    assert '<a href="/ns?lang=et#memberType"><bdi>liikme liik</bdi></a>' in page
    assert '<a href="/code/member-type/local?lang=et"><bdi>Kohalik</bdi></a>' in page
    english = later.get("/release/4..5", follow_redirects=True, headers={"Accept": BROWSER}).text
    assert re.search(r'<a href="/code/member-type/local"><bdi[^>]*>Local</bdi></a>', english)


def test_a_thing_that_is_withdrawn_later_keeps_its_name(home: Path, tmp_path: Path) -> None:
    """What changed of it before says who it was, though the release in service has it no more."""
    shutil.copytree(home.parent / "data", tmp_path / "data")
    shutil.copytree(home, tmp_path / "home", symlinks=True)
    table = tmp_path / "data/sources/members/members.csv"
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[-1][rows[0].index("note")] = "Another note."
    changed = csv_text(rows)
    arguments = ["--home", str(tmp_path / "home"), "build", "--allow-shrink"]
    for text in (changed, "".join(lines[:-1])):
        table.write_text(text, encoding="utf-8")
        assert main([*arguments, "--sources", str(tmp_path / "data/sources")]) == 0
    front = create_wsgi_application(Settings(home=tmp_path / "home", workers=1))
    release = ReleaseStore(tmp_path / "home").current()
    assert release is not None
    last = release.manifest.sequence
    path = f"/release/{last - 2}..{last - 1}"
    with closing(front.current_release):
        page = Client(front).get(path, follow_redirects=True, headers={"Accept": BROWSER})
    assert re.search(r"<h2>(<a [^>]*>)?<bdi[^>]*>Bogotá, Colombia</bdi>", page.text)


def test_a_withdrawn_thing_is_gone_and_told(client: Client, later: Client) -> None:
    """410 with what it was and when; its old address says the same in every form."""
    before = client.get("/doc/member/bogota-colombia.nt")
    assert before.status_code == 200
    for path in (
        "/doc/member/bogota-colombia",
        "/id/member/bogota-colombia",
        "/doc/member/bogota-colombia.ttl",
    ):
        answer = later.get(path)
        assert answer.status_code == 410
        report = answer.json
        assert report is not None
        assert report["code"] == "withdrawn"
        assert report["label"] == "Bogotá, Colombia"
        assert report["lastRelease"].startswith("4-")
        assert report["withdrawnIn"].startswith("5-")
        assert f"/release/{report['lastRelease']}..{report['withdrawnIn']}" in report["hint"]
    page = later.get("/doc/member/bogota-colombia", headers={"Accept": BROWSER})
    assert page.status_code == 410
    assert "Bogotá, Colombia" in unescape(page.text)
    assert later.get("/doc/member/QQQ").status_code == 404
    assert later.get("/doc/member/EST").status_code == 200


def test_a_thing_with_another_identifier_is_redirected(later: Client, tmp_path: Path) -> None:
    """Where it said what it is replaced by before it went."""
    old, new = (f"http://localhost:8000/id/member/{key}" for key in ("bogota-colombia", "EST"))
    settings = later.application.current_release.settings  # type: ignore[union-attr]
    shutil.copytree(settings.home, tmp_path / "home", symlinks=True)
    [*_, gone, _] = ReleaseStore(tmp_path / "home").releases()
    patch = gone.path / PATCH
    content = unpacked(patch).decode()
    line = f"D <{old}> <http://purl.org/dc/terms/isReplacedBy> <{new}> <http://g.example/> .\n"
    patch.write_bytes(packed(content.replace("TX .\n", "TX .\n" + line).encode()))
    (gone.path / LOG).unlink()  # it is worked out again from the patch
    front = create_wsgi_application(Settings(home=tmp_path / "home", workers=1))
    answer = Client(front).get("/doc/member/bogota-colombia")
    other = Client(front).get("/doc/member/bogota-colombia.jsonld?_profile=expanded")
    front.current_release.close()
    assert answer.status_code == 301
    assert answer.headers["Location"] == "/doc/member/EST"
    assert other.headers["Location"] == "/doc/member/EST.jsonld?_profile=expanded"
    assert answer.json is not None
    assert answer.json["replacedBy"] == [new]


def test_pages(client: Client, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many things are paged; a page there is not is 404."""
    _, evil, two, _ = ids(home)
    path = f"/release/{evil}..{two}.html"
    assert client.get(f"{path}?page=2").status_code == 404
    assert client.get(f"{path}?page=x").status_code == 404
    monkeypatch.setattr(differences, "PAGE", 1)
    first = client.get(f"{path}?page=1")
    assert first.status_code == 200
    assert "Things 1-1 of " in first.text
    assert client.get(f"{path.removesuffix('html')}csv?page=1").status_code == 400
