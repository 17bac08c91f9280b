"""The record of erasures: when, why and where something was taken out, never what it said.

`{home}/erasures/{number}.json` is public and served at `/erasures`. `{home}/erasures/fingerprints.json` is
for the next build alone: keyed digests (HMAC-SHA-256, RFC 2104) of the statements and texts that must not
come back. The key lies beside them, so the file is for its owner only and is never served.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ogpld.errors import ReleaseError, Where
from ogpld.release.folders import whole_file

FOLDER = "erasures"
_FINGERPRINTS = "fingerprints.json"
_NUMBERED = re.compile(r"[1-9]\d*\.json")


@dataclass(frozen=True, slots=True)
class ReleaseErasure:
    """What an erasure did to a release.

    Attributes:
        before: id of the release before the erasure.
        after: its id since; the same where the data did not hold what was erased, or was pruned.
        digest_before: its digest before.
        digest_after: its digest since.
        counts: how many places there were, by what they are in (`statements`, `cells`, `findings` …).
    """

    before: str
    after: str
    digest_before: str
    digest_after: str
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Erasure:
    """The public record of an erasure.

    Attributes:
        number: 1, 2, 3 …
        date: when, UTC.
        reason: why, in the words of who did it.
        things: IRIs of the things that were erased whole.
        subjects: IRIs of other things that lost statements.
        releases: what it did to each release.
        closing: id of the release that tells it in the change log.
    """

    number: int
    date: str
    reason: str
    things: tuple[str, ...]
    subjects: tuple[str, ...]
    releases: tuple[ReleaseErasure, ...]
    closing: str

    def as_json(self) -> str:
        """Return the record as the file holds it."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str, file: str) -> Erasure:
        """Read a record.

        Raises:
            ReleaseError: when it is damaged.
        """
        try:
            content: dict[str, Any] = json.loads(text)
            content["releases"] = tuple(ReleaseErasure(**entry) for entry in content["releases"])
            content["things"] = tuple(content["things"])
            content["subjects"] = tuple(content["subjects"])
            return cls(**content)
        except (ValueError, TypeError, KeyError) as error:
            raise ReleaseError(
                f"the record of an erasure is damaged: {error}",
                where=Where(file),
                hint="restore the file from a backup: the next build needs it",
            ) from error

    def of(self, release: str) -> ReleaseErasure | None:
        """Return what it did to the release that has an id since."""
        return next((entry for entry in self.releases if entry.after == release), None)


def read_erasures(home: Path) -> list[Erasure]:
    """Return the records of a home, oldest first.

    Raises:
        ReleaseError: when one is damaged.
    """
    folder = home / FOLDER
    paths = folder.iterdir() if folder.is_dir() else ()
    records = []
    for path in paths:
        if _NUMBERED.fullmatch(path.name):
            try:
                text = path.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise ReleaseError(f"{path} cannot be read: {error}") from error
            records.append(Erasure.from_json(text, str(path)))
    return sorted(records, key=lambda record: record.number)


def present_ids(erasures: Iterable[Erasure]) -> dict[str, str]:
    """Return the id that a release has now by each id it had before an erasure."""
    ids: dict[str, str] = {}
    for erasure in erasures:
        moved = {r.before: r.after for r in erasure.releases if r.before != r.after}
        ids = {old: moved.get(new, new) for old, new in ids.items()} | moved
    return ids


def write_erasure(home: Path, erasure: Erasure) -> None:
    """Write a record, whole or not at all.

    Raises:
        OSError: when it cannot be written.
    """
    folder = home / FOLDER
    folder.mkdir(exist_ok=True)
    with whole_file(folder / f"{erasure.number}.json", 0o644) as beside:
        beside.write_text(erasure.as_json(), encoding="utf-8")


@dataclass(slots=True)
class Fingerprints:
    """Keyed digests of what must not be published again.

    Attributes:
        key: the secret of the home, in hexadecimal.
        statements: number of the erasure by digest of subject, property and value.
        texts: number of the erasure by digest of a normalised text.
    """

    key: str = field(default_factory=lambda: secrets.token_hex(32))
    statements: dict[str, int] = field(default_factory=dict)
    texts: dict[str, int] = field(default_factory=dict)

    def digest(self, text: str) -> str:
        """Return the keyed digest of a text, in hexadecimal."""
        return hmac.digest(bytes.fromhex(self.key), text.encode(), hashlib.sha256).hex()

    def as_json(self) -> str:
        """Return them as the file holds them."""
        return json.dumps(asdict(self), indent=0) + "\n"

    @classmethod
    def from_json(cls, text: str, file: str) -> Fingerprints:
        """Read them.

        Raises:
            ReleaseError: when the file is damaged: without it erased statements could come back.
        """
        try:
            content: dict[str, Any] = json.loads(text)
            fingerprints = cls(**content)
            bytes.fromhex(fingerprints.key)
        except (ValueError, TypeError) as error:
            raise ReleaseError(
                f"the digests of erased statements are damaged: {error}",
                where=Where(file),
                hint="restore the file from a backup: no build is safe without it",
            ) from error
        return fingerprints


def read_fingerprints(home: Path) -> Fingerprints | None:
    """Return the digests of a home, None where nothing was erased.

    Raises:
        ReleaseError: when they are damaged, or missing although there are records.
    """
    path = home / FOLDER / _FINGERPRINTS
    try:
        return Fingerprints.from_json(path.read_text(encoding="utf-8"), str(path))
    except FileNotFoundError as error:
        if read_erasures(home):
            raise ReleaseError(
                f"{path} is missing",
                hint="restore it from a backup: no build is safe without it",
            ) from error
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise ReleaseError(f"{path} cannot be read: {error}") from error


def write_fingerprints(home: Path, fingerprints: Fingerprints) -> None:
    """Write the digests, for the owner of the home only.

    Raises:
        OSError: when they cannot be written.
    """
    folder = home / FOLDER
    folder.mkdir(exist_ok=True)
    with whole_file(folder / _FINGERPRINTS, 0o600) as beside:
        beside.write_text(fingerprints.as_json(), encoding="utf-8")
