"""What the fault tests share; `make faults` runs them in large numbers (OGPLD_FAULTS=1)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.sample_data import copy_sample


@pytest.fixture(scope="session")
def faults() -> bool:
    """Whether the large numbers are wanted."""
    return bool(os.environ.get("OGPLD_FAULTS"))


@pytest.fixture(scope="session")
def kills(faults: bool) -> int:  # noqa: FBT001
    """How many publishers are killed at random moments."""
    return 192 if faults else 4


@pytest.fixture
def small_data(tmp_path: Path) -> Path:
    """Members and institutions alone: about 3,000 statements beside model and codes."""
    return copy_sample(tmp_path / "data", ("members", "institutions"))
