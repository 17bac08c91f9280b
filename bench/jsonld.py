"""Compare our projections of JSON-LD with what a JSON-LD processor takes for the same documents.

    python bench/jsonld.py [--home var] [--rounds 7] [--step 15]

Both begin with a document's statements in memory and end with bytes; PyLD is given them in expanded form,
with the context at hand, so that it neither parses RDF nor fetches anything. Prints, for each shape, the
medians of interleaved rounds over the same documents, and PyLD / ours.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pyld import jsonld

from ogpld.formats import Statements
from ogpld.formats.jsonld import shaped, write_jsonld
from ogpld.formats.profiles import COMPACTED, EXPANDED, FLATTENED, FRAMED
from ogpld.model import load_model
from ogpld.model.context import make_context
from ogpld.model.frames import make_frames
from ogpld.rdf import RDF, canonical_triples, read_triples, term_text
from ogpld.release import Release, ReleaseStore
from ogpld.stores.embedded import EmbeddedStore


def documents(release: Release, step: int) -> list[Statements]:
    """Return every `step`th thing's statements, with its frame."""
    base = release.manifest.base_iri
    beginning = f"<{base}id/".encode()
    things = {
        line.split(b" ")[0].decode().strip("<>").partition("#")[0]
        for line in release.lines()
        if line.startswith(beginning)
    }
    model = load_model(release.path / "model" / "ontology", release.path / "model" / "shapes")
    context = make_context(model)
    frames = make_frames(model, context)
    store = EmbeddedStore.load(release.data)
    found = []
    for iri in sorted(things)[::step]:
        triples = canonical_triples((), store.describe(iri, 100).quads)
        types = {
            term_text(t.object)
            for t in read_triples(triples)
            if t.predicate == RDF("type") and term_text(t.subject) == iri
        }
        address = f"{base}context.jsonld"
        found.append(Statements(triples, iri, context, address, frame=frames.of(types)))
    return found


def by_pyld(found: Sequence[Statements]) -> dict[str, Callable[[int], Any]]:
    """Return what PyLD does for each shape of a document, by its number."""
    context = found[0].context
    address = context.address(found[0].context_iri)
    known = json.loads(context.document)

    def load(url: str, _options: object) -> dict[str, Any]:
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            "document": {address: known}[url],
        }

    options = {"documentLoader": load}
    expanded = [shaped(replace(one, profile=EXPANDED)) for one in found]
    framed = [
        {**one.frame.body(one.context_iri), "id": one.root} if one.frame else {} for one in found
    ]
    return {
        COMPACTED: lambda n: jsonld.compact(expanded[n], address, options),
        FLATTENED: lambda n: jsonld.flatten(expanded[n], address, options),
        FRAMED: lambda n: jsonld.frame(expanded[n], framed[n], options),
    }


def timed(work: Callable[[int], Any], number: int) -> float:
    """Return the mean of a round in milliseconds a document."""
    began = time.perf_counter()
    for n in range(number):
        work(n)
    return (time.perf_counter() - began) / number * 1000


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path, default=Path("var"))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--step", type=int, default=15)
    options = parser.parse_args()
    release = ReleaseStore(options.home).current()
    if release is None:
        parser.error("build a release first: ogpld build")
    found = documents(release, options.step)
    print(f"{len(found)} documents, {sum(len(one.triples) for one in found):,} statements")
    print(f"{'shape':<10} {'ours':>8} {'PyLD':>8} {'ratio':>6}   ms a document, medians")
    for profile, process in by_pyld(found).items():
        asked = [replace(one, profile=profile) for one in found]

        def theirs(n: int, process: Callable[[int], Any] = process) -> bytes:
            return json.dumps(process(n), ensure_ascii=False, indent=1).encode()

        def ours(n: int, asked: Sequence[Statements] = asked) -> bytes:
            return write_jsonld(asked[n])

        rounds = [
            (timed(ours, len(found)), timed(theirs, len(found))) for _ in range(options.rounds)
        ]
        mine, other = (statistics.median(times) for times in zip(*rounds, strict=True))
        print(f"{profile:<10} {mine:>8.3f} {other:>8.3f} {other / mine:>6.1f}")


if __name__ == "__main__":
    main()
