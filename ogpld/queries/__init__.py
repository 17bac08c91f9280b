"""Every query we own, as files: loaded by name, values bound as terms, never joined as strings."""

from __future__ import annotations

import re
from importlib import resources

from ogpld.rdf import Literal, NamedNode

_PLACE = re.compile(r"\$\{(\w+)\}")


def load(name: str) -> str:
    """Return the text of a query of ours."""
    return resources.files(__package__).joinpath(f"{name}.rq").read_text(encoding="utf-8")


def bind(text: str, **values: NamedNode | Literal | int) -> str:
    """Put terms where `${name}` stands; a term writes itself, escaped.

    Raises:
        KeyError: when a place has no value.
    """
    return _PLACE.sub(lambda match: str(values[match[1]]), text)
