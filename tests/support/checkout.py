"""A temporary copy of the checkout that remembers which of its files are touched."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from support.running import ROOT, environment
from support.sample_data import copy_sample

_COPIED = (".ci", "docs", "ogpld", "ontology", "shapes", "tests")


@dataclass
class Checkout:
    """A copy to add things to.

    Attributes:
        root: its folder.
        touched: paths of the files that were written, relative to it.
    """

    root: Path
    touched: set[str] = field(default_factory=set)

    @classmethod
    def copied_to(cls, root: Path) -> Checkout:
        """Copy what the program and its tests read; compiled modules too, so that it starts fast."""
        for name in _COPIED:
            ignored = shutil.ignore_patterns("editor", "golden")
            shutil.copytree(ROOT / name, root / name, ignore=ignored)
        copy_sample(root / "data")
        for file in ("pyproject.toml", "CONTRIBUTING.md", "README.md"):
            shutil.copy2(ROOT / file, root / file)
        return cls(root)

    def write(self, path: str, text: str) -> None:
        """Write a file that is not there yet."""
        file = self.root / path
        assert not file.exists(), f"{path} is there already"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        self.touched.add(path)

    def append(self, path: str, text: str) -> None:
        """Add lines at the end of a file."""
        with (self.root / path).open("a", encoding="utf-8") as file:
            file.write(text)
        self.touched.add(path)

    def insert(self, path: str, pattern: str, text: str, *, before: bool = False) -> None:
        """Put text behind the first match of a regular expression (multi-line), or before it."""
        file = self.root / path
        content = file.read_text(encoding="utf-8")
        match = re.search(pattern, content, re.MULTILINE)
        assert match, f"{path} has no {pattern!r}"
        place = match.start() if before else match.end()
        file.write_text(content[:place] + text + content[place:], encoding="utf-8")
        self.touched.add(path)

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python in the copy, with the package and the test helpers of the copy."""
        return subprocess.run(
            [sys.executable, *arguments],
            env=environment(self.root / "home")
            | {"PYTHONPATH": f"{self.root}:{self.root / 'tests'}"},
            cwd=self.root,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
