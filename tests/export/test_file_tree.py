"""Files of an export: unchanged ones stay, what is gone goes, an interrupted run goes on, others' files are safe."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest

from ogpld.errors import ExportError
from ogpld.export.file_tree import SUMS, FileTree, changes_of


def write(
    folder: Path, files: dict[str, str], *, state: str = "1", packs: bool = False
) -> FileTree:
    """Write an export of these files."""
    with FileTree(folder, state, packs=packs) as tree:
        for name, text in files.items():
            tree.write(name, text.encode(), text=True)
        tree.finish()
    return tree


def test_only_what_changed_is_written_and_what_is_gone_is_removed(tmp_path: Path) -> None:
    """Files that stay keep their time; sha256sum agrees with the list."""
    write(tmp_path, {"site/a.ttl": "a", "site/b/c.ttl": "c", "site/d.ttl": "d"})
    before = (tmp_path / "site/a.ttl").stat().st_mtime_ns
    tree = write(tmp_path, {"site/a.ttl": "a", "site/d.ttl": "other"}, state="2")
    assert (tree.written, tree.unchanged, tree.removed) == (1, 1, 1)
    assert (tmp_path / "site/a.ttl").stat().st_mtime_ns == before
    assert (tmp_path / "site/d.ttl").read_text(encoding="utf-8") == "other"
    assert not (tmp_path / "site/b").exists()
    subprocess.run(["sha256sum", "--quiet", "-c", SUMS], cwd=tmp_path, check=True)


def test_an_interrupted_run_goes_on(tmp_path: Path) -> None:
    """What it wrote is not written again, a torn line of its notes is no file, and nothing of it is lost."""
    write(tmp_path, {"old": "1"})
    with FileTree(tmp_path, "2", packs=False) as tree:
        tree.write("a", b"a")
    with (tmp_path / ".sums").open("a", encoding="utf-8") as notes:
        notes.write("0123")
    assert list(changes_of(tmp_path)) == []  # the list is still that of the export before
    with FileTree(tmp_path, "2", packs=False) as tree:
        assert tree.has(["a"])
        assert not tree.has(["a", "b"])
        tree.write("b", b"b")
        tree.finish()
    assert sorted(path.name for path in tmp_path.iterdir()) == [SUMS, "a", "b"]


def test_notes_of_another_state_are_no_part_of_this_one(tmp_path: Path) -> None:
    """What a run wrote that was interrupted before the release changed goes, however often the next one dies."""
    write(tmp_path, {"a": "1", "c": "1"})
    with FileTree(tmp_path, "2", packs=False) as tree:
        tree.write("a", b"2")
        tree.write("deep/er/b", b"2")
    for _ in range(2):
        with FileTree(tmp_path, "3", packs=False) as tree:
            assert not tree.has(["a"])
    assert write(tmp_path, {"a": "1", "c": "1"}, state="1").removed == 1
    assert list(changes_of(tmp_path)) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == [SUMS, "a", "c"]


def test_damage_is_mended(tmp_path: Path) -> None:
    """A file that has not what its list says is written again, also where that did not change."""
    write(tmp_path, {"a": "a", "b": "b"})
    (tmp_path / "a").write_text("spoilt")
    assert write(tmp_path, {"a": "a", "b": "b"}).written == 1
    assert (tmp_path / "a").read_text() == "a"


def test_two_exports_do_not_write_one_folder(tmp_path: Path) -> None:
    """The second ends at once."""
    with (
        FileTree(tmp_path, "1", packs=False),
        pytest.raises(ExportError, match="another export is at work"),
    ):
        FileTree(tmp_path, "1", packs=False)
    write(tmp_path, {"a": "a"})


@pytest.mark.parametrize("line", [f"{'0' * 64}  ../mine", f"{'0' * 64}  /mine", "0  a", "torn"])
def test_a_list_that_leads_elsewhere_removes_nothing(tmp_path: Path, line: str) -> None:
    """It is damaged."""
    (tmp_path / "mine").write_text("mine")
    folder = tmp_path / "copy"
    write(folder, {"a": "a"})
    (folder / SUMS).write_text(f"{line}\n")
    with pytest.raises(ExportError, match="cannot be read"):
        write(folder, {"a": "a"}, state="2")
    assert (tmp_path / "mine").read_text() == "mine"


def test_files_of_others_are_refused(tmp_path: Path) -> None:
    """A folder that has any but no list of ours is left as it is."""
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ExportError, match="no export wrote"):
        FileTree(tmp_path, "1", packs=False)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_damage_is_seen(tmp_path: Path) -> None:
    """A file that was changed or lost since is named."""
    write(tmp_path, {"a": "a", "b": "b", "c": "c"})
    (tmp_path / "a").write_text("b", encoding="utf-8")
    (tmp_path / "b").unlink()
    assert sorted(changes_of(tmp_path)) == ["a", "b"]


def test_texts_have_a_compressed_twin(tmp_path: Path) -> None:
    """Short ones have none; its bytes are the same each time."""
    files = {"long": "x" * 2000, "short": "x"}
    write(tmp_path, files, packs=True)
    first = (tmp_path / "long.gz").read_bytes()
    tree = write(tmp_path, files, packs=True)
    assert tree.written == 0
    assert (tmp_path / "long.gz").read_bytes() == first
    assert not (tmp_path / "short.gz").exists()


def test_a_damaged_file_is_not_copied(tmp_path: Path) -> None:
    """Nothing is listed under the digest it should have."""
    source = tmp_path / "dump"
    source.write_bytes(b"good")
    digest = hashlib.sha256(b"good").hexdigest()
    folder = tmp_path / "copy"
    with FileTree(folder, "1", packs=False) as tree:
        tree.copy("a", source, digest)
        source.write_bytes(b"bad")
        with pytest.raises(ExportError, match="is damaged"):
            tree.copy("b", source, digest)
    assert not (folder / "b").exists()
