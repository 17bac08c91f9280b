"""Files that are replaced: whole at every moment, and after a power cut."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ogpld.pipeline.push.push_targets import FILE, PushTarget, write_target
from ogpld.release.context_archive import archive_document
from ogpld.release.erasure.erasure_record import Fingerprints, write_fingerprints
from ogpld.release.folders import whole_file


def test_a_file_is_replaced_at_the_end_alone(tmp_path: Path) -> None:
    """What a block that was killed left is no hindrance; nothing is left beside."""
    path, left = tmp_path / "a.json", tmp_path / ".a.json.tmp"
    path.write_text("old")
    left.write_text("half of something longer")
    with whole_file(path, 0o600) as beside:
        beside.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_block_did_not_end_is_not_there(tmp_path: Path) -> None:
    """The file of before stays."""
    path = tmp_path / "a.json"
    path.write_text("old")
    with pytest.raises(KeyError), whole_file(path) as beside:
        beside.write_text("new")
        raise KeyError
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_one_process_writes_at_a_time(tmp_path: Path) -> None:
    """A second one is refused at once, and disturbs the first in nothing."""
    path = tmp_path / "a.json"
    with whole_file(path) as beside:
        beside.write_text("first")
        with pytest.raises(OSError, match="another process writes it"), whole_file(path):
            pass
    assert path.read_text() == "first"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("write", "name"),
    [
        (lambda home: write_target(home, PushTarget("https://x.example/")), FILE),
        (lambda home: archive_document(home, "0" * 16, b"{}"), "contexts/0000000000000000.jsonld"),
        (
            lambda home: write_fingerprints(home, Fingerprints("00" * 32)),
            "erasures/fingerprints.json",
        ),
    ],
)
def test_what_is_replaced_outlives_a_power_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[Path], None], name: str
) -> None:
    """The bytes are on the disk before the file is in place, and then its name in the folder."""
    path, synced = tmp_path / name, []
    plain = os.fsync

    def sync(handle: int) -> None:
        synced.append((Path(f"/proc/self/fd/{handle}").readlink(), path.exists()))
        plain(handle)

    monkeypatch.setattr(os, "fsync", sync)
    write(tmp_path)
    (_, before), (folder, after) = synced
    assert (before, folder, after) == (False, path.parent, True)
