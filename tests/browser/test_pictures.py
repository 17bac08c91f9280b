"""Pictures of pages are kept though the browser refuses a capture now and then."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

import pytest
from support.chromium import keep_picture
from support.programs import demand


class BusyPage:
    """A page whose browser refuses so many captures before it gives one."""

    def __init__(self, refusals: int) -> None:
        self.refusals = refusals

    def screenshot(self, path: Path) -> None:
        """Refuse, or write a file."""
        from playwright.sync_api import Error  # noqa: PLC0415  (there only where it is installed)

        if self.refusals:
            self.refusals -= 1
            raise Error("Unable to capture screenshot")
        path.write_bytes(b"picture")

    def wait_for_timeout(self, _milliseconds: float) -> None:
        """Do not wait."""


@pytest.mark.counterpart("playwright")
@pytest.mark.parametrize(
    ("refusals", "files"), [(0, {"page.png"}), (2, {"page.png"}), (3, {"page.png.txt"})]
)
def test_a_refused_capture_is_asked_again(tmp_path: Path, refusals: int, files: set[str]) -> None:
    """A picture, or a line that says why there is none; a test does not fail for it."""
    demand(
        "playwright",
        there=find_spec("playwright") is not None,
        lacking="run make test, which installs it",
    )
    keep_picture(cast("Any", BusyPage(refusals)), tmp_path, "page")
    assert {path.name for path in tmp_path.iterdir()} == files
