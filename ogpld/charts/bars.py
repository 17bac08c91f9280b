"""Draw stacked bars as SVG: lines of text above each bar, numbers on the parts that have room for them.

What is drawn is as wide as the room it gets: bars have shares of it (percent), text has its size. So nothing
is covered or cut at 280 pixels, the room in a window of 320 (WCAG 1.4.10), for which lines are bounded here.
Colours are classes; `pattern` fills what is unknown with lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from ogpld.statistics import UNKNOWN_GRADE
from ogpld.wording import gettext, ngettext, number, quantity, titled

#: Pixels: the line above a bar, the bar, what is left free below it.
_LINE, _BAR, _GAP = 18, 18, 10
#: Letters that fit a line, in the widest of the fonts that systems have.
_LETTERS = 38
#: Percent of the width that a number on a bar needs: for its edges, and for each of its letters.
_EDGES, _LETTER = 1.6, 2.1
#: Percent of the width that a part has at least, so that it is seen.
_LEAST = 0.4
UNKNOWN = "grade-unknown"


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar.

    Attributes:
        label: what it is.
        css_class: what sets its colour, `grade-completion-complete`.
        number: how long it is.
        text: the number as it is written, where that is not it.
    """

    label: str
    css_class: str
    number: float
    text: str = ""

    @property
    def written(self) -> str:
        """The number as it is written."""
        return self.text or number(self.number)

    @property
    def in_words(self) -> str:
        """The number with what it is of."""
        if self.label != gettext(UNKNOWN_GRADE.label):
            return f"{self.written} {self.label.lower()}"
        return ngettext("%(number)s unknown", "%(number)s unknown", round(self.number))


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.

    Attributes:
        label: what it is of.
        segments: its parts.
        note: what is said below its sum.
    """

    label: str
    segments: tuple[Segment, ...]
    note: str = ""

    @property
    def total(self) -> float:
        """The sum of its parts."""
        return sum(segment.number for segment in self.segments)

    @property
    def counts(self) -> str:
        """Its sum, and what of it is unknown, in words."""
        if len(self.segments) == 1 and self.segments[0].text:
            return self.segments[0].text
        if not self.segments:
            return gettext("none available")
        parts = [
            f" · {segment.in_words}" for segment in self.segments if segment.css_class == UNKNOWN
        ]
        return f"{quantity(round(self.total), 'commitment')}{''.join(parts)}"

    @property
    def sentence(self) -> str:
        """Everything it says, in words."""
        parts = ", ".join(f"{part.label} {part.written}" for part in self.segments)
        if len(self.segments) == 1 and self.segments[0].text:
            return titled(self.label, self.segments[0].text)
        return (
            gettext(
                "%(label)s: %(number)s in all (%(parts)s)",
                label=self.label,
                number=number(self.total),
                parts=parts,
            )
            if parts
            else titled(self.label, gettext("none available"))
        )


@dataclass(frozen=True, slots=True)
class Drawing:
    """Bars that are drawn: elements of SVG, and the pixels they are high."""

    elements: str
    height: int


def draw(bars: Sequence[Bar], name: str, *, share: bool = True, longest: float = 0) -> Drawing:
    """Draw bars below each other.

    Args:
        bars: the bars.
        name: a name that no other drawing of the page has; for the pattern of what is unknown.
        share: whether each bar is as long as the others, so that shares can be compared; else numbers.
        longest: sum of the longest bar of all drawings that have one scale; of these where it is 0.
    """
    longest = longest or max((bar.total for bar in bars), default=0)
    texts: list[str] = []
    parts: dict[str, list[str]] = {}
    beside = all(len(bar.label) + len(bar.counts) < _LETTERS for bar in bars)
    y = 0
    for bar in bars:
        y = _lines(bar, y, texts, beside=beside)
        left = 0.0
        for segment in bar.segments:
            width = segment.number / ((bar.total if share else longest) or 1) * 100
            parts.setdefault(segment.css_class, []).append(_part(segment, left, width, y))
            left += width
        if not bar.segments:
            texts.append(f'<rect class="nothing" y="{y}" width="100%" height="{_BAR}"/>')
        y += _BAR + _GAP
    groups = "".join(
        f"<g class={quoteattr(css)}"
        + (f' fill="url(#{name}-unknown)"' if css == UNKNOWN else "")
        + f">{''.join(drawn)}</g>"
        for css, drawn in parts.items()
    )
    pattern = _pattern(name) if UNKNOWN in parts else ""
    return Drawing(f"{pattern}{groups}{''.join(texts)}", max(0, y - _GAP + 1))


def description(bars: Sequence[Bar], most: int = 0) -> str:
    """Return in words what bars say, all numbers with it.

    Args:
        bars: the bars.
        most: bars from which on a table beside them says it better; 0 for always all.
    """
    if most and len(bars) > most:
        return gettext(
            "%(number)s bars; the table below has the numbers of each.", number=len(bars)
        )
    return ". ".join(bar.sentence for bar in bars) + ("." if bars else "")


def inline(drawing: Drawing, name: str, title: str, words: str) -> str:
    """Return a drawing as an element for a page, as wide as its place.

    The height of bars, which all have, is left to the stylesheet: hundreds of bars are in one page.

    Args:
        drawing: the bars.
        name: as in `draw`.
        title: what it shows.
        words: what it says, for whoever does not see it.
    """
    elements = drawing.elements.replace(f' height="{_BAR}"/>', "/>")
    return (
        f'<svg class="chart" role="img" aria-labelledby="{name}-title" aria-describedby="{name}-words"'
        f' width="100%" height="{drawing.height}"><title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-words">{escape(words)}</desc>{elements}</svg>'
    )


def _lines(bar: Bar, y: int, texts: list[str], *, beside: bool) -> int:
    """Write what is above a bar, and return where the bar begins.

    Args:
        bar: the bar.
        y: where its first line begins.
        texts: what is written so far.
        beside: whether its counts stand at the end of its label's line, as all of the drawing do.
    """
    soft, step = ' class="soft"', _LINE - 2
    if beside:
        lines = [("", bar.label, 0), (' class="end" x="100%"', bar.counts, step)]
    else:
        lines = [("", line, step) for line in wrapped(bar.label, _LETTERS)]
        lines += [(soft, line, step) for line in wrapped(bar.counts, _LETTERS)]
    lines += [(soft, line, step) for line in wrapped(bar.note, _LETTERS) if line]
    for attributes, line, height in lines:
        texts.append(f'<text{attributes} y="{y + 13}">{escape(line)}</text>')
        y += height
    return y + 2


def wrapped(text: str, letters: int) -> list[str]:
    """Return a text in lines of so many letters; a word that is longer is cut.

    >>> wrapped("one two three", 8)
    ['one two', 'three']
    """
    lines = [""]
    for word in text.split():
        piece = word if len(word) <= letters else f"{word[: letters - 1]}…"
        joined = f"{lines[-1]} {piece}".strip()
        if len(joined) <= letters:
            lines[-1] = joined
        else:
            lines.append(piece)
    return lines


def _part(segment: Segment, left: float, width: float, y: int) -> str:
    written = segment.written
    seen = max(width, _LEAST)
    rect = f'<rect x="{_percent(left)}" y="{y}" width="{_percent(seen)}" height="{_BAR}"/>'
    if segment.css_class == UNKNOWN or segment.text or width < _EDGES + _LETTER * len(written):
        return rect
    return f'{rect}<text x="{_percent(left + width / 2)}" y="{y + 13}">{escape(written)}</text>'


def _percent(number: float) -> str:
    """Return a share of the width, to a third of a pixel of a small telephone."""
    return f"{number:.1f}".removesuffix(".0") + "%"


def _pattern(name: str) -> str:
    return (
        f'<defs><pattern id="{name}-unknown" width="5" height="5" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)"><path class="hatch" d="M0 0V5"/></pattern></defs>'
    )
