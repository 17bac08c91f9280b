"""Small templates that make keys from cells: `{ogp_code}{action_plan_number:02}`.

`{a}` is a cell, `{a:filter}` the cell after one of the filters below, `{a|b:filter}` the first of the
two that is not empty. Not Python's format language on purpose: source.toml may come from somebody else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping

from ogpld.errors import SourceError
from ogpld.iris import slug
from ogpld.sources.characters import character_name

#: A field of a template: `{a}`, `{a:filter}`, `{a|b:filter}`.
FIELD = re.compile(r"\{([^{}]+)\}")

FILTERS: dict[str, Callable[[str], str]] = {
    "02": lambda text: text.zfill(2),
    "slug": slug,
    "dashed": lambda text: text.replace(".", "-"),
    "parent": lambda text: text.rpartition(".")[0],
    "parent-dashed": lambda text: text.rpartition(".")[0].replace(".", "-"),
    "year": lambda text: text[:4],
    "last": lambda text: text.rstrip("/").rpartition("/")[2],
    "letters": lambda text: text.rstrip("0123456789"),
    "lowest": lambda text: min(re.split(r"[\s,;]+", text.strip(" ,;")), default=""),
}

#: Filters that write a name as a key and can lose what tells two apart, each with the name it writes.
_NAMING: dict[str, Callable[[str], str]] = {
    "slug": str,
    "dashed": str,
    "parent-dashed": FILTERS["parent"],
}


def key_hint(key: str, hint: str) -> str:
    """Return a hint about what is no key, with its strange letters first: they look like those of keys."""
    strange = list(dict.fromkeys(c for c in key if not c.isascii()))[:3]
    return "; ".join([*(f"{c!r} is {character_name(c)}" for c in strange), hint])


def _alternatives(field: str) -> list[tuple[str, str]]:
    """Return column and filter of each alternative of a field."""
    parts = [part.partition(":") for part in field.split("|")]
    return [(name, name_of_filter) for name, _, name_of_filter in parts]


def check_template(template: str, columns: set[str]) -> None:
    """Refuse a template that names an unknown column or filter.

    Raises:
        SourceError: naming the field at fault.
    """
    for field in FIELD.findall(template):
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


class Template:
    """A template taken apart once, to be filled for many rows.

    Args:
        text: the template.
        empty: texts of cells that count as empty.
    """

    def __init__(self, text: str, empty: Collection[str] = ()) -> None:
        self.text = text
        self._empty = frozenset({"", *empty})
        parts = FIELD.split(text)
        self._named = [
            (part, _alternatives(field))
            for part, field in zip(parts[::2], [*parts[1::2], ""], strict=True)
        ]
        self._parts = [
            (part, [(n, FILTERS[f] if f else None) for n, f in alternatives])
            for part, alternatives in self._named
        ]
        #: The columns it may take text from.
        self.columns = frozenset(
            name for _, alternatives in self._parts for name, _ in alternatives if name
        )

    @property
    def naming(self) -> bool:
        """Whether it makes keys from names, so that two names can give one key."""
        return any(
            change in _NAMING for _, alternatives in self._named for _, change in alternatives
        )

    def names(self, cells: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
        """Yield column, name and what the key has of it, of each name that is written as a key."""
        for _, chosen, change in self._chosen(cells):
            if change in _NAMING:
                text = cells[chosen]
                yield chosen, _NAMING[change](text), FILTERS[change](text)

    def identity(self, cells: Mapping[str, str]) -> tuple[str, ...]:
        """Return the names a key is made of, with what stands before, between and after them.

        Two rows with the same key but another identity have different names.
        """
        texts = [""]
        for part, chosen, change in self._chosen(cells):
            texts[-1] += part
            if chosen and change in _NAMING:
                texts += [_NAMING[change](cells[chosen]), ""]
            elif chosen:
                texts[-1] += FILTERS[change](cells[chosen]) if change else cells[chosen]
        return tuple(texts)

    def _chosen(self, cells: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
        """Yield text, then column and filter of the alternative that is taken; "" for none."""
        for part, alternatives in self._named:
            filled = (
                pair for pair in alternatives if pair[0] and cells[pair[0]] not in self._empty
            )
            yield part, *next(filled, ("", ""))

    def taken(self, cells: Mapping[str, str]) -> list[str]:
        """Return the columns that text is taken from."""
        return [chosen for _, chosen, _ in self._chosen(cells) if chosen]

    def fill(self, cells: Mapping[str, str]) -> str | None:
        """Return the text with the cells put in, None when one of its fields is empty."""
        filled = ""
        for part, alternatives in self._parts:
            filled += part
            if not alternatives[0][0]:
                continue
            for name, change in alternatives:
                if (text := cells[name]) not in self._empty:
                    filled += change(text) if change else text
                    break
            else:
                return None
        return filled or None


def fill(template: str, cells: Mapping[str, str]) -> str | None:
    """Fill a template once; see `Template`."""
    return Template(template).fill(cells)
