"""How fast a search for words is inside of SPARQL, against FILTER over the same names.

    python bench/text_search.py [--home var] [--rounds 15]

For a few words, the ways of asking for the things with a name that has them are tried in turn, over a
whole release in this process: CONTAINS and REGEX over the literals of the properties that names have, and
each spelling of a search. Printed are medians and their ratios to CONTAINS. The numbers of things differ:
CONTAINS finds parts of words, it and REGEX find assessments too, which no search finds, and neither folds
accents.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

from ogpld.release import ReleaseStore
from ogpld.search.name_lookup import ReleaseNames
from ogpld.search.release_index import release_index
from ogpld.stores import Query
from ogpld.stores.embedded import EmbeddedStore

PREFIXES = """
PREFIX text: <http://jena.apache.org/text#>
PREFIX ql: <http://qlever.cs.uni-freiburg.de/builtin-functions/>
PREFIX ogpld: <https://w3id.org/ogpld/ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX dcterms: <http://purl.org/dc/terms/>
"""
NAMES = "VALUES ?p { rdfs:label skos:prefLabel skos:altLabel dcterms:title } ?s ?p ?name"
WAYS = {
    "CONTAINS": f'SELECT DISTINCT ?s {{ {NAMES} FILTER(CONTAINS(LCASE(?name), "%s")) }}',
    "REGEX": f'SELECT DISTINCT ?s {{ {NAMES} FILTER(REGEX(?name, "(^|[^a-z])%s([^a-z]|$)", "i")) }}',
    "text:query": 'SELECT ?s { ?s text:query "%s" }',
    "text:query, property": 'SELECT ?s { ?s text:query (dcterms:title "%s") }',
    "ql:contains-word": 'SELECT DISTINCT ?s { ?n ql:contains-word "%s" ; ql:contains-entity ?s }',
    "ogpld:search": 'SELECT ?s { ?s a ogpld:Commitment FILTER(ogpld:search(?s, "%s")) }',
}
WORDS = ("lobbying", "procurement", "open", "transparency")


def main() -> None:
    """Print a line for each word and way."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--home", type=Path, default=Path("var"))
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    release = ReleaseStore(options.home).current()
    if release is None:
        parser.error(f"{options.home} has no release: ogpld build")
    index = release_index(release)
    store = EmbeddedStore.load(release.data, release.manifest.quads, release.hidden_graphs)
    store.lookup = ReleaseNames(lambda: index)
    print(f"{release.quads:,} statements; medians of {options.rounds} rounds")
    for word in WORDS:
        times: dict[str, list[float]] = {way: [] for way in WAYS}
        rows: dict[str, int | None] = {}
        for _ in range(options.rounds):
            for way, text in WAYS.items():
                began = time.perf_counter()
                rows[way] = store.answer(Query(PREFIXES + text % word)).rows
                times[way].append(time.perf_counter() - began)
        slow = statistics.median(times["CONTAINS"])
        for way, seconds in times.items():
            median = statistics.median(seconds)
            ratio = f"{median * 1000:8.2f} ms  1/{slow / median:.1f}"
            print(f"{word:<14} {way:<22} {rows[way]:>6} things {ratio}")


if __name__ == "__main__":
    main()
