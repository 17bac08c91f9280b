"""Where the test suites of the W3C are; they are no part of the project."""

from __future__ import annotations

import os
from pathlib import Path

from support.running import ROOT

SUITES = Path(os.environ.get("OGPLD_SUITES", ROOT.parent / "shared" / "suites"))
CORE = SUITES / "w3c" / "shacl" / "tests" / "core"

#: Cases with shapes outside of the compiled subset, which pySHACL judges.
DELEGATED = {
    "path/path-strange-001": "a path of two kinds at once",
    "path/path-strange-002": "a path of two kinds at once",
}
