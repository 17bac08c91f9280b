"""Immutable releases: the only contract between the build and the server (docs/contract.md#release).

`{home}/releases/{sequence}-{digest}/` is written beside, verified, fsynced and renamed; `current` is a
symlink swung by rename. A release is never edited; a wrong one is superseded.
"""

from ogpld.release.manifest import Manifest
from ogpld.release.patch import Difference
from ogpld.release.release_store import Release, ReleaseStore
from ogpld.release.write_release import Draft, publish

__all__ = ["Difference", "Draft", "Manifest", "Release", "ReleaseStore", "publish"]
