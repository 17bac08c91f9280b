"""A verdict as a small picture (SVG 1.1) that other pages can show: what was asked, and what came out.

It has no script and names no font file. Widths are those of the widest letters, and `textLength` holds
each text to its field, so that none overflows whatever font is there.
"""

from __future__ import annotations

from xml.sax.saxutils import escape

from ogpld.claims.verdicts import AGREES, DIFFERS, Verdict

#: Colours of the right half; white on each has a contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3).
_COLOURS = {AGREES: "#1a6b34", DIFFERS: "#a12a1b"}
_OTHER, _LABEL = "#4d5560", "#2b3036"
_LETTER, _MARGIN, _HEIGHT = 7, 8, 20
#: Characters of a text; a longer one is cut, and whole in the title.
_LONGEST = 60


def badge(name: str, verdict: Verdict) -> bytes:
    """Return the picture of a verdict.

    Args:
        name: what the left half says.
        verdict: what the right half says.
    """
    result = verdict.words + (f": {verdict.value}" if verdict.value else "")
    halves = [_cut(name), _cut(result)]
    widths = [_LETTER * len(text) + 2 * _MARGIN for text in halves]
    left, right = widths
    title = escape(f"{name}: {result}", {'"': "&quot;"})
    texts = "".join(
        f'<text x="{start + _MARGIN}" y="14" textLength="{_LETTER * len(text)}"'
        f' lengthAdjust="spacingAndGlyphs">{escape(text)}</text>'
        for text, start in zip(halves, (0, left), strict=True)
    )
    colour = _COLOURS.get(verdict.verdict, _OTHER)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{_HEIGHT}"'
        f' viewBox="0 0 {left + right} {_HEIGHT}" role="img" aria-label="{title}">'
        f"<title>{title}</title>"
        f'<rect width="{left}" height="{_HEIGHT}" fill="{_LABEL}"/>'
        f'<rect x="{left}" width="{right}" height="{_HEIGHT}" fill="{colour}"/>'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">'
        f"{texts}</g></svg>\n"
    ).encode()


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
