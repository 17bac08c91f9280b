"""Bring the files of one release together in a folder: what is here already, and the rest from a mirror.

The data is put together block by block: those that a release of this home has are copied, the others are
asked for as ranges. What a fetch that died left in the folder is held to its digests and used.
"""

from __future__ import annotations

import hashlib
import shutil
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ogpld.errors import MirrorError, ReleaseError
from ogpld.pipeline.pull.mirror import PIECE, Mirror
from ogpld.release import Release
from ogpld.release.blocks import INDEX, Block, blocks_of, read_index
from ogpld.release.file_digest import FileDigest, has_content
from ogpld.release.release_files import ReleaseFiles
from ogpld.release.release_store import DATA

#: Bytes of lines that a block, and any other packed file by its size, may unpack to.
_UNPACKED, _RATIO = 64 << 20, 100
_STEP = 1 << 20
_PARTIAL = ".part"
#: What tells blocks apart: equal lines may be packed in other bytes.
_Key = tuple[str, int, int]


class LocalReleases:
    """The files and blocks of releases that are here.

    Args:
        releases: the releases, newest first.
    """

    def __init__(self, releases: Iterable[Release]) -> None:
        self._folders: list[Path] = []
        self._expected: set[tuple[str, FileDigest]] = set()
        self._blocks: dict[_Key, tuple[Path, int]] = {}
        for release in releases:
            self._folders.append(release.path)
            self._add_blocks(release.path)

    def add(self, folder: Path) -> None:
        """Add a release that was fetched."""
        self._folders.insert(0, folder)
        self._add_blocks(folder)

    def expects(self, block: Block) -> bool:
        """Say whether a block need not be fetched, and take it for one that is here from now on."""
        there = _key(block) in self._blocks
        self._blocks.setdefault(_key(block), (Path(), 0))
        return there

    def expects_file(self, name: str, file: FileDigest) -> bool:
        """Say the same of a file."""
        there = (name, file) in self._expected or self.file(name, file) is not None
        self._expected.add((name, file))
        return there

    def block(self, block: Block) -> bytes | None:
        """Return the bytes of a block, None where no release here has it whole."""
        if _key(block) not in self._blocks:
            return None
        path, place = self._blocks[_key(block)]
        try:
            with path.open("rb") as file:
                file.seek(place)
                member = file.read(block.size)
        except OSError:
            return None
        return member if is_block(member, block) else None

    def file(self, name: str, file: FileDigest) -> Path | None:
        """Return a file of that path and digest, None where no release here has it."""
        paths = (folder / name for folder in self._folders)
        return next((path for path in paths if has_content(path, file)), None)

    def _add_blocks(self, folder: Path) -> None:
        try:
            blocks = read_index(folder / INDEX)
        except ReleaseError:  # pruned or damaged: then they are fetched
            return
        place = 0
        for block in blocks:
            self._blocks.setdefault(_key(block), (folder / DATA, place))
            place += block.size


