"""The pages in a real browser: content there without script, nothing refused by the policy."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from support.chromium import CHROMIUM, QUIET
from support.programs import demand
from support.running import Server


@pytest.mark.counterpart("chromium")
@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/", "What came of it"),
        ("/doc/commitment/EE0050", "Riigikogu Transparency"),
        ("/sparql?query=ASK%20%7B%7D", "yes"),
        ("/release/current/validation", "column"),
        ("/validate", "Nothing you send is stored or logged"),
        ("/harvest", "catalog.ttl"),
        ("/dataset/ogpld", "Cite this"),
        ("/nothing", "Not Found"),
    ],
)
def test_a_browser_shows_the_page(server: Server, tmp_path: Path, path: str, text: str) -> None:
    """The document is there, styled by our sheet, and the policy has nothing to refuse."""
    demand("chromium", there=CHROMIUM is not None, lacking="install chromium")
    result = subprocess.run(
        [CHROMIUM, *QUIET.split(), f"--user-data-dir={tmp_path}", "--dump-dom", server.url + path],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert text in result.stdout
    assert "Content Security Policy" not in result.stderr
    assert "Refused to" not in result.stderr
