"""Programs of others that our answers are held to: where `make counterparts` puts them, how a test asks.

None of them is a dependency: a test without its counterpart is skipped with a reason, and fails where
OGPLD_REQUIRE names it.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from support.running import ROOT, required

FOLDER = ROOT / ".counterparts"
NODE = FOLDER / "node/node_modules"


@lru_cache
def ci_names() -> set[str]:
    """Return the names that `.ci/run` puts into OGPLD_REQUIRE where what they need can be had."""
    lists = re.findall(r'export OGPLD_REQUIRE="([^"]+)"', (ROOT / ".ci/run").read_text())
    return {name for listed in lists for name in listed.split(",")}


def demand(name: str, *, there: bool, lacking: str) -> None:
    """Skip the test when a counterpart is not there; fail it when it should be."""
    assert name in ci_names(), f".ci/run never demands {name}: the test could be skipped for ever"
    if not there:
        assert not required(name), f"OGPLD_REQUIRE names {name}; {lacking}"
        pytest.skip(f"no {name}: {lacking}")


def python(name: str, environment: str) -> Path:
    """Return the interpreter of a counterpart's environment."""
    program = FOLDER / environment / "bin/python"
    installed = (FOLDER / f".{environment}").is_file() and program.exists()
    demand(name, there=installed, lacking="run make counterparts")
    return program


def node(name: str, *packages: str) -> str:
    """Return the path of Node, with these packages installed."""
    program = shutil.which("node")
    installed = program and all((NODE / package).is_dir() for package in packages)
    demand(name, there=bool(installed), lacking="install Node and run make counterparts")
    assert program is not None
    return program


def output(command: list[str | Path], seconds: float = 120, **options: object) -> str:
    """Run a program to its end and return what it printed; fail with what it complained of."""
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
        **options,  # type: ignore[call-overload]
    )
    assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stderr}"
    return str(done.stdout)


def comunica_answers(queries: dict[str, str], *source: str) -> dict[str, Any]:
    """Return what Comunica answers, by the names of the queries: `rows`, or an `error`."""
    program = node("comunica", "@comunica/query-sparql")
    script = ROOT / "tests/counterparts/comunica.cjs"
    text, environment = json.dumps(queries), {"NODE_PATH": str(NODE)}
    answers: dict[str, Any] = json.loads(
        output([program, script, *source], 300, input=text, env=environment)
    )
    return answers


def java(name: str, *archives: str) -> list[str | Path]:
    """Return Java and the archives of a counterpart."""
    program, files = shutil.which("java"), [FOLDER / name / archive for archive in archives]
    demand(
        name,
        there=bool(program) and all(file.is_file() for file in files),
        lacking="install Java and Maven and run make counterparts",
    )
    return [str(program), *files]
