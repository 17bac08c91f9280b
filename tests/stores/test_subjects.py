"""The things of a release, by number."""

from __future__ import annotations

import gzip
from pathlib import Path

from ogpld.stores.embedded import EmbeddedStore
from ogpld.stores.subjects import Subjects

_LINES = """\
<https://x.test/a> <https://x.test/p> "1" <https://x.test/g> .
<https://x.test/a#part> <https://x.test/p> <https://x.test/c> <https://x.test/g> .
<https://x.test/b> <https://x.test/p> "1" <https://x.test/hidden> .
_:node <https://x.test/p> "1" <https://x.test/g> .
"""


def test_subjects_of_a_release(tmp_path: Path) -> None:
    """Whatever a graph describes, hidden or not, and nothing that is only pointed to."""
    path = tmp_path / "data.nq.gz"
    path.write_bytes(gzip.compress(_LINES.encode()))
    store = EmbeddedStore.load(path, 4, ["https://x.test/hidden"])
    subjects = Subjects(store.subjects.content)
    names = ("a", "a#part", "b", "c", "p", "g", "")
    assert [name for name in names if f"https://x.test/{name}" in subjects] == ["a", "a#part", "b"]


def test_no_subjects() -> None:
    """A store that was not loaded from a release knows of none."""
    assert "https://x.test/a" not in Subjects()
    assert EmbeddedStore.from_quads([]).subjects.content == b""
