"""Paint a picture as PNG, with the font that is beside this file and no other: equal bytes everywhere.

The painter holds the interpreter while it paints, for seconds where a picture is long, so it gets a process
of its own; one at a time, because pictures are kept and a second one can wait.
"""

from __future__ import annotations

import subprocess
import sys
from threading import Lock

#: Pixels of a file; a picture with fewer is painted with two for each of its own, so that it prints sharply.
_SHARP = 3_200_000
#: Seconds that a request waits for the pictures of others, and that painting may take.
_PATIENCE, _DEADLINE = 10.0, 60.0
_PAINTING = Lock()


class PaintingError(Exception):
    """A picture that cannot be painted now."""


def paint(svg: str, width: int, height: int) -> bytes:
    """Return a picture as PNG.

    Args:
        svg: the picture; what only browsers know (media queries, custom properties) is not in it.
        width: its pixels.
        height: its pixels.

    Raises:
        PaintingError: when others are being painted, or it takes too long.
    """
    zoom = 2 if width * height * 4 < _SHARP else 1
    if not _PAINTING.acquire(timeout=_PATIENCE):
        raise PaintingError("other pictures are being painted")
    try:
        process = subprocess.run(  # noqa: S603  (our own interpreter and module)
            [sys.executable, "-m", "ogpld.charts.painter", str(zoom)],
            input=svg.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_DEADLINE,
            check=True,
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise PaintingError(f"the painter gave no picture: {type(error).__name__}") from error
    finally:
        _PAINTING.release()
    return process.stdout
