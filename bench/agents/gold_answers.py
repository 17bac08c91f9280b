"""Gold answers, computed from the release that is asked, and refusals, held against it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from benchmark import BenchmarkError, Question, Source

from ogpld.iris import Iris
from ogpld.model import Model, load_model
from ogpld.queries.named import load_named
from ogpld.rdf import PREFIXES


@dataclass(frozen=True, slots=True)
class GoldItem:
    """One part of a gold answer.

    Attributes:
        forms: texts by which an answer may name it: IRI, key, id, label.
        value: what stands beside it, "" where nothing does.
    """

    forms: frozenset[str]
    value: str = ""


@dataclass(frozen=True, slots=True)
class Gold:
    """The gold answer to a question on one release.

    Attributes:
        items: its parts.
        number: the number, "" where it is none.
        unknown: of how many things the value is not known, None where nobody asks.
    """

    items: tuple[GoldItem, ...] = ()
    number: str = ""
    unknown: int | None = None


def gold_of(source: Source, question: Question, model: Model | None = None) -> Gold:
    """Compute the gold answer to a question.

    Raises:
        BenchmarkError: where a query has no answer of the form it is meant to have.
    """
    gold = question.gold
    rows = (
        [{"value": source.release}]
        if "release" in gold
        else source.run(gold_query(source, question, model))
    )
    if not isinstance(rows, list):
        raise BenchmarkError(f"{question.id}: the gold query asks for yes or no")
    unknown = None
    if "unknown" in gold:
        counted = source.run(with_prefixes(gold["unknown"]))
        unknown = int(counted[0]["value"]) if isinstance(counted, list) else None
    if question.form == "number":
        if len(rows) != 1 or "value" not in rows[0]:
            raise BenchmarkError(
                f"{question.id}: the gold query gives {len(rows)} rows, not one value"
            )
        return Gold(number=rows[0]["value"], unknown=unknown)
    columns = gold.get("columns")
    items: dict[str, GoldItem] = {}
    for row in rows:
        names = [name for name in columns or row if name in row]
        value = row[names[-1]] if question.form == "values" else ""
        named = names[:-1] if question.form == "values" else names
        texts = [text for name in named for text in forms_of(row[name], source.base)]
        # the first column is the thing: its rows with other labels are the same item
        before = items.get(row[names[0]], GoldItem(frozenset()))
        items[row[names[0]]] = GoldItem(before.forms | frozenset(texts), value)
    return Gold(items=tuple(items.values()), unknown=unknown)


def gold_query(source: Source, question: Question, model: Model | None = None) -> str:
    """Return the SPARQL text of a gold answer."""
    gold = question.gold
    if "named" not in gold:
        return with_prefixes(gold["query"])
    named = load_named()[gold["named"]]
    return named.bound(gold["values"], model or load_model(), Iris(source.base))


def forms_of(text: str, base: str) -> list[str]:
    """Return the texts that stand for a value: itself; of an IRI its path and its key as well."""
    forms = [text]
    if text.startswith(base):
        path = text.removeprefix(base)
        forms += [path, path.removeprefix("id/").removeprefix("source/")]
        if path.startswith("id/"):
            forms.append(path.rpartition("/")[2])
    elif text.startswith(_CODES):
        path = text.removeprefix(_CODES)
        forms += [path, path.rpartition("/")[2]]
    return [plain(form) for form in forms]


_CODES = "https://w3id.org/ogpld/code/"


def plain(text: object) -> str:
    """Return a text without what does not matter: case, blanks, the way accents are written."""
    return " ".join(unicodedata.normalize("NFC", str(text)).casefold().split())


def cells(rows: Iterable[Mapping[str, str]], base: str) -> list[frozenset[str]]:
    """Return for each row the texts that stand in it, in every form."""
    return [
        frozenset(form for value in row.values() for form in forms_of(value, base)) for row in rows
    ]


def refusal_query(question: Question) -> str:
    """Return the query that must have no match for a refusal to be right, "" where there is none."""
    return with_prefixes(question.refusal["none"]) if "none" in question.refusal else ""


def is_number(value: object, expected: str) -> bool:
    """Say whether a value of an answer is exactly a number."""
    if isinstance(value, bool):
        return False
    try:
        return Decimal(str(value).strip()) == Decimal(expected)
    except InvalidOperation:
        return False


def with_prefixes(query: str) -> str:
    """Return a query with the prefixes declared that it uses and does not declare."""
    used = set(re.findall(r"(?<![\w<:/])([a-z0-9]+):(?!//)", query))
    declared = set(re.findall(r"PREFIX\s+([a-z0-9]+):", query))
    lines = [
        f"PREFIX {name}: <{PREFIXES[name]}>" for name in sorted(used - declared) if name in PREFIXES
    ]
    return "\n".join([*lines, query])


def refusal_holds(source: Source, question: Question) -> bool:
    """Say whether the release, as far as it can be asked, cannot answer a question that is to be refused.

    `none` is a query without a match; `says` is in what `coverage` says of the members named.
    """
    query = refusal_query(question)
    if query and source.run(query) is not False:
        return False
    if says := question.refusal.get("says", ""):
        arguments = question.refusal.get("coverage", {})
        return says in " ".join(source.call("coverage", **arguments).get("held", ()))
    return True
