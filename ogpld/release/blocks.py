"""The data of a release as blocks: sorted lines of N-Quads, each block a gzip member of its own.

Gzip members one after another are one gzip file (RFC 1952 section 2.2), so whoever reads `data.nq.gz`
need not know of blocks. A block begins at a subject whose CRC says so, whatever its neighbours are:
equal data has equal blocks, and a change touches the blocks of its subjects alone. The other blocks are
copied as bytes, their sums checked, so that a new release costs what changed and shares no file with
the old one. `blocks.json` lists them; the digest of a release is made from the digests of its blocks.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from io import BytesIO
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO

from ogpld.errors import DifferenceError, ReleaseError, Where

INDEX = "blocks.json"
#: One subject in so many begins a block: about 130 kB of lines, 10 kB compressed.
_SUBJECTS = 64
_LEVEL = 6


@dataclass(frozen=True, slots=True)
class Block:
    """One block.

    Attributes:
        subject: its first subject, as in the lines.
        lines: number of lines.
        size: bytes of the gzip member.
        sum: CRC-32 of the gzip member.
        digest: sha256 of the lines, in hexadecimal.
    """

    subject: str
    lines: int
    size: int
    sum: int
    digest: str


def subject_of(line: bytes) -> bytes:
    """Return the subject of a line."""
    return line.partition(b" ")[0]


def _begins(subject: bytes) -> bool:
    return zlib.crc32(subject) % _SUBJECTS == 0


def split(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Yield sorted lines block by block."""
    part: list[bytes] = []
    for subject, group in groupby(lines, subject_of):
        if part and _begins(subject):
            yield part
            part = []
        part += group
    if part:
        yield part


def digest_of(digests: Iterable[str], model: Path) -> str:
    """Return the digest of a release from those of its blocks, and the files of its model."""
    whole = hashlib.sha256()
    for digest in digests:
        whole.update(bytes.fromhex(digest))
    for file in sorted(model.rglob("*")):
        if file.is_file():
            whole.update(f"\0{file.relative_to(model).as_posix()}\0".encode())
            whole.update(file.read_bytes())
    return whole.hexdigest()


def _packed(lines: list[bytes]) -> tuple[Block, bytes]:
    text = b"".join(lines)
    member = gzip.compress(text, _LEVEL, mtime=0)
    digest = hashlib.sha256(text).hexdigest()
    subject = subject_of(lines[0]).decode()
    return Block(subject, len(lines), len(member), zlib.crc32(member), digest), member


def write_blocks(target: Path, lines: Iterable[bytes]) -> list[Block]:
    """Write sorted lines as blocks and return these."""
    blocks = []
    with target.open("wb") as file:
        for part in split(lines):
            block, member = _packed(part)
            blocks.append(block)
            file.write(member)
    return blocks


def write_index(target: Path, blocks: Iterable[Block]) -> None:
    """Write the list of blocks, one a line."""
    rows = ",\n".join(json.dumps(astuple(block), ensure_ascii=False) for block in blocks)
    target.write_text(f'{{"blocks": [\n{rows}\n]}}\n', encoding="utf-8")


def read_index(path: Path) -> list[Block]:
    """Read the list of blocks.

    Raises:
        ReleaseError: when it is missing or damaged.
    """
    try:
        return blocks_of(path.read_bytes())
    except PermissionError:  # it is no damage
        raise
    except (OSError, ValueError) as error:
        raise ReleaseError(f"{INDEX} is damaged: {error}", where=Where(str(path))) from error


def blocks_of(content: bytes) -> list[Block]:
    """Return the blocks that a list of blocks has.

    Raises:
        ValueError: when it is damaged.
    """
    try:
        blocks = [Block(*entry) for entry in json.loads(content)["blocks"]]
        for block in blocks:
            if [type(value) for value in astuple(block)] != [str, int, int, int, str]:
                raise TypeError("a block has a value of another type")
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError(str(error)) from error
    return blocks


def check_blocks(file: BinaryIO, blocks: Sequence[Block]) -> None:
    """Read every block and hold it to its digest.

    Raises:
        ReleaseError: for the first that is cut or changed, or for bytes after the last.
    """
    for number, block in enumerate(blocks, 1):
        lines = unpacked(file.read(block.size), block, number)
        if lines.count(b"\n") != block.lines:
            raise ReleaseError(f"block {number} does not hold {block.lines} lines")
        if not lines.startswith(f"{block.subject} ".encode()):
            raise ReleaseError(f"block {number} does not begin with {block.subject}")
    if file.read(1):
        raise ReleaseError("there are bytes after the last block")


