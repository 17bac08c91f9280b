"""The query editor in a real browser: there, answered, and asking nobody but this server."""

from __future__ import annotations

import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest
from support.chromium import CHROMIUM, QUIET
from support.programs import demand
from support.running import ROOT, Server

EDITOR = ROOT / "ogpld/web/static/editor/yasgui.min.js"
NOBODY_ELSE = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"


def browse(tmp_path: Path, address: str) -> subprocess.CompletedProcess[str]:
    """Return the document after its scripts ran, and what the browser logged."""
    demand("chromium", there=CHROMIUM is not None, lacking="install chromium")
    demand("editor", there=EDITOR.is_file(), lacking="run make editor")
    options = (f"--user-data-dir={tmp_path}", NOBODY_ELSE, "--virtual-time-budget=8000")
    return subprocess.run(
        [CHROMIUM, *QUIET.split(), *options, "--dump-dom", address],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


@pytest.mark.counterpart("editor")
def test_the_editor_opens_on_an_example_already_run(server: Server, tmp_path: Path) -> None:
    """Its table is filled; the plain form is hidden; nothing was refused, nobody else was asked."""
    result = browse(tmp_path, f"{server.url}/sparql")
    assert "CodeMirror" in result.stdout
    assert "50 results in" in result.stdout
    assert 'id="ask"' in result.stdout
    assert "hidden" in result.stdout.partition('id="ask"')[2].partition(">")[0]
    for word in ("Content Security Policy", "Refused to", "ERR_", "Uncaught", "CONSOLE"):
        assert word not in result.stderr


@pytest.mark.counterpart("editor")
def test_an_error_is_told_in_sentences(server: Server, tmp_path: Path) -> None:
    """What was wrong and what to do, as the plain page does."""
    result = browse(tmp_path, f"{server.url}/sparql?query={quote('SELECT * { ?s ?p ?o }')}")
    message = result.stdout.partition('class="errorResult"')[2]
    assert "The query was not answered: the result is larger than 10,000 rows" in message
    assert "What to do: page with ORDER BY" in message
    assert "Uncaught" not in result.stderr


@pytest.mark.counterpart("editor")
def test_a_shared_address_opens_what_was_shared(server: Server, tmp_path: Path) -> None:
    """In the query string or, when it is long, after the #."""
    text = 'SELECT ("shared \\\\ text" AS ?found) {} # """'
    for mark in ("?", "#"):
        result = browse(tmp_path, f"{server.url}/sparql{mark}query={quote(text)}")
        assert "1 result in" in result.stdout
        assert "shared \\ text" in result.stdout
        program = result.stdout.partition('data-language="Python"')[2].partition("</pre>")[0]
        assert 'SELECT ("shared \\\\\\\\ text"' in program.partition(">")[2]


@pytest.mark.counterpart("editor")
def test_the_boxes_work_with_the_editor(server: Server, tmp_path: Path) -> None:
    """Columns are in its table; files and the permanent address are of what was asked, with them."""
    text = "SELECT ?m { VALUES ?m { <http://localhost:8000/id/member/EST> } }"
    address = f"{server.url}/sparql?query={quote(text)}&labels=en"
    result = browse(tmp_path, address)
    assert "mLabel" in result.stdout
    assert "Uncaught" not in result.stderr
    page = result.stdout.partition('id="editor"')[2]
    assert "&amp;labels=en&amp;format=parquet" in page
    form = page.partition('action="/q"')[2].partition("</form>")[0]
    assert (
        f'name="query" value="{text.replace("<", "&lt;").replace(">", "&gt;")}"' in form
        or text in form
    )
    assert 'name="labels"' in form


@pytest.mark.counterpart("editor")
@pytest.mark.parametrize("select", ["?c", "(COUNT(?c) AS ?n)"])
def test_an_empty_answer_says_why_in_the_editor(
    server: Server, tmp_path: Path, select: str
) -> None:
    """As the plain page does, beside the editor's own table."""
    text = f"SELECT {select} {{ ?c a <http://w3id.org/ogpld/ns#Commitment> }}"
    result = browse(tmp_path, f"{server.url}/sparql?query={quote(text)}")
    reasons = result.stdout.partition('id="absences"')[2].partition("</section>")[0]
    assert "hidden" not in reasons.partition(">")[0]
    assert "https://w3id.org/ogpld/ns#Commitment" in reasons
    assert result.stdout.count('id="absences"') == 1
    assert "Uncaught" not in result.stderr
