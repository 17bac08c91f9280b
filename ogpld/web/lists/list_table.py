"""The columns of a list for people: what tells its things apart, in words, with grades as marks.

`COLUMNS` names them by class: facets of the list, measures (`completion`, `ambition`, ...) and counts of
commitments, which are those of `ogpld.statistics`. A class that is not named there shows the first of its
own facets. What has no value is said to be unknown, or shown as it was printed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ogpld.iris import natural
from ogpld.letters import in_order
from ogpld.model.facets import BOOLEAN, CODE, INTEGER, THING, Facet
from ogpld.rdf import NS
from ogpld.statistics import UNKNOWN_GRADE, GradeName, Record
from ogpld.statistics.measures import DONE
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.lists.facet_values import boolean_name, nothing_words
from ogpld.web.lists.list_index import class_of, column, facets, labels, things, values
from ogpld.web.pages.links import local_path
from ogpld.wording import gettext as _
from ogpld.wording import language, marked
from ogpld.wording import number as number_text

#: Columns by class: facets, measures, and `commitments` or `plans` for how many are held.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "Member": ("region", "memberStatus", "plans", "commitments", "completion"),
    "ActionPlan": ("member", "cycle", "commitments", "completion"),
    "Commitment": ("member", "cycle", "lead", "ambition", "completion"),
    "Milestone": ("commitment", "milestoneStatus"),
    "Report": ("member", "reportKind", "cycle"),
    "Institution": ("member", "classification", "commitments", "supports", "completion"),
    "Assessment": ("assesses", "indicator", "value", "phase"),
}
#: What a column of counts is called; a body leads the commitments that are counted with it.
_COUNTS = {"plans": "Plans", "commitments": "Commitments", "supports": marked("Supports")}
_LEADS = marked("Leads")
#: How the records of a thing are found, by class.
_RECORDS: Mapping[str, str] = {"Member": "member", "ActionPlan": "plan", "Institution": "lead"}
#: Classes that have records.
_COUNTED = frozenset({"Commitment", *_RECORDS})
#: Facets that a class without columns of its own shows.
_OWN = 3
#: What a cell says where a value is not known.
NOTHING = marked("unknown")
#: The same of the commitments of a plan or member that has none here, and of a share of none.
_NONE_READ, _OF_NONE = marked("none read"), "\N{EN DASH}"
#: What has a value of hardly any thing: that it changed. The others have nothing to say.
_CHANGES = NS("memberStatus").value
#: Texts that stand for things which they were not matched to, and characters of them that a cell shows.
_PRINTED, _LONG = {NS("lead").value: NS("leadText").value}, 120
#: Values that a cell names before it says how many more there are.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class CellValue:
    """One value of a cell.

    Attributes:
        label: its text.
        href: address of its page, "" for none.
        css_class: of a grade, "" for other values.
        language: tag of the label, "" for words of the page itself and where nobody knows it.
    """

    label: str
    href: str = ""
    css_class: str = ""
    language: str = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Cell:
    """What a row says in one column.

    Attributes:
        values: the first of its values.
        more: how many further ones there are.
        number: whether they are numbers.
        nothing: what it says without any, in English.
    """

    values: tuple[CellValue, ...]
    more: int = 0
    number: bool = False
    nothing: str = NOTHING


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column.

    Attributes:
        key: what `sort=` calls it.
        title: its heading.
        number: whether its values are numbers.
        falling: whether the largest or best comes first where its heading is followed.
        cells: what it says of some things, by IRI.
        order: by what its rows are sorted, by IRI; things without a value are left out.
    """

    key: str
    title: str
    number: bool
    falling: bool
    cells: Callable[[Sequence[str]], Mapping[str, Cell]]
    order: Callable[[], Mapping[str, object]]


