"""Match the cells of a whole table with the things of a release.

The table comes back as it is, with columns to its right that say which thing is meant. An id is given
only where the matcher is certain; what it is unsure of is named for a person to decide.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ogpld.errors import TableColumnError, UsageError
from ogpld.model import Model
from ogpld.model.tables import class_called, template_classes
from ogpld.search.candidates import Candidate, PropertyValue
from ogpld.search.folding import fold
from ogpld.search.matcher import Matcher

#: The columns that are added; those of ISO codes only where members are matched.
ADDED = (
    *("ogpld_id", "ogpld_key", "ogpld_label", "ogpld_score", "ogpld_match", "ogpld_reason"),
    *("ogpld_iso2", "ogpld_iso3", "ogpld_iso_numeric", "ogpld_second"),
)
ANSWERS = ("yes", "unsure", "no", "empty")
MEMBER = "Member"
#: The IRI of the best candidate, which is in no column where it is not certain.
_CANDIDATE = "candidate"
_ISO = frozenset(("ogpld_iso2", "ogpld_iso3", "ogpld_iso_numeric"))
#: Headers of columns with names or codes of countries, folded, in languages of members.
_COUNTRIES = frozenset(
    (
        *("country", "country name", "country code", "countries", "member", "ogp member", "nation"),
        *("government", "economy", "jurisdiction", "iso", "iso2", "iso3", "iso 2", "iso 3"),
        *("iso code", "iso code 2", "iso code 3", "iso alpha 2", "iso alpha 3"),
        *("riik", "riigid", "riigi nimi", "riigi kood", "riigikood", "maa", "liige", "liikmesriik"),
        *("ogp liige", "valitsus", "pays", "membre", "gouvernement", "pais", "miembro", "gobierno"),
        *("land", "mitglied", "regierung", "paese", "membro", "governo"),
    )
)
#: Headers of columns with titles, folded; the name of the class is another.
_TITLES = frozenset(
    (
        *("title", "name", "label", "pealkiri", "nimi", "nimetus", "titre", "nom"),
        *("titulo", "nombre", "titel", "titolo", "nome"),
    )
)
#: Columns that are looked into where no heading tells, and different cells of each.
_COLUMNS, _CELLS = 50, 20
#: Names of columns that an error lists.
_LISTED = 50


@dataclass(frozen=True, slots=True)
class MatchRequest:
    """How a table is to be matched.

    Attributes:
        class_name: local name of the class that is meant, "" for any.
        class_label: what people call it.
        column: name or number (from 1) of the column with what is to be matched, "" to find it.
        member: name or number of a column with the member each row belongs to, "" for none.
    """

    class_name: str = ""
    class_label: str = ""
    column: str = ""
    member: str = ""


@dataclass(frozen=True, slots=True)
class MatchedCell:
    """What one cell means.

    Attributes:
        row: its number, as spreadsheets count: the header is 1.
        text: of the cell.
        label: of the candidate, "" for none.
        score: from 0 to 100, as text, "" for none.
        reason: why.
        second: the next candidate, "" for none.
        iri: of the candidate, "" for none.
    """

    row: int
    text: str
    label: str
    score: str
    reason: str
    second: str
    iri: str = ""


@dataclass(frozen=True, slots=True)
class MatchedTable:
    """A table with the columns that say what is meant.

    Attributes:
        header: the columns of the table, then those that were added.
        rows: as many as there were, in their order.
        scores: place of the column of scores, which are numbers; from 0.
        column: place of the column that was matched, from 0.
        guessed: whether that column was found by its name or its cells.
        by_cells: whether it was found by its cells, as no heading told.
        counts: rows by answer: `yes`, `unsure`, `no`, and `empty` for blank cells.
        candidates: IRI of the best candidate of each row, "" for none, whether or not it is certain.
    """

    header: list[str]
    rows: list[list[str]]
    scores: int
    column: int
    guessed: bool
    by_cells: bool
    counts: Mapping[str, int]
    candidates: Sequence[str]

    @property
    def summary(self) -> str:
        """The column, whether it was guessed, and rows by answer, as a structured field (RFC 9651)."""
        counts = "".join(f", {name}={self.counts.get(name, 0)}" for name in ANSWERS)
        return f"column={self.column + 1}{', guessed' if self.guessed else ''}{counts}"

    def cells(self, answer: str, most: int) -> list[MatchedCell]:
        """Return the first cells with an answer, each text once.

        Args:
            answer: `yes`, `unsure` or `no`.
            most: how many to return.
        """
        first = self.scores - ADDED.index("ogpld_score")
        which = first + ADDED.index("ogpld_match")
        cells: dict[str, MatchedCell] = {}
        for number, (row, iri) in enumerate(zip(self.rows, self.candidates, strict=True), 2):
            text = row[self.column].strip()
            if row[which] == answer and text not in cells:
                _id, _key, label, score, _match, reason = row[first : first + 6]
                cells[text] = MatchedCell(number, text, label, score, reason, row[-1], iri)
                if len(cells) == most:
                    break
        return list(cells.values())


def match_request(model: Model, kind: str, column: str, member: str) -> MatchRequest:
    """Return the request somebody means.

    Args:
        model: has the classes.
        kind: a class by name, label or path; "" for any.
        column: name or number of the column to match, "" to find it.
        member: name or number of the column with the member, "" for none.

    Raises:
        UsageError: for an unknown class.
    """
    if not kind:
        return MatchRequest(column=column, member=member)
    definition = class_called(model, kind)
    if definition is None:
        names = ", ".join(sorted(c.name for c in template_classes(model)))
        raise UsageError(f"there is no class {kind[:60]!r}", hint=f"type is one of {names}")
    return MatchRequest(definition.name, definition.label, column, member)


def match_table(
    matcher: Matcher,
    header: Sequence[str],
    rows: Sequence[list[str]],
    request: MatchRequest,
    *,
    codes: Mapping[str, tuple[str, str, str]],
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> MatchedTable:
    """Return a table with what its cells mean. Each distinct text is matched once.

    Args:
        matcher: of the release.
        header: names of the columns; they may be empty or stand twice.
        rows: cells, each row as long as the header.
        request: what is matched with what.
        codes: the ISO codes of members by IRI: two letters, three letters, three digits.
        progress: called with the number of distinct texts matched and of all; may raise to stop.

    Raises:
        TableColumnError: for a column that is unknown or cannot be told, with those there are.
    """
    named = _named_column(header, request)
    by_cells = named is None
    column = _column_by_cells(matcher, header, rows, request, progress) if named is None else named
    class_name = request.class_name
    if not class_name and (by_cells or fold(header[column]) in _COUNTRIES):
        class_name = MEMBER
    member = _place(header, request.member, "member") if request.member else None
    classes = (class_name,) if class_name else ()
    wanted = [
        (row[column].strip(), row[member].strip() if member is not None else "") for row in rows
    ]
    distinct = dict.fromkeys(pair for pair in wanted if pair[0])
    answers: dict[tuple[str, str], dict[str, str]] = {("", ""): _blank()}
    for done, (text, of_member) in enumerate(distinct):
        progress(done, len(distinct))
        properties = (PropertyValue("member", of_member),) if of_member else ()
        # one more than is shown, so that the second best is there
        candidates = matcher.match(text, classes=classes, properties=properties, limit=2)
        answers[text, of_member] = _answer(candidates, codes)
    progress(len(distinct), len(distinct))
    added = [name for name in ADDED if class_name in {"", MEMBER} or name not in _ISO]
    cells = [answers[pair if pair[0] else ("", "")] for pair in wanted]
    return MatchedTable(
        [*header, *_free_names(header, added)],
        [[*row, *(cell[name] for name in added)] for row, cell in zip(rows, cells, strict=True)],
        len(header) + added.index("ogpld_score"),
        column,
        not request.column,
        by_cells,
        Counter(cell["ogpld_match"] or "empty" for cell in cells),
        [cell.get(_CANDIDATE, "") for cell in cells],
    )


def _blank() -> dict[str, str]:
    return {**dict.fromkeys(ADDED, ""), "ogpld_reason": "empty"}


def _answer(
    candidates: Sequence[Candidate], codes: Mapping[str, tuple[str, str, str]]
) -> dict[str, str]:
    """Return the added cells of one text; the id only where the matcher is certain."""
    cells = _blank()
    if not candidates:
        return {**cells, "ogpld_match": "no", "ogpld_reason": "nothing is called like this"}
    best = candidates[0]
    cells[_CANDIDATE] = best.iri
    cells["ogpld_score"] = f"{best.score:g}"
    cells["ogpld_second"] = "".join(f"{c.key} {c.label} ({c.score:g})" for c in candidates[1:2])
    if best.match:
        cells |= {"ogpld_match": "yes", "ogpld_id": best.iri, "ogpld_key": best.key}
        cells |= {"ogpld_label": best.label, "ogpld_reason": best.reason}
        cells |= dict(zip(sorted(_ISO), codes.get(best.iri, ("", "", "")), strict=True))
        return cells
    cells |= {"ogpld_match": "unsure", "ogpld_label": best.label}
    return cells | {"ogpld_reason": f"perhaps {best.key} ({best.reason})"}


def _named_column(header: Sequence[str], request: MatchRequest) -> int | None:
    """Return the column that is named or has a usual name, None where no heading tells.

    Raises:
        TableColumnError: for an unknown name, and where several columns have a usual one.
    """
    if request.column:
        return _place(header, request.column, "column")
    names = [fold(name) for name in header]
    if request.class_name and request.class_name != MEMBER:
        usual = {*_TITLES, fold(request.class_label), fold(request.class_name)}
    else:
        usual = set(_COUNTRIES)
    places = [at for at, name in enumerate(names) if name in usual]
    if len(places) > 1:
        raise _unclear("several columns look like it", header)
    if not places and len(header) == 1:
        return 0
    return places[0] if places else None


def _column_by_cells(
    matcher: Matcher,
    header: Sequence[str],
    rows: Sequence[list[str]],
    request: MatchRequest,
    progress: Callable[[int, int], None],
) -> int:
    """Return the column most of whose first cells are certain to mean things of the class, usually members.

    Numbers say nothing: those that count something are codes of countries, too.

    Raises:
        TableColumnError: where there is none, or several are as good.
    """
    classes = (request.class_name or MEMBER,)
    certain: dict[int, float] = {}
    for at in range(min(len(header), _COLUMNS)):
        texts = dict.fromkeys(row[at].strip() for row in rows)
        sample = [text for text in texts if text and not text.isdecimal()][:_CELLS]
        matches = 0
        for text in sample:
            progress(0, len(rows))
            candidates = matcher.match(text, classes=classes, limit=1)
            matches += bool(candidates and candidates[0].match)
        if matches * 2 > len(sample):
            certain[at] = matches / len(sample)
    best = [at for at, share in certain.items() if share == max(certain.values())]
    if len(best) == 1:
        return best[0]
    raise _unclear("several columns look like it" if best else "no column looks like it", header)


def _unclear(reason: str, header: Sequence[str]) -> TableColumnError:
    message = f"it is not clear which column is to be matched: {reason}"
    return _column_error(message, header, "column")


def _place(header: Sequence[str], wanted: str, parameter: str) -> int:
    """Return the place of a column by its name as written, its name in any case, or its number.

    Raises:
        TableColumnError: when there is none, or several have the name.
    """

    def plain(name: str) -> str:
        return unicodedata.normalize("NFC", name).strip()

    for key in (plain, fold):
        places = [at for at, name in enumerate(header) if key(name) and key(name) == key(wanted)]
        if len(places) == 1:
            return places[0]
        if places:
            raise _column_error(
                f"the column {wanted[:60]!r} stands {len(places)} times", header, parameter
            )
    if wanted.isascii() and wanted.isdecimal() and 1 <= int(wanted[:9]) <= len(header):
        return int(wanted[:9]) - 1
    raise _column_error(f"there is no column {wanted[:60]!r}", header, parameter)


def _column_error(message: str, header: Sequence[str], parameter: str) -> TableColumnError:
    columns = ", ".join(f"{at} {name[:40]!r}" for at, name in enumerate(header[:_LISTED], 1))
    more = f" and {len(header) - _LISTED} more" if len(header) > _LISTED else ""
    return TableColumnError(
        message,
        hint=f"say it with {parameter}, by name or number: {columns}{more}",
        parameter=parameter,
    )


def _free_names(header: Sequence[str], names: Sequence[str]) -> Iterator[str]:
    """Yield names that no column has: `ogpld_id`, else `ogpld_id_2` and so on."""
    used = {name.strip().casefold() for name in header}
    for name in names:
        free, number = name, 1
        while free in used:
            number += 1
            free = f"{name}_{number}"
        used.add(free)
        yield free
