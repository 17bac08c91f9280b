"""A country that nobody has described is published by data/README.md alone; its pages are about it.

Ruritania is invented. The blocks of the walk-through run in their order, with its names in place of the README's.
"""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest
import requests
from openpyxl import load_workbook
from support.running import ROOT, Server, environment, start_server, stop_server

from ogpld.queries.named import load_named

NAMES = {"XYZ": "RUR", "XY": "RU", "Your Country": "Ruritania"}
#: A heading of a block: what it is about, and the file (and sheet) whose content follows.
_FILE = re.compile(r"^`([\w./-]+\.(?:csv|toml|xlsx))`(?:, sheet `(\w+)`)?", re.MULTILINE)
_BLOCK = re.compile(
    r"^```(?P<kind>\w+)\n(?P<content>.*?)^```$|^(?P<table>(?:\|[^\n]*\|\n)+)", re.MULTILINE | re.DOTALL
)  # fmt: skip
#: What would be untrue, or embarrassing, of Ruritania; a question lists the codes of the European Union in quotes.
STRANGE = re.compile(
    r'Estonia|Tallinn|(?<!")\bEST\b|EST0|EE\d{4}|chosen by topic|partly chosen|localhost:8000|\b1 (?:action plans|'
    r"members|commitments|milestones|reports|statements|graphs|violations|warnings|remarks|rows|files)\b|> ?ogpld<"
)


@dataclass
class Block:
    """One block of the walk-through: commands, the content of a file, or rows of a sheet of one."""

    kind: str
    file: str
    sheet: str
    content: str


def walk() -> Iterator[Block]:
    """Yield the blocks in their order; the last file named before a block is what it is about."""
    text = (ROOT / "data/README.md").read_text(encoding="utf-8")
    section = re.search(r"## Your own country from nothing\n(.*?)\n## ", text, re.DOTALL)
    assert section is not None
    content = section[1]
    for name, own in NAMES.items():
        content = content.replace(name, own)
    end = 0
    for match in _BLOCK.finditer(content):
        kind = match["kind"] or "table"
        named = list(_FILE.finditer(content, end, match.start()))
        end = match.end()
        assert named or kind == "sh", f"nothing says what this is: {match[0][:80]}"
        file, sheet = (named[-1][1], named[-1][2] or "") if named else ("", "")
        yield Block(kind, file, sheet, match["content"] or match["table"])


def cells(line: str) -> list[str]:
    """Return the cells of a line of a table."""
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def fill(block: Block, folder: Path) -> None:
    """Write the rows of a table under the header of a template, as a clerk does."""
    header, _, *rows = map(cells, block.content.splitlines())
    path = folder / block.file
    if path.suffix == ".xlsx":
        book = load_workbook(path)
        sheet = book[block.sheet]
        columns = {cell.value: cell.column for cell in sheet[1]}
        for number, row in enumerate(rows, 2):
            for name, value in zip(header, row, strict=True):
                sheet.cell(number, columns[name]).value = value
        book.save(path)
        return
    (names,) = csv.reader(path.read_text(encoding="utf-8").splitlines())
    with path.open("a", encoding="utf-8", newline="") as stream:
        for row in rows:
            values = dict(zip(header, row, strict=True))
            assert values.keys() <= set(names)
            csv.writer(stream).writerow([values.get(name, "") for name in names])


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Give the folder in which the walk-through was followed, and what the commands printed."""
    folder = tmp_path_factory.mktemp("ruritania")
    printed = []
    programs = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    for block in walk():
        if block.kind == "sh":
            done = subprocess.run(
                ["bash", "-e", "-c", block.content],
                cwd=folder, env=programs, capture_output=True, text=True, timeout=300, check=False,
            )  # fmt: skip
            printed.append(f"$ {block.content}{done.stdout}{done.stderr}")
            assert done.returncode == 0, printed[-1]
        elif block.kind == "table":
            fill(block, folder)
        else:
            (folder / block.file).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.file).write_text(block.content, encoding="utf-8")
    return folder, "".join(printed)


@pytest.fixture(scope="module")
def site(output: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give the country, served with its settings."""
    folder, _ = output
    log = tmp_path_factory.mktemp("log") / "serve.log"
    server = start_server(folder / "var", log, config=folder / "ogpld.toml")
    yield server
    stop_server(server)


def page(site: Server, path: str) -> str:
    """Return a page."""
    answer = site.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 200, path
    return answer.text


def test_the_walk_through_publishes_without_a_violation(output: tuple[Path, str]) -> None:
    """Check finds nothing that refuses, build publishes and has nothing to ask of the operator."""
    _, printed = output
    assert "0 Violations" in printed
    assert "published release 1-" in printed
    assert "2 Commitment" in printed
    assert "warning:" not in printed