def table_columns(serving: OpenRelease, name: str) -> tuple[ListColumn, ...]:
    """Return the columns of a list, without key and name, those that any thing has a value in."""
    definition = class_of(serving, name)
    by_key = facets(serving, name)
    own = [key for key, facet in by_key.items() if facet.own][:_OWN]
    columns = []
    for key in COLUMNS.get(definition.name, own):
        if (
            key in serving.statistics.measures and definition.name in _COUNTED
        ):  # which are facets as well, of one phase
            columns.append(_measure_column(serving, name, definition.name, key))
        elif key in _COUNTS and definition.name in _RECORDS:
            columns.append(_count_column(serving, name, definition.name, key))
        elif key in by_key and column(serving, name, by_key[key]):
            columns.append(_facet_column(serving, name, by_key[key]))
    return tuple(columns)


def _facet_column(serving: OpenRelease, name: str, facet: Facet) -> ListColumn:
    values_of = column(serving, name, facet)
    text = _PRINTED.get(facet.definition.iri, "") if facet.own else ""
    printed = values(serving, text) if text else {}

    def cells(page: Sequence[str]) -> Mapping[str, Cell]:
        there = {thing: values_of.get(thing, ()) for thing in page}
        named = _names(serving, facet, {v for several in there.values() for v in several})
        values_by_thing = {
            t: [_value(serving, facet, v, named) for v in several] for t, several in there.items()
        }
        for thing in (thing for thing in page if not values_by_thing[thing]):
            values_by_thing[thing] = [
                CellValue(_cut(v), language="") for v in printed.get(thing, ())
            ]
        return {
            thing: Cell(
                tuple(several[:_NAMED]),
                max(0, len(several) - _NAMED),
                facet.kind == INTEGER,
                _OF_NONE if facet.definition.iri == _CHANGES else nothing_words(facet, NOTHING),
            )
            for thing, several in values_by_thing.items()
        }

    def order() -> Mapping[str, object]:
        named = _names(serving, facet, {v for several in values_of.values() for v in several})
        return {
            thing: natural(min(in_order(named.get(v, (v, ""))[0], language()) for v in several))
            for thing, several in {**printed, **values_of}.items()
        }

    title = facet.definition.name or facet.key
    number = facet.kind == INTEGER
    return ListColumn(facet.key, title[:1].upper() + title[1:], number, number, cells, order)


def _cut(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[:_LONG]}…"


def _names(
    serving: OpenRelease, facet: Facet, values: Iterable[str]
) -> Mapping[str, tuple[str, str]]:
    return labels(serving, sorted(values)) if facet.kind in {CODE, THING} else {}


def _value(
    serving: OpenRelease, facet: Facet, value: str, named: Mapping[str, tuple[str, str]]
) -> CellValue:
    if facet.kind == BOOLEAN:
        return CellValue(boolean_name(value), language="")
    if facet.kind == INTEGER:
        return CellValue(value, language="")
    label, language = named.get(value, (value.rpartition("/")[2], ""))
    scale, code = value.rsplit("/", 1)
    grade = GradeName(scale.rpartition("/")[2], code, label)
    graded = {g.key for m in serving.statistics.measures.values() for g in m.grades}
    return CellValue(
        label,
        local_path(value, serving.iris) or "",
        grade.css_class if facet.kind == CODE and grade.key in graded else "",
        language=language,
    )


def _records(serving: OpenRelease, class_name: str) -> Mapping[str | None, Sequence[Record]]:
    """Return the commitments of each member, plan or body by its key; of a commitment itself."""
    statistics = serving.statistics
    if class_name not in _RECORDS:
        return {key: [record] for key, record in statistics.by_key.items()}
    by = _RECORDS[class_name]
    return serving.cached(("records", by), lambda: statistics.grouped(by))


def _count_column(serving: OpenRelease, name: str, class_name: str, key: str) -> ListColumn:
    records = _records(serving, class_name)
    plans = _plans(serving)
    supports = _supports(serving) if key == "supports" else {}

    def count(thing: str) -> int:
        own = thing.rpartition("/")[2]
        if key == "supports":
            return supports.get(thing, 0)
        return plans.get(own, 0) if key == "plans" else len(records.get(own, ()))

    def cell(thing: str) -> Cell:
        number = count(thing)
        if key == "commitments" and not number and class_name != "Institution":
            return Cell((), number=True, nothing=_NONE_READ)
        return Cell((CellValue(number_text(number), language=""),), number=True)

    return ListColumn(
        key,
        _LEADS if (class_name, key) == ("Institution", "commitments") else _COUNTS[key],
        number=True,
        falling=True,
        cells=lambda page: {t: cell(t) for t in page},
        order=lambda: {t: count(t) for t in things(serving, name)},
    )


