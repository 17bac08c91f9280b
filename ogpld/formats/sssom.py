"""Linksets as SSSOM, the Simple Standard for Sharing Ontological Mappings, version 1.0 (its TSV form).

A block of comments in YAML says what the set is, a table has one link a row. What nobody stated, such as a
confidence, has no column.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ogpld.iris import Iris
from ogpld.linksets import Linkset
from ogpld.rdf import (
    CODE,
    DCTERMS,
    PREFIXES,
    SEMAPV,
    SKOS,
    SSSOM,
    Literal,
    Triple,
    term_text,
)

#: Ending of the files.
SUFFIX = "sssom.tsv"
_UNSPECIFIED = SEMAPV("UnspecifiedMatching").value
#: Columns that have one value for all links of a set, with the property that states it.
_OF_ALL = {
    "author_label": SSSOM("author_label").value,
    "mapping_date": SSSOM("mapping_date").value,
    "confidence": SSSOM("confidence").value,
}


@dataclass(frozen=True, slots=True)
class MappedPair:
    """One link: what is linked, what it is called in English ("" for nothing), what it is linked to."""

    subject: str
    label: str
    value: str


def label_of(triples: Iterable[Triple]) -> str:
    """Return the English name that statements about a thing give, "" for none."""
    names = (
        t.object.value
        for t in triples
        if t.predicate == SKOS("prefLabel")
        and isinstance(t.object, Literal)
        and t.object.language == "en"
    )
    return min(names, default="")


def write_sssom(
    iris: Iris,
    linkset: Linkset,
    description: Iterable[Triple],
    pairs: Iterable[MappedPair],
    *,
    licence: str,
    version: str,
) -> bytes:
    """Return a linkset as SSSOM/TSV, rows in order of subject and object.

    Args:
        iris: the IRI policy.
        linkset: which it is.
        description: what is said of its graph.
        pairs: its links.
        licence: address of the licence of the data.
        version: id of the release.
    """
    stated: dict[str, list[str]] = {}
    for triple in description:
        stated.setdefault(triple.predicate.value, []).append(term_text(triple.object))
    prefixes = _prefixes(iris, linkset)
    header = _header(iris, linkset, stated, prefixes, licence, version)
    justification = _first(stated, SSSOM("mapping_justification").value) or _UNSPECIFIED
    of_all = {name: value for name, iri in _OF_ALL.items() if (value := _first(stated, iri))}
    rows = sorted(pairs, key=lambda pair: (pair.subject, pair.value))
    columns = ["subject_id", *(["subject_label"] if any(p.label for p in rows) else ())]
    columns += ["predicate_id", "object_id", "mapping_justification", *of_all]
    text = io.StringIO()
    text.write("".join(f"#{line}\n" for line in header))
    table = csv.DictWriter(
        text, columns, delimiter="\t", lineterminator="\n", extrasaction="ignore"
    )
    table.writeheader()
    for pair in rows:
        table.writerow(
            {
                "subject_id": _compact(pair.subject, prefixes),
                "subject_label": " ".join(pair.label.split()),
                "predicate_id": _compact(linkset.predicate, prefixes),
                "object_id": _compact(pair.value, prefixes),
                "mapping_justification": _compact(justification, prefixes),
                **of_all,
            }
        )
    return text.getvalue().encode()


def _prefixes(iris: Iris, linkset: Linkset) -> dict[str, str]:
    """Return the prefixes of the compact IRIs, those of things by their path segment."""
    thing = f"{iris.base}id/{linkset.kind}/"
    if linkset.space.startswith(CODE.iri):  # only codes are matched with codes
        thing = f"{CODE.iri}{linkset.kind}/"
    used = (p for p in ("schema", "skos", "owl") if linkset.predicate.startswith(PREFIXES[p]))
    # a name of XML begins with a letter, a host need not
    target = linkset.key if linkset.key[:1].isalpha() else f"h{linkset.key}"
    return {
        linkset.kind: thing,
        target: linkset.space,
        "semapv": SEMAPV.iri,
        **{prefix: PREFIXES[prefix] for prefix in used},
    }


def _header(
    iris: Iris,
    linkset: Linkset,
    stated: Mapping[str, Sequence[str]],
    prefixes: Mapping[str, str],
    licence: str,
    version: str,
) -> list[str]:
    """Return the lines about the set; texts are quoted as JSON does, which is YAML too."""
    texts = {
        "mapping_set_id": iris.graph("reconciled", linkset.name).value,
        "mapping_set_title": _first(stated, DCTERMS("title").value),
        "mapping_set_description": _first(stated, DCTERMS("description").value),
        "mapping_set_version": version,
        "license": licence,
    }
    pages = sorted(stated.get(DCTERMS("source").value, ()))
    return [
        "curie_map:",
        *(f"  {prefix}: {_quoted(iri)}" for prefix, iri in sorted(prefixes.items())),
        *(f"{name}: {_quoted(text)}" for name, text in texts.items() if text),
        *(["see_also:", *(f"  - {_quoted(page)}" for page in pages)] if pages else ()),
    ]


def _first(stated: Mapping[str, Sequence[str]], predicate: str) -> str:
    return min(stated.get(predicate, ()), default="")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _compact(iri: str, prefixes: Mapping[str, str]) -> str:
    """Return a compact IRI, the longest namespace first."""
    for prefix, namespace in sorted(prefixes.items(), key=lambda item: -len(item[1])):
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri
