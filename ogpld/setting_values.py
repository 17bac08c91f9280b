"""Say what the value of a setting may be: its type as text or in TOML, its range, its form.

A number without a row in `RANGES` may be 0 or more, and must be finite. Standard library only.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ogpld.setting_addresses import (
    ENDPOINTS,
    base_problem,
    endpoints_problem,
    is_address,
    origins_problem,
)

#: Smallest and largest value of numbers that are not simply 0 or more.
RANGES: dict[str, tuple[float, float]] = {
    "port": (1, 65_535),
    "workers": (0, 512),
    "proxies": (0, 16),
    "query_deadline": (0.01, 3_600),
    "query_rows": (1, 100_000_000),
    "query_bytes": (1, 1 << 40),
    "query_text_bytes": (1, 16_777_216),
    "query_memory": (16_777_216, 1 << 42),
    "query_queue": (0, 10_000),
    "query_long": (0, 512),
    "query_served": (1, 1_000_000_000),
    "query_searches": (0, 1_000),
    "query_hits": (1, 1_000_000),
    "worker_memory": (1_048_576, 1 << 42),
    "named_graphs_idle": (1, 86_400),
    "guard_tokens": (1, 1_000_000),
    "guard_depth": (1, 256),
    "guard_calls": (1, 256),
    "guard_unary": (1, 256),
    "guard_triples": (1, 10_000),
    "guard_path": (1, 1_000),
    "guard_clauses": (1, 1_000),
    "guard_values": (1, 1_000_000),
    "budget_seconds": (0, 1_000_000),
    "budget_refill": (0, 1_000_000),
    "budget_errors": (0, 1_000_000),
    "budget_error_refill": (0, 1_000_000),
    "budget_pages": (0, 1_000_000),
    "budget_page_refill": (0, 1_000_000),
    "budget_addresses": (0, 1_000_000),
    "budget_address_refill": (0, 1_000_000),
    "queries_bytes": (0, 1 << 40),
    "client_queries": (0, 10_000),
    "client_checks": (0, 10_000),
    "client_pages": (0, 10_000),
    "client_fragments": (0, 10_000),
    "connections": (1, 1_000_000),
    "client_connections": (1, 1_000_000),
    "body_deadline": (1, 3_600),
    "body_memory": (1_000_000, 1 << 40),
    "send_deadline": (1, 3_600),
    "send_memory": (1_000_000, 1 << 40),
    "service_requests": (1, 1_000_000),
    "service_parallel": (1, 1_000),
    "service_rows": (1, 1_000_000),
    "service_bytes": (1, 1 << 30),
    "service_deadline": (0.01, 3_600),
    "validate_deadline": (0.01, 3_600),
    "validate_bytes": (1, 1 << 32),
    "validate_memory": (16_777_216, 1 << 42),
    "match_rows": (1, 1_000_000),
    "match_cells": (1, 10_000_000),
    "validate_queue": (0, 10_000),
    "page_links": (0, 100_000),
    "list_rows": (1, 100_000_000),
    "list_files": (0, 1 << 42),
    "document_cache": (0, 1 << 40),
    "result_cache": (0, 1 << 40),
    "past_memory": (0, 1 << 42),
    "past_requests": (0, 512),
    "past_idle": (0, 86_400),
    "drain": (0, 3_600),
    "drain_notice": (0, 600),
    "metrics_port": (0, 65_535),
    "telemetry_share": (0, 1),
}
_EVERY = (0.0, math.inf)

#: Environment names that are read elsewhere and are not settings.
NOT_SETTINGS = frozenset(
    {
        "OGPLD_REQUIRE",
        "OGPLD_SCREENSHOTS",
        "OGPLD_EDITIONS",
        "OGPLD_SHEET",
        "OGPLD_SUITES",
        "OGPLD_CONFIG",
        "OGPLD_FAULTS",
        "OGPLD_URL",
        "OGPLD_FIGURES",
        "OGPLD_MEMBERS",
    }
)

#: How lines of the log may be written.
LOG_FORMATS = ("text", "json")
#: What workers may allocate with: mimalloc where the system has it, or what the system has.
ALLOCATORS = ("auto", "system")

#: Settings that are paths; those in a file are relative to it.
PATHS = frozenset({"home", "sources", "store_credentials"})

#: Names that licences go by, with the address that is meant.
_CC = "https://creativecommons.org/"
_LICENCES = {
    **dict.fromkeys(("cc0", "cc010"), f"{_CC}publicdomain/zero/1.0/"),
    **dict.fromkeys(("ccby", "ccby4", "ccby40"), f"{_CC}licenses/by/4.0/"),
    **dict.fromkeys(("ccbysa", "ccbysa4", "ccbysa40"), f"{_CC}licenses/by-sa/4.0/"),
}
_IN_EMAIL = r"[^\s:@<>\"{}|\\^`]+"
_EMAIL = re.compile(rf"{_IN_EMAIL}@{_IN_EMAIL}\.{_IN_EMAIL}")
#: What no text has that is shown: control characters, halves of surrogate pairs (bytes that were no UTF-8).
_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
#: An author: a name in braces, or what stands between semicolons.
AUTHOR = re.compile(r"\{[^{}]*\}|[^;]+")
_INTEGER = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:_[0-9]{3})+)", re.ASCII)
_FLOAT = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)
_BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_TYPES = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "str": "a text",
    "Path": "a path",
}
_TOML = {"int": (int,), "float": (int, float), "bool": (bool,), "str": (str,), "Path": (str,)}


def expected(name: str, kind: str) -> str:
    """Return what a setting may be, for messages: `a whole number from 1 to 65,535`."""
    text = _TYPES[kind]
    if kind not in {"int", "float"}:
        return text
    least, most = RANGES.get(name, _EVERY)
    if most == math.inf:
        return f"{text}, 0 or more"
    return (
        f"{text} from {least:,.0f} to {most:,.0f}"
        if least == int(least)
        else f"{text} from {least:g} to {most:,.0f}"
    )


def converted(kind: str, value: object, *, typed: bool) -> Any:
    """Return a value of the type of its setting.

    Args:
        kind: the type: `int`, `float`, `bool`, `str` or `Path`.
        value: as it was given.
        typed: whether it comes from TOML, which has types; else a number may be a text.

    Raises:
        ValueError: when it is none.
    """
    if not typed and isinstance(value, str) and kind in {"int", "float", "bool"}:
        return _read(kind, value.strip())
    if kind == "Path" and isinstance(value, Path) and not typed:
        return value
    if not isinstance(value, _TOML[kind]) or (isinstance(value, bool) and kind != "bool"):
        raise ValueError(value)
    if kind == "Path":
        return Path(str(value))
    return float(str(value)) if kind == "float" else value


def _read(kind: str, text: str) -> Any:
    """Return a number or a truth value written as text; names of floats pass, their range is none."""
    if kind == "bool":
        if text.lower() not in _BOOLEANS:
            raise ValueError(text)
        return _BOOLEANS[text.lower()]
    if kind == "int":
        if not _INTEGER.fullmatch(text):
            raise ValueError(text)
        return int(text)
    if not _FLOAT.fullmatch(text) and text.lower().lstrip("+-") not in {"nan", "inf", "infinity"}:
        raise ValueError(text)
    return float(text)


def problem(name: str, value: object) -> tuple[str, str] | None:
    """Say what is wrong with a value of the right type, and what to write; None when nothing is."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number_problem(name, value)
    text = str(value)
    if fault := _unreadable(name, text):
        return fault
    if name == "home" and isinstance(value, Path) and value.exists() and not value.is_dir():
        return "is a file, not a folder", "name a folder; it is made when it is not there"
    if name in {"host", "metrics_host"} and (not text or re.search(r"[\s/]|://", text)):
        return "is no address to listen on", "use 127.0.0.1, 0.0.0.0, :: or a name of this machine"
    return _text_problem(name, text)


