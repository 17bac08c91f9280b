"""The headers of a response, found by name: Werkzeug looks through a list, some 25 times a response."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast

from werkzeug.datastructures import Headers
from werkzeug.exceptions import BadRequestKeyError
from werkzeug.http import dump_options_header

T = TypeVar("T")


class ResponseHeaders(Headers):
    """Headers of which each is there once, as Werkzeug's otherwise (RFC 9110 section 5.3).

    Args:
        defaults: what `Headers` takes.
    """

    def __init__(self, defaults: Any = None) -> None:
        self._pairs: dict[str, tuple[str, str]] = {}
        if defaults is not None:
            self.extend(defaults)

    @property
    def _list(self) -> list[tuple[str, str]]:  # type: ignore[override]  # what Werkzeug's own methods read
        return list(self._pairs.values())

    def _get_key(self, key: str) -> str:
        pair = self._pairs.get(key.lower())
        if pair is None:
            raise BadRequestKeyError(key)
        return pair[1]

    def _del_key(self, key: str) -> None:
        self._pairs.pop(key.lower(), None)

    def __contains__(self, key: str) -> bool:
        """Say whether there is a header."""
        return key.lower() in self._pairs

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Return names and values, in the order in which they came."""
        return iter(self._pairs.values())

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._pairs)

    def clear(self) -> None:
        """Remove all."""
        self._pairs.clear()

    def get(  # type: ignore[override]
        self,
        key: str,
        default: T | None = None,
        type: Callable[[str], T] | None = None,  # noqa: A002
    ) -> str | T | None:
        """Return the value of a header."""
        if type is not None:
            return super().get(key, default, type)
        pair = self._pairs.get(key.lower())
        return default if pair is None else pair[1]

    def set(self, key: str, value: Any, /, **parameters: Any) -> None:
        """Put a header in the place of one of that name, or at the end.

        Raises:
            ValueError: for a line break.
        """
        if parameters:
            options = {name.replace("_", "-"): each for name, each in parameters.items()}
            value = dump_options_header(value, options)
        text = value if isinstance(value, str) else str(value)
        if "\n" in text or "\r" in text:
            raise ValueError("Header values must not contain newline characters.")
        self._pairs[key.lower()] = (key, text)

    def add(self, key: str, value: Any, /, **parameters: Any) -> None:
        """Add a value to a header (RFC 9110 section 5.3)."""
        pair = self._pairs.get(key.lower())
        self.set(key, value, **parameters)
        if pair is not None:
            self.set(key, f"{pair[1]}, {self[key]}")

    def __setitem__(self, key: Any, value: Any) -> None:
        """Put a header in the place of one of that name, or at the end."""
        self.set(cast(str, key), value)
