"""Paint the picture on standard input, and write the PNG: a process of its own, see `ogpld/charts/png.py`."""

from __future__ import annotations

import sys
from importlib import resources

import resvg_py


def main() -> None:
    """Read SVG, write PNG; the zoom is the first argument."""
    with resources.as_file(resources.files("ogpld.charts") / "fonts" / "DejaVuSans.ttf") as font:
        png = resvg_py.svg_to_bytes(
            svg_string=sys.stdin.buffer.read().decode(),
            zoom=float(sys.argv[1]),
            skip_system_fonts=True,
            font_files=[str(font)],
            font_family="DejaVu Sans",
            sans_serif_family="DejaVu Sans",
        )
    sys.stdout.buffer.write(bytes(png))


if __name__ == "__main__":
    main()
