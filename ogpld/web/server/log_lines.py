"""Lines of the log: as text with `name=value` pairs, or a JSON object a line, as `log_format` says.

A line names the request that it was written for, where there is one: `REQUEST_ID` has the id in the thread
that answers.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from collections.abc import Mapping
from contextvars import ContextVar

#: Id of the request that this thread answers, "" outside of one.
REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
#: A value that needs no quotes in a line of text.
_PLAIN = re.compile(r"[A-Za-z0-9_.:/+~-]+")


def log_line(
    log_format: str, level: str, message: str, moment: float, values: Mapping[str, object]
) -> str:
    """Return one line without its end; whatever values hold, they cannot begin another.

    Args:
        log_format: `text` or `json`.
        level: of the logging module, such as `WARNING`.
        message: a sentence; further lines of it (tracebacks) stay lines as text.
        moment: seconds since 1970.
        values: what else there is to say; numbers, truth values and texts.
    """
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment))
    stamp = f"{whole}.{int(moment % 1 * 1000):03d}Z"
    if log_format == "json":
        record = {"time": stamp, "level": level.lower(), "message": message, **values}
        return json.dumps(record, ensure_ascii=True)
    pairs = "".join(f" {name}={_written(value)}" for name, value in values.items())
    return f"{stamp} {level} {message}{pairs}"


def _written(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text)


class LogFormatter(logging.Formatter):
    """Writes what the program logs as `log_line` does, tracebacks included."""

    def __init__(self, log_format: str) -> None:
        super().__init__()
        self._log_format = log_format

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as a line; a traceback is a value in JSON, and follows the line as text."""
        name = REQUEST_ID.get()
        values: dict[str, object] = {"request": name} if name else {}
        trace = self.formatException(record.exc_info) if record.exc_info else ""
        as_json = self._log_format == "json"
        if trace and as_json:
            values["traceback"] = trace
        line = log_line(
            self._log_format, record.levelname, record.getMessage(), record.created, values
        )
        return f"{line}\n{trace}" if trace and not as_json else line


def tell(log_format: str, level: str, message: str) -> None:
    """Write a line for whoever starts a server to standard error: a sentence, or with `json` an object."""
    text = message
    if log_format == "json":
        text = log_line(log_format, level, message, time.time(), {})
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def log_to_stderr(log_format: str) -> None:
    """Log warnings, errors and what our program tells to standard error, as both processes do."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LogFormatter(log_format))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("ogpld").setLevel(logging.INFO)
