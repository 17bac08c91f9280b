"""Fetch the query editor before a wheel is packed, where Node is at hand; else pack without it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Editor(BuildHookInterface):  # type: ignore[misc,type-arg]
    """Run `make editor`; an editable install leaves that to whoever wants it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Put the library where the package's static files are."""
        del build_data
        if version == "editable" or not (shutil.which("npm") and shutil.which("make")):
            return
        made = subprocess.run(["make", "editor"], cwd=self.root, check=False)  # noqa: S607
        if made.returncode:
            sys.stderr.write("the query editor could not be fetched; the page is a plain form\n")