@pytest.mark.parametrize(
    ("path", "texts"),
    [
        ("/", ["Open government in Ruritania", "2 commitments of 1 member", "/doc/commitment/RU0001"]),
        ("/doc/member/RUR", ["Ruritania", "2 of Ruritania's commitments"]),
        ("/doc/action-plan/RUR01", ["First action plan of Ruritania", "2 of 2 commitments"]),
        ("/doc/commitment/RU0001", ["Publish the budget as open data", "Ministry of Finance", "Open Data"]),
        ("/doc/commitment/RU0002", ["A register of lobbyists", "Ministry of Finance"]),
        ("/doc/report/RUR01-action-plan-review", ["Action Plan Review"]),
        ("/doc/institution/RUR-ministry-of-finance", ["Ministry of Finance"]),
        ("/source/register/register.csv", ["A register of lobbyists"]),
        ("/doc/commitment", ["2 commitments of 1 member"]),
        ("/dataset/ogpld", ["1 action plan of 1 member", "Ministry of Openness of Ruritania"]),
        ("/dataset/rur", ["1 action plan with"]),
        ("/catalog.html", ["Ruritania"]),
        ("/queries", ["2 commitments of 1 member"]),
        ("/validate", ["RUR01"]),
        ("/sparql", ["SPARQL"]),
        ("/releases", []),
        ("/harvest", ["Open government desk"]),
        ("/code", []),
    ],
)  # fmt: skip
def test_pages_are_of_the_country(site: Server, path: str, texts: list[str]) -> None:
    """Each says what is published, in numbers that agree, and names nobody else."""
    text = " ".join(unescape(page(site, path)).split())
    for expected in texts:
        assert expected in text, path
    assert not STRANGE.findall(text), path
    for expected in (
        "Open government in Ruritania</title>",
        'href="https://www.example.org/imprint">Imprint</a>',
        'href="https://www.example.org/accessibility">Accessibility</a>',
        'href="https://www.example.org/contact"><bdi>Open government desk</bdi></a>',
        "Published by <bdi>Ministry of Openness of Ruritania</bdi>",
    ):  # fmt: skip
        assert expected in text, path


@pytest.mark.parametrize("name", load_named())
def test_questions_are_about_the_country(site: Server, name: str) -> None:
    """A question that is asked about a thing proposes one of the release."""
    text = " ".join(unescape(page(site, f"/queries/{name}")).split())
    assert not STRANGE.findall(text)


@pytest.mark.parametrize("path", ["/feed.atom", "/catalog.ttl", "/catalog.jsonld", "/void.ttl"])  # fmt: skip
def test_what_programs_read_is_of_the_country(site: Server, path: str) -> None:
    """Catalogue, feed, VoID and list of dumps."""
    answer = site.get(path)
    assert answer.status_code == 200
    assert not re.search(r"Estonia|\bEST0?\b|EE\d{4}|chosen by topic|localhost:8000", answer.text)


def test_the_command_line_asks_about_the_country(output: tuple[Path, str]) -> None:
    """`ogpld query led-by` takes a body of the release for its default."""
    folder, _ = output
    clean = environment(folder / "var")
    done = subprocess.run(
        [sys.executable, "-m", "ogpld", "query", "led-by", "--format", "csv"],
        cwd=folder, env=clean, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert {row["id"] for row in csv.DictReader(done.stdout.splitlines())} == {"RU0001", "RU0002"}


def test_agents_are_answered_about_the_country(site: Server) -> None:
    """What tools and questions say, and the answer without values, is about things of the release."""

    def result(method: str, name: str = "", **params: object) -> str:
        meta = {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
        }
        sent = {"_meta": meta, **({"name": name} if name else {}), **params}
        headers = {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": method, "Mcp-Name": name}
        answer = requests.post(
            f"{site.url}/mcp",
            json={"jsonrpc": "2.0", "id": 1, "method": method, "params": sent},
            headers={"Accept": "application/json, text/event-stream", **headers},
            timeout=30,
        )
        assert answer.status_code == 200, answer.text
        return answer.text

    question = {"name": "led-by", "values": {"institution": "Ministry of Finance"}}
    led = result("tools/call", "ask_question", arguments=question)
    assert "RU0001" in led
    where = result("tools/call", "ask_question", arguments={"name": "where-from"})
    assert "RU0001" in where
    texts = result("tools/list") + result("tools/call", "questions", arguments={}) + led + where
    strange = STRANGE.search(texts)
    assert strange is None, texts[strange.start() - 200 : strange.end() + 50]
