"""Which tests run under a target of their own, because they take minutes by nature.

`make test` runs what no part names and ends in under 8 minutes on two cores; `.ci/run` runs every part.
`pytest` without `--part` runs whatever it is given.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from support.running import ROOT

TESTS = ROOT / "tests"
#: What `make test` runs: no part of those below.
QUICK = "quick"
#: Parts with what is in them: folders and files below `tests/`, or one test of a file.
PARTS: dict[str, tuple[str, ...]] = {
    "harvest": ("counterparts/test_harvest.py",),
    "counterparts": ("counterparts",),
    "browser": ("browser",),
    "faults": ("faults", "release/test_erasure.py", "formats/test_projection.py"),
    # everything that is shipped, OGP's sheet, every link, random edits, the hostile corpus, every addition, ends of servers
    "long": (
        "pipeline/test_whole.py",
        "claims/test_whole_claims.py",
        "sources/test_whole_comparison.py",
        "sources/test_whole_estonia.py",
        "sources/test_whole_explorer.py",
        "release/test_editions.py",
        "shacl/test_engine.py",
        "pipeline/test_difference.py",
        "validate/test_incremental.py",
        "web/test_site_links.py",
        "web/test_vocabulary.py::test_no_link_of_these_pages_is_dead",
        "web/test_base_path.py",
        "web/test_hostile.py",
        "web/test_life.py",
        "web/test_erasures.py",
        "release/test_packed_files.py",
        "release/test_backup.py::test_backups_during_a_build_are_whole",
        "release/test_backup.py::test_pruning_meanwhile_is_noticed",
        "release/test_upgrade.py",
        "pipeline/test_own_country.py",
        "doctor/test_ours.py",
        "export/test_export_servers.py",
        "export/test_export_document.py",
        "test_additions.py",
    ),
}
#: The part of tests of other files that ask large data, by the fixtures or parameters that name it.
_WHOLE = "long"
_LARGE_HOMES, _LARGE_DATA = {"whole_home", "sheet_home"}, {"whole", "sheet"}


def part_of_path(path: Path) -> str:
    """Return the part that a file is in as a whole, or `QUICK`."""
    place = path.relative_to(TESTS)
    names = {place.as_posix(), *(folder.as_posix() for folder in place.parents)}
    return next((part for part, members in PARTS.items() if names & {*members}), QUICK)


def may_hold(path: Path, part: str) -> bool:
    """Say whether a file may have tests of a part: those of `_WHOLE` may stand beside quick ones."""
    return part_of_path(path) == part or (part == _WHOLE and part_of_path(path) == QUICK)


def part_of(item: pytest.Item) -> str:
    """Return the part that a test is in, or `QUICK`."""
    part = part_of_path(item.path)
    if part != QUICK:
        return part
    name = f"{item.path.relative_to(TESTS).as_posix()}::{getattr(item, 'originalname', item.name)}"
    named = next((part for part, members in PARTS.items() if name in members), "")
    return named or (_WHOLE if asks_large_data(item) else QUICK)


def asks_large_data(item: pytest.Item) -> bool:
    """Say whether a test wants the release of all the shipped data or of OGP's sheet, slow to build and to ask."""
    values = item.callspec.params.values() if hasattr(item, "callspec") else ()
    parameters = {value for value in values if isinstance(value, str)}
    return bool(_LARGE_HOMES & {*getattr(item, "fixturenames", ())} or _LARGE_DATA & parameters)
