"""What a reconciliation request says: JSON in a parameter, checked, with the place of what is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from ogpld.formats import media
from ogpld.search.candidates import PropertyValue
from ogpld.web.http.form_fields import check_fields
from ogpld.web.http.http_messages import Request
from ogpld.web.http.problems import Problem, not_utf8, require_utf8

T = TypeVar("T")

#: How many queries one request may have; the manifest says so as `batchSize`.
BATCH = 200
#: How many candidates a query gives, and gives at most.
CANDIDATES, MOST_CANDIDATES = 5, 50
#: How many things one request may ask values of, and how many properties.
EXTENDED, EXTENDED_PROPERTIES = 1_000, 20
#: Bytes a body may have.
BODY_BYTES = 1_000_000
#: The properties a query may state, with what they are called.
PROPERTIES: Mapping[str, str] = {
    "member": "Member",
    "plan": "Action plan",
    "year": "Year of the action plan",
    "lead": "Lead institution",
    "identifier": "Identifier",
}
_IGNORED = "type_strict"


@dataclass(frozen=True, slots=True)
class Query:
    """One query of a batch: its text, classes, what else is known, and how many candidates it wants."""

    text: str
    classes: tuple[str, ...]
    properties: tuple[PropertyValue, ...]
    limit: int


@dataclass(frozen=True, slots=True)
class Extension:
    """Things and the properties whose values are wanted."""

    ids: tuple[str, ...]
    properties: tuple[str, ...]


def form_of(request: Request) -> dict[str, str]:
    """Return the fields of a form that was sent, or the parameters of the address.

    Raises:
        Problem: 415 for another body, 400 for one that is not UTF-8, and for its fields.
    """
    if request.method != "POST":
        return dict(request.args.items())
    return _read_body(request, media.FORM.type, _fields)


def json_body(request: Request) -> Any:
    """Return what the body of a request says, which is JSON.

    Raises:
        Problem: 415 for another body, 400 for one that is not UTF-8 or no JSON.
    """
    return _read_body(request, media.JSON.type, lambda text: read_json(text, "the body"))


def _read_body(request: Request, media_type: str, read: Callable[[str], T]) -> T:
    """Return what `read` makes of the text of a body, which has one media type."""
    if request.mimetype != media_type:
        raise Problem(
            "media-type",
            f"{request.mimetype[:80] or 'a body without type'} is not read.",
            f"send {media_type}",
        )
    try:
        return read(require_utf8(request.read(BODY_BYTES)))
    except UnicodeDecodeError as error:
        raise not_utf8() from error


def _fields(text: str) -> dict[str, str]:
    """Return the fields of a form; what its escapes stand for has to be UTF-8, too."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=20)
    except UnicodeDecodeError:
        raise
    except ValueError as error:
        raise Problem("parameters", "There are more than 20 parameters.") from error
    check_fields((name for name, _ in pairs), ("queries", "extend"))
    return dict(pairs)


