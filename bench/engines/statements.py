"""The statements of a release as a file that every engine reads."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ogpld.rdf import parse_quads
from ogpld.release import Release


@contextmanager
def statements(release: Release) -> Iterator[Path]:
    """Write the statements of a release, every one once."""
    with tempfile.TemporaryDirectory(prefix="ogpld-bench-") as folder:
        path = Path(folder) / "statements.nt"
        quads = parse_quads(b"".join(release.lines()), "nq")
        lines = sorted({f"{quad.triple} .\n" for quad in quads})
        path.write_text("".join(lines), encoding="utf-8")
        yield path
