"""The page /sparql of an export, behind nginx with its rules, in a browser: it loads the dumps and answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from support.nginx import nginx
from support.programs import demand
from support.running import ROOT
from support.small import Small

from ogpld.config import Settings
from ogpld.export import write_export as exporting
from ogpld.export.answers import open_site
from ogpld.export.write_export import ExportOptions, write_export
from ogpld.pipeline.dumping import complete_dumps
from ogpld.pipeline.progress import Progress

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture(scope="module")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small home with dumps; its data has many members of gzip, as that of every release."""
    there = (ROOT / "ogpld/export/browser/web_bg.wasm").is_file()
    demand("engine", there=there, lacking="install Node and run make engine")
    small = Small(tmp_path_factory.mktemp("export"))
    small.publish(small.lines)
    complete_dumps(Settings(home=small.home), Progress())
    return small.home


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
        patch.setattr(exporting, "links_in", lambda _page, _prefix: ())
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
    for text, state in (("ASK { ?s ?p ?o }", "Yes ("), ("SELEKT", "error at 1")):
        page.goto("/sparql?" + urlencode({"query": text}))
        page.wait_for_function(
            "state => document.getElementById('state').textContent.startsWith(state)", arg=state
        )
    assert all(address.startswith(url) for address in requests)
