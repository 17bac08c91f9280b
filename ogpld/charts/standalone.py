"""A chart as a picture of its own: with title, legend, source, release, date and licence in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from ogpld.charts.bars import Drawing, wrapped
from ogpld.charts.grade_labels import full_label
from ogpld.charts.palette import COLOURS, GRADES, INK, PAGE
from ogpld.statistics import GradeName
from ogpld.wording import day, gettext, language

#: Pixels: the width of a picture, and of its margin.
WIDTH, _MARGIN = 680, 20
#: Letters in a line of the title, and of what stands below the bars.
_TITLE, _SMALL = 58, 92
#: Pixels that a letter of the legend has, and what is beside its word.
_LETTER, _BESIDE = 7.2, 34


@dataclass(frozen=True, slots=True)
class Caption:
    """What a picture says of itself.

    Attributes:
        title: what it shows.
        about: what it measures, in sentences.
        notes: what has to be known to read it, which stands beneath the bars.
        source: who publishes the data, with its name.
        release: id of the release.
        date: day of the release.
        licence: name or address of the licence.
        address: where it stays.
    """

    title: str
    about: str
    notes: tuple[str, ...]
    source: str
    release: str
    date: str
    licence: str
    address: str

    @property
    def origin(self) -> str:
        """Source, release, date and licence in a sentence."""
        return gettext(
            "Source: %(source)s. Release %(release)s, %(date)s. Licence: %(licence)s.",
            source=self.source,
            release=self.release,
            date=day(self.date),
            licence=self.licence,
        )


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its SVG, and the pixels it is high; it is `WIDTH` wide."""

    svg: str
    height: int


def standalone(
    drawing: Drawing,
    grades: Sequence[GradeName],
    caption: Caption,
    words: str,
    *,
    dark: bool = True,
) -> Picture:
    """Return a picture, with its words in the language that is written in.

    Args:
        drawing: the bars.
        grades: what the legend explains.
        caption: what it says of itself.
        words: what it says, for whoever does not see it.
        dark: whether it is dark for readers who like that.
    """
    body: list[str] = []
    y = _MARGIN
    y = _text(body, wrapped(caption.title, _TITLE), y, 22, "title")
    y = _text(body, wrapped(caption.about, _SMALL), y, 17, "soft") + 6
    y = _legend(body, grades, y) + 12
    body.append(
        f'<svg class="chart" x="{_MARGIN}" y="{y}" width="{WIDTH - 2 * _MARGIN}"'
        f' height="{drawing.height}">{drawing.elements}</svg>'
    )
    y += drawing.height + 12
    for note in caption.notes:
        y = _text(body, wrapped(note, _SMALL), y, 17, "soft")
    y += 6
    y = _text(body, wrapped(caption.origin, _SMALL), y, 17, "soft")
    y = _text(body, [caption.address], y, 17, "soft address")
    height = y + _MARGIN // 2
    return Picture(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}"'
        f' viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="title" aria-describedby="words"'
        f' xml:lang="{language()}">'
        f'<title id="title">{escape(caption.title)}</title>'
        f'<desc id="words">{escape(f"{words} {caption.origin}")}</desc>'
        f"<style>{_style(dark=dark)}</style>"
        f'<rect class="page" width="{WIDTH}" height="{height}"/>{"".join(body)}</svg>\n',
        height,
    )


def _text(body: list[str], lines: Sequence[str], y: int, height: int, css: str) -> int:
    for line in lines:
        if line:
            y += height
            body.append(f'<text class="{css}" x="{_MARGIN}" y="{y - 5}">{escape(line)}</text>')
    return y


def _legend(body: list[str], grades: Sequence[GradeName], y: int) -> int:
    x = float(_MARGIN)
    for grade in grades:
        label = full_label(grade, grades)
        width = _BESIDE + _LETTER * len(label)
        if x > _MARGIN and x + width > WIDTH - _MARGIN:
            x, y = float(_MARGIN), y + 20
        body.append(
            f'<g class="{grade.css_class}"><rect x="{x:.0f}" y="{y + 4}" width="12" height="12"/></g>'
            f'<text x="{x + 18:.0f}" y="{y + 15}">{escape(label)}</text>'
        )
        x += width
    return y + 20


def _style(*, dark: bool) -> str:
    """Return the rules of a picture; without custom properties, which painters of pictures do not know."""
    style = (
        "text{font:13px 'DejaVu Sans',Verdana,sans-serif}.title{font-size:18px}.soft{font-size:12px}"
        ".end{text-anchor:end}.chart g text{font-size:11px;text-anchor:middle}"
        ".hatch{stroke-width:3;fill:none}.nothing{fill:none;stroke-dasharray:3 3}"
        + _colours(place=0)
    )
    return style + (f"@media(prefers-color-scheme:dark){{{_colours(place=1)}}}" if dark else "")


def _colours(*, place: int) -> str:
    ink, soft, paper = (PAGE[name][place] for name in ("ink", "soft", "paper"))
    rules = [
        f".page{{fill:{paper}}}text{{fill:{ink}}}.soft{{fill:{soft}}}",
        f"g rect{{stroke:{paper};paint-order:stroke}}",
        f".hatch,.grade-unknown rect,.nothing{{stroke:{COLOURS['unknown'][place]}}}",
        f"g rect{{fill:{COLOURS['neither'][place]}}}g text{{fill:{INK[''][place]}}}",
        ".grade-unknown rect{fill:url(#chart-unknown)}",
    ]
    for name, colours in COLOURS.items():
        classes = [css for css, colour in GRADES.items() if colour == name]
        if not classes or name == "unknown":
            continue
        rules.append(f"{','.join(f'.{css} rect' for css in classes)}{{fill:{colours[place]}}}")
        if name in INK:
            rules.append(
                f"{','.join(f'.{css} text' for css in classes)}{{fill:{INK[name][place]}}}"
            )
    return "".join(rules)
