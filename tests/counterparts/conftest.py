"""What the tests with counterparts share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.sites import Site, serve_site


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that nobody changes."""
    with serve_site(tmp_path_factory.mktemp("site")) as served:
        yield served
