"""Tasks in the place of the real check, for what the web does when one is slow, broken or full."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from ogpld.errors import SourceError, Where
from ogpld.report import Finding, Report, Severity
from ogpld.stores.embedded import EmbeddedStore
from ogpld.workers.worker import Task


def prepare(folder: Path) -> Task:
    """Return a task that does what the document says."""
    del folder
    return _run


def _run(store: EmbeddedStore, head: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    del store
    word = body.decode()
    if word == "sleep":
        time.sleep(60)
    if word == "grow":
        raise MemoryError
    if word == "abort":
        os.abort()
    if word == "fail":
        raise ZeroDivisionError(word)
    if word == "refuse":
        raise SourceError("no <b>table</b>", hint="fill it", where=Where("a.csv", 7, "title"))
    finding = Finding(Severity.VIOLATION, focus="http://x.example/#it", message=json.dumps(head))
    many = int(word) if word.isdecimal() else 0
    more = [
        Finding(Severity.INFO, focus=f"http://x.example/{n}", message=str(n)) for n in range(many)
    ]
    reply = {"findings": 1 + many, "refused": True, "statements": 2, "things": 1}
    return reply, Report.of([finding, *more]).as_json().encode()
