"""Paint a picture as PNG, with the font that is beside this file and no other: equal bytes everywhere."""

from __future__ import annotations

from importlib import resources

import resvg_py

#: Pixels of the file for each of the picture, so that it is sharp where it is printed.
_ZOOM = 2


def paint(svg: str) -> bytes:
    """Return a picture as PNG.

    Args:
        svg: the picture; what only browsers know (media queries, custom properties) is not in it.
    """
    with resources.as_file(resources.files("ogpld.charts") / "fonts" / "DejaVuSans.ttf") as font:
        return bytes(
            resvg_py.svg_to_bytes(
                svg_string=svg,
                zoom=_ZOOM,
                skip_system_fonts=True,
                font_files=[str(font)],
                font_family="DejaVu Sans",
                sans_serif_family="DejaVu Sans",
            )
        )
