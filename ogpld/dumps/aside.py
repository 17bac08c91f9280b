"""Lines that are set aside by dataset while the whole is written, a file each, few open at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

#: Bytes of lines that wait to be written.
_WAITING = 8_000_000


class Aside:
    """The files of lines in a folder, by the names of datasets."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: dict[str, list[bytes]] = {}
        self._bytes = 0

    def add(self, name: str, lines: list[bytes]) -> None:
        """Set lines of a dataset aside."""
        self._waiting.setdefault(name, []).extend(lines)
        self._bytes += sum(map(len, lines))
        if self._bytes > _WAITING:
            self.close()

    def close(self) -> None:
        """Write what waits."""
        for name, lines in self._waiting.items():
            with (self._folder / name).open("ab") as file:
                file.writelines(lines)
        self._waiting, self._bytes = {}, 0


def read(path: Path) -> Iterator[bytes]:
    """Yield the lines that were set aside in a file, none where there is none."""
    if path.exists():
        with path.open("rb") as file:
            yield from file
