"""The engine of the page /sparql of exports, under Node, answers every question as the server does."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

from support.programs import demand, output
from support.running import ROOT

from ogpld.config import Settings
from ogpld.export.answers import open_site
from ogpld.queries.named import load_named
from ogpld.release import ReleaseStore

HERE = Path(__file__).parent
ENGINE = ROOT / "ogpld/export/browser"


def rows_of(answer: dict[str, Any]) -> Counter[str]:
    """Return the rows of an answer in SPARQL JSON, in any order."""
    return Counter(json.dumps(row, sort_keys=True) for row in answer["results"]["bindings"])


def compare(home: Path, folder: Path) -> list[str]:
    """Return the questions that have another answer in the browser's engine than on the server."""
    program = shutil.which("node")
    there = program is not None and (ENGINE / "web_bg.wasm").is_file()
    demand("engine", there=there, lacking="install Node and run make engine")
    release = ReleaseStore(home).with_data()
    queries, server = {}, {}
    with open_site(Settings(home=home)) as site:
        for name in load_named():
            queries[name] = site.get(f"/queries/{name}.rq").body.decode()
            server[name] = json.loads(site.get(f"/queries/{name}.json").body)
    asked = folder / "questions.json"
    asked.write_text(
        json.dumps(
            {
                "base": release.iris.base,
                "hidden": release.hidden_graphs[0],
                "queries": queries,
            }
        ),
        encoding="utf-8",
    )
    page = ROOT / "ogpld/export/page"
    command = ["node", HERE / "graph_store.mjs", page, ENGINE, release.data, asked]
    browser = json.loads(output(command, 600))["answers"]
    assert len(browser) == len(load_named())
    return [
        f"{name}: {browser[name].get('error', 'other rows')}"
        for name, answer in server.items()
        if "error" in browser[name]
        or browser[name]["head"]["vars"] != answer["head"]["vars"]
        or rows_of(browser[name]) != rows_of(answer)
    ]


def test_every_question_has_the_same_answer(home: Path, tmp_path: Path) -> None:
    """Columns are equal, and so are the rows in any order."""
    assert compare(home, tmp_path) == []
