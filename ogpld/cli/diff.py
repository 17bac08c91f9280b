"""`ogpld diff A B`: what changed from one release to another."""

from __future__ import annotations

import argparse
import sys

from ogpld.config import Settings
from ogpld.release import ReleaseStore
from ogpld.release.change_formats import as_csv, as_json, as_text
from ogpld.release.changes import changes_with_properties
from ogpld.release.difference import between
from ogpld.release.patch import rdf_patch

FORMATS = ("text", "json", "csv", "rdfpatch")


def run_diff(options: argparse.Namespace, settings: Settings) -> int:
    """Write the difference and return the exit code: 0, whether or not there is one."""
    release_store = ReleaseStore(settings.home)
    old, new = release_store.get(options.old), release_store.get(options.new)
    difference = between(release_store, old, new)
    if options.format == "rdfpatch":
        patch = rdf_patch(difference.added, difference.gone, new.id, old.id)
        sys.stdout.buffer.write(patch)
        sys.stdout.flush()
        return 0
    changes = changes_with_properties(release_store, difference, old, new)
    if options.format == "json":
        text = as_json(changes, old, new)
    elif options.format == "csv":
        text = as_csv(changes)
    else:
        text = as_text(changes, old, new)
        beside = len(difference.added) + len(difference.gone)
        text += f"{beside} statements in all, those about the data set itself included\n"
    sys.stdout.write(text)
    sys.stdout.flush()
    return 0
