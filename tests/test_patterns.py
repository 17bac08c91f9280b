"""No regular expression of ours takes long over any text: texts of strangers are searched with them."""

from __future__ import annotations

import importlib
import pkgutil
import re
import signal
from collections.abc import Iterator
from types import FrameType

import pytest

import ogpld

#: Characters of a text; what doubles with each of some thirty would take years.
_SIZE = 2_000
#: Pieces of which texts are made, and what stands behind them so that a match fails late.
_PIECES = (
    *(
        "0",
        "1",
        "a",
        "A",
        "\u00e9",
        " ",
        "-",
        ".",
        ":",
        "/",
        "_",
        "(",
        "[",
        "{",
        "<",
        "'",
        '"',
        "\\",
        "&",
        "%",
        "#",
        "@",
    ),
    *(
        "1a",
        "a1",
        "1.",
        "a.",
        "a-",
        "1 ",
        "a ",
        "a,",
        "a;",
        "a:",
        "1/",
        "(a",
        "a=1 ",
        "%41",
        "a@",
        "http://a/",
        "\\u",
    ),
)
_END = "\u2400!"
#: Seconds after which one search is given up; the slowest takes a twentieth.
_LONGEST = 5.0


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield the expressions that our modules keep, with their names."""
    for entry in pkgutil.walk_packages(ogpld.__path__, "ogpld."):
        if entry.name.endswith("__main__"):
            continue
        try:
            module = importlib.import_module(entry.name)
        except ModuleNotFoundError:  # what an extra brings
            continue
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                yield f"{entry.name}.{name}", value


def _give_up(_number: int, _frame: FrameType | None) -> None:
    raise TimeoutError


def test_no_expression_takes_long() -> None:
    """Searched, and matched from the beginning and as a whole; the engine of Python looks at signals on its way."""
    slow, expressions = [], dict(patterns())
    assert len(expressions) > 100
    before = signal.signal(signal.SIGALRM, _give_up)
    try:
        for name, expression in expressions.items():
            for piece in _PIECES:
                text = piece * (_SIZE // len(piece)) + _END
                signal.setitimer(signal.ITIMER_REAL, _LONGEST)
                try:
                    expression.search(text)
                    expression.match(text)
                    expression.fullmatch(text)
                except TimeoutError:
                    slow.append((name, piece))
                finally:
                    signal.setitimer(signal.ITIMER_REAL, 0)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert slow == []


def test_an_expression_that_takes_long_is_seen() -> None:
    """The alarm ends a search."""
    before = signal.signal(signal.SIGALRM, _give_up)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with pytest.raises(TimeoutError):
            re.compile(r"(?:a|a?a)*b").match("a" * 60)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
