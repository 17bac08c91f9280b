"""Blocks: a file changed by a difference is the file that would have been written whole."""

from __future__ import annotations

import gzip
import random
import zlib
from pathlib import Path

import pytest

from ogpld.errors import DifferenceError, ReleaseError
from ogpld.release.blocks import (
    Block,
    check_blocks,
    read_index,
    write_blocks,
    write_changed,
    write_index,
)


def lines(numbers: set[tuple[int, int]]) -> list[bytes]:
    """Return sorted lines of some subjects."""
    return sorted(
        f'<http://e/{s:04}> <http://e/p> "{v}" <http://e/g> .\n'.encode() for s, v in numbers
    )


def some(chance: random.Random, count: int) -> set[tuple[int, int]]:
    """Return subjects with values."""
    return {(chance.randrange(900), chance.randrange(5)) for _ in range(count)}


def written(path: Path, numbers: set[tuple[int, int]]) -> list[Block]:
    """Write a file whole."""
    return write_blocks(path, lines(numbers))


def test_random_differences(tmp_path: Path) -> None:
    """Bytes and blocks are the same, from nothing to much and back."""
    chance = random.Random(1)
    now: set[tuple[int, int]] = set()
    blocks = written(tmp_path / "0", now)
    for turn in range(1, 60):
        new = some(chance, chance.choice([0, 1, 20, 900]))
        keep = {n for n in now if chance.random() < chance.choice([0.0, 0.5, 0.99, 1.0])}
        after = keep | new
        blocks = write_changed(
            tmp_path / str(turn),
            tmp_path / str(turn - 1),
            blocks,
            lines(after - now),
            lines(now - after),
        )
        whole = written(tmp_path / "whole", after)
        assert blocks == whole
        assert (tmp_path / str(turn)).read_bytes() == (tmp_path / "whole").read_bytes()
        assert (
            gzip.decompress((tmp_path / "whole").read_bytes()) == b"".join(lines(after))
            or not after
        )
        now = after
        with (tmp_path / str(turn)).open("rb") as file:
            check_blocks(file, blocks)


def test_a_change_of_one_subject_writes_one_block(tmp_path: Path) -> None:
    """All other blocks are the bytes they were."""
    numbers = {(s, 0) for s in range(900)}
    old = written(tmp_path / "old", numbers)
    assert len(old) > 5
    new = write_changed(tmp_path / "new", tmp_path / "old", old, lines({(450, 1)}), [])
    assert len(set(new) - set(old)) == 1
    write_index(tmp_path / "blocks.json", new)
    assert read_index(tmp_path / "blocks.json") == new


@pytest.mark.parametrize(("added", "gone"), [({(1, 0)}, set()), (set(), {(1, 3)})])
def test_a_difference_that_does_not_fit_is_refused(
    tmp_path: Path, added: set[tuple[int, int]], gone: set[tuple[int, int]]
) -> None:
    """Lines to add are not there before, lines that go are."""
    blocks = written(tmp_path / "old", {(s, 0) for s in range(50)})
    with pytest.raises(DifferenceError):
        write_changed(tmp_path / "new", tmp_path / "old", blocks, lines(added), lines(gone))


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
def test_a_damaged_block_is_not_taken_over(tmp_path: Path, place: float) -> None:
    """A damaged block is an error, whether it would be taken over as bytes or as lines."""
    blocks = written(tmp_path / "old", {(s, 0) for s in range(900)})
    content = bytearray((tmp_path / "old").read_bytes())
    content[int(len(content) * place)] ^= 255
    (tmp_path / "old").write_bytes(content)
    with pytest.raises(ReleaseError):
        write_changed(tmp_path / "new", tmp_path / "old", blocks, lines({(10, 4)}), [])
    with (tmp_path / "old").open("rb") as file, pytest.raises(ReleaseError):
        check_blocks(file, blocks)


def test_sums_are_those_of_the_file(tmp_path: Path) -> None:
    """What the index says can be checked without us."""
    blocks = written(tmp_path / "data", {(s, 0) for s in range(300)})
    content = (tmp_path / "data").read_bytes()
    for block in blocks:
        member, content = content[: block.size], content[block.size :]
        assert zlib.crc32(member) == block.sum
    assert content == b""