def _plans(serving: OpenRelease) -> Mapping[str, int]:
    """Return how many plans of each member are held."""
    return Counter(plan.member for plan in serving.statistics.plans.values())


def _supports(serving: OpenRelease) -> Mapping[str, int]:
    """Return how many commitments each body supports, by its IRI."""
    return Counter(
        body for bodies in values(serving, NS("supporting").value).values() for body in bodies
    )


def _measure_column(serving: OpenRelease, name: str, class_name: str, key: str) -> ListColumn:
    """Return the grade of a commitment, or of a group how many of its graded commitments are done."""
    statistics = serving.statistics
    measure = statistics.measures[key]
    rank = {grade.key: number for number, grade in enumerate(measure.grades)}
    records = _records(serving, class_name)

    def own(thing: str) -> Sequence[Record]:
        return records.get(thing.rpartition("/")[2], ())

    def grade_cell(thing: str) -> Cell:
        record = next(iter(own(thing)), None)
        grade = statistics.grade_name(record.grade(key) if record else None)
        if grade is UNKNOWN_GRADE:
            return Cell(())
        return Cell((CellValue(grade.text, "", grade.css_class, language=""),))

    def group_cell(thing: str) -> Cell:
        graded, done = _done(own(thing), key)
        return Cell(
            (
                CellValue(
                    _("%(part)s of %(whole)s", part=number_text(done), whole=number_text(graded)),
                    language="",
                ),
            )
            if graded
            else (),
            number=True,
            nothing=NOTHING if own(thing) else _OF_NONE,
        )

    def grade_order() -> Mapping[str, object]:
        grades = {t: record.grade(key) for t in things(serving, name) for record in own(t)[:1]}
        return {t: -rank.get(grade.key, len(rank)) for t, grade in grades.items() if grade}

    def group_order() -> Mapping[str, object]:
        counts = {t: _done(own(t), key) for t in things(serving, name)}
        return {t: done / graded for t, (graded, done) in counts.items() if graded}

    if class_name in _RECORDS:
        title = marked("Complete or substantial, of assessed")
        cell, order = group_cell, group_order
    else:
        title, cell, order = measure.label, grade_cell, grade_order
    return ListColumn(
        key,
        title,
        number=class_name in _RECORDS,
        falling=True,
        cells=lambda page: {t: cell(t) for t in page},
        order=order,
    )


def _done(records: Sequence[Record], measure: str) -> tuple[int, int]:
    """Return how many have a grade, and how many of them one that counts as done."""
    grades = [grade for record in records if (grade := record.grade(measure))]
    return len(grades), sum(grade.code in DONE for grade in grades)


def sort_things(
    serving: OpenRelease, name: str, members: Sequence[str], key: str
) -> tuple[str, ...]:
    """Return things in the order of a column, those without a value last; `-key` is the other way.

    Args:
        serving: the release.
        name: of the list.
        members: the things, in the order that decides among equals.
        key: of a column or `name`, with a minus for falling.
    """
    falling, wanted = key.startswith("-"), key.removeprefix("-")
    if wanted == NAME:
        named = labels(serving, members)
        order: Mapping[str, object] = {
            t: natural(in_order(named.get(t, (t, ""))[0], language())) for t in members
        }
    else:
        order = next(c for c in table_columns(serving, name) if c.key == wanted).order()
    with_value = [thing for thing in members if thing in order]
    without = [thing for thing in members if thing not in order]
    return (*sorted(with_value, key=lambda t: order[t], reverse=falling), *without)  # type: ignore[arg-type,return-value]


#: The column of names, which every list has.
NAME = "name"
