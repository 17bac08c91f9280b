"""The things a release states something about, 8 bytes each: whether there is one is known without a store.

Two IRIs of a hundred thousand have one number in one of 4 * 10^9 releases (the birthday bound of 64 bits).
Who asks for an IRI that is taken for another is redirected to a document that is not there.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from hashlib import blake2b


class Subjects:
    """IRIs, of which only membership can be asked.

    Args:
        content: those of another, as its `content` has them.
    """

    def __init__(self, content: bytes = b"") -> None:
        self._numbers = array("Q", content)

    @property
    def content(self) -> bytes:
        """The numbers in the byte order of this machine, sorted."""
        return self._numbers.tobytes()

    def fill(self, iris: set[str]) -> None:
        """Hold these and no others."""
        self._numbers = array("Q", sorted(map(_number, iris)))

    def __contains__(self, iri: str) -> bool:
        number = _number(iri)
        place = bisect_left(self._numbers, number)
        return place < len(self._numbers) and self._numbers[place] == number


def _number(iri: str) -> int:
    """Return what stands for an IRI, the same in every process."""
    digest = blake2b(iri.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big")
