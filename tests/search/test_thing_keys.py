"""The keys of things by what somebody calls them."""

from __future__ import annotations

import pytest

from ogpld.errors import UsageError
from ogpld.search.matches import Match
from ogpld.search.thing_keys import ThingKeys
from ogpld.search.typed_names import plain


def test_a_name_stands_for_one_key() -> None:
    """A name in any case stands for one key; of two, the candidates are listed; of none, what is near."""
    rows = [
        ("x/LVA", "Latvia", "Latvia"),
        ("x/LTU", "Lithuania", ""),
        ("x/a", "Justice", ""),
        ("x/b", "Justice", ""),
    ]
    names = ThingKeys(rows)

    def called(text: str) -> list[Match]:
        """Return what has the text in its key or its name, as an index would."""
        keys = [
            key for key, label in names.labels.items() if plain(text) in map(plain, (key, label))
        ]
        return [Match(f"x/{key}", "Member", key, "", "", "", "", "", 1.0, "same") for key in keys]

    assert [
        names.key(text, "member", "member", called) for text in ("LVA", "latvia", " LATVIA ", "lva")
    ] == ["LVA"] * 4
    with pytest.raises(UsageError, match="2 things") as error:
        names.key("justice", "body", "body", called)
    assert "a (Justice), b (Justice)" in error.value.hint
    with pytest.raises(UsageError, match="no member has that key or name") as error:
        names.key("Latvja", "member", "member", called)
    assert "LVA (Latvia)" in error.value.hint
