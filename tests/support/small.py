"""A site small enough to be published again and again: members and institutions alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from ogpld.cli import main
from support.running import ROOT


class Small:
    """A home and its sources in a folder.

    Args:
        folder: where they are made.
        dumps: whether a build also writes dumps, which takes it twice as long.

    Attributes:
        home: where releases are.
        lines: the lines of the table of members as shipped, its header first.
    """

    def __init__(self, folder: Path, *, dumps: bool = False) -> None:
        self._dumps = dumps
        self.home = folder / "home"
        self._sources = folder / "data/sources"
        for name in ("members", "institutions"):
            shutil.copytree(ROOT / "data/sources" / name, self._sources / name)
        self._table = self._sources / "members/members.csv"
        self.lines = self._table.read_text(encoding="utf-8").splitlines(keepends=True)

    def publish(self, lines: Iterable[str], *options: str) -> None:
        """Publish a release with these lines as its table of members, fewer of them or not."""
        self._table.write_text("".join(lines), encoding="utf-8")
        self.run("build", "--sources", str(self._sources), "--allow-shrink", *options)

    def run(self, *arguments: str) -> None:
        """Run a command on the home; it must end well."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("OGPLD_DUMPS", str(self._dumps).lower())
            assert main(["--home", str(self.home), *arguments]) == 0
