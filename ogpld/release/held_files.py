"""The files of a release that its manifest holds to digests, and what a look at a release finds damaged.

Data, list of blocks and model are what the digest of a release is made of, and derived files are made anew;
every other file that is published stands with size and sha256 in the manifest, which has a seal of its own.
Releases of earlier versions have neither, and say nothing of these files.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

from ogpld.claims.verdicts import FILE as VERDICTS
from ogpld.denied_access import access_errors
from ogpld.errors import ReleaseError
from ogpld.release.file_digest import FileDigest, has_content
from ogpld.release.manifest import is_sealed
from ogpld.release.packed_files import unpacked
from ogpld.release.release_files import MANIFEST, is_covered, is_release_path
from ogpld.release.release_store import DATA, LOG, PATCH, REPORT, Release

#: Files that tell whether they are whole (RFC 1952 section 2.3.1).
_PACKED = frozenset({LOG, PATCH, REPORT})
_HINT = (
    "put the file back from a backup, or write another release: ogpld build --full; "
    "ogpld releases prune takes the data of this one away, at the latest after one release more"
)


def held_digests(folder: Path) -> dict[str, FileDigest]:
    """Return size and digest of the files in a folder of a release that its manifest is to hold.

    Raises:
        OSError: when one cannot be read.
    """
    return {name: FileDigest.of(folder / name) for name in _names(folder)}


def digests_after(old: Release, folder: Path) -> dict[str, FileDigest]:
    """Return the digests for a folder that was made from a release's by changing some of its files.

    What did not change keeps the digest it had, so that damage of before is not taken for right.

    Args:
        old: the release.
        folder: the folder; of a release without digests it gets none.

    Raises:
        OSError: when a file cannot be read.
    """
    before = old.manifest.files
    if not before:
        return {}
    now = {name: file for name, file in held_digests(folder).items() if name in before}
    lost = {n: file for n, file in before.items() if n not in now and not (old.path / n).exists()}
    same = {n: before[n] for n, file in now.items() if has_content(old.path / n, file)}
    return dict(sorted({**now, **same, **lost}.items()))


def verify_files(release: Release) -> int:
    """Read every file that the manifest holds; return how many files there are that it says nothing of.

    Of a pruned release those are read that stay.

    Raises:
        ReleaseError: for the first that is missing or changed, or a changed manifest.
    """
    for problem in _problems(release):
        raise ReleaseError(f"{release.id}: {problem}", hint=_HINT)
    return 0 if release.manifest.files else len([*_names(release.path)])


def require_no_strays(release: Release) -> None:
    """Refuse files in the folder of a release that were laid there after it was published.

    Nothing reads or hands them on.

    Raises:
        ReleaseError: for the first.
    """
    held = release.manifest.files
    for name in _names(release.path) if held and not release.pruned else ():
        if name not in held:
            raise ReleaseError(
                f"{release.id}: {name} is none of its files", hint=f"remove {release.path / name}"
            )


def damaged_files(release: Release) -> list[str]:
    """Return the files that the manifest holds and that are missing, cut or changed, by path."""
    return [n for n, f in _expected(release).items() if not has_content(release.path / n, f)]


def damage_of(release: Release) -> str:
    """Return what is damaged of a release whose data is there, a sentence; "" where nothing is seen.

    It is a quick look: of the data the sums of the packed blocks (CRC-32), of all else the digests.
    """
    return data_damage(release) or next(_problems(release), "")


@access_errors()
def data_damage(release: Release) -> str:
    """Return the same of its data, list of blocks and model alone.

    Raises:
        ReleaseError: where this user may not read it.
    """
    try:
        blocks = release.blocks()
        with release.data.open("rb") as file:
            for number, block in enumerate(blocks, 1):
                if zlib.crc32(file.read(block.size)) != block.sum:
                    return f"block {number} of {DATA} is damaged"
            if file.read(1):
                return f"{DATA} has bytes after the last block"
    except PermissionError:
        raise
    except OSError as error:
        return f"{DATA} cannot be read: {error.strerror}"
    except ReleaseError as error:
        return error.message.removeprefix(f"{release.id}: ")
    return ""


def _problems(release: Release) -> Iterator[str]:
    """Yield a sentence for each file that is not as it was published."""
    yield from (f"{name} {_fault(release.path / name)}" for name in damaged_files(release))
    if not release.manifest.files:
        yield from _undigested(release)
    try:
        sealed = is_sealed((release.path / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        sealed = False
    if not sealed:
        yield f"{MANIFEST} was changed"


@access_errors()
def _fault(path: Path) -> str:
    """Return what is wrong with a file that does not have the content it should."""
    try:
        with path.open("rb"):
            return "was changed or cut"
    except FileNotFoundError:
        return "is missing"
    except PermissionError:
        raise
    except OSError as error:
        return f"cannot be read: {error.strerror}"


def _undigested(release: Release) -> Iterator[str]:
    """Yield what can be seen of files without digests: that they are empty, or not whole as packed ones."""
    for name in _names(release.path):
        path = release.path / name
        try:
            if not path.stat().st_size or (name in _PACKED and not unpacked(path)):
                yield f"{name} is empty"
        except OSError as error:
            yield f"{name} cannot be read: {error.strerror}"


def _expected(release: Release) -> dict[str, FileDigest]:
    """Return what the manifest holds and has to be there: of a pruned release what pruning leaves."""
    if not release.pruned:
        return release.manifest.files
    left = {VERDICTS, LOG, *([PATCH] if release.manifest.previous else [])}
    return {name: file for name, file in release.manifest.files.items() if name in left}


def _names(folder: Path) -> Iterator[str]:
    """Yield the paths of the files in a folder that the manifest is to hold."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not is_covered(name) and is_release_path(name) and _is_file(path):
            yield name


def _is_file(path: Path) -> bool:
    """Say whether a path is that of a file; one in a folder that cannot be read is none."""
    try:
        return path.is_file()
    except OSError:
        return False
