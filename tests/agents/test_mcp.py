"""A language model's client at `ogpld mcp`: the real process, the protocol's own client."""

from __future__ import annotations

import asyncio
import csv
import io
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from support.running import ROOT, environment, wait_for

from ogpld.queries.named import load_named

BOMB = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
COMMAND = [sys.executable, "-m", "ogpld", "mcp"]


def talk(home: Path, work: Callable[[Client], Awaitable[Any]], **settings: object) -> Any:
    """Run a conversation with a server of its own."""

    async def conversation() -> Any:
        server = StdioServerParameters(
            command=COMMAND[0],
            args=COMMAND[1:],
            env=environment(home, **settings),
            cwd=ROOT,
        )
        async with Client(server, read_timeout_seconds=30) as client:
            return await work(client)

    return asyncio.run(conversation())


async def call(client: Client, tool: str, **given: str) -> tuple[bool, str]:
    """Return whether a tool refused, and its text."""
    result = await client.call_tool(tool, given)
    return bool(result.is_error), "".join(part.text for part in result.content)  # type: ignore[union-attr]


def test_an_agent_finds_its_way(home: Path) -> None:
    """Instructions, tools that only read, schema, example, query, description."""

    async def work(client: Client) -> None:
        assert "at most 10,000 rows" in (client.instructions or "")
        tools = (await client.list_tools()).tools
        assert {tool.name for tool in tools} == {"schema", "examples", "query", "describe"}
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools)
        refused, text = await call(client, "schema")
        assert not refused
        assert "ogpld:Commitment (103)" in text
        assert len(text) < 12_000
        assert "dcterms:title" in (await call(client, "schema", name="Commitment"))[1]
        assert "substantial" in (await call(client, "schema", name="completion"))[1]
        assert "led-by: " in (await call(client, "examples"))[1]
        refused, text = await call(client, "describe", thing="commitment/EE0050")
        assert not refused
        assert "a ogpld:Commitment" in text
        refused, text = await call(
            client, "query", sparql="CONSTRUCT { ?s a 1 } WHERE { ?s a ?k } LIMIT 1"
        )
        assert not refused
        assert " a 1 ." in text

    talk(home, work)


def test_every_example_runs(home: Path) -> None:
    """As it is told: what an agent copies has rows, unless the example says it cannot."""

    async def work(client: Client) -> list[str]:
        wrong = []
        for named in load_named().values():
            _, reply = await call(client, "examples", name=named.name)
            text = reply.partition("\n\n")[2]
            refused, answer = await call(client, "query", sparql=text)
            rows = list(csv.reader(io.StringIO(answer)))
            if refused or len(rows) < 1:
                wrong.append(f"{named.name}: {answer[:200]}")
        return wrong

    assert talk(home, work) == []


def test_limits_hold_and_say_what_to_do(home: Path) -> None:
    """A bomb, SERVICE, an update, too many rows, mistakes; and the next query is answered."""
    refusals = [
        (BOMB, "did not end within 0.5 s"),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SERVICE is not offered"),
        ("INSERT DATA { <a:a> <a:b> 1 }", "read-only"),
        ("SELECT * { ?s ?p ?o }", "larger than 7 rows"),
        ("SELECT * {\n ?s ?p }", "line 2"),
    ]

    async def work(client: Client) -> None:
        for text, words in refusals:
            refused, reply = await call(client, "query", sparql=text)
            assert refused
            assert words in reply
            assert await call(client, "query", sparql="ASK {}", format="json") == (
                False,
                '{"head":{},"boolean":true}',
            )
        for tool, given in (
            ("describe", {"thing": "commitment/XX9999"}),
            ("describe", {"thing": "nonsense"}),
            ("describe", {"thing": "http://x/> ?p ?o } #"}),
            ("schema", {"name": "Nothing"}),
            ("examples", {"name": "nothing"}),
            ("query", {"sparql": "ASK {}", "format": "xlsx"}),
        ):
            refused, reply = await call(client, tool, **given)
            assert refused
            assert "->" in reply

    talk(home, work, query_deadline=0.5, query_rows=7)


def below(process: int) -> list[int]:
    """Return the processes a process started."""
    paths = []
    for child in Path(f"/proc/{process}/task/{process}/children").read_text().split():
        paths += [int(child), *below(int(child))]
    return paths


@pytest.mark.parametrize("end", ["input", "signal"])
def test_nobody_stays_when_the_client_goes(home: Path, end: str) -> None:
    """End of input or SIGTERM: exit 0, no process left, nothing but protocol on standard output."""
    with subprocess.Popen(
        COMMAND,
        env=environment(home),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        assert process.stdin is not None
        assert "serving release" in process.stderr.readline()
        children = below(process.pid)
        assert len(children) >= 3
        if end == "signal":
            process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=20)
        assert process.returncode == 0
        assert out == ""
    wait_for(lambda: not any(Path(f"/proc/{child}").exists() for child in children), 5)


def test_without_the_sdk_the_command_says_what_to_install(home: Path) -> None:
    """Exit code 2 and the line to type."""
    program = (
        "import sys; sys.modules['mcp'] = None; from ogpld.cli import main; sys.exit(main(['mcp']))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        env={**environment(home), "PYTHONPATH": os.environ.get("PYTHONPATH", str(ROOT))},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert result.returncode == 2
    assert "pip install 'ogpld[mcp]'" in result.stderr
