"""A browser without a window, and pictures of its pages."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --enable-logging=stderr "
    "--disable-background-networking --disable-component-update --disable-sync"
)
#: Milliseconds to wait after each capture that was refused.
_CAPTURE_PAUSES = (200, 1_000, 3_000)


def keep_picture(page: Page, folder: Path, name: str) -> None:
    """Keep a picture as NAME.png, or as NAME.png.txt why there is none; what a test asserts is elsewhere.

    A busy Chromium refuses a capture now and then ("Unable to capture screenshot") and gives it when it is
    asked again, so it is asked some times.
    """
    from playwright.sync_api import Error  # noqa: PLC0415  (there only where it is installed)

    reason = folder / f"{name}.png.txt"
    reason.unlink(missing_ok=True)
    for pause in _CAPTURE_PAUSES:
        try:
            page.screenshot(path=folder / f"{name}.png")
        except Error as error:
            reason.write_text(f"{error}\n", encoding="utf-8")
            page.wait_for_timeout(pause)
        else:
            reason.unlink(missing_ok=True)
            return
