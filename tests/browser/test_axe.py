"""Every type of page as axe sees it, wide and narrow, light and dark; and how heavy it is.

With OGPLD_SCREENSHOTS=folder a picture of each is kept there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING, Any

import pytest
from support.page_types import BROWSER, ENDPOINTS, NO_PAGES, page_types
from support.programs import NODE, demand
from support.running import Server

from ogpld.web.http.parameters import ELSEWHERE, ROUTES

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: Bytes a page may have before it is compressed.
WEIGHT = 100_000
#: Pages are parted among so many tests, which workers share.
SHARES = 6
#: Forms that give pages without an address: name of the page, the form, and the button of its example.
_SENT = (
    ("checked", "/validate", "text=Check this example"),
    ("matched", "/match", "form:has([type=hidden]) button >> nth=0"),
)
#: What colours have to do with.
_COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}


def test_every_endpoint_has_a_page_type_or_no_page() -> None:
    """A new route needs a line in `tests/support/page_types.py`."""
    assert set(ROUTES) | ELSEWHERE == ENDPOINTS | NO_PAGES
    assert not ENDPOINTS & NO_PAGES


@pytest.mark.counterpart("axe")
@pytest.mark.parametrize("share", range(SHARES))
def test_axe_finds_nothing(
    share: int,
    server: Server,
    new_page: Callable[..., Page],
    picture: Callable[[Page, str], None],
) -> None:
    """No violation of any rule, nothing wider than the window; folded parts are opened first."""
    axe = NODE / "axe-core/axe.min.js"
    demand("axe", there=axe.is_file(), lacking="install Node and run make counterparts")
    page = new_page(server.url)
    page.context.add_init_script(path=axe)
    failures = [
        failure
        for name, address in islice(page_types(server), share, None, SHARES)
        for failure in findings(page, name, address, picture)
    ]
    for name, address, button in _SENT[share : share + 1]:
        failures += findings(page, name, address, picture, button)
    assert not failures, "\n".join(failures)


def findings(
    page: Page, name: str, address: str, picture: Callable[[Page, str], None], button: str = ""
) -> list[str]:
    """Return what is wrong with a page in both widths, wide in both colours, a line each.

    Args:
        page: of the browser.
        name: of the type of page.
        address: of the page.
        picture: keeps a picture of it.
        button: the one there that gives the page that is looked at, "" for that of the address.
    """
    failures = []
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="light")
        page.goto(address)
        if button:
            page.click(button)
        if page.locator("#editor").count():
            page.wait_for_selector(".yasr_results > *", state="attached")
        # dark colours are the same at every width
        for scheme in ("light", "dark") if width > 1000 else ("light",):
            page.emulate_media(color_scheme=scheme)
            picture(page, f"{name}-{width}-{scheme}")
            page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
            options = _COLOURS if scheme == "dark" else {}
            result: dict[str, Any] = page.evaluate("options => axe.run(document, options)", options)
            failures += [
                f"{name} ({address}) {width} {scheme}: {rule['id']} {node['target']} {node['html'][:120]}"
                for rule in result["violations"]
                for node in rule["nodes"][:3]
            ]
        failures += [
            f"{name} ({address}) {narrow}: wider than the window"
            for narrow in ((width,) if width > 1000 else (width, 320))
            if is_wider(page, narrow)
        ]
    return failures


def is_wider(page: Page, width: int) -> bool:
    """Say whether a page is wider than a window of that width (WCAG 1.4.10)."""
    page.set_viewport_size({"width": width, "height": 900})
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def test_pages_are_light(server: Server) -> None:
    """Under 100 kB before compression, and none is an answer of failure by mistake."""
    failures = []
    for name, address in page_types(server):
        answer = server.get(address, headers=BROWSER, allow_redirects=True)
        assert answer.headers["Content-Type"].startswith("text/html"), (name, address)
        if (answer.status_code != 200) != bool(re.search("error$|not-there", name)):
            failures.append((name, address, answer.status_code))
        if len(answer.content) > WEIGHT:
            failures.append((name, address, len(answer.content)))
    assert not failures
