"""`ogpld validate`: SHACL for any data and any shapes."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ogpld.config import Settings
from ogpld.errors import UsageError
from ogpld.formats import media
from ogpld.pipeline.progress import Progress
from ogpld.validate.sandbox import InputDocument, run_confined

_MEBIBYTE = 1024 * 1024
_SUFFIXES = {
    f".{suffix}"
    for row in media.MEDIA_TYPES
    if row.reads and row.holds in {"triples", "quads"}
    for suffix in (row.name, *row.suffixes)
}


def run_validate(options: argparse.Namespace, settings: Settings) -> int:
    """Validate, print the report, and return 0 when the data conforms, 1 when it does not."""
    del settings
    documents = [
        *_documents("data", options.data),
        *_documents("shapes", options.shapes),
    ]
    progress = Progress()
    progress.step("validating")
    verdict = run_confined(
        documents,
        options.format,
        seconds=options.timeout,
        memory=options.memory * _MEBIBYTE,
        progress=progress.reach,
    )
    progress.finish()
    for node, reason in verdict.delegated:
        sys.stderr.write(f"judged by pySHACL, slowly: {node}: {reason}\n")
    sys.stdout.write(verdict.body.decode())
    return 0 if verdict.conforms else 1


def _documents(role: str, paths: list[Path]) -> list[InputDocument]:
    """Read files, and the RDF files of folders."""
    documents: list[InputDocument] = []
    for path in paths:
        files = [path]
        if path.is_dir():
            files = sorted(f for f in path.rglob("*") if f.suffix.lower() in _SUFFIXES)
            if not files:
                raise UsageError(f"--{role} {path}: no RDF file in the folder")
        for file in files:
            try:
                content = file.read_bytes()
            except OSError as error:
                raise UsageError(
                    f"--{role} {file}: {error.strerror}", hint="name a file or a folder of files"
                ) from error
            documents.append(InputDocument(role, file.name, content, file.absolute().as_uri()))
    return documents
