"""Small templates that make keys from cells: `{ogp_code}{action_plan_number:02}`.

`{a}` is a cell, `{a:filter}` the cell after one of the filters below, `{a|b:filter}` the first of the
two that is not empty. Not Python's format language on purpose: source.toml may come from somebody else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from ogpld.errors import SourceError
from ogpld.iris import slug

_FIELD = re.compile(r"\{([^{}]+)\}")

FILTERS: dict[str, Callable[[str], str]] = {
    "02": lambda text: text.zfill(2),
    "slug": slug,
    "dashed": lambda text: text.replace(".", "-"),
    "parent": lambda text: text.rpartition(".")[0],
    "parent-dashed": lambda text: text.rpartition(".")[0].replace(".", "-"),
    "year": lambda text: text[:4],
    "last": lambda text: text.rstrip("/").rpartition("/")[2],
}


def _alternatives(field: str) -> list[tuple[str, str]]:
    """Return column and filter of each alternative of a field."""
    parts = [part.partition(":") for part in field.split("|")]
    return [(name, name_of_filter) for name, _, name_of_filter in parts]


def check_template(template: str, columns: set[str]) -> None:
    """Refuse a template that names an unknown column or filter.

    Raises:
        SourceError: naming the field at fault.
    """
    for field in _FIELD.findall(template):
        for name, name_of_filter in _alternatives(field):
            if name not in columns:
                raise SourceError(
                    f"the template {template!r} names the unknown column {name!r}",
                    hint=f"columns: {', '.join(sorted(columns))}",
                )
            if name_of_filter and name_of_filter not in FILTERS:
                raise SourceError(
                    f"the template {template!r} names the unknown filter {name_of_filter!r}",
                    hint=f"filters: {', '.join(FILTERS)}",
                )


def fill(template: str, cells: Mapping[str, str]) -> str | None:
    """Fill a template, or return None when one of its fields is empty."""
    empty = False

    def replace(match: re.Match[str]) -> str:
        nonlocal empty
        for name, name_of_filter in _alternatives(match[1]):
            if text := cells[name]:
                return FILTERS[name_of_filter](text) if name_of_filter else text
        empty = True
        return ""

    filled = _FIELD.sub(replace, template)
    return None if empty or not filled else filled
