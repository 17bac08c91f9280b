"""The manifest of a release: what it is made from, how much it holds, and its digest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import MISSING, asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

from ogpld.config import Settings
from ogpld.errors import ReleaseError, Where
from ogpld.release.file_digest import FileDigest

#: Member of the file that is the sha256 of all others; releases of earlier versions have none.
_SEAL = "seal"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `manifest.json` says.

    Attributes:
        sequence: 1, 2, 3 …: orders releases, so that no clock has to.
        digest: sha256 over the canonical data and the model files, in hexadecimal.
        base_iri: the base all instance IRIs were minted under.
        quads: number of quads in data.nq.gz.
        graphs: number of named graphs.
        classes: number of things by class name.
        findings: number of findings by severity.
        inputs: sha256 by input file, with `base_iri` and software version among them.
        inputs_digest: sha256 over `inputs`; equal inputs need no second build.
        versions: of software and model.
        previous: id of the release before, None for the first.
        created: time of publishing, UTC, never behind the previous release's.
        sources: by source what source.toml says of it: title, publisher, licence and the day it was read.
        blocks: number of blocks of data.nq.gz (blocks.py).
        files: size and sha256 by path of the files that `digest` does not cover (held_files.py); none in
            releases of earlier versions.
    """

    sequence: int
    digest: str
    base_iri: str
    quads: int
    graphs: int
    classes: dict[str, int]
    findings: dict[str, int]
    inputs: dict[str, str]
    inputs_digest: str
    versions: dict[str, str]
    previous: str | None
    created: str
    blocks: int
    sources: dict[str, dict[str, str]]
    files: dict[str, FileDigest] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The release's id and folder name."""
        return f"{self.sequence}-{self.digest[:12]}"

    def contradictions(self, settings: Settings) -> list[str]:
        """Return a sentence for each setting that says something else than the release was built with."""
        there = {"base_iri": self.base_iri, "licence": self.inputs.get("licence", settings.licence)}
        return [
            f"the setting {name} is {getattr(settings, name)}, and release {self.id} was built with {value}"
            for name, value in there.items()
            if value != getattr(settings, name)
        ]

    def as_json(self) -> str:
        """Return the manifest as the file holds it, with its seal."""
        content = asdict(self)
        content[_SEAL] = _seal(content)
        return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str, file: str) -> Manifest:
        """Read a manifest.

        Raises:
            ReleaseError: when it is damaged.
        """
        try:
            content: dict[str, Any] = json.loads(text)
            content.pop(_SEAL, None)
            _require_members(content, file)
            held = {name: FileDigest(**entry) for name, entry in content.get("files", {}).items()}
            manifest = cls(**{**content, "files": held})
            datetime.fromisoformat(manifest.created)
            if not (isinstance(manifest.sequence, int) and isinstance(manifest.digest, str)):
                raise TypeError("sequence or digest is of another type")
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise ReleaseError(
                f"the manifest is damaged: {error}",
                where=Where(file),
                hint="use another release: ogpld releases list",
            ) from error
        return manifest


def is_sealed(text: str) -> bool:
    """Say whether a manifest is as it was written; one of an earlier version cannot tell, and is."""
    content = json.loads(text)
    return content.pop(_SEAL, None) in (None, _seal(content))


def _seal(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _require_members(content: dict[str, Any], file: str) -> None:
    """Refuse a manifest that another version wrote, with what it has in another way.

    Raises:
        ReleaseError: naming the version.
    """
    members = fields(Manifest)
    needed = {each.name for each in members if each.default_factory is MISSING}
    lacking = sorted(needed - content.keys())
    unknown = sorted(content.keys() - {each.name for each in members})
    versions = content.get("versions")
    if (lacking or unknown) and isinstance(versions, dict):
        lacks = f"it lacks {', '.join(lacking)}" if lacking else ""
        has = f"it has {', '.join(unknown)}, which this version does not know" if unknown else ""
        raise ReleaseError(
            f"the release was written by another version of ogpld ({versions.get('software', 'unknown')}):"
            f" {' and '.join(filter(None, (lacks, has)))}",
            where=Where(file),
            hint="use a release of before (ogpld releases list, ogpld releases use N), serve it with that"
            " version, or build again into another home: ogpld --home NEW build",
        )
