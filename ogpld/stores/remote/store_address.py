"""Where a remote store is asked and written, and with which credentials.

An address is that of its SPARQL endpoint. The two others follow from its path, as the engines have them, or
are written behind it with commas: `https://host/ds/query,https://host/ds/data,https://host/ds/update`.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ogpld.errors import ConfigError
from ogpld.setting_addresses import store_addresses

#: Paths of graphs and of updates beside the path of queries: Oxigraph, Virtuoso, and a Fuseki's data set.
_PATHS = {
    "/query": ("/store", "/update"),
    "/sparql": ("/sparql-graph-crud-auth", "/sparql-auth"),
}
_FUSEKI = ("data", "update")


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a store is told of who asks: a token, or a user with a password. Never written anywhere."""

    user: str = ""
    secret: str = ""
    bearer: bool = False

    def __repr__(self) -> str:
        return "Credentials(…)"


@dataclass(frozen=True, slots=True)
class StoreAddress:
    """The addresses of a store.

    Attributes:
        query: of the SPARQL Protocol; what messages call the store.
        graphs: of the Graph Store Protocol, `?graph=` is added.
        update: of SPARQL Update, "" where it has none.
    """

    query: str
    graphs: str
    update: str

    @classmethod
    def read(cls, text: str) -> StoreAddress:
        """Read an address as settings and options have it.

        Raises:
            ValueError: for what is neither https nor http at a loopback address, or has a user.
        """
        parts = store_addresses(text)
        query = parts[0]
        path = urlsplit(query).path
        root = query[: -len(path)]
        if path in _PATHS:
            graphs, update = (root + other for other in _PATHS[path])
        else:
            folder = query.rpartition("/")[0]
            graphs, update = (f"{folder}/{other}" for other in _FUSEKI)
        return cls(query, (parts[1:2] or [graphs])[0], (parts[2:3] or [update])[0])


def read_credentials(file: str) -> dict[str, Credentials]:
    """Return credentials by the host and port they are for.

    A line is `HOST[:PORT] basic USER PASSWORD` or `HOST[:PORT] bearer TOKEN`; `#` begins a comment.

    Raises:
        ConfigError: for a file that cannot be read, that others may read, or another line; none is quoted.
    """
    if not file:
        return {}
    path = Path(file)
    try:
        mode = path.stat().st_mode
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"store_credentials: {path} cannot be read: {error}", hint="name a file of text"
        ) from error
    if mode & (stat.S_IRWXO | stat.S_IWGRP):
        raise ConfigError(
            f"store_credentials: others may read or write {path}", hint=f"chmod 600 {path}"
        )
    table = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match line.split():
            case [host, "basic", user, secret]:
                table[host.lower()] = Credentials(user, secret)
            case [host, "bearer", secret]:
                table[host.lower()] = Credentials("", secret, bearer=True)
            case _:
                raise ConfigError(
                    f"store_credentials: {path}, line {number} is not of a form that is read",
                    hint="write HOST basic USER PASSWORD, or HOST bearer TOKEN",
                )
    return table


def credentials_for(address: StoreAddress, table: dict[str, Credentials]) -> Credentials | None:
    """Return the credentials of a store, None where it gets none."""
    parts = urlsplit(address.query)
    return table.get(parts.netloc.lower(), table.get(parts.hostname or ""))
