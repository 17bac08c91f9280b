"""A browser that a test drives, and where it keeps pictures of what it showed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.chromium import CHROMIUM, keep_picture
from support.programs import demand

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

#: Opens a page: address of the server, width in pixels, options of Playwright's contexts.
Opener = Callable[..., "Page"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright."""
    demand("chromium", there=CHROMIUM is not None, lacking="install chromium")
    there = find_spec("playwright") is not None
    demand("playwright", there=there, lacking="run make test, which installs it")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  (there only where it is installed)

    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Opener]:
    """A function that opens an empty page; it fails the test at its end for what a page complained of."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def complain(text: str) -> None:
        if (
            "Failed to load resource" not in text
        ):  # an answer with a status of its own, as errors have
            complaints.append(text)

    def open_page(base_url: str, width: int = 1280, **options: object) -> Page:
        size = {"width": width, "height": 900}
        context = browser.new_context(base_url=base_url, viewport=size, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda line: complain(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: complain(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints


@pytest.fixture
def picture() -> Callable[[Page, str], None]:
    """A function that keeps a picture of a page under a name, in OGPLD_SCREENSHOTS where that is set."""
    folder = os.environ.get("OGPLD_SCREENSHOTS")

    def keep(page: Page, name: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            keep_picture(page, Path(folder), name)

    return keep
