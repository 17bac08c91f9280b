"""The findings of the current release, for data that is to be checked again.

Findings can be taken over when the same software held the release to the same shapes; then only what
the changes since can affect has to be asked (validate/affected.py).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from ogpld.rdf import Quad, parse_quads
from ogpld.release import Release
from ogpld.release.packed_files import unpacked
from ogpld.release.release_store import REPORT
from ogpld.report import Report
from ogpld.validate import PreviousFindings

#: Inputs that have to be the same; the others are data, and data is compared.
_SAME = ("base_iri", "software", "shapes/")


def previous_findings(
    release: Release | None,
    inputs: dict[str, str],
    quads: Sequence[Quad],
    about: Collection[str],
) -> PreviousFindings | None:
    """Return the findings of a release and how the data differs from it, None for a full run.

    Args:
        release: the current release.
        inputs: digests of what is being built.
        quads: the data to be checked.
        about: graphs that are not checked.

    Raises:
        ReleaseError: when the release's data is damaged.
    """
    if release is None or _deciding(release.manifest.inputs) != _deciding(inputs):
        return None
    try:
        content = unpacked(release.path / REPORT)
        if "causes" not in json.loads(content):
            return None  # written before findings were kept whole
        findings = Report.from_json(content).findings
    except (OSError, ValueError, KeyError, TypeError):
        return None
    endings = tuple(f"<{graph}> .\n".encode() for graph in about)
    old = {line for line in release.lines() if not line.endswith(endings)}
    new = {f"{quad} .\n".encode(): quad for quad in quads}
    added = tuple(quad for line, quad in new.items() if line not in old)
    gone = parse_quads(b"".join(old - new.keys()), "nq")
    return PreviousFindings(findings, added, tuple(q for q in gone if isinstance(q, Quad)))


def _deciding(inputs: dict[str, str]) -> dict[str, str]:
    return {name: digest for name, digest in inputs.items() if name.startswith(_SAME)}