def _unreadable(name: str, text: str) -> tuple[str, str] | None:
    """Say what a text has that nobody can read; names of files may have any bytes."""
    if "\0" in text or (name != "title" and "\n" in text):
        return "holds a control character", "write it on one line"
    if name in PATHS:
        return None
    if _UNSHOWN.search(text):
        return "holds a character that cannot be shown", "write it in UTF-8, on one line"
    if not text and name == "title":
        return "is empty", "write a name, or leave the setting out"
    if text and not any(c.isprintable() and not c.isspace() for c in text):
        return "is blank", "write something, or leave the setting out"
    return None


def _number_problem(name: str, value: float) -> tuple[str, str] | None:
    least, most = RANGES.get(name, _EVERY)
    kind = "int" if isinstance(value, int) else "float"
    if isinstance(value, float) and not math.isfinite(value):
        return "is not a finite number", f"write {expected(name, kind)}"
    if not least <= value <= most:
        return "is out of range", f"write {expected(name, kind)}"
    return None


def _text_problem(name: str, text: str) -> tuple[str, str] | None:
    if name in _CHOICES and text not in _CHOICES[name][1]:
        what, choices = _CHOICES[name]
        return f"is no {what}", f"write one of: {', '.join(choices)}"
    if name in ENDPOINTS:
        return endpoints_problem(name, text)
    is_page = name in _PAGES or (name == "imprint" and re.match("(?i)https?://", text))
    if is_page and text and not is_address(text):
        return (
            "is not an absolute http(s) address",
            "use something like https://example.org/contact",
        )
    return _FORMS[name](text) if name in _FORMS else None


#: Settings that are one of few words: what it is, and the words.
_CHOICES = {
    "log_format": ("format of log lines", LOG_FORMATS),
    "worker_allocator": ("allocator", ALLOCATORS),
}
#: Settings that are addresses of pages or things, empty when not given.
_PAGES = frozenset(["publisher_iri", "contact_url", "privacy_statement", "accessibility_statement"])


def _licence_problem(text: str) -> tuple[str, str] | None:
    if is_address(text):
        return None
    meant = _LICENCES.get(re.sub("[^a-z0-9]", "", text.lower()))
    return (
        "is not the address of a licence",
        f"did you mean {meant}?" if meant else f"use something like {_LICENCES['ccby']}",
    )


def _email_problem(text: str) -> tuple[str, str] | None:
    if not text or _EMAIL.fullmatch(text):
        return None
    return "is not a mail address", "use something like data@example.org"


def _authors_problem(text: str) -> tuple[str, str] | None:
    names = [name.strip() for name in AUTHOR.findall(text) if name.strip()]
    families = [name.strip("{} \t") if "{" in name else name.partition(",")[0] for name in names]
    if text and not (names and all(family.strip() for family in families)):
        fault = "has an author without a name"
    elif re.search("[{}]", re.sub(r"\{[^{}]*\}", "", text)):
        fault = "has a brace without the other one"
    else:
        return None
    return fault, "use something like Doe, Jane; {Ministry of Labour, Trade}; Some Body"


#: Settings with a form of their own: what says what is wrong with one.
_FORMS: dict[str, Callable[[str], tuple[str, str] | None]] = {
    "base_iri": base_problem,
    "licence": _licence_problem,
    "mcp_origins": origins_problem,
    "authors": _authors_problem,
    "contact_email": _email_problem,
}
