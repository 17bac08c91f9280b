"""Settings: every one with what it means, its default and what it must be; passed on, never global.

`ogpld.settings_reader` reads them from `ogpld.toml`, the environment and flags.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from pathlib import Path

from ogpld.base_path import require_base_path
from ogpld.errors import ConfigError
from ogpld.setting_values import problem


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default; sizes in bytes, times in seconds.

    Attributes:
        home: folder that holds the releases.
        sources: folder of the data a build reads; the shipped data where it is empty.
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
        query_searches: searches for words that a query may have.
        query_hits: names that each of them may find.
        named_graphs_idle: seconds after which the named graphs are let go when no query names any.
        named_graphs_at_start: whether they are loaded before the server answers, and stay.
        worker_memory: memory of its own with which a worker is replaced; it copies what it walks of the data.
        worker_allocator: what query workers allocate with: auto (mimalloc where it is) or system.
        guard_tokens: tokens a query may have outside of VALUES blocks.
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
        budget_pages: seconds of work on pages that a client may cause at once; 0 sets no bound.
        budget_page_refill: seconds of it that come back to a client in a minute.
        budget_addresses: queries that a client may give a permanent address at once; 0 sets no bound.
        budget_address_refill: how many of these come back to a client in a minute.
        queries_bytes: bytes that the register of queries with a permanent address may have; 0 takes none.
        client_queries: queries that a client may have under way at once; 0 sets no bound.
        client_checks: documents sent to /validate that a client may have under way; 0 sets no bound.
        client_pages: pages that a client may have under way at once; 0 sets no bound.
        client_fragments: fragments that a client may have under way at once; 0 sets no bound.
        connections: connections that may be open at once; idle ones make room for new ones.
        client_connections: connections of one client, where there are no proxies that hold them.
        body_deadline: for a whole request body to come, from its head on.
        body_memory: bytes of request bodies in memory; one client may have half of it.
        send_deadline: for a client to read 64 KiB of an answer.
        send_memory: bytes of answers that are being sent; one client may have half of it.
        proxies: how many of our own proxies stand in front; each appends to X-Forwarded-For.
        store: addresses of stores that answer callers' SPARQL, in this order, separated by blanks.
        store_credentials: file with what they are told of who asks; nobody else may read it.
        service_endpoints: https addresses that SERVICE may name, separated by blanks; none refuses it.
        service_requests: requests that a host may get in a minute.
        service_parallel: requests that a host may get at once.
        service_rows: rows an answer to SERVICE may have.
        service_bytes: bytes an answer to SERVICE may have.
        service_deadline: for an endpoint to give its whole answer.
        validate_deadline: one deadline for waiting and checking a document sent to /validate.
        validate_bytes: bytes a document sent there may have.
        validate_memory: memory the check of one may take beyond the loaded data.
        match_rows: rows a table sent to /match may have.
        match_cells: cells such a table may have.
        validate_queue: senders that may wait for the check before 503.
        page_links: incoming links a document lists per kind before it only counts them.
        list_rows: rows a list may have that is asked for as a whole.
        list_files: bytes of such answers kept on disk, in the folder for temporary files; 32 of them at most.
        document_cache: bytes of rendered documents kept in memory.
        result_cache: bytes of query results kept in memory.
        past_memory: bytes that open releases of the past may need; the one in service is not one of them.
        past_requests: requests to releases of the past that may be under way at once; more get 503.
        past_idle: seconds after which a release of the past that nobody asks is closed.
        drain: seconds that requests under way get after SIGTERM.
        drain_notice: seconds after SIGTERM in which requests are still taken, and readiness says no.
        log_format: how lines of the log are written: text or json.
        log_requests: whether each request is logged, without who asked.
        log_queries: whether the texts of callers' queries are logged with them.
        metrics_host: address to listen on for metrics.
        metrics_port: port to listen on for metrics; 0 has none.
        telemetry: address of a collector that gets spans of requests (OTLP/HTTP).
        telemetry_share: share of the traces of which spans are sent.
        dumps: whether a build also writes the dumps of its release.
        title: name of the data set in the catalogue, and of the site where it has no other.
        mcp_origins: origins of pages of elsewhere that may ask at /mcp, separated by blanks.
        site_name: name of the site, at the head of every page.
        authors: who is cited as author, `Family, Given; Name of a body`; the publisher where nobody is set.
        publisher_name: who publishes; nobody is named until this is set.
        publisher_iri: their IRI, for instance a page that describes them.
        publisher_type: what kind of body they are, a code of purl.org/adms/publishertype/.
        contact_name: who answers questions about the data.
        contact_email: their address, published in the catalogue.
        contact_url: their page.
        imprint: who answers for the site in law: a page, or the text itself.
        privacy_statement: page that says what the site stores of its visitors.
        accessibility_statement: page that says how accessible the site is.
        frequency: how often the data is renewed, a code of the EU list (ANNUAL, IRREG, …).
    """

    home: Path = Path("var")
    sources: str = ""
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
    query_served: int = 10_000
    query_searches: int = 8
    query_hits: int = 10_000
    named_graphs_idle: float = 300.0
    named_graphs_at_start: bool = False
    worker_memory: int = 268_435_456
    worker_allocator: str = "auto"
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
    budget_pages: float = 60.0
    budget_page_refill: float = 30.0
    budget_addresses: float = 30.0
    budget_address_refill: float = 0.5
    queries_bytes: int = 268_435_456
    client_queries: int = 3
    client_checks: int = 2
    client_pages: int = 8
    client_fragments: int = 8
    connections: int = 4_096
    client_connections: int = 256
    body_deadline: float = 60.0
    body_memory: int = 67_108_864
    send_deadline: float = 30.0
    send_memory: int = 67_108_864
    proxies: int = 0
    store: str = ""
    store_credentials: str = ""
    service_endpoints: str = ""
    service_requests: int = 30
    service_parallel: int = 2
    service_rows: int = 2_000
    service_bytes: int = 2_000_000
    service_deadline: float = 5.0
    validate_deadline: float = 30.0
    validate_bytes: int = 5_000_000
    validate_memory: int = 1_073_741_824
    match_rows: int = 20_000
    match_cells: int = 1_000_000
    validate_queue: int = 8
    page_links: int = 100
    list_rows: int = 100_000
    list_files: int = 268_435_456
    document_cache: int = 33_554_432
    result_cache: int = 16_777_216
    past_memory: int = 1_073_741_824
    past_requests: int = 8
    past_idle: float = 300.0
    drain: float = 10.0
    drain_notice: float = 0.0
    log_format: str = "text"
    log_requests: bool = False
    log_queries: bool = False
    metrics_host: str = "127.0.0.1"
    metrics_port: int = 0
    telemetry: str = ""
    telemetry_share: float = 1.0
    dumps: bool = True
    title: str = "Open Government Partnership: action plans, commitments and assessments"
    mcp_origins: str = ""
    site_name: str = ""
    authors: str = ""
    publisher_name: str = ""
    publisher_iri: str = ""
    publisher_type: str = ""
    contact_name: str = ""
    contact_email: str = ""
    contact_url: str = ""
    imprint: str = ""
    privacy_statement: str = ""
    accessibility_statement: str = ""
    frequency: str = ""

    def __post_init__(self) -> None:
        for field in fields(self):
            check_value(field.name, getattr(self, field.name), "")
        require_base_path(self.base_iri)
        for size, refill in (
            ("seconds", "refill"),
            ("errors", "error_refill"),
            ("pages", "page_refill"),
            ("addresses", "address_refill"),
        ):
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


def check_value(name: str, value: object, origin: str) -> None:
    """Refuse a value that is out of range or has not the form of its setting.

    Args:
        name: of the setting.
        value: of its type.
        origin: where it was set, "" where nobody knows.

    Raises:
        ConfigError: with the origin, and what is expected.
    """
    if fault := problem(name, value):
        text = repr(str(value) if isinstance(value, Path) else value)
        prefix = f"{origin}: " if origin else ""
        raise ConfigError(f"{prefix}{name} = {text} {fault[0]}", hint=fault[1])
