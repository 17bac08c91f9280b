"""What a mirror says of its releases, so that another home can fetch and verify them file by file.

`/releases/index.json` lists the releases, `/release/{id}/files.json` the files of one with sizes and digests.
What is made from a release (search index, statistics, dumps) is not among them: it is made again from the
same bytes. What is read here comes from a server of others: nothing of it is believed before it is checked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any

from ogpld.errors import ReleaseError, Where
from ogpld.release.blocks import INDEX
from ogpld.release.context_archive import archived_digests, is_context_digest
from ogpld.release.erasure.erasure_record import Erasure
from ogpld.release.file_digest import FileDigest
from ogpld.release.release_store import DATA, DERIVED, PRUNED, Release, ReleaseStore

#: Folder of a release whose files are made from it (ogpld/dumps).
_DUMPS = "dump"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_ID = re.compile(r"[1-9][0-9]{0,8}-[0-9a-f]{12}")
#: A part of a path: not hidden, not the folder above, nothing that parts paths or ends texts elsewhere.
_PART = re.compile(r"[^./\\\x00-\x1f][^/\\\x00-\x1f]{0,199}")
_DEEPEST = 8
#: Files that a release may have, and bytes of those that are read into memory.
_MOST_FILES, _READ_WHOLE = 100_000, 32 << 20
MANIFEST = "manifest.json"
#: What the digest of a release covers, and what has a seal of its own.
_COVERED, _MODEL = frozenset({MANIFEST, DATA, INDEX}), "model/"


@dataclass(frozen=True, slots=True)
class ReleaseFiles:
    """What `files.json` says.

    Attributes:
        release: id of the release.
        digest: its digest.
        pruned: whether its data was taken away.
        files: by path in its folder.
    """

    release: str
    digest: str
    pruned: bool
    files: Mapping[str, FileDigest]

    @classmethod
    def of(cls, release: Release) -> ReleaseFiles:
        """Read every file of a release; what was laid into its folder later is not among them.

        Raises:
            ReleaseError: when one cannot be read.
        """
        files = {}
        try:
            for path in sorted(release.path.rglob("*")):
                name = path.relative_to(release.path).as_posix()
                held = release.manifest.files
                is_stray = held and name not in held and not is_covered(name)
                if is_release_path(name) and not is_stray and path.is_file():
                    files[name] = FileDigest.of(path)
        except OSError as error:
            raise ReleaseError(f"{release.id} cannot be read: {error}") from error
        return cls(release.id, release.manifest.digest, release.pruned, files)

    @property
    def size(self) -> int:
        """The size of all files."""
        return sum(file.size for file in self.files.values())

    def as_json(self) -> bytes:
        """Return the document."""
        return (json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n").encode()

    @classmethod
    def from_json(cls, text: bytes, entry: ReleaseEntry, source: str) -> ReleaseFiles:
        """Read the document of a release.

        Args:
            text: the document.
            entry: what the list of releases says of it.
            source: where it was read, for messages.

        Raises:
            ReleaseError: when it is no such document, of another release, or names what no release has.
        """
        content = _json(text, source)
        try:
            names = content["files"]
            listed = cls(
                str(content["release"]),
                str(content["digest"]),
                content["pruned"] is True,
                {name: _file(name, names[name]) for name in names},
            )
        except (KeyError, TypeError, ValueError) as error:
            raise _unreadable(source, error) from error
        if (listed.release, listed.digest) != (entry.id, entry.digest):
            raise _unreadable(source, f"it is not of {entry.id}")
        needed = (MANIFEST,) if listed.pruned else (MANIFEST, INDEX, DATA)
        if any(name not in listed.files for name in needed):
            raise _unreadable(source, f"it lacks one of {', '.join(needed)}")
        if any(
            file.size > _READ_WHOLE
            for name, file in listed.files.items()
            if name in {MANIFEST, INDEX}
        ):
            raise _unreadable(source, "its manifest or list of blocks is larger than any is")
        folders = {str(folder) for name in names for folder in PurePosixPath(name).parents}
        if folders & names.keys():
            raise _unreadable(source, f"{min(folders & names.keys())} is a file and a folder")
        if len(names) > _MOST_FILES:
            raise _unreadable(source, f"it has more than {_MOST_FILES:,} files")
        return listed


@dataclass(frozen=True, slots=True)
class ReleaseEntry:
    """A release in the list: its id and its digest."""

    id: str
    digest: str

    @property
    def sequence(self) -> int:
        """Its number."""
        return int(self.id.partition("-")[0])


@dataclass(frozen=True, slots=True)
class ReleaseList:
    """What `/releases/index.json` says.

    Attributes:
        current: id of the release in service.
        releases: all there are, pruned ones too, in the order of their numbers.
        erasures: the public records of what was erased.
        contexts: digests of the JSON-LD contexts that documents have named.
    """

    current: str
    releases: tuple[ReleaseEntry, ...]
    erasures: tuple[Erasure, ...]
    contexts: tuple[str, ...]

    @classmethod
    def of(cls, release_store: ReleaseStore, current: str) -> ReleaseList:
        """Return the list of a home, in which a release is in service.

        Raises:
            ReleaseError: when the record of an erasure is damaged.
        """
        entries = [ReleaseEntry(r.id, r.manifest.digest) for r in release_store.releases()]
        contexts = archived_digests(release_store.home)
        return cls(current, tuple(entries), tuple(release_store.erasures()), tuple(contexts))

    def as_json(self) -> bytes:
        """Return the document."""
        return (json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n").encode()

    @classmethod
    def from_json(cls, text: bytes, source: str) -> ReleaseList:
        """Read the document.

        Raises:
            ReleaseError: when it is no such document, or contradicts itself.
        """
        content = _json(text, source)
        try:
            entries = tuple(
                sorted(map(_entry, content["releases"]), key=lambda entry: entry.sequence)
            )
            erasures = tuple(
                Erasure.from_json(json.dumps(record), source) for record in content["erasures"]
            )
            listed = cls(str(content["current"]), entries, erasures, tuple(content["contexts"]))
            contexts = all(map(is_context_digest, listed.contexts))
            numbers = [record.number for record in erasures]
        except (KeyError, TypeError, ValueError) as error:
            raise _unreadable(source, error) from error
        if len({entry.sequence for entry in entries}) != len(entries):
            raise _unreadable(source, "two releases have one number")
        if listed.current not in {entry.id for entry in entries}:
            raise _unreadable(source, "the current release is not among them")
        if not contexts or numbers != list(range(1, len(numbers) + 1)):
            raise _unreadable(source, "contexts or erasures are not what they have to be")
        return listed


def is_release_path(name: str) -> bool:
    """Say whether a path in the folder of a release may be a file of its own: none leads elsewhere."""
    parts = name.split("/")
    derived = parts[0] in {*DERIVED, _DUMPS, PRUNED}
    return not derived and len(parts) <= _DEEPEST and all(map(_PART.fullmatch, parts))


def is_covered(name: str) -> bool:
    """Say whether the digest of a release or the manifest's own seal is about a file of it."""
    return name in _COVERED or name.startswith(_MODEL)


def _file(name: str, entry: Any) -> FileDigest:
    size, digest = entry["size"], entry["sha256"]
    if not is_release_path(name):
        raise ValueError(f"{name[:80]!r} is no path of a file of a release")
    if type(size) is not int or size < 0 or not _DIGEST.fullmatch(digest):
        raise ValueError(f"{name[:80]!r} has no size and digest")
    return FileDigest(size, digest)


def _entry(entry: Any) -> ReleaseEntry:
    name, digest = entry["id"], entry["digest"]
    if not (_ID.fullmatch(name) and _DIGEST.fullmatch(digest)) or name[-12:] != digest[:12]:
        raise ValueError("a release is not named by number and digest")
    return ReleaseEntry(name, digest)


def _json(text: bytes, source: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _unreadable(source, error) from error


def _unreadable(source: str, reason: object) -> ReleaseError:
    return ReleaseError(
        f"what a mirror lists cannot be used: {str(reason)[:200]}",
        where=Where(source),
        hint="see that the address is that of an ogpld server of this version, or name another mirror",
    )
