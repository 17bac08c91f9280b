"""Numbers in addresses: of pages and files, each written in one way."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"[1-9][0-9]{0,6}")


def is_number(text: str) -> bool:
    """Say whether a text is a number from 1 on, without leading zeros and not absurdly large."""
    return _NUMBER.fullmatch(text) is not None
