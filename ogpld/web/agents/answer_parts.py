"""The parts of an answer to a model: rows that say how many there are, receipts, what the data cannot say.

An answer is bounded in rows and bytes, because whoever reads it pays by the word. What is cut is counted.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from ogpld.agents.tool import Json
from ogpld.errors import QueryTooLargeError
from ogpld.rdf import NS, XSD
from ogpld.stores.fingerprint import fingerprint
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.release_coverage import of_list
from ogpld.web.lists.list_index import labels
from ogpld.web.lists.receipts import receipts_of

#: Rows of an answer, when nobody says and at most; bytes its rows may have.
ROWS, MOST_ROWS, MOST_BYTES = 50, 500, 100_000
#: Members and plans of which an answer says what is held.
_COVERED = 10
_WHOLE = {XSD("integer").value, XSD("int").value, XSD("long").value}
_BOOLEAN = XSD("boolean").value
_TEXTS = {"type": "array", "items": {"type": "string"}}

#: JSON Schema of what every answer has.
ENVELOPE: Json = {
    "release": {
        "type": "string",
        "description": "Id of the release that answered; equal data has an equal id.",
    },
    "cannotSay": {**_TEXTS, "description": "What the data does not cover or know; quote it."},
    "permanentAddress": {
        "type": "string",
        "description": "Address that gives this answer from this release at any time: cite it. "
        "Left out where the answer may be another each time.",
    },
}
#: JSON Schema of the address where an answer has none of its own.
RELEASE_ADDRESS: Json = {
    "type": "string",
    "description": "Address of the release this was read in.",
}
#: JSON Schema of a page of rows.
PAGE: Json = {
    "total": {"type": "integer", "description": "How many there are."},
    "returned": {"type": "integer", "description": "How many stand here."},
    "complete": {"type": "boolean", "description": "Whether all stand here."},
    "cut": {"type": "string", "description": "Which part stands here, and how to get the rest."},
}
RECEIPTS: Json = {
    "receipts": {
        "type": "array",
        "description": "For each thing: the graph, how it was read, the rows of the source, its pages, "
        "and the values that stand there. A value in no receipt was computed by the query.",
        "items": {"type": "object"},
    },
    "receiptsLeftOut": {"type": "integer", "description": "Things here without their receipts."},
}


def output(**more: Json) -> Json:
    """Return the JSON Schema of a result with these members beside those of every answer."""
    properties = {**ENVELOPE, **more}
    return {"type": "object", "properties": properties, "required": ["release", "cannotSay"]}


def permanent_address(serving: OpenRelease, query: str) -> str:
    """Return the address that gives the answer to a query from this release, whatever is in service.

    It is "" where the answer may be another each time it is asked.
    """
    if not fingerprint(query).stable:
        return ""
    iris = serving.iris
    return f"{iris.base}release/{serving.release.id}/sparql?{urlencode({'query': query})}"


def envelope(serving: OpenRelease, sentences: Iterable[str], address: str) -> Json:
    """Return the members that every answer has, with its address where it has one."""
    return {
        "release": serving.release.id,
        "cannotSay": list(dict.fromkeys(sentence for sentence in sentences if sentence)),
        **({"permanentAddress": address} if address else {}),
    }


def page_of(items: Sequence[Any], offset: int, limit: int) -> tuple[list[Any], Json]:
    """Return a part of a list that fits, and what says which part it is; errors as `part_of`."""
    return part_of(items[offset : offset + limit], offset, len(items))


def part_of(
    items: Sequence[Any], offset: int, total: int, *, exact: bool = True
) -> tuple[list[Any], Json]:
    """Return as much of a part of a list as fits, and what says which part it is.

    Args:
        items: the part.
        offset: how many there are before.
        total: how many there are.
        exact: whether there may be no more.

    Raises:
        QueryTooLargeError: when the first one alone does not fit.
    """
    part: list[Any] = []
    size = 0
    for item in items:
        size += len(json.dumps(item, ensure_ascii=False).encode())
        if size > MOST_BYTES:
            break
        part.append(item)
    if items and not part:
        raise QueryTooLargeError(
            f"row {offset + 1:,} alone has {size:,} bytes, an answer has {MOST_BYTES:,} bytes of rows",
            hint=f"ask for less in a row, or pass over it with offset={offset + 1}",
        )
    end = offset + len(part)
    complete = exact and len(part) == total
    extent: Json = {"total": total, "returned": len(part), "complete": complete}
    if not complete:
        of = f"{total:,}" if exact else f"{total:,} or more"
        there = f"{offset + 1:,} to {end:,} of {of}" if part else f"none of {of}"
        rest = f"; the next with offset={end}" if part and end < total else ""
        extent["cut"] = there + rest
    return part, extent


def plain_row(names: Sequence[str], row: Mapping[str, Any]) -> Json:
    """Return a row of SPARQL results with JSON's own values; null is what is not known."""
    return {name: _plain(row[name]) if name in row else None for name in names}


def _plain(term: Mapping[str, Any]) -> str | int | bool:
    text: str = term["value"]
    datatype = term.get("datatype", "")
    if datatype in _WHOLE and text.lstrip("+-").isdecimal() and len(text) <= 15:  # noqa: PLR2004  (exact in JSON)
        return int(text)
    if datatype == _BOOLEAN:
        return text in {"true", "1"}
    return text


def unknown_cells(names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a sentence for each column that has no value in some rows."""
    missing = Counter(name for row in rows for name in names if name not in row)
    return [
        f"{name} is not known in {missing[name]:,} of {len(rows):,} rows: not known is not no, "
        "and not zero."
        for name in names
        if missing[name]
    ]


def things_in(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Return the IRIs in rows of SPARQL results, each with the values that stand beside it."""
    beside: dict[str, list[str]] = {}
    for row in rows:
        texts = [term["value"] for term in row.values()]
        for term in row.values():
            if term["type"] == "uri":
                beside.setdefault(term["value"], []).extend(texts)
    return beside


def named_and_receipted(serving: OpenRelease, beside: Mapping[str, Iterable[str]]) -> Json:
    """Return labels of the things and codes in an answer, what the codes mean, and the receipts."""
    codes = {code.iri: scheme for scheme in serving.model.schemes.values() for code in scheme.codes}
    own = [iri for iri in beside if serving.iris.is_thing(iri) or iri in codes]
    receipts, more = receipts_of(serving, beside)
    content: Json = {
        "labels": {iri: label for iri, (label, _) in labels(serving, own).items()},
        "codes": {
            iri: f"a code of the list {codes[iri].label}: {code_address(serving, iri)}"
            for iri in own
            if iri in codes
        },
        "receipts": receipts,
    }
    if more:
        content["receiptsLeftOut"] = more
    return content


def code_address(serving: OpenRelease, iri: str) -> str:
    """Return the address of the page that says what a code, or a term of the model, means."""
    if iri.startswith(NS.iri):
        return f"{serving.iris.base}ns#{iri.removeprefix(NS.iri)}"
    return f"{serving.iris.base}code/{iri.partition('/code/')[2]}"


def limits_of(
    serving: OpenRelease, things: Iterable[str], receipts: Iterable[Mapping[str, Any]]
) -> list[str]:
    """Return what is held of the members and plans in an answer, and what its sources leave out."""
    sentences = of_list(serving, "Commitment", {"": list(things)})
    if len(sentences) > _COVERED:
        sentences = of_list(serving, "Commitment", {})
    left_out = [serving.left_out.get(receipt["graph"], "") for receipt in receipts]
    return sentences + [f"A source of this leaves out: {text}" for text in left_out if text]
