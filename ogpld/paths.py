"""Locate the files that travel beside the code: ontology, shapes, shipped data, documentation.

In a wheel they lie in `ogpld/_bundle/`; in a checkout at the top level. The wheel's copy wins, so
that an installed program never reads whatever folder it happens to be started next to.
"""

from __future__ import annotations

from pathlib import Path

from ogpld.errors import ModelError


def shipped(name: str) -> Path:
    """Return the folder `ontology`, `shapes`, `data` or `docs` that belongs to this code.

    Raises:
        ModelError: when neither the wheel nor the checkout has it.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "_bundle" / name, package.parent / name):
        if folder.is_dir():
            return folder
    raise ModelError(
        f"the folder {name!r} that belongs to ogpld is missing",
        hint="reinstall ogpld, or run it from a complete checkout",
    )
