r"""Say what a cell of a workbook shows of its number (ECMA-376 part 1, 18.8.30 and 18.8.31).

`2.1` in the format `0.00` is printed 2.10, another commitment's number. Formats of digits, a point,
thousands, percent and literal text are written out exactly. What depends on more (conditions,
fractions, exponents, scaling) is not written out: the caller reads the number and says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache

#: Most digits a spreadsheet program keeps of a number.
DIGITS = 15
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_(?P<width>.)|\*(?P<fill>.)'
    r"|\[\$(?P<currency>[^\]-]*)(?:-[^\]]*)?\]"
    r"|\[(?:black|blue|cyan|green|magenta|red|white|yellow|color ?\d+)\]"
    r"|(?P<digits>[0#?][0#?,]*(?:\.[0#?]*)?|\.[0#?]+)|(?P<percent>%)|(?P<plain>[^\w\s\[\]/@;,.?#]|\s)",
    re.IGNORECASE,
)
_SECTIONS = re.compile(r'((?:"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|[^;])*)(?:;|$)')
_GENERAL = {"", "general", "@"}


@dataclass(frozen=True, slots=True)
class _Layout:
    """One section of a number format: what stands around the digits, and how many of these."""

    before: str
    after: str
    whole: int
    places: int
    optional: int
    grouped: bool
    percent: int


def plain_number(text: str) -> str:
    """Return a stored number in its plainest form: no exponent, at most 15 digits of a fraction.

    Raises:
        ValueError: for what is no number.
        OverflowError: for one that is not finite.
    """
    if re.fullmatch(r"-?[0-9]{1,400}", text, re.ASCII):
        return str(int(text))
    value = Decimal(f"{float(text):.{DIGITS}g}")
    if not value.is_finite():
        raise OverflowError(text)
    return f"{value.normalize() if value else Decimal():f}"


@lru_cache(4096)
def printed_number(plain: str, code: str) -> str | None:
    """Return what a number looks like in a format, None where that is not written out.

    Args:
        plain: the number, as `plain_number` gives it.
        code: the number format; no date format.
    """
    value = Decimal(plain)
    section, signed = _section(code, value)
    if section.strip().lower() in _GENERAL and (section or not code):
        return plain
    layout = _layout(section)
    if layout is None:
        return None
    with localcontext(prec=1000):
        return " ".join((signed + _written(abs(value), layout)).split())


def rounded(plain: str, code: str) -> bool:
    """Say whether a format shows a number with fewer digits than it has."""
    value = Decimal(plain)
    layout = _layout(_section(code, value)[0])
    exponent = value.as_tuple().exponent
    return (
        layout is not None
        and isinstance(exponent, int)
        and -exponent > layout.places + 2 * layout.percent
    )


def _section(code: str, value: Decimal) -> tuple[str, str]:
    """Return the section of a format that is for a number, and the sign it leaves to the number."""
    sections = [match[1] for match in _SECTIONS.finditer(code)]
    if len(sections) > 1 and not code.endswith(";"):
        sections.pop()  # the empty match at the end
    if value < 0:
        return (sections[1], "") if len(sections) > 1 else (sections[0], "-")
    return (sections[2] if not value and len(sections) > 2 else sections[0]), ""  # noqa: PLR2004


def _written(value: Decimal, layout: _Layout) -> str:
    """Return a number of no sign in a layout."""
    value = (value * 100**layout.percent).quantize(Decimal(1).scaleb(-layout.places), ROUND_HALF_UP)
    whole, _, fraction = f"{value:f}".partition(".")
    least = layout.places - layout.optional
    fraction = fraction[:least] + fraction[least:].rstrip("0")
    whole = whole.lstrip("0").zfill(layout.whole)
    if layout.grouped and whole:
        whole = f"{int(whole):,}".zfill(len(whole)) if len(whole.lstrip("0")) > 3 else whole  # noqa: PLR2004
    point = "." if layout.places and (fraction or least) else ""
    return f"{layout.before}{whole}{point}{fraction}{layout.after}"


@lru_cache(256)
def _layout(section: str) -> _Layout | None:
    """Take a section of a format apart, None where it has more than one number or what is not known."""
    literal, digits, percent, at = ["", ""], "", 0, 0
    while at < len(section):
        match = _TOKEN.match(section, at)
        if match is None:
            return None
        at = match.end()
        if match["digits"]:
            if digits:
                return None
            digits = match["digits"]
        percent += bool(match["percent"])
        text = match["quoted"] or match["escaped"] or match["currency"] or match["plain"]
        literal[bool(digits)] += text or match["percent"] or (" " if match["width"] else "")
    if not digits:
        return None
    whole, _, fraction = digits.partition(".")
    if whole.endswith(",") or "?" in fraction:  # scaled to thousands; or padded with blanks
        return None
    optional = len(fraction) - len(fraction.rstrip("#"))
    if "#" in fraction.rstrip("#"):
        return None
    before, after = literal
    return _Layout(before, after, whole.count("0"), len(fraction), optional, "," in whole, percent)
