"""What a caller's query or task may take; each is a setting (docs/contract.md#settings)."""

from __future__ import annotations

from dataclasses import dataclass, fields

from ogpld.config import Settings

#: Where the defaults stand; nothing here has one of its own.
_DEFAULTS = Settings()


@dataclass(frozen=True, slots=True)
class GuardLimits:
    """Bounds of a query's text; at an 8 MiB stack the worst construct dies at 859 levels.

    Attributes:
        tokens: tokens outside of VALUES blocks.
        depth: open brackets of any kind.
        calls: function calls inside one another.
        unary: `!`, `+` and `-` in a row.
        triples: triple patterns; a member of a list counts as the two triples it stands for,
            those of a CONSTRUCT template do not count.
        path: operators of property paths.
        clauses: each of UNION, OPTIONAL, FILTER, BIND, MINUS, EXISTS and sub-SELECT.
        values: terms in VALUES blocks.
    """

    tokens: int = _DEFAULTS.guard_tokens
    depth: int = _DEFAULTS.guard_depth
    calls: int = _DEFAULTS.guard_calls
    unary: int = _DEFAULTS.guard_unary
    triples: int = _DEFAULTS.guard_triples
    path: int = _DEFAULTS.guard_path
    clauses: int = _DEFAULTS.guard_clauses
    values: int = _DEFAULTS.guard_values

    @classmethod
    def of(cls, settings: Settings) -> GuardLimits:
        """Take the limits from the settings."""
        return cls(**{f.name: getattr(settings, f"guard_{f.name}") for f in fields(cls)})


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one query and of the queue before the workers.

    Attributes:
        deadline: seconds for waiting and running together.
        rows: solutions or triples an answer may have.
        bytes: size of an answer.
        text_bytes: size of a query text.
        memory: bytes a worker may take beyond the loaded data.
        queue: callers that may wait.
        aside: long queries that may go on beside the workers, each in a process of its own.
        searches: searches for words that a query may have.
        hits: names that each of them may find.
        served: queries after which a worker is replaced, so that no memory creeps.
        own_memory: memory of its own with which a worker is replaced: pages of the data that it copied.
        guard: whether the lexical guard looks at the text first.
    """

    deadline: float = _DEFAULTS.query_deadline
    rows: int = _DEFAULTS.query_rows
    bytes: int = _DEFAULTS.query_bytes
    text_bytes: int = _DEFAULTS.query_text_bytes
    memory: int = _DEFAULTS.query_memory
    queue: int = _DEFAULTS.query_queue
    aside: int = _DEFAULTS.query_long
    searches: int = _DEFAULTS.query_searches
    hits: int = _DEFAULTS.query_hits
    served: int = _DEFAULTS.query_served
    own_memory: int = _DEFAULTS.worker_memory
    guard: bool = _DEFAULTS.query_guard

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """Take the limits from the settings."""
        return cls(
            deadline=settings.query_deadline,
            rows=settings.query_rows,
            bytes=settings.query_bytes,
            text_bytes=settings.query_text_bytes,
            memory=settings.query_memory,
            queue=settings.query_queue,
            aside=settings.query_long,
            searches=settings.query_searches,
            hits=settings.query_hits,
            served=settings.query_served,
            own_memory=settings.worker_memory,
            guard=settings.query_guard,
        )


@dataclass(frozen=True, slots=True)
class TaskLimits:
    """Bounds of one task and of the queue before its worker.

    Attributes:
        deadline: seconds for waiting and running together.
        memory: bytes the worker may take beyond the loaded data.
        bytes: size of a reply; there is no setting for it.
        queue: callers that may wait.
    """

    deadline: float = _DEFAULTS.validate_deadline
    memory: int = _DEFAULTS.validate_memory
    bytes: int = 100_000_000
    queue: int = _DEFAULTS.validate_queue

    @classmethod
    def of(cls, settings: Settings) -> TaskLimits:
        """Take the limits from the settings."""
        return cls(
            deadline=settings.validate_deadline,
            memory=settings.validate_memory,
            queue=settings.validate_queue,
        )