@dataclass(frozen=True, slots=True)
class ReleaseFetch:
    """What one release is fetched with.

    Attributes:
        folder: where its files go; may have what an earlier fetch of it left.
        listed: its files, as the mirror lists them.
        local: the releases that are here.
        mirror: where the rest comes from.
        tell: is called with the bytes that are there, again and again.
    """

    folder: Path
    listed: ReleaseFiles
    local: LocalReleases
    mirror: Mirror
    tell: Callable[[int], None]

    def run(self) -> None:
        """Bring every file here.

        Raises:
            MirrorError: when the mirror sends something else than it lists.
            OSError: when the folder cannot be written.
        """
        self._sweep()
        there = 0
        # the data needs its list of blocks
        for name in sorted(self.listed.files, key=lambda name: (name == DATA, name)):
            if name == DATA:
                self._fetch_data(there)
            else:
                self._fetch_file(name, there)
            there += self.listed.files[name].size
            self.tell(there)

    def lacking(self) -> int:
        """Return how many bytes would have to come from the mirror; nothing is written."""
        number = 0
        for name, file in self.listed.files.items():
            if name == DATA:
                content = self._piece(INDEX, 0, self.listed.files[INDEX].size)
                blocks = self._blocks(content)
                number += sum(block.size for block in blocks if not self.local.expects(block))
            elif not (has_content(self.folder / name, file) or self.local.expects_file(name, file)):
                number += file.size
        return number

    def _sweep(self) -> None:
        """Remove what another mirror listed and this one does not."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in sorted(self.folder.rglob("*"), reverse=True):
            name = path.relative_to(self.folder).as_posix()
            if path.is_dir() and (name in self.listed.files or not any(path.iterdir())):
                shutil.rmtree(path)
            elif path.is_file() and name not in self.listed.files and not _is_partial(path):
                path.unlink()

    def _piece(self, name: str, start: int, end: int) -> bytes:
        return self.mirror.part(self.listed.release, name, self.listed.files[name], start, end)

    def _fetch_file(self, name: str, there: int) -> None:
        target, file = self.folder / name, self.listed.files[name]
        if has_content(target, file):
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".{target.name}{_PARTIAL}")
        if (source := self.local.file(name, file)) is not None:
            shutil.copyfile(source, beside)
        else:
            with beside.open("ab") as stream:
                if stream.tell() > file.size:
                    stream.truncate(0)
                while (start := stream.tell()) < file.size:
                    end = min(start + PIECE, file.size)
                    stream.write(self._piece(name, start, end))
                    self.tell(there + end)
        if not has_content(beside, file):
            beside.unlink()
            raise self._wrong(name, "does not have its digest")
        if name.endswith(".gz") and not _is_bounded(beside, file.size):
            beside.unlink()
            raise self._wrong(name, "is damaged, or unpacks to more than it may")
        beside.replace(target)

    def _blocks(self, content: bytes) -> list[Block]:
        try:
            blocks = blocks_of(content)
        except ValueError as error:
            raise self._wrong(INDEX, f"is damaged: {error}") from error
        if any(not 0 < block.size <= PIECE for block in blocks):
            raise self._wrong(INDEX, "has a block of a size that none has")
        if sum(block.size for block in blocks) != self.listed.files[DATA].size:
            raise self._wrong(INDEX, f"does not fit {DATA}")
        return blocks

    def _fetch_data(self, there: int, *, anew: bool = False) -> None:
        """Put the data together; `anew` from the mirror alone."""
        file = self.listed.files[DATA]
        target = self.folder / DATA
        blocks = self._blocks((self.folder / INDEX).read_bytes())
        with target.open("r+b" if target.exists() else "w+b") as stream:
            stream.truncate(file.size)
            lacking: list[tuple[int, Block]] = []
            place = 0
            for block in blocks:
                stream.seek(place)
                if anew or not is_block(stream.read(block.size), block):
                    member = None if anew else self.local.block(block)
                    if member is None:
                        lacking.append((place, block))
                    else:
                        stream.seek(place)
                        stream.write(member)
                place += block.size
            reused = len(lacking) < len(blocks)
            done = there + file.size - sum(block.size for _, block in lacking)
            for run in _runs(lacking):
                start, end = run[0][0], run[-1][0] + run[-1][1].size
                members = self._piece(DATA, start, end)
                for place, block in run:
                    member = members[place - start : place - start + block.size]
                    if not is_block(member, block):
                        raise self._wrong(
                            DATA, f"has another block than listed: {block.subject[:80]} …"
                        )
                    stream.seek(place)
                    stream.write(member)
                stream.flush()
                done += end - start
                self.tell(done)
        if not has_content(target, file):
            target.unlink()
            if reused:  # equal lines, packed in other bytes: another mirror may have sent them
                self._fetch_data(there, anew=True)
                return
            raise self._wrong(DATA, "does not have its digest")

    def _wrong(self, name: str, reason: str) -> MirrorError:
        return MirrorError(
            f"{self.mirror.address}: {name} of release {self.listed.release} {reason}",
            hint="nothing of it was put in service; name another mirror: ogpld pull URL URL",
        )


def is_block(member: bytes, block: Block) -> bool:
    """Say whether bytes are a block, without holding more of it unpacked than a megabyte."""
    if len(member) != block.size or zlib.crc32(member) != block.sum:
        return False
    digest, lines, first = hashlib.sha256(), 0, b""
    try:
        for piece in _unpacked([member], _UNPACKED):
            digest.update(piece)
            lines += piece.count(b"\n")
            first = first or piece
    except ValueError:
        return False
    begins = first.startswith(f"{block.subject} ".encode(errors="replace"))
    return begins and lines == block.lines and digest.hexdigest() == block.digest


def _key(block: Block) -> _Key:
    return block.digest, block.size, block.sum


def _is_partial(path: Path) -> bool:
    """Say whether a file is one that is being fetched; no file of a release has such a name."""
    return path.name.startswith(".") and path.name.endswith(_PARTIAL)


def _runs(places: Sequence[tuple[int, Block]]) -> Iterator[list[tuple[int, Block]]]:
    """Yield blocks that follow one another, as many as one request asks for."""
    run: list[tuple[int, Block]] = []
    for place, block in places:
        follows = bool(run) and place == run[-1][0] + run[-1][1].size
        if run and (not follows or place + block.size - run[0][0] > PIECE):
            yield run
            run = []
        run.append((place, block))
    if run:
        yield run


def _is_bounded(path: Path, size: int) -> bool:
    """Say whether a packed file is whole and unpacks to no more than our files do."""
    with path.open("rb") as stream:
        try:
            for _ in _unpacked(
                iter(lambda: stream.read(_STEP), b""), max(_UNPACKED, _RATIO * size)
            ):
                pass
        except ValueError:
            return False
    return True


def _unpacked(pieces: Iterable[bytes], most: int) -> Iterator[bytes]:
    """Yield what a gzip file of one member holds, piece by piece.

    Raises:
        ValueError: when it is cut or damaged, has more after its end, or more than `most` bytes in it.
    """
    reader = zlib.decompressobj(wbits=31)
    for packed in pieces:
        rest = packed
        while rest or not reader.eof:
            if reader.eof:
                raise ValueError("there are bytes after the end")
            try:
                piece = reader.decompress(rest, _STEP)
            except zlib.error as error:
                raise ValueError(str(error)) from error
            rest = reader.unconsumed_tail or reader.unused_data
            most -= len(piece)
            if most < 0:
                raise ValueError("it unpacks to too much")
            if not piece and not rest:
                break
            yield piece
    if not reader.eof:
        raise ValueError("it is cut")
