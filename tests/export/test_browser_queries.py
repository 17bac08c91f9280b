"""The engine of the page /sparql of exports, under Node, answers every question as the server does."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from support.programs import demand, output
from support.running import ROOT

from ogpld.config import Settings
from ogpld.export.answers import open_site
from ogpld.queries.named import load_named
from ogpld.release import ReleaseStore

HERE = Path(__file__).parent
ENGINE = ROOT / "ogpld/export/browser"
#: Questions of the generated suite that the engine for browsers answers otherwise, with what differs; none does.
DEVIATIONS: dict[str, str] = {}


def content_of(answer: dict[str, Any]) -> object:
    """Return what an answer says: columns and rows in any order, yes or no, statements in any order."""
    if "error" in answer:
        return answer["error"]
    if "boolean" in answer:
        return answer["boolean"]
    if "triples" in answer:
        return Counter(answer["triples"].splitlines())
    rows = (json.dumps(row, sort_keys=True) for row in answer["results"]["bindings"])
    return answer["head"]["vars"], Counter(rows)


def browser_answers(home: Path, folder: Path, queries: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Return what the engine answers over the data of a release, by the names of queries."""
    program = shutil.which("node")
    there = program is not None and (ENGINE / "web_bg.wasm").is_file()
    demand("engine", there=there, lacking="install Node and run make engine")
    release = ReleaseStore(home).with_data()
    questions = folder / "questions.json"
    content = {
        "base": release.iris.base,
        "hidden": release.hidden_graphs[0],
        "queries": queries,
    }
    questions.write_text(json.dumps(content), encoding="utf-8")
    page = ROOT / "ogpld/export/page"
    command = ["node", HERE / "graph_store.mjs", page, ENGINE, release.data, questions]
    answers: dict[str, dict[str, Any]] = json.loads(output(command, 600))["answers"]
    assert answers.keys() == queries.keys()
    return answers


def server_answers(home: Path, queries: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Return what the server answers; statements as N-Triples."""
    answers: dict[str, dict[str, Any]] = {}
    with open_site(Settings(home=home)) as site:
        for name, text in queries.items():
            query = urlencode({"query": text})
            answer = site.get("/sparql", query, "application/sparql-results+json")
            if answer.status == 406:
                triples = site.get("/sparql", query, "application/n-triples").body.decode()
                answers[name] = {"triples": triples}
            else:
                assert answer.status == 200, f"{name}: {answer.body.decode()}"
                answers[name] = json.loads(answer.body)
    return answers


def deviations(browser: dict[str, dict[str, Any]], server: dict[str, dict[str, Any]]) -> list[str]:
    """Return the questions whose answers are not the same, with the engine's error where it has one."""
    return [
        f"{name}: {browser[name].get('error', 'another answer')}"
        for name, answer in server.items()
        if content_of(browser[name]) != content_of(answer)
    ]


def test_every_question_has_the_same_answer(home: Path, tmp_path: Path) -> None:
    """Columns are equal, and so are the rows in any order."""
    queries, server = {}, {}
    with open_site(Settings(home=home)) as site:
        for name in load_named():
            queries[name] = site.get(f"/queries/{name}.rq").body.decode()
            server[name] = json.loads(site.get(f"/queries/{name}.json").body)
    assert deviations(browser_answers(home, tmp_path, queries), server) == []


def test_the_generated_suite_has_the_same_answers(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A query by feature of SPARQL 1.1, and one of each kind that clients ask."""
    monkeypatch.syspath_prepend(ROOT / "bench/engines")
    import query_sets  # noqa: PLC0415  (bench is no package)

    queries = query_sets.feature_queries()
    base = ReleaseStore(home).with_data().iris.base
    things, members = [f"{base}id/commitment/EE0050"], [f"{base}id/member/EST"]
    for kind in query_sets.KINDS:
        (text,) = kind.queries(things, members, range(1))
        # without an order any rows are right, so all are compared
        queries[kind.name] = text if "ORDER BY" in text else re.sub(r"LIMIT \d+\s*$", "", text)
    assert len(queries) > 80
    browser = browser_answers(home, tmp_path, queries)
    named = [line.partition(":")[0] for line in deviations(browser, server_answers(home, queries))]
    assert named == list(DEVIATIONS)
