"""A browser without a window."""

from __future__ import annotations

import shutil

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --enable-logging=stderr "
    "--disable-background-networking --disable-component-update --disable-sync"
)
