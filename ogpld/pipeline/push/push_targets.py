"""What a home remembers of the stores it pushed to: `targets.json`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ogpld.errors import ReleaseError
from ogpld.release.folders import whole_file

FILE = "targets.json"


@dataclass(frozen=True, slots=True)
class PushTarget:
    """Where a store stands.

    Attributes:
        address: of its SPARQL endpoint, as it was given.
        release: id of the release its pointer names as current, "" before the first.
        digest: digest of that release.
        moved: when the pointer was moved there, UTC.
        statements: statements of the release in the store, all graphs together.
        sending: id of a release whose push began and did not end, "" for none.
        fault: what ended the last push, "" for nothing.
    """

    address: str
    release: str = ""
    digest: str = ""
    moved: str = ""
    statements: int = 0
    sending: str = ""
    fault: str = ""


def read_targets(home: Path) -> dict[str, PushTarget]:
    """Return the stores of a home by their addresses.

    Raises:
        ReleaseError: when the file is damaged.
    """
    try:
        content: list[dict[str, Any]] = json.loads((home / FILE).read_text(encoding="utf-8"))
        targets = [PushTarget(**entry) for entry in content]
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError) as error:
        raise ReleaseError(
            f"{home / FILE} cannot be read: {error}",
            hint="remove it; the next push asks the stores where they stand",
        ) from error
    return {target.address: target for target in targets}


def write_target(home: Path, target: PushTarget) -> None:
    """Write where a store stands; the caller holds the publisher's lock.

    Raises:
        ReleaseError: when the file is damaged or cannot be written.
    """
    targets = {**read_targets(home), target.address: target}
    text = json.dumps([asdict(each) for each in targets.values()], indent=1, ensure_ascii=False)
    try:
        with whole_file(home / FILE) as beside:
            beside.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise ReleaseError(f"{home / FILE} cannot be written: {error.strerror}") from error
