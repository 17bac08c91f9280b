"""`ogpld claims`: hold published figures, those of the sources or of a file, against a release."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ogpld.claims.claim_table import TABLE, read_claims
from ogpld.claims.trial import hold
from ogpld.claims.verdicts import DIFFERS, GRAPH, WORDS
from ogpld.config import Settings
from ogpld.errors import UsageError
from ogpld.paths import shipped
from ogpld.release import Release, ReleaseStore
from ogpld.stores.embedded import EmbeddedStore


def run_claims(options: argparse.Namespace, settings: Settings) -> int:
    """Ask every claim and print its verdict; return 1 when one differs."""
    table = Path(options.claims) if options.claims else _table(settings)
    if not table.is_file():
        reason = "is a folder" if table.is_dir() else "no such file"
        raise UsageError(f"{table}: {reason}", hint="name a table of claims: --claims FILE")
    claims = read_claims(table)
    if not claims:
        raise UsageError(
            f"there are no claims in {table}", hint="name a table of claims: --claims FILE"
        )
    release = ReleaseStore(settings.home).with_data(options.release)
    store = _store(release)
    verdicts = hold(claims, release.manifest.sources, release.iris.base, lambda: store)
    width = max(len(claim.id) for claim in claims)
    for claim, verdict in zip(claims, verdicts, strict=True):
        sys.stdout.write(
            f"{claim.id:<{width}}  {verdict.words:<15}  {claim.figure} ({claim.counts})\n"
            f"{'':<{width}}  {verdict.reason}\n"
        )
    numbers = {name: sum(v.verdict == name for v in verdicts) for name in WORDS}
    summary = ", ".join(f"{number} {WORDS[name]}" for name, number in numbers.items())
    sys.stdout.write(f"{len(claims)} claims against release {release.id}: {summary}\n")
    return 1 if numbers[DIFFERS] else 0


def _table(settings: Settings) -> Path:
    """Return the table of the sources that builds read."""
    data = Path(settings.sources) if settings.sources else shipped("data")
    if data.name == "sources" and not (data / "sources").is_dir():
        data = data.absolute().parent
    return data / "claims" / TABLE


def _store(release: Release) -> EmbeddedStore:
    """Return the data of a release without what it says of claims."""
    hidden = (*release.hidden_graphs, release.iris.graph(GRAPH).value)
    return EmbeddedStore.load(release.data, release.manifest.quads, hidden)
