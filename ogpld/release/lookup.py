"""Look things up in the data of a release: the lines about some subjects, from the blocks they can be in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import BinaryIO

from ogpld.release.blocks import Block, placing, subject_of, unpacked


def lines_about(
    file: BinaryIO, blocks: Sequence[Block], subjects: Iterable[bytes], *, parts: bool = False
) -> Iterator[bytes]:
    """Yield the lines about some subjects, reading only the blocks these can be in.

    Args:
        file: the data.
        blocks: its blocks.
        subjects: the subjects, as they stand in lines.
        parts: whether lines about their parts (`…#territory`) are wanted as well.

    Raises:
        ReleaseError: for a block that is damaged.
    """
    place = placing(blocks)
    wanted: dict[int, set[bytes]] = {}
    for subject in subjects:
        numbers = {place(subject)}
        if parts:  # `#` comes before all that keys and their ends are written with
            numbers |= {*range(place(subject[:-1] + b"#"), place(subject[:-1] + b"$") + 1)}
        for number in numbers:
            wanted.setdefault(number, set()).add(subject)
    start = 0
    for number, block in enumerate(blocks):
        if number in wanted:
            file.seek(start)
            text = unpacked(file.read(block.size), block, number + 1)
            yield from about(BytesIO(text), wanted[number], parts=parts)
        start += block.size


def about(lines: Iterable[bytes], subjects: set[bytes], *, parts: bool = False) -> Iterator[bytes]:
    """Yield those of some lines that are about subjects, and about their parts if these are wanted."""
    for line in lines:
        subject = subject_of(line)
        if (thing_of(subject) if parts else subject) in subjects:
            yield line


def thing_of(subject: bytes) -> bytes:
    """Return the thing a subject is, or is a part of, as it stands in lines."""
    return subject if b"#" not in subject else subject.partition(b"#")[0] + b">"
