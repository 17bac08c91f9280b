"""What `make counterparts` installs is pinned to the last package, and names no registry."""

from __future__ import annotations

import json
import re
from pathlib import Path

from support.running import ROOT

HERE = Path(__file__).parent


def test_requirements_are_pinned() -> None:
    """One version of each, nothing else but comments."""
    for file in HERE.glob("*.txt"):
        lines = [line for line in file.read_text().splitlines() if not line.startswith("#")]
        assert len(lines) > 10, file
        assert all(re.fullmatch(r"[\w.-]+==[\w.!+]+", line) for line in lines), file


def test_lock_files_name_no_registry() -> None:
    """Every package has its version and its digest, none an address it came from."""
    for folder in (HERE, ROOT):
        wanted = json.loads((folder / "package.json").read_text())["dependencies"]
        locked = json.loads((folder / "package-lock.json").read_text())["packages"]
        assert all(re.fullmatch(r"[\d.]+", version) for version in wanted.values())
        assert locked.pop("")["dependencies"] == wanted
        assert all(entry["integrity"] and "resolved" not in entry for entry in locked.values())
