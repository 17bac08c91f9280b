"""Where the test suites of the W3C are; they are no part of the project."""

from __future__ import annotations

import os
from pathlib import Path

from support.programs import demand
from support.running import ROOT

SUITES = Path(os.environ.get("OGPLD_SUITES", ROOT.parent / "shared" / "suites"))
CORE = SUITES / "w3c" / "shacl" / "tests" / "core"

#: Cases with shapes outside of the compiled subset, which pySHACL judges.
DELEGATED = {
    "path/path-strange-001": "a path of two kinds at once",
    "path/path-strange-002": "a path of two kinds at once",
}


def demand_suite(name: str, folder: Path) -> None:
    """Skip the test when a suite is not there; fail it when it should be (OGPLD_REQUIRE)."""
    demand(name, there=folder.is_dir(), lacking=f"say in OGPLD_SUITES where it is; not at {folder}")