def read_json(text: str, name: str) -> Any:
    """Return what JSON says.

    Args:
        text: the JSON.
        name: of the parameter it is in.

    Raises:
        Problem: 400 with line and column of what is no JSON.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise Problem(
            "reconciliation-json",
            f"{name} is not JSON: {error.msg}, line {error.lineno}, column {error.colno}.",
            "send one JSON object",
            line=error.lineno,
            column=error.colno,
        ) from error
    except (ValueError, RecursionError) as error:
        raise Problem(
            "reconciliation-json", f"{name} is no JSON that can be read.", "send one JSON object"
        ) from error


def read_queries(data: Any, classes: Mapping[str, str]) -> dict[str, Query]:
    """Return the queries of a batch by their names.

    Args:
        data: the JSON.
        classes: local name of each class that can be asked for, by every name it has.

    Raises:
        Problem: 400 with the place of what is wrong.
    """
    batch = read_object(data, "queries")
    if len(batch) > BATCH:
        raise too_many("queries", len(batch), BATCH)
    return {name: read_query(query, name, classes) for name, query in batch.items()}


def read_query(data: Any, place: str, classes: Mapping[str, str]) -> Query:
    """Return one query of version 0.2.

    Raises:
        Problem: 400 with the place of what is wrong.
    """
    members = read_object(data, place)
    check_members(members, ("query", "type", "limit", "properties", _IGNORED), place)
    text = text_of(members.get("query", ""), f"{place}.query")
    properties = _properties(members.get("properties", []), f"{place}.properties")
    if not text.strip() and not properties:
        raise wrong(place, "has neither query nor properties")
    types = read_types(members.get("type", []), f"{place}.type", classes)
    return Query(text, types, properties, read_limit(members.get("limit"), f"{place}.limit"))


def read_limit(value: Any, place: str) -> int:
    """Return how many candidates are wanted.

    Raises:
        Problem: 400 for what is no number above 0.
    """
    if value is None:
        return CANDIDATES
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not value >= 1:
        raise wrong(place, "is no number from 1")
    return int(min(value, MOST_CANDIDATES))


def read_types(data: Any, place: str, classes: Mapping[str, str]) -> tuple[str, ...]:
    """Return local names of classes.

    Raises:
        Problem: 400 for an unknown one.
    """
    names = [data] if isinstance(data, str) else data
    if not isinstance(names, list):
        raise wrong(place, "is no text and no list of texts")
    for name in names:
        if not isinstance(name, str) or name not in classes:
            there = ", ".join(sorted(set(classes.values())))
            raise wrong(
                place, f"names {str(name)[:80]!r}, which is no type here", f"there are: {there}"
            )
    return tuple(classes[name] for name in names)


def read_extension(data: Any) -> Extension:
    """Return which values of which things are wanted.

    Raises:
        Problem: 400 with the place of what is wrong.
    """
    members = read_object(data, "extend")
    check_members(members, ("ids", "properties"), "extend")
    ids = members.get("ids")
    if not isinstance(ids, list) or not all(isinstance(name, str) for name in ids):
        raise wrong("extend.ids", "is no list of texts")
    rows = members.get("properties")
    if not isinstance(rows, list):
        raise wrong("extend.properties", "is no list")
    names = []
    for number, row in enumerate(rows):
        place = f"extend.properties[{number}]"
        wish = read_object(row, place)
        check_members(wish, ("id", "settings"), place)
        if wish.get("settings"):
            raise wrong(f"{place}.settings", "has settings, of which no property has any")
        names.append(text_of(wish.get("id"), f"{place}.id"))
    for what, count, most in (
        ("ids", len(ids), EXTENDED),
        ("properties", len(names), EXTENDED_PROPERTIES),
    ):
        if count > most:
            raise too_many(what, count, most)
    return Extension(tuple(ids), tuple(dict.fromkeys(names)))


def _properties(data: Any, place: str) -> tuple[PropertyValue, ...]:
    if not isinstance(data, list):
        raise wrong(place, "is no list")
    values = []
    for number, row in enumerate(data):
        here = f"{place}[{number}]"
        members = read_object(row, here)
        name = text_of(members.get("pid"), f"{here}.pid")
        if name not in PROPERTIES:
            raise wrong(
                f"{here}.pid",
                f"names {name[:80]!r}, which is no property of queries",
                f"there are: {', '.join(PROPERTIES)}",
            )
        if text := property_text(members.get("v"), f"{here}.v"):
            values.append(PropertyValue(name, text))
    return tuple(values)


def property_text(value: Any, place: str) -> str:
    """Return the value of a property as text: of a list the first, of a thing its identifier.

    Raises:
        Problem: 400 for what is no value.
    """
    if isinstance(value, list):
        return next((t for v in value if (t := _single_text(v, place))), "")
    return _single_text(value, place)


def _single_text(value: Any, place: str) -> str:
    """Return one value as text."""
    if isinstance(value, dict) and isinstance(value.get("id"), str):
        return str(value["id"])
    if isinstance(value, (str, int, float)):
        return str(value).strip()
    raise wrong(place, "is no value: text, number, boolean, or an object with id")


def read_object(data: Any, place: str) -> dict[str, Any]:
    """Return a JSON object.

    Raises:
        Problem: 400 for another value.
    """
    if not isinstance(data, dict):
        raise wrong(place, "is no JSON object")
    return data


def text_of(data: Any, place: str) -> str:
    """Return a JSON string.

    Raises:
        Problem: 400 for another value.
    """
    if not isinstance(data, str):
        raise wrong(place, "is no text")
    return data


def check_members(members: Mapping[str, Any], names: tuple[str, ...], place: str) -> None:
    """Check that an object has no members but those that are read.

    Raises:
        Problem: 400 with the first other one.
    """
    for name in members:
        if name not in names:
            raise wrong(
                place, f"has {name[:80]!r}, which is not read", f"there are: {', '.join(names)}"
            )


def wrong(place: str, what: str, hint: str = "") -> Problem:
    """Return the problem of a request that is not as the API has it."""
    return Problem(
        "reconciliation-query",
        f"{place[:120]} {what}.",
        hint or "see /docs/contract#reconciliation",
        place=place[:120],
    )


def too_many(what: str, count: int, most: int) -> Problem:
    """Return the problem of a request with more than is answered."""
    return Problem(
        "reconciliation-size",
        f"There are {count:,} {what}; one request may have {most:,}.",
        "send several requests",
        limit=most,
    )
