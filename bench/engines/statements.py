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
    """Write the statements of the default graph of a release, every one once."""
    with tempfile.TemporaryDirectory(prefix="ogpld-bench-") as folder:
        path = Path(folder) / "statements.nt"
        hidden = {f"<{graph}>" for graph in release.hidden_graphs}
        quads = parse_quads(b"".join(release.lines()), "nq")
        lines = sorted({f"{q.triple} .\n" for q in quads if str(q.graph_name) not in hidden})
        path.write_text("".join(lines), encoding="utf-8")
        yield path
