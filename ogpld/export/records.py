"""What an export notes of each address, for the rule files: its forms, and the headers of its files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

#: The headers that a file keeps, in their order in `FileHeaders`.
HEADERS = (
    "content-type",
    "cache-control",
    "content-disposition",
    "content-security-policy",
    "content-language",
)

#: Statuses of addresses that lead to another (RFC 9110 section 15.4).
REDIRECTS = frozenset({301, 302, 303})
#: Values of `HEADERS`, "" for one that is not sent.
FileHeaders = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddressRecord:
    """An address.

    Attributes:
        path: its path with the prefix of the site, as servers decode it.
        status: 200, 301, 302, 303, 410.
        location: where a redirect leads.
        forms: media types in the order of preference, with the suffix of the file of each.
        negotiates: whether Accept decides; else the first form is sent whatever it says.
        files: the headers of each file.
    """

    path: str
    status: int = 200
    location: str = ""
    forms: tuple[tuple[str, str], ...] = ()
    negotiates: bool = False
    files: dict[str, FileHeaders] = field(default_factory=dict)


class RecordJournal:
    """The records of an export, each written when all files of its address are.

    Args:
        path: the file.
        state: what the export is made of; records of another are forgotten.
    """

    def __init__(self, path: Path, state: str) -> None:
        self.path = path
        self.records: dict[str, AddressRecord] = {}
        self.links: dict[str, Sequence[str]] = {}
        self._headers: dict[FileHeaders, int] = {}
        self._own: dict[FileHeaders, FileHeaders] = {}
        lines = [line for line in _lines(path) if line.endswith("\n")]
        if not lines or json.loads(lines[0]) != {"state": state}:
            lines = [json.dumps({"state": state}) + "\n"]
        for line in lines[1:]:
            self._read(json.loads(line))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(lines), encoding="utf-8")
        self._file = path.open("a", encoding="utf-8", buffering=1)

    def _read(self, entry: dict[str, object]) -> None:
        if "headers" in entry:
            headers: FileHeaders = tuple(entry["headers"])  # type: ignore[arg-type]
            self._headers[headers] = len(self._headers)
            self._own[headers] = headers
            return
        links = entry.pop("links")
        files = entry.pop("files")
        by_number = list(self._headers)
        record = AddressRecord(
            **{**entry, "forms": tuple(map(tuple, entry["forms"]))},  # type: ignore[arg-type,call-overload]
            files={name: by_number[number] for name, number in files.items()},  # type: ignore[attr-defined]
        )
        self.records[record.path] = record
        self.links[record.path] = links  # type: ignore[assignment]

    def add(self, record: AddressRecord, links: Sequence[str] = ()) -> None:
        """Note an address, and the paths that its page leads to."""
        for headers in record.files.values():
            if headers not in self._headers:
                self._headers[headers] = len(self._headers)
                self._own[headers] = headers
                self._write({"headers": headers})
        # what another process sent has texts of its own
        files = {name: self._own[headers] for name, headers in record.files.items()}
        record = replace(record, files=files)
        entry = {
            "path": record.path,
            "status": record.status,
            "location": record.location,
            "forms": record.forms,
            "negotiates": record.negotiates,
            "files": {name: self._headers[headers] for name, headers in record.files.items()},
            "links": list(links),
        }
        self._write(entry)
        self.records[record.path] = record
        self.links[record.path] = links

    def _write(self, entry: dict[str, object]) -> None:
        self._file.write(json.dumps(entry, ensure_ascii=False) + "\n")

    def close(self, *, is_complete: bool) -> None:
        """Close the file; a complete export needs it no more."""
        self._file.close()
        if is_complete:
            self.path.unlink()


def _lines(path: Path) -> Iterator[str]:
    with suppress(OSError, UnicodeDecodeError), path.open(encoding="utf-8") as file:
        yield from file
