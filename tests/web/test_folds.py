"""Long lists of values are folded in a page, and still are all in it."""

from __future__ import annotations

import pytest

from ogpld.web.pages.links import Property
from ogpld.web.pages.tables import Value
from ogpld.web.pages.templates import environment_of


@pytest.mark.parametrize(("size", "folds"), [(1, 0), (12, 0), (13, 1), (50, 1)])
def test_values_are_folded(size: int, folds: int) -> None:
    """More than twelve values stand behind a summary that counts them; none is missing."""
    values = tuple(Value(f"value {number}", language="") for number in range(size))
    template = environment_of("en").get_template("_value.html")
    page = str(template.module.properties([Property("Names", "", values)]))  # type: ignore[attr-defined]
    assert page.count("<details>") == folds
    assert [value.text for value in values if f"{value.text}</bdi>" not in page] == []
    if folds:
        assert f"<summary>{size - 8} more</summary>" in page
