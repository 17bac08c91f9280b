"""The page /sparql of an export, behind nginx with its rules, in a browser: it loads the dumps and answers."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from support.nginx import nginx
from support.programs import demand
from support.running import ROOT

from ogpld.config import Settings
from ogpld.export import address_writer
from ogpld.export import write_export as exporting
from ogpld.export.answers import open_site
from ogpld.export.write_export import ExportOptions, write_export
from ogpld.pipeline.dumping import complete_dumps
from ogpld.pipeline.progress import Progress

if TYPE_CHECKING:
    from playwright.sync_api import Page

SEARCH = 'SELECT ?s { ?s <http://jena.apache.org/text#query> "budget" }'


@pytest.fixture(scope="module")
def small_home(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample data with dumps, which have many members of gzip, as those of every release."""
    there = (ROOT / "ogpld/export/browser/web_bg.wasm").is_file()
    demand("engine", there=there, lacking="install Node and run make engine")
    folder = tmp_path_factory.mktemp("export") / "home"
    shutil.copytree(home, folder, symlinks=True)
    complete_dumps(Settings(home=folder), Progress())
    return folder


@pytest.fixture(scope="module")
def url(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """What the page needs of an export, behind nginx."""
    folder = tmp_path_factory.mktemp("copy")
    with pytest.MonkeyPatch.context() as patch:
        things, others = exporting.things_of, exporting.other_addresses
        needs = ("/dump/", "/static/")
        patch.setattr(exporting, "things_of", lambda current: islice(things(current), 1))
        patch.setattr(
            exporting, "other_addresses", lambda c: (p for p in others(c) if p.startswith(needs))
        )
        patch.setattr(address_writer, "links_in", lambda _page, _prefix: ())
        options = ExportOptions(languages=("en",))
        write_export(folder, Settings(home=small_home), options, Progress())
    with nginx(
        folder / "nginx",
        f"include {folder}/nginx-http.conf;",
        f"root {folder}/site; include {folder}/nginx-server.conf;",
    ) as address:
        yield address


def test_a_query_is_answered_in_the_browser(
    new_page: Callable[..., Page], url: str, small_home: Path
) -> None:
    """Rows, yes or no and statements are the server's; an error is said; only the site is asked."""
    page = new_page(url)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto("/sparql")
    page.click("button[type=submit]")
    page.wait_for_selector("#result table")
    query = page.input_value("#query")
    with open_site(Settings(home=small_home)) as site:
        answers = [
            json.loads(site.get("/sparql", urlencode({"query": text, "format": "json"})).body)
            for text in (query, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
        ]
    rows, (count,) = (answer["results"]["bindings"] for answer in answers)
    assert page.locator("#result tbody tr").count() == len(rows) > 10
    size = f"{int(count['n']['value']):,} statements"
    assert page.inner_text("#state").startswith(f"{len(rows)} rows (")
    assert size in page.inner_text("#state")
    page.fill("#query", "CONSTRUCT WHERE { ?member a <https://w3id.org/ogpld/ns#Member> }")
    page.click("button[type=submit]")
    page.wait_for_selector("#result pre")
    members = {r["things"]["value"] for r in rows if r["class"]["value"].endswith("#Member")}
    assert {str(len(page.inner_text("#result pre").strip().splitlines()))} == members
    for text, state in (
        ("ASK { ?s ?p ?o }", "Yes ("),
        ("SELEKT", "error at 1"),
        (SEARCH, "Text search needs"),
    ):
        page.goto("/sparql?" + urlencode({"query": text}))
        page.wait_for_function(
            "state => document.getElementById('state').textContent.startsWith(state)", arg=state
        )
    assert all(address.startswith(url) for address in requests)


def test_a_named_question_of_one_member(
    new_page: Callable[..., Page], url: str, small_home: Path
) -> None:
    """Its rows are those of the server, and of the data only that member's is loaded; no script is inline."""
    with open_site(Settings(home=small_home)) as site:
        question = site.get("/queries/report-authors.rq").body.decode()
        answer = json.loads(site.get("/queries/report-authors.json").body)
    names = answer["head"]["vars"]
    rows = [
        [row[name]["value"] if name in row else "" for name in names]
        for row in answer["results"]["bindings"]
    ]
    page = new_page(url)
    page.goto("/sparql?" + urlencode({"query": question}))
    page.wait_for_selector("#result table")
    assert page.locator("#result thead th").all_inner_texts() == names
    cells = page.locator("#result tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    )
    assert sorted(cells) == sorted(rows)
    assert rows
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    response = page.goto("/sparql?member=EST")
    policy = response.headers["content-security-policy"] if response else ""
    assert "script-src 'self' 'wasm-unsafe-eval';" in policy
    assert "unsafe-inline" not in policy
    page.click("button[type=submit]")
    page.wait_for_selector("#result table")
    assert " alone)" in page.inner_text("#state")
    (dump,) = (address for address in loaded if "/dump/" in address)
    assert dump.endswith("/est/data.nq.gz")
    (file,) = (small_home / "releases").glob("*/dump/est/data.nq.gz")
    with gzip.open(file) as lines:
        statements = {line.rpartition(b" <")[0] for line in lines}
    assert f"{len(statements):,} statements of " in page.inner_text("#state")
