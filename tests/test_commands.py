"""The command line imports what the command that runs needs, and no more."""

from __future__ import annotations

import argparse
import subprocess
import sys

import pytest
from support.running import ROOT

from ogpld.cli.main import _COMMANDS, _runner
from ogpld.cli.parser import make_parser

#: What only those load that publish, validate or serve: modules that take long to import.
_HEAVY = (
    "ogpld.pipeline",
    "ogpld.validate",
    "ogpld.web.app",
    "ogpld.doctor.client",
    "openpyxl",
    "flask",
)


def test_every_command_has_its_function() -> None:
    """What can be typed, but for `settings`, which comes before the settings are used."""
    choices = next(a for a in make_parser()._actions if isinstance(a, argparse._SubParsersAction))  # noqa: SLF001
    assert {*choices.choices} - {"settings"} == _COMMANDS.keys()
    assert all(callable(_runner(command)) for command in _COMMANDS)


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("ogpld.cli.main", ("ogpld.release", *_HEAVY)),
        ("ogpld.cli.serve", _HEAVY),
    ],
)
def test_a_command_loads_no_other(module: str, heavy: tuple[str, ...]) -> None:
    """Nor does the process that keeps a server running: what it loads it holds as long as it lives."""
    program = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert sorted({*done.stdout.split()} & {*heavy}) == []
