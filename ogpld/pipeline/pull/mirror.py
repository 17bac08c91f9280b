"""One mirror over HTTP: a server that lists its releases and sends their files, of which nothing is believed.

Every answer has a deadline and a size that it may not pass; redirects are not followed.
"""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from ogpld.errors import (
    MirrorError,
    MirrorUnreachableError,
    ReleaseError,
    StoreFailedError,
    StoreUnreachableError,
    UsageError,
)
from ogpld.release.context_archive import has_digest
from ogpld.release.file_digest import FileDigest
from ogpld.release.release_files import ReleaseEntry, ReleaseFiles, ReleaseList
from ogpld.stores.remote.http_client import StoreClient
from ogpld.stores.remote.http_exchange import BodyLimitError, StoreResponse

#: Bytes that are asked for at once, so that memory is bounded and a connection that breaks costs little.
PIECE = 4 << 20
_LIST, _CONTEXT = 16 << 20, 1 << 18
#: Bytes a second below which a mirror counts as one that hangs.
_SLOWEST = 50_000
_ANOTHER = "name another mirror: ogpld pull URL URL"


class Mirror:
    """A server that is pulled from.

    Args:
        address: its base IRI or another address of the same place, http or https.
        seconds: how long an answer may take, beside a second for each 50,000 bytes.

    Attributes:
        received: bytes of bodies that came.

    Raises:
        UsageError: when the address is none.
    """

    def __init__(self, address: str, seconds: float) -> None:
        self.address = _checked(address)
        self.received = 0
        self._seconds = seconds
        self._client = StoreClient(self.address)

    def close(self) -> None:
        """Close its connections."""
        self._client.close()

    def releases(self) -> ReleaseList:
        """Return what releases there are.

        Raises:
            MirrorError: when it cannot be asked, or answers with something else.
        """
        path = "releases/index.json"
        text = self._whole(path, _LIST)
        try:
            return ReleaseList.from_json(text, self.address + path)
        except ReleaseError as error:
            raise MirrorError(error.message, where=error.where, hint=error.hint) from error

    def files(self, entry: ReleaseEntry) -> ReleaseFiles:
        """Return the files of a release.

        Raises:
            MirrorError: as `releases`.
        """
        path = f"release/{entry.id}/files.json"
        text = self._whole(path, _LIST)
        try:
            return ReleaseFiles.from_json(text, entry, self.address + path)
        except ReleaseError as error:
            raise MirrorError(error.message, where=error.where, hint=error.hint) from error

    def context(self, digest: str) -> bytes:
        """Return a JSON-LD context.

        Raises:
            MirrorError: as `releases`, or when it has another digest.
        """
        path = f"context/{digest}.jsonld"
        document = self._whole(path, _CONTEXT)
        if not has_digest(document, digest):
            raise self._wrong(path, "does not have its digest")
        return document

    def part(self, release: str, name: str, file: FileDigest, start: int, end: int) -> bytes:
        """Return bytes of a file of a release, at most `PIECE`; the caller holds them to their digest.

        Raises:
            MirrorError: when it cannot be asked, or answers with something else than these bytes.
        """
        path = f"release/{release}/files/{quote(name)}"
        if (start, end) == (0, file.size):
            body = self._whole(path, end)
        else:
            response = self._ask(path, end - start, {"Range": f"bytes={start}-{end - 1}"})
            there = response.headers.get("content-range", "").lower()
            if response.status != 206 or there != f"bytes {start}-{end - 1}/{file.size}":  # noqa: PLR2004  (Partial Content)
                raise self._wrong(path, "is not answered with the range that was asked for")
            body = response.body
        if len(body) != end - start:
            raise self._wrong(path, f"has {len(body):,} bytes and not {end - start:,}")
        return body

    def _whole(self, path: str, most: int) -> bytes:
        response = self._ask(path, most, {})
        if response.status != 200:  # noqa: PLR2004  (OK)
            raise self._wrong(path, f"is answered with status {response.status}")
        return response.body

    def _ask(self, path: str, most: int, headers: dict[str, str]) -> StoreResponse:
        seconds = (
            self._seconds + min(most, PIECE) / _SLOWEST
        )  # lists are far smaller than they may be
        try:
            response = self._client.request(
                "GET", self.address + path, headers, seconds=seconds, most=most
            )
        except BodyLimitError as error:
            raise self._wrong(path, f"has more than {most:,} bytes") from error
        except TimeoutError as error:
            raise MirrorUnreachableError(
                f"{self.address}{path} is not answered whole within {seconds:.0f} seconds",
                hint="raise --timeout, or name another mirror",
            ) from error
        except StoreUnreachableError as error:
            raise MirrorUnreachableError(error.message, hint=error.hint) from error
        except StoreFailedError as error:
            raise MirrorError(error.message, hint=error.hint) from error
        self.received += len(response.body)
        return response

    def _wrong(self, path: str, reason: str) -> MirrorError:
        return MirrorError(f"{self.address}{path} {reason}", hint=_ANOTHER)


def _checked(address: str) -> str:
    """Return an address with a last slash.

    Raises:
        UsageError: for what is not http or https, or has a user, a query or a fragment.
    """
    try:
        parts = urlsplit(address)
        plain = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or 1)
    except ValueError:
        parts, plain = urlsplit(""), None
    odd = parts.query or parts.fragment or "@" in parts.netloc
    if not plain or odd or not address.isascii() or not address.isprintable() or " " in address:
        raise UsageError(
            f"{address.rpartition('@')[2]} is no address of a mirror",
            hint="write it as https://data.example.org/, without user, query and fragment",
        )
    return address.rstrip("/") + "/"
