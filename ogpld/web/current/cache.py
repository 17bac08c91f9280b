"""Values kept in memory up to a bound in bytes, least recently used first out."""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from dataclasses import fields, is_dataclass
from itertools import chain
from typing import Any

from ogpld.model import ClassDef, Model, PropertyDef
from ogpld.rdf import Literal, NamedNode, Quad, Triple
from ogpld.release import Manifest, Release

#: What is in memory whatever is cached: a value that only refers to it does not take its bytes.
_SHARED = (Model, ClassDef, PropertyDef, Release, Manifest, type)
_LEAVES = frozenset({str, bytes, int, float, bool, type(None)})
_STATEMENTS = frozenset({NamedNode, Literal, Triple, Quad})


class ByteCache:
    """A thread-safe cache bounded by the size of what it holds.

    Args:
        limit: bytes of all values.
        most: how many values there may be.

    Attributes:
        generation: how often everything was forgotten: who makes a value notes it before, for `put`.
    """

    def __init__(self, limit: int, most: int = sys.maxsize) -> None:
        self.limit = limit
        self.most = most
        self.size = 0
        self.generation = 0
        self._entries: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Any:
        """Return what is cached under the key, None if nothing is."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            self._entries.move_to_end(key)
            return entry[0]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
            self.size = 0
            self.generation += 1

    def put(
        self, key: Hashable, value: Any, size: int | None = None, generation: int | None = None
    ) -> None:
        """Cache a value, unless it is past the bound, or all was forgotten while it was made.

        Args:
            key: what it is found under.
            value: the value.
            size: its bytes; they are measured where none are given.
            generation: that of before it was made; None where it cannot be outdated.
        """
        if self.limit <= 0:  # measuring takes longer than making many a value
            return
        if size is None:
            size = size_of((key, value))
        with self._lock:
            if generation not in {None, self.generation}:
                return
            old = self._entries.pop(key, None)
            if old is not None:
                self.size -= old[1]
            if size > self.limit:
                return
            self._entries[key] = (value, size)
            self.size += size
            while self.size > self.limit or len(self._entries) > self.most:
                _, (_, freed) = self._entries.popitem(last=False)
                self.size -= freed


def size_of(value: object) -> int:
    """Return the bytes a value takes in memory with all it refers to, each object once.

    Texts, containers, dataclasses, RDF terms and plain objects are measured; the model and the release, which
    many values refer to, are not part of them.
    """
    sizes: dict[int, int] = {}
    pending = [value]
    while pending:
        item = pending.pop()
        if id(item) in sizes:
            continue
        kind = type(item)
        if kind in _STATEMENTS:  # their texts are not objects of Python
            sizes[id(item)] = sys.getsizeof(item) + len(str(item))
        elif kind not in _LEAVES and isinstance(item, _SHARED):
            sizes[id(item)] = 0
        else:
            sizes[id(item)] = sys.getsizeof(item)
            if kind not in _LEAVES:
                pending.extend(_parts(item))
    return sum(sizes.values())


def _parts(item: object) -> Iterable[object]:
    """Return what an object refers to directly."""
    if isinstance(item, dict):
        return chain(item, item.values())
    if isinstance(item, list | tuple | set | frozenset):
        return item
    if is_dataclass(item):
        return [getattr(item, field.name) for field in fields(item)]
    return list(getattr(item, "__dict__", {}).values())
