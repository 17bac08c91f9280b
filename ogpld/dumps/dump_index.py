"""What `dump/index.json` says: the files of a release's dumps, and when each dataset last changed.

The list is written last and renamed with the folder, so a folder that has it is complete. Files are
found in it by name, never by a path somebody asks for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from ogpld.errors import ReleaseError, Where
from ogpld.formats.media import GZIP
from ogpld.release import Release, ReleaseStore

FOLDER = "dump"
INDEX = "index.json"
#: Names of the datasets that are not about one member.
WHOLE, CODES = "ogpld", "codes"


def dataset_name(member: str) -> str:
    """Return the name of a member's dataset from the member's IRI."""
    return member.rpartition("/")[2].lower()


@dataclass(frozen=True, slots=True)
class DumpFile:
    """One file.

    Attributes:
        file: its name under `dump/`, with the folder of its dataset.
        dataset: name of the dataset.
        kind: what it is: `nq`, `ttl`, `jsonld`, `sqlite`, `csv`, `tidy` or `csvw`.
        media_type: of what is in it.
        gzip: whether it is compressed.
        bytes: its size.
        sha256: its digest, in hexadecimal.
        title: name for people.
        holds: what is in it, in a sentence.
        rows: number of rows of a table, None for other files.
    """

    file: str
    dataset: str
    kind: str
    media_type: str
    gzip: bool
    bytes: int
    sha256: str
    title: str
    holds: str
    rows: int | None = None

    @property
    def name(self) -> str:
        """The file's name in its dataset, without its ending: stable from release to release."""
        return self.file.partition("/")[2].removesuffix(".gz").replace(".", "-")

    @property
    def sent_type(self) -> str:
        """The media type that it is sent with: what it holds, or what it was packed by."""
        return GZIP.type if self.gzip else self.media_type

    @property
    def encoding_format(self) -> str | list[str]:
        """What schema.org calls so: the type that it is sent with, and that of what a packed one holds."""
        return [self.sent_type, self.media_type] if self.gzip else self.media_type


@dataclass(frozen=True, slots=True)
class DatasetState:
    """The state of a dataset.

    Attributes:
        digest: sha256 over its lines.
        statements: number of lines.
        issued: time of the release that first had it, "" where that is not known.
        modified: time of the release that last changed it, "" where that is not known.
    """

    digest: str
    statements: int
    issued: str = ""
    modified: str = ""


@dataclass(frozen=True)
class DumpIndex:
    """The list of a release's dumps."""

    release: str
    datasets: dict[str, DatasetState] = field(default_factory=dict)
    files: tuple[DumpFile, ...] = ()

    @cached_property
    def by_name(self) -> dict[str, DumpFile]:
        """The files by name."""
        return {file.file: file for file in self.files}

    def of(self, dataset: str) -> Iterator[DumpFile]:
        """Yield the files of a dataset, in their order."""
        return (file for file in self.files if file.dataset == dataset)

    def as_json(self) -> bytes:
        """Return the list as the file holds it."""
        content = {
            "release": self.release,
            "datasets": {name: asdict(state) for name, state in sorted(self.datasets.items())},
            "files": [asdict(file) for file in self.files],
        }
        return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()

    @classmethod
    def from_json(cls, text: bytes, file: str) -> DumpIndex:
        """Read a list.

        Raises:
            ReleaseError: when it is damaged.
        """
        try:
            content: dict[str, Any] = json.loads(text)
            return cls(
                content["release"],
                {name: DatasetState(**state) for name, state in content["datasets"].items()},
                tuple(DumpFile(**entry) for entry in content["files"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ReleaseError(
                f"the list of dumps is damaged: {error}",
                where=Where(file),
                hint="remove the folder and run: ogpld build",
            ) from error


def read_index(release: Release) -> DumpIndex | None:
    """Return the list of a release's dumps, None when they are not complete.

    Raises:
        ReleaseError: when it is damaged.
    """
    path = release.path / FOLDER / INDEX
    try:
        text = path.read_bytes()
    except OSError:
        return None
    index = DumpIndex.from_json(text, str(path))
    if index.release != release.id:
        raise ReleaseError(f"{release.id}: its dumps are those of {index.release}")
    return index


def newest_dumps(release_store: ReleaseStore, release: Release) -> tuple[Release, DumpIndex] | None:
    """Return the newest release with complete dumps that is not newer than a given one."""
    for candidate in reversed(release_store.releases()):
        if candidate.manifest.sequence > release.manifest.sequence or candidate.pruned:
            continue
        try:
            index = read_index(candidate)
        except ReleaseError:  # a damaged list is no list; `releases verify` says what is wrong
            continue
        if index is not None:
            return candidate, index
    return None
