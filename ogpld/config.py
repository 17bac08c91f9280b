"""Settings: read once from `ogpld.toml`, the environment and flags, then passed on, never global.

Precedence (docs/contract.md#settings): flags over `OGPLD_*` over `ogpld.toml` over the defaults here.
An unknown setting is an error, because a setting that looks alive and is dead misleads operators.
"""

from __future__ import annotations

import dataclasses
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ogpld.errors import ConfigError

_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
_EMAIL = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+\.[^\s@<>\"]+")

#: Bounds of the HTTP server, without which it answers nobody.
_AT_LEAST_ONE = (
    "connections",
    "client_connections",
    "body_deadline",
    "body_memory",
    "send_deadline",
    "send_memory",
)

#: Environment names that are read elsewhere and are not settings.
NOT_SETTINGS = frozenset(
    {
        "OGPLD_REQUIRE",
        "OGPLD_SHEET",
        "OGPLD_SUITES",
        "OGPLD_CONFIG",
        "OGPLD_FAULTS",
    }
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default; sizes in bytes, times in seconds.

    Attributes:
        home: folder that holds the releases.
        base_iri: under it all instances live; part of what a build digests.
        licence: IRI of the licence under which the data set is published.
        host: address to listen on.
        port: port to listen on.
        workers: query workers for callers' SPARQL; 0 means one a core, at least two.
        query_deadline: one deadline for waiting and running a caller's query.
        query_rows: rows (or triples) an answer may have.
        query_bytes: bytes an answer may have.
        query_text_bytes: bytes a query text may have.
        query_memory: memory a query may take beyond the loaded data.
        query_queue: callers that may wait for a worker before 503.
        query_long: long queries that may go on beside the workers, at the lowest priority.
        query_served: queries after which a worker is replaced.
        guard_tokens: tokens a query may have.
        guard_depth: brackets that may be open at once.
        guard_calls: function calls inside one another.
        guard_unary: `!`, `+` and `-` in a row.
        guard_triples: triple patterns.
        guard_path: operators of property paths.
        guard_clauses: each of UNION, OPTIONAL, FILTER, BIND, MINUS, EXISTS and sub-SELECT.
        guard_values: terms in VALUES blocks.
        query_guard: whether the lexical guard runs before the workers (off only in tests).
        budget_seconds: query time a client may spend at once; 0 sets no bound.
        budget_refill: seconds of query time that come back to a client in a minute.
        budget_errors: failed queries a client may have at once; 0 sets no bound.
        budget_error_refill: failed queries that come back to a client in a minute.
        connections: connections that may be open at once; idle ones make room for new ones.
        client_connections: connections of one client, where there are no proxies that hold them.
        body_deadline: for a whole request body to come, from its head on.
        body_memory: bytes of request bodies in memory; one client may have half of it.
        send_deadline: for a client to read 64 KiB of an answer.
        send_memory: bytes of answers that are being sent; one client may have half of it.
        proxies: how many of our own proxies stand in front; each appends to X-Forwarded-For.
        validate_deadline: one deadline for waiting and checking a document sent to /validate.
        validate_bytes: bytes a document sent there may have.
        validate_memory: memory the check of one may take beyond the loaded data.
        validate_queue: senders that may wait for the check before 503.
        page_links: incoming links a document lists per kind before it only counts them.
        list_rows: rows a list may have that is asked for as a whole, as CSV or NDJSON.
        list_files: bytes of such answers kept on disk, in the folder for temporary files.
        document_cache: bytes of rendered documents kept in memory.
        result_cache: bytes of query results kept in memory.
        past_memory: bytes that open releases of the past may need; the one in service is not one of them.
        past_requests: requests to releases of the past that may be under way at once; more get 503.
        past_idle: seconds after which a release of the past that nobody asks is closed.
        drain: seconds that requests under way get after SIGTERM.
        dumps: whether a build also writes the dumps of its release.
        title: name of the data set in the catalogue.
        publisher_name: who publishes; nobody is named until this is set.
        publisher_iri: their IRI, for instance a page that describes them.
        publisher_type: what kind of body they are, a code of purl.org/adms/publishertype/.
        contact_name: who answers questions about the data.
        contact_email: their address, published in the catalogue.
        contact_url: their page.
        frequency: how often the data is renewed, a code of the EU list (ANNUAL, IRREG, …).
    """

    home: Path = Path("var")
    base_iri: str = "http://localhost:8000/"
    licence: str = "https://creativecommons.org/licenses/by/4.0/"
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 0
    query_deadline: float = 10.0
    query_rows: int = 10_000
    query_bytes: int = 10_000_000
    query_text_bytes: int = 65_536
    query_memory: int = 1_073_741_824
    query_queue: int = 16
    query_long: int = 8
    query_served: int = 500
    guard_tokens: int = 8_000
    guard_depth: int = 32
    guard_calls: int = 32
    guard_unary: int = 16
    guard_triples: int = 100
    guard_path: int = 50
    guard_clauses: int = 64
    guard_values: int = 5_000
    query_guard: bool = True
    budget_seconds: float = 120.0
    budget_refill: float = 60.0
    budget_errors: float = 60.0
    budget_error_refill: float = 30.0
    connections: int = 4_096
    client_connections: int = 256
    body_deadline: float = 60.0
    body_memory: int = 67_108_864
    send_deadline: float = 30.0
    send_memory: int = 67_108_864
    proxies: int = 0
    validate_deadline: float = 30.0
    validate_bytes: int = 5_000_000
    validate_memory: int = 1_073_741_824
    validate_queue: int = 8
    page_links: int = 100
    list_rows: int = 100_000
    list_files: int = 268_435_456
    document_cache: int = 67_108_864
    result_cache: int = 67_108_864
    past_memory: int = 1_073_741_824
    past_requests: int = 8
    past_idle: float = 300.0
    drain: float = 10.0
    dumps: bool = True
    title: str = "Open Government Partnership: action plans, commitments and assessments"
    publisher_name: str = ""
    publisher_iri: str = ""
    publisher_type: str = ""
    contact_name: str = ""
    contact_email: str = ""
    contact_url: str = ""
    frequency: str = ""

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_iri)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise ConfigError(
                f"base_iri {self.base_iri!r} is not an absolute http(s) IRI",
                hint="use something like https://data.example.org/",
            )
        if not self.base_iri.endswith("/"):
            raise ConfigError(
                f"base_iri {self.base_iri!r} does not end with a slash",
                hint=f"use {self.base_iri}/",
            )
        for name in ("publisher_iri", "contact_url"):
            address = getattr(self, name)
            if address and not _ADDRESS.fullmatch(address):
                raise ConfigError(
                    f"{name} {address!r} is not an absolute http(s) address",
                    hint="use something like https://example.org/contact",
                )
        if self.contact_email and not _EMAIL.fullmatch(self.contact_email):
            raise ConfigError(
                f"contact_email {self.contact_email!r} is not a mail address",
                hint="use something like data@example.org",
            )
        for name in _AT_LEAST_ONE:
            if not getattr(self, name) >= 1:
                raise ConfigError(
                    f"{name} must be 1 or more, not {getattr(self, name)}",
                    hint="see docs/contract.md#settings for its default",
                )
        for size, refill in (("seconds", "refill"), ("errors", "error_refill")):
            if getattr(self, f"budget_{size}") and not getattr(self, f"budget_{refill}") > 0:
                raise ConfigError(
                    f"budget_{refill} must be more than 0 where budget_{size} is set",
                    hint=f"set budget_{size} = 0 to have no such limit",
                )

    @property
    def query_workers(self) -> int:
        """Number of workers for callers' queries, worked out when the setting is 0."""
        return self.workers or max(2, os.cpu_count() or 2)

    def as_environment(self) -> dict[str, str]:
        """Return the settings as `OGPLD_*` variables, for a child process."""
        return {f"OGPLD_{f.name.upper()}": str(getattr(self, f.name)) for f in fields(self)}


def _convert(name: str, value: object, origin: str) -> object:
    """Turn a text or TOML value into the type of the setting, or say what is wrong."""
    default: Any = next(f.default for f in fields(Settings) if f.name == name)
    try:
        if isinstance(default, bool):
            lowered = str(value).lower()
            if lowered not in {"true", "false", "1", "0", "yes", "no"}:
                raise ValueError(lowered)
            return lowered in {"true", "1", "yes"}
        return type(default)(value)
    except (TypeError, ValueError) as error:
        kind = type(default).__name__
        raise ConfigError(
            f"{origin}: {name} = {value!r} is not a usable {kind}",
            hint=f"the default is {default}",
        ) from error


#: Settings there were once, with what to do about them.
_REMOVED = {"server": "remove it: there is one HTTP server"}


def _check_known(names: set[str], origin: str) -> None:
    names_of_settings = {f.name for f in fields(Settings)}
    for name in sorted(names - names_of_settings):
        hint = _REMOVED.get(name, f"known: {', '.join(sorted(names_of_settings))}")
        raise ConfigError(f"{origin}: unknown setting {name!r}", hint=hint)


def load_settings(
    flags: Mapping[str, object] | None = None,
    environment: Mapping[str, str] | None = None,
    file: Path | None = None,
) -> Settings:
    """Read the settings from file, environment and flags (flags win; None means not given).

    Raises:
        ConfigError: for an unknown setting or an unusable value; the message names its origin.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, object] = {}
    path = file or Path(environment.get("OGPLD_CONFIG", "ogpld.toml"))
    if path.exists():
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path}: {error}", hint="mend the TOML syntax") from error
        _check_known(set(table), str(path))
        values.update({name: _convert(name, value, str(path)) for name, value in table.items()})
    elif file is not None or "OGPLD_CONFIG" in environment:
        raise ConfigError(f"{path}: no such file", hint="check OGPLD_CONFIG")
    given = {
        name.removeprefix("OGPLD_").lower(): value
        for name, value in environment.items()
        if name.startswith("OGPLD_") and name not in NOT_SETTINGS
    }
    _check_known(set(given), "environment")
    values.update({name: _convert(name, value, "environment") for name, value in given.items()})
    chosen = {name: value for name, value in (flags or {}).items() if value is not None}
    _check_known(set(chosen), "command line")
    values.update({name: _convert(name, value, "command line") for name, value in chosen.items()})
    return dataclasses.replace(Settings(), **values)  # type: ignore[arg-type]
