"""Every query we own, as files: loaded by name, values bound as terms, never joined as strings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib import resources

from ogpld.rdf import Literal, NamedNode, Variable

_PLACE = re.compile(r"\$\{(\w+)\}")


@cache
def load(name: str) -> str:
    """Return the text of a query of ours."""
    return resources.files(__package__).joinpath(f"{name}.rq").read_text(encoding="utf-8")


Value = NamedNode | Literal | Variable | int


def bind(text: str, **values: Value | Sequence[NamedNode]) -> str:
    """Put terms where `${name}` stands; a term writes itself, escaped. Several stand beside each other.

    Raises:
        KeyError: when a place has no value.
    """

    def written(match: re.Match[str]) -> str:
        value = values[match[1]]
        return " ".join(map(str, value)) if isinstance(value, Sequence) else str(value)

    return _PLACE.sub(written, text)