def check_holding(
    file: BinaryIO, blocks: Sequence[Block], subjects: Iterable[bytes], lines: Iterable[bytes]
) -> None:
    """Hold what a file says of some subjects to what it should say, and all other blocks to their sums.

    Args:
        file: the data.
        blocks: its blocks.
        subjects: the subjects.
        lines: everything that should be said of them.

    Raises:
        DifferenceError: when something else is said of a subject.
        ReleaseError: for a block that is damaged.
    """
    place = placing(blocks)
    about: dict[int, set[bytes]] = {}
    for subject in subjects:
        about.setdefault(place(subject), set()).add(subject)
    wanted = set(lines)
    for number, block in enumerate(blocks):
        member = file.read(block.size)
        if number in about:
            text = unpacked(member, block, number + 1)
            present = {line for line in BytesIO(text) if subject_of(line) in about[number]}
            if not present <= wanted:
                raise DifferenceError(f"block {number + 1} says more than it should")
            wanted -= present
        elif len(member) != block.size or zlib.crc32(member) != block.sum:
            raise ReleaseError(f"block {number + 1} ({block.subject} …) is damaged")
    if wanted:
        raise DifferenceError(f"{len(wanted)} lines are not there")
    if file.read(1):
        raise ReleaseError("there are bytes after the last block")


def placing(blocks: Sequence[Block]) -> Callable[[bytes], int]:
    """Return what tells the number of the block, from 0, that a line belongs to."""
    firsts = [block.subject.encode() + b" " for block in blocks]
    return lambda line: max(bisect_right(firsts, subject_of(line) + b" ") - 1, 0)


def unpacked(member: bytes, block: Block, number: int) -> bytes:
    """Return the lines of a gzip member.

    Raises:
        ReleaseError: when they are not those of its block, the file's `number`th.
    """
    try:
        text = gzip.decompress(member)
    except (OSError, EOFError, zlib.error) as error:
        raise ReleaseError(f"block {number} is damaged: {error}") from error
    if hashlib.sha256(text).hexdigest() != block.digest:
        raise ReleaseError(f"block {number} ({block.subject} …) does not have its digest")
    return text


def write_changed(
    target: Path,
    source: Path,
    blocks: Sequence[Block],
    added: Iterable[bytes],
    gone: Iterable[bytes],
) -> list[Block]:
    """Write the blocks of a file with some lines added and some gone, and return the new blocks.

    Args:
        target: the new file.
        source: the old file.
        blocks: the old blocks.
        added: lines that are not in it.
        gone: lines that are in it.

    Raises:
        DifferenceError: when a line is there that should not be, or the other way round.
        ReleaseError: when the old file is damaged.
    """
    with source.open("rb") as old:
        changed = _changed(old, blocks, added, gone)
        written: list[Block] = []
        place = 0
        with target.open("wb") as new:
            for number, block in enumerate(blocks):
                if number in changed:
                    for part in split(changed[number]):
                        new_block, member = _packed(part)
                        written.append(new_block)
                        new.write(member)
                else:
                    old.seek(place)
                    new.write(_copied(old, block, number + 1))
                    written.append(block)
                place += block.size
            if not blocks:
                for part in split(sorted(added)):
                    new_block, member = _packed(part)
                    written.append(new_block)
                    new.write(member)
    return written


def _copied(old: BinaryIO, block: Block, number: int) -> bytes:
    member = old.read(block.size)
    if len(member) != block.size or zlib.crc32(member) != block.sum:
        raise ReleaseError(f"block {number} ({block.subject} …) of the release before is damaged")
    return member


def _changed(
    old: BinaryIO, blocks: Sequence[Block], added: Iterable[bytes], gone: Iterable[bytes]
) -> dict[int, list[bytes]]:
    """Return the new lines of every block that has to be written anew."""
    place = placing(blocks)
    starts = [0]
    for block in blocks:
        starts.append(starts[-1] + block.size)

    def lines_of(number: int) -> list[bytes]:
        old.seek(starts[number])
        member = old.read(blocks[number].size)
        return BytesIO(unpacked(member, blocks[number], number + 1)).readlines()

    if not blocks:
        return {}
    changes: dict[int, tuple[set[bytes], set[bytes]]] = {}
    for number, line, end in sorted(
        [(place(line), line, 0) for line in added] + [(place(line), line, 1) for line in gone],
        key=itemgetter(0),
    ):
        changes.setdefault(number, (set(), set()))[end].add(line)
    new_lines: dict[int, list[bytes]] = {}
    for number in sorted(changes, reverse=True):
        more, less = changes[number]
        lines = set(lines_of(number))
        if less - lines or more & lines:
            raise DifferenceError(
                f"the difference does not fit block {number + 1}: "
                f"{len(less - lines)} lines are not there, {len(more & lines)} already are"
            )
        new_lines[number] = sorted(lines - less | more)
    for number in range(len(blocks) - 1, 0, -1):
        own = new_lines.get(number, [])
        if own and not _begins(subject_of(own[0])):  # it joins the block before
            before = new_lines[number - 1] if number - 1 in new_lines else lines_of(number - 1)
            new_lines[number - 1] = before + own
            new_lines[number] = []
    return new_lines
