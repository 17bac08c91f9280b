"""What docs/export.md prints is run as it is printed, but for the folder: commands, and the rules for nginx."""

from __future__ import annotations

import re
import shlex
import subprocess
from itertools import islice
from pathlib import Path
from textwrap import dedent

import pytest
import requests
from support.nginx import nginx
from support.running import ROOT
from support.small import Small

from ogpld.export import address_writer
from ogpld.export import write_export as exporting

#: What is exported here.
THINGS, OTHERS = 2, ("/", "/doc/member")


def blocks() -> list[str]:
    """Return the indented blocks of the document."""
    text = (ROOT / "docs/export.md").read_text(encoding="utf-8")
    return [
        dedent(block).strip("\n") for block in re.findall(r"(?m)(?:^ {4}.*\n|^\n(?= {4}))+", text)
    ]


def test_the_document_is_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each command ends well, in its order; behind the nginx of the document a document is answered."""
    small = Small(tmp_path)
    small.publish(small.lines)
    things = exporting.things_of
    monkeypatch.setattr(exporting, "things_of", lambda c: islice(things(c), THINGS))
    monkeypatch.setattr(exporting, "other_addresses", lambda _: iter(OTHERS))
    monkeypatch.setattr(address_writer, "links_in", lambda _page, _prefix: ())
    monkeypatch.chdir(tmp_path)
    (rules,) = (block for block in blocks() if block.startswith("http {"))
    (apache_rules,) = (block for block in blocks() if block.startswith("<VirtualHost"))
    commands = [
        line
        for block in blocks()
        if block not in (rules, apache_rules)
        for line in block.splitlines()
    ]
    assert len(commands) >= 4
    for command in commands:
        if command.startswith("ogpld "):
            small.run(*shlex.split(command)[1:])
        else:
            subprocess.run(["bash", "-c", command], check=True)
    here = rules.replace("/srv/copy", str(tmp_path / "copy"))
    http, server = (
        re.findall(rf"(?m)^ {{{depth}}}((?:include|root) .*)$", here) for depth in (4, 8)
    )
    assert (len(http), len(server)) == (1, 2)
    with nginx(tmp_path / "nginx", http[0], "".join(server)) as url:
        answer = requests.get(f"{url}/doc/member", headers={"Accept": "text/turtle"}, timeout=20)
    assert (answer.status_code, answer.headers["Content-Type"]) == (
        200,
        "text/turtle; charset=utf-8",
    )
